/**
 * Messages: one statement for a batch. What is stored and what was read now are merged column by column, richer wins, and only rows
 * that changed are written. The caller holds the account's lock, so nobody else merges the same messages meanwhile.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { DeliveryStatus, MessageDetails, MessageKind, Reaction, TsPrecision, Witnesses } from '../model.ts'
import { type Queries, rowsOf } from './client.ts'
import { blank, conflict, rules } from './message-rules.ts'
import { toJson } from './text.ts'

/** A message as the statement takes it. */
export interface IncomingRow {
  external_id: string
  message_id: string
  thread_external_id: string
  sender_id: string | null
  sender_name: string | null
  recipient_ids: string[]
  content_snippet: string | null
  ts: string
  ts_precision: TsPrecision
  is_outgoing: boolean
  kind: MessageKind
  is_agent_channel: boolean
  exclude_from_automation: boolean
  has_attachments: boolean
  is_edited: boolean
  is_deleted: boolean
  is_forwarded: boolean
  forwarded_many: boolean
  quoted_text: string | null
  quoted_sender: string | null
  quoted_message_id: string | null
  reactions: Reaction[]
  status: DeliveryStatus | null
  file_name: string | null
  duration_s: number | null
  album_size: number | null
  details: MessageDetails
  witnesses: Witnesses
}

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

const columnTypes: Partial<Record<keyof IncomingRow, string>> = {
  recipient_ids: 'text[]',
  ts: 'timestamptz',
  is_outgoing: 'boolean',
  is_agent_channel: 'boolean',
  exclude_from_automation: 'boolean',
  has_attachments: 'boolean',
  is_edited: 'boolean',
  is_deleted: 'boolean',
  is_forwarded: 'boolean',
  forwarded_many: 'boolean',
  reactions: 'jsonb',
  duration_s: 'real',
  album_size: 'integer',
  details: 'jsonb',
  witnesses: 'jsonb',
}

/** Columns that a reading fills, in the order of the statement. */
export const columns = Object.keys(rules(false))

/** The rows of a reading as the statement takes them. */
function recordset(rows: readonly IncomingRow[]): SQL {
  const types = ['external_id', 'message_id', ...columns].map(name => `${name} ${columnTypes[name as keyof IncomingRow] ?? 'text'}`)
  const json = toJson(rows.map((row, place) => ({ ...row, place })))
  return sql`jsonb_to_recordset(${json}::text::jsonb) as i(place integer, ${sql.raw(types.join(', '))})`
}

/** Where merged rows belong; `runId` null = no reading is behind them. */
export interface MergeInto {
  accountId: string
  chatId: number
  runId: string | null
  selectorSet: string | null
  rowsComplete: boolean
}

/**
 * Merges a batch into the chat's rows. No two may be the same message (`inLayers`). Rows come back in the order given, ids of unchanged
 * ones too. A message is found by its chat and its id: its `external_id` may be older than the chat's key.
 */
export async function mergeMessages(tx: Queries, into: MergeInto, rows: readonly IncomingRow[]): Promise<MergedRow[]> {
  return rows.length === 0 ? [] : mergeRows(tx, into, recordset(rows))
}

/** As `mergeMessages`, with rows that the database itself gives: `source` is an item of a FROM list called `i`, with a `place`. */
export async function mergeRows(tx: Queries, into: MergeInto, source: SQL): Promise<MergedRow[]> {
  const list = sql.raw(columns.join(', '))
  const expressions = sql.join(
    Object.entries(rules(into.rowsComplete)).map(([name, rule]) => sql`${rule} as ${sql.raw(name)}`),
    sql`, `,
  )
  const changed = sql.raw(
    `(${columns.map(name => `m.${name}`).join(', ')}) is distinct from (${columns.map(name => `(m.s).${name}`).join(', ')})`,
  )
  const updates = sql.raw(columns.map(name => `${name} = excluded.${name}`).join(', '))
  return rowsOf<MergedRow>(
    tx,
    sql`with merged as materialized (
      select i.place, i.external_id, i.message_id, s, ${conflict} as conflict, ${expressions}
      from ${source}
      -- One look-up for each row, whatever the planner believes about a table that nobody has analysed yet.
      left join lateral (select * from messages where chat_id = ${into.chatId} and message_id = i.message_id offset 0) s on true
    ), written as (
      insert into messages (account_id, chat_id, external_id, message_id, run_id, selector_set, ${list})
      select ${into.accountId}::text, ${into.chatId}::bigint, external_id, message_id, ${into.runId}::uuid, ${into.selectorSet}::text, ${list}
      from merged m
      where (m.s).id is null or (conflict is null and ${changed})
      order by place
      on conflict (chat_id, message_id) do update set ${updates}, last_seen_at = now(),
        run_id = coalesce(excluded.run_id, messages.run_id), selector_set = coalesce(excluded.selector_set, messages.selector_set)
      returning id, message_id
    )
    select coalesce((m.s).id, w.id) as id, coalesce((m.s).external_id, m.external_id) as external_id, (m.s).id is null as inserted,
      w.id is not null as written, m.conflict, m.kind, m.is_outgoing, m.is_edited,
      to_char(m.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ts, m.thread_external_id, m.status,
      (m.s).kind as old_kind, (m.s).status as old_status,
      m.content_snippet is distinct from (m.s).content_snippet as text_changed,
      ${blank(sql`(m.s).content_snippet`)} and not ${blank(sql`m.content_snippet`)} as text_came,
      m.is_edited and not coalesce((m.s).is_edited, false) as edited_now,
      m.is_deleted and not coalesce((m.s).is_deleted, false) as deleted_now,
      m.reactions is distinct from (m.s).reactions as reactions_changed
    from merged m left join written w on w.message_id = m.message_id
    order by m.place`,
  )
}

/** Rows split so that no part holds a message twice, in the order of the reading: one statement cannot touch a row twice. */
export function inLayers<T extends { external_id: string }>(rows: readonly T[]): T[][] {
  const layers: T[][] = []
  const seen = new Map<string, number>()
  for (const row of rows) {
    const depth = seen.get(row.external_id) ?? 0
    seen.set(row.external_id, depth + 1)
    layers[depth] ??= []
    layers[depth]!.push(row)
  }
  return layers
}
