/** What stretches of a chat are known in full. */
import { sql } from 'drizzle-orm'
import type { Coverage, CoverageEdge } from '../model.ts'
import { iso, type Queries, rowsOf } from './client.ts'

/** Of two readings that end at the same instant, the one that says more counts. */
const strength: Record<CoverageEdge, number> = { interrupted: 0, budget: 1, phone_has_more: 2, window_edge: 3, chat_start: 4 }

/** Stretches with one more: those that touch or overlap become one, whose lower edge is known as the lowest one's is. Newest first. Pure. */
export function mergeCoverage(known: readonly Coverage[], added: Coverage): Coverage[] {
  if (added.from > added.to) return [...known]
  let merged = added
  const apart: Coverage[] = []
  for (const span of [...known].sort((a, b) => (a.to < b.to ? 1 : -1))) {
    if (span.to < merged.from || span.from > merged.to) apart.push(span)
    else merged = joined(merged, span)
  }
  return [...apart, merged].sort((a, b) => (a.to < b.to ? 1 : -1))
}

function joined(a: Coverage, b: Coverage): Coverage {
  const lower = a.from === b.from ? (strength[a.fromEdge] >= strength[b.fromEdge] ? a : b) : a.from < b.from ? a : b
  const upper = a.to > b.to ? a : b
  return { from: lower.from, to: upper.to, fromEdge: lower.fromEdge }
}

/** The stretches of a chat, newest first. */
export async function coverageOf(queries: Queries, chatId: number): Promise<Coverage[]> {
  return rowsOf<Coverage>(
    queries,
    sql`select ${iso(sql`from_ts`)} as "from", ${iso(sql`to_ts`)} as "to", from_edge as "fromEdge"
        from chat_coverage where chat_id = ${chatId} order by to_ts desc`,
  )
}

/** Adds a stretch; in the transaction of the rows that it speaks of. */
export async function saveCoverage(tx: Queries, chatId: number, runId: string | null, added: Coverage): Promise<void> {
  const known = await coverageOf(tx, chatId)
  const kept = mergeCoverage(known, normal(added))
  const same = (a: Coverage) => (b: Coverage) => a.from === b.from && a.to === b.to && a.fromEdge === b.fromEdge
  const gone = known.filter(span => !kept.some(same(span)))
  const fresh = kept.filter(span => !known.some(same(span)))
  for (const { from, to } of gone) {
    await tx.execute(sql`delete from chat_coverage where chat_id = ${chatId} and from_ts = ${from} and to_ts = ${to}`)
  }
  for (const { from, to, fromEdge } of fresh) {
    await tx.execute(
      sql`insert into chat_coverage (chat_id, from_ts, to_ts, from_edge, run_id) values (${chatId}, ${from}, ${to}, ${fromEdge}, ${runId})`,
    )
  }
}

/** One spelling, so that instants compare as text. */
function normal({ from, to, fromEdge }: Coverage): Coverage {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), fromEdge }
}
