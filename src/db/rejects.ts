/** Rows that were not understood: kept with what they showed, closed when the same row is read as a message. */
import { sql } from 'drizzle-orm'
import type { Reject } from '../model.ts'
import { parseRowId } from '../parse/ids.ts'
import { type Queries, rowsOf } from './client.ts'
import { toJson } from './text.ts'

/** Where rejects belong; `runId` and `selectorSet` null = no reading of rows is behind them. */
export interface RejectsOf {
  accountId: string
  chatId: number
  runId: string | null
  selectorSet: string | null
}

/** Stores rejects; one that stands there unchanged is left alone. */
export async function saveRejects(tx: Queries, of: RejectsOf, rejects: readonly Reject[]): Promise<void> {
  if (rejects.length === 0) return
  const once = new Map(rejects.map(reject => [`${reject.rowKey}\n${reject.field}`, reject]))
  const rows = [...once.values()].map(({ rowKey, field, reason, raw }) => ({ row_key: rowKey, field, reason, raw }))
  await tx.execute(
    sql`insert into rejects (account_id, chat_id, row_key, field, reason, raw, run_id, selector_set)
        select ${of.accountId}::text, ${of.chatId}::bigint, row_key, field, reason, raw, ${of.runId}::uuid, ${of.selectorSet}::text
        from jsonb_to_recordset(${toJson(rows)}::text::jsonb) as x(row_key text, field text, reason text, raw jsonb)
        on conflict (chat_id, row_key, field) do update set reason = excluded.reason, raw = excluded.raw, run_id = excluded.run_id,
          selector_set = excluded.selector_set, last_seen_at = now(), resolved_at = null
        where (rejects.reason, rejects.raw) is distinct from (excluded.reason, excluded.raw) or rejects.resolved_at is not null`,
  )
}

/** Closes the open rejects of rows that were understood now. */
export async function resolveRejects(tx: Queries, chatId: number, understood: ReadonlySet<string>): Promise<void> {
  const open = await rowsOf<{ id: number; row_key: string }>(
    tx,
    sql`select id, row_key from rejects where chat_id = ${chatId} and resolved_at is null`,
  )
  const closed = open.filter(({ row_key }) => understood.has(row_key) || understood.has(parseRowId(row_key).messageId))
  if (closed.length === 0) return
  const ids = toJson(closed.map(({ id }) => id))
  await tx.execute(
    sql`update rejects set resolved_at = now() where id in (select value::bigint from jsonb_array_elements_text(${ids}::text::jsonb))`,
  )
}
