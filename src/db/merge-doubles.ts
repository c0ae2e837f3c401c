/** Messages that both of two merging chats hold: two rows become one, the richer value of each column, with files, jobs and results. */
import { type SQL, sql } from 'drizzle-orm'
import type { ChatRow } from './chat-row.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import { columns } from './incoming.ts'
import { mergeRows } from './merge-rows.ts'
import { blank } from './message-rules.ts'
import { saveRejects } from './rejects.ts'
import { toJson } from './text.ts'

/** Merges the doubles into the rows of the chat that stays. Where two contradict each other, its own row stands and a reject tells. */
export async function mergeDoubles(tx: Queries, kept: ChatRow, gone: number, runId: string | null): Promise<void> {
  const pairs = await rowsOf<{ gone: number; kept: number; external_id: string; message_id: string; ts: string; is_outgoing: boolean }>(
    tx,
    sql`select g.id as gone, k.id as kept, g.external_id, g.message_id, ${iso(sql`g.ts`)} as ts, g.is_outgoing from messages g join messages k on k.chat_id = ${kept.id} and k.message_id = g.message_id
        where g.chat_id = ${gone} order by g.id`,
  )
  if (pairs.length === 0) return
  const doubles = sql`jsonb_to_recordset(${toJson(pairs.map(pair => ({ gone: pair.gone, kept: pair.kept })))}::text::jsonb) as p(gone bigint, kept bigint)`
  const into = { accountId: kept.account_id, chatId: kept.id, runId, selectorSet: null, rowsComplete: false }
  const merged = await mergeRows(tx, into, asReading(kept, doubles))
  await mergeFiles(tx, doubles)
  await tx.execute(
    sql`update events e set data = e.data || jsonb_build_object('message_id', k.id, 'external_id', k.external_id, 'chat_id', k.chat_id,
          'thread_external_id', ${kept.thread_external_id}::text)
        from ${doubles} join messages k on k.id = p.kept
        where e.account_id = ${kept.account_id} and e.data->>'chat_id' = ${String(gone)} and e.data->>'message_id' = p.gone::text`,
  )
  await tx.execute(sql`delete from messages m using ${doubles} where m.id = p.gone`)
  const rejects = merged.flatMap(({ conflict }, index) => {
    const { message_id, external_id, ts, is_outgoing } = pairs[index]!
    const reason = `two stored rows of this message contradict each other in their ${conflict}; this one is gone`
    return conflict === null ? [] : [{ rowKey: message_id, field: conflict, reason, raw: { external_id, ts, is_outgoing } }]
  })
  await saveRejects(tx, { accountId: kept.account_id, chatId: kept.id, runId, selectorSet: null }, rejects)
}

/** The rows that go, as a reading. Of the two rows the one that changed last tells what can change back: reactions, an edited text, a name. */
function asReading(kept: ChatRow, doubles: SQL): SQL {
  const older = sql`g.last_seen_at < k.last_seen_at`
  const adjusted: Record<string, SQL> = {
    thread_external_id: sql`${kept.thread_external_id}::text`,
    content_snippet: sql`case when ${older} and k.is_edited and not ${blank(sql`k.content_snippet`)} then k.content_snippet else g.content_snippet end`,
    sender_name: sql`case when ${older} then coalesce(k.sender_name, g.sender_name) else g.sender_name end`,
    reactions: sql`case when ${older} then '[]' else g.reactions end`,
    is_agent_channel: sql`g.is_agent_channel or k.is_agent_channel`,
    exclude_from_automation: sql`g.exclude_from_automation or k.exclude_from_automation`,
  }
  const list = sql.join(
    columns.map(name => sql`${adjusted[name] ?? sql.raw(`g.${name}`)} as ${sql.raw(name)}`),
    sql`, `,
  )
  return sql`(select row_number() over (order by g.id)::int as place, g.external_id, g.message_id, ${list}
    from ${doubles} join messages g on g.id = p.gone join messages k on k.id = p.kept) as i`
}

/**
 * One row for each position: bytes before none, more pixels before fewer, understood before waiting, else the one that stays. Jobs are
 * touched before their attachments, in the order of those who finish them.
 */
async function mergeFiles(tx: Queries, doubles: SQL): Promise<void> {
  const worth = (a: string) =>
    sql.raw(
      `(${a}.status = 'saved', coalesce(${a}.width, 0)::bigint * coalesce(${a}.height, 0), exists (select from extractions e where e.attachment_id = ${a}.id))`,
    )
  const contests = await rowsOf<{ winner: number; loser: number }>(
    tx,
    sql`select case when ${worth('g')} > ${worth('k')} then g.id else k.id end as winner, case when ${worth('g')} > ${worth('k')} then k.id else g.id end as loser
        from ${doubles} join attachments g on g.message_id = p.gone join attachments k on k.message_id = p.kept and k.position = g.position`,
  )
  const settled = sql`jsonb_to_recordset(${toJson(contests)}::text::jsonb) as c(winner bigint, loser bigint)`
  await tx.execute(
    sql`update extraction_jobs j set attachment_id = c.winner from ${settled} where j.attachment_id = c.loser
        and not exists (select from extraction_jobs w where w.attachment_id = c.winner and w.kind = j.kind and w.checksum = j.checksum)`,
  )
  await tx.execute(sql`delete from extraction_jobs j using ${settled} where j.attachment_id = c.loser`)
  await tx.execute(sql`update extractions e set attachment_id = c.winner from ${settled} where e.attachment_id = c.loser`)
  await tx.execute(sql`delete from attachments a using ${settled} where a.id = c.loser`)
  await tx.execute(sql`update attachments a set message_id = p.kept from ${doubles} where a.message_id = p.gone`)
  await tx.execute(
    sql`update extractions e set provenance = e.provenance || jsonb_build_object('external_id', k.external_id)
        from ${doubles} join messages k on k.id = p.kept join attachments a on a.message_id = k.id where e.attachment_id = a.id`,
  )
}
