/** Messages that are stored already, read again: what is stored and what was read now are merged column by column, richer wins. */
import { type SQL, sql } from 'drizzle-orm'
import type { DeliveryStatus, MessageKind } from '../model.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import { columns } from './incoming.ts'
import { blank, conflict, rules } from './message-rules.ts'

/** What became of one message; `conflict` names the field in which the reading contradicts the stored row, which is then left as it is. */
export interface MergedRow {
  id: number
  external_id: string
  inserted: boolean
  written: boolean
  conflict: 'direction' | 'ts' | null
  kind: MessageKind
  is_outgoing: boolean
  is_edited: boolean
  ts: string
  thread_external_id: string
  status: DeliveryStatus | null
  old_kind: MessageKind | null
  old_status: DeliveryStatus | null
  text_changed: boolean
  text_came: boolean
  edited_now: boolean
  deleted_now: boolean
  reactions_changed: boolean
}

/** Where merged rows belong; `runId` null = no reading is behind them. */
export interface MergeInto {
  accountId: string
  chatId: number
  runId: string | null
  selectorSet: string | null
  rowsComplete: boolean
}

/** What a reading fills: the columns' names, and the columns of a table of that name. */
export const columnList = sql.raw(columns.join(', '))
export const columnsOf = (table: string) => sql.raw(columns.map(name => `${table}.${name}`).join(', '))

/** One look-up for each row, whatever the planner believes about a table that nobody has analysed yet. */
export const storedMessage = (into: MergeInto) =>
  sql`lateral (select * from messages where chat_id = ${into.chatId} and message_id = i.message_id offset 0) s on true`

/**
 * Merges rows that are all stored already with what was read now, by the rules of `message-rules.ts`; only rows that change are written.
 * `source` is an item of a FROM list called `i`, with a `place`.
 */
export async function mergeRows(tx: Queries, into: MergeInto, source: SQL): Promise<MergedRow[]> {
  const { v, d, w } = rules(into.rowsComplete)
  const value = (name: string) => `${name in v ? 'v' : name in d ? 'd' : 'w'}.${name}`
  const values = sql.raw(columns.map(value).join(', '))
  const updates = sql.raw(columns.map(name => `${name} = excluded.${name}`).join(', '))
  return rowsOf<MergedRow>(
    tx,
    sql`with merged as materialized (
      select i.place, s.id, s.external_id, s.message_id, ${conflict} as conflict, ${values}, (${values}) is distinct from (${columnsOf('s')}) as changed,
        s.kind as old_kind, s.status as old_status,
        v.content_snippet is distinct from s.content_snippet as text_changed,
        ${blank(sql`s.content_snippet`)} and not ${blank(sql`v.content_snippet`)} as text_came,
        v.is_edited and not s.is_edited as edited_now,
        v.is_deleted and not s.is_deleted as deleted_now,
        v.reactions is distinct from s.reactions as reactions_changed
      from ${source} join ${storedMessage(into)}
      cross join lateral (select ${selected(v)} offset 0) v
      cross join lateral (select ${selected(d)} offset 0) d
      cross join lateral (select ${selected(w)} offset 0) w
    ), written as (
      insert into messages (account_id, chat_id, external_id, message_id, run_id, selector_set, ${columnList})
      select ${into.accountId}::text, ${into.chatId}::bigint, external_id, message_id, ${into.runId}::uuid, ${into.selectorSet}::text, ${columnList}
      from merged where conflict is null and changed
      order by place
      on conflict (chat_id, message_id) do update set ${updates}, last_seen_at = now(),
        run_id = coalesce(excluded.run_id, messages.run_id), selector_set = coalesce(excluded.selector_set, messages.selector_set)
      returning id
    )
    select m.id, m.external_id, false as inserted, w.id is not null as written, m.conflict, m.kind, m.is_outgoing, m.is_edited,
      ${iso(sql`m.ts`)} as ts, m.thread_external_id, m.status, m.old_kind, m.old_status, m.text_changed, m.text_came, m.edited_now,
      m.deleted_now, m.reactions_changed
    from merged m left join written w on w.id = m.id
    order by m.place`,
  )
}

/** The expressions of one step under their columns' names. */
function selected(step: Record<string, SQL>): SQL {
  return sql.join(
    Object.entries(step).map(([name, rule]) => sql`${rule} as ${sql.raw(name)}`),
    sql`, `,
  )
}
