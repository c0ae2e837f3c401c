/**
 * Messages: one statement for a batch. What is stored and what was read now are merged column by column, richer wins, and only rows
 * that changed are written. The chat's row is locked by the caller, so nobody else merges the same messages meanwhile.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { DeliveryStatus, MessageDetails, MessageKind, Reaction, TsPrecision, Witnesses } from '../model.ts'
import { type Queries, rowsOf } from './client.ts'
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

const blank = (text: SQL) => sql`(${text} is null or ${text} !~ '\\S')`
/** A text that the page cut short ends in an ellipsis. */
const isCutFrom = (part: SQL, whole: SQL) =>
  sql`((${part} like '%…' or ${part} like '%...') and starts_with(${whole}, rtrim(${part}, '.… ')))`
const idRank = (id: SQL) =>
  sql`(case when ${id} ~ '^\\d+@c\\.us$' then 3 when ${id} ~ '@(hosted\\.)?lid$' then 2 when ${id} is not null then 1 else 0 end)`
const statusRank = (status: SQL) => sql`array_position(array['pending', 'sent', 'delivered', 'read', 'played'], ${status})`
const looksLikeNumber = (name: SQL) => sql`(${name} ~ '^\\W*\\+?[\\d\\s().-]+$')`
/** Stored value, unless there is none. */
const first = (column: string) => sql.raw(`coalesce(s.${column}, i.${column})`)
const either = (column: string) => sql.raw(`(coalesce(s.${column}, false) or i.${column})`)

/** `i` was read now, `s` is stored (all null for a new message). */
function rules(rowsComplete: boolean): Record<Exclude<keyof IncomingRow, 'external_id' | 'message_id' | 'is_outgoing'>, SQL> {
  const text = sql`case
    when s.id is null then i.content_snippet
    when ${blank(sql`i.content_snippet`)} or i.is_deleted then s.content_snippet
    when ${blank(sql`s.content_snippet`)} then i.content_snippet
    when ${isCutFrom(sql`i.content_snippet`, sql`s.content_snippet`)} then s.content_snippet
    when i.is_edited then i.content_snippet
    when s.is_edited then s.content_snippet
    when length(i.content_snippet) > length(s.content_snippet) then i.content_snippet
    else s.content_snippet end`
  return {
    thread_external_id: sql`i.thread_external_id`,
    sender_id: sql`case when ${idRank(sql`i.sender_id`)} > ${idRank(sql`s.sender_id`)} then i.sender_id
      when ${idRank(sql`s.sender_id`)} = 1 and i.sender_id is not null then i.sender_id else s.sender_id end`,
    sender_name: sql`case when ${blank(sql`i.sender_name`)} then s.sender_name
      when s.sender_name is not null and ${looksLikeNumber(sql`i.sender_name`)} and not ${looksLikeNumber(sql`s.sender_name`)} then s.sender_name
      else i.sender_name end`,
    // Who was there when it was written: filled once, then only names that turned into ids.
    recipient_ids: sql`case when coalesce(cardinality(s.recipient_ids), 0) = 0 then i.recipient_ids
      when cardinality(i.recipient_ids) >= cardinality(s.recipient_ids)
        and (select min(${idRank(sql`r`)}) from unnest(i.recipient_ids) r) > (select min(${idRank(sql`r`)}) from unnest(s.recipient_ids) r)
        then i.recipient_ids else s.recipient_ids end`,
    content_snippet: text,
    ts: sql`case when s.id is null or (s.ts_precision = 'minute' and i.ts_precision = 'second') then i.ts else s.ts end`,
    ts_precision: sql`case when s.ts_precision = 'second' then s.ts_precision else i.ts_precision end`,
    kind: sql`case when s.id is null then i.kind
      when s.kind in ('unknown', 'waiting') then case when i.kind = 'unknown' then s.kind else i.kind end
      when i.kind in ('unknown', 'waiting', 'deleted', 'text') then case when s.kind = 'deleted' and i.kind = 'text' then i.kind else s.kind end
      else i.kind end`,
    is_agent_channel: sql`i.is_agent_channel`,
    exclude_from_automation: sql`case when s.id is null or i.content_snippet is not distinct from (${text}) then i.exclude_from_automation
      else i.is_agent_channel or s.exclude_from_automation end`,
    has_attachments: either('has_attachments'),
    is_edited: either('is_edited'),
    is_deleted: either('is_deleted'),
    is_forwarded: either('is_forwarded'),
    forwarded_many: either('forwarded_many'),
    quoted_text: first('quoted_text'),
    quoted_sender: first('quoted_sender'),
    quoted_message_id: first('quoted_message_id'),
    // Totals only (count null) say less than counts that are known for the same emoji.
    reactions: sql`case when s.id is null then i.reactions
      when jsonb_array_length(i.reactions) = 0 and not ${rowsComplete}::boolean then s.reactions
      when jsonb_path_exists(i.reactions, '$[*].count ? (@ == null)')
        and jsonb_path_query_array(i.reactions, '$[*].emoji') = jsonb_path_query_array(s.reactions, '$[*].emoji') then s.reactions
      else i.reactions end`,
    status: sql`case when s.status is null then i.status when i.status is null then s.status
      when i.status = 'failed' then case when s.status = 'pending' then i.status else s.status end
      when s.status = 'failed' then case when i.status = 'pending' then s.status else i.status end
      when ${statusRank(sql`i.status`)} > ${statusRank(sql`s.status`)} then i.status else s.status end`,
    file_name: first('file_name'),
    duration_s: first('duration_s'),
    album_size: sql`greatest(s.album_size, i.album_size)`,
    // By key: what was read now replaces what is stored, what was not read stays.
    details: sql`(coalesce(s.details, '{}') || i.details)`,
    witnesses: sql`(coalesce(s.witnesses, '{}') || i.witnesses)`,
  }
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

/**
 * Merges a batch into the table. No two rows may be the same message (`inLayers`). Rows come back in the order given, ids of unchanged
 * ones too.
 */
export async function mergeMessages(
  tx: Queries,
  given: { accountId: string; chatId: number; runId: string; selectorSet: string | null; rowsComplete: boolean },
  rows: readonly IncomingRow[],
): Promise<MergedRow[]> {
  if (rows.length === 0) return []
  const merged = rules(given.rowsComplete)
  const names = Object.keys(merged)
  const input = ['external_id', 'message_id', 'is_outgoing', ...names]
    .map(name => `${name} ${columnTypes[name as keyof IncomingRow] ?? 'text'}`)
    .join(', ')
  const list = sql.raw(names.join(', '))
  const expressions = sql.join(
    Object.entries(merged).map(([name, rule]) => sql`${rule} as ${sql.raw(name)}`),
    sql`, `,
  )
  const changed = sql.raw(
    `(${names.map(name => `m.${name}`).join(', ')}) is distinct from (${names.map(name => `(m.s).${name}`).join(', ')})`,
  )
  const updates = sql.raw(names.map(name => `${name} = excluded.${name}`).join(', '))
  return rowsOf<MergedRow>(
    tx,
    sql`with merged as materialized (
      select i.place, i.external_id, i.message_id, i.is_outgoing, s,
        case when s.is_outgoing <> i.is_outgoing then 'direction'
          when s.ts_precision = i.ts_precision and s.ts <> i.ts then 'ts' end as conflict,
        ${expressions}
      from jsonb_to_recordset(${toJson(rows.map((row, place) => ({ ...row, place })))}::text::jsonb) as i(place integer, ${sql.raw(input)})
      -- One look-up for each row, whatever the planner believes about a table that nobody has analysed yet.
      left join lateral (
        select * from messages where account_id = ${given.accountId} and platform = 'whatsapp' and external_id = i.external_id offset 0
      ) s on true
    ), written as (
      insert into messages (account_id, chat_id, external_id, message_id, is_outgoing, run_id, selector_set, ${list})
      select ${given.accountId}::text, ${given.chatId}::bigint, external_id, message_id, is_outgoing, ${given.runId}::uuid, ${given.selectorSet}::text, ${list}
      from merged m
      where (m.s).id is null or (conflict is null and ${changed})
      order by place
      on conflict (account_id, platform, external_id) do update set ${updates},
        last_seen_at = now(), run_id = excluded.run_id, selector_set = excluded.selector_set
      returning id, external_id
    )
    select coalesce((m.s).id, w.id) as id, m.external_id, (m.s).id is null as inserted, w.id is not null as written, m.conflict,
      m.kind, m.is_outgoing, m.is_edited, to_char(m.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ts, m.thread_external_id, m.status,
      (m.s).kind as old_kind, (m.s).status as old_status,
      m.content_snippet is distinct from (m.s).content_snippet as text_changed,
      ${blank(sql`(m.s).content_snippet`)} and not ${blank(sql`m.content_snippet`)} as text_came,
      m.is_edited and not coalesce((m.s).is_edited, false) as edited_now,
      m.is_deleted and not coalesce((m.s).is_deleted, false) as deleted_now,
      m.reactions is distinct from (m.s).reactions as reactions_changed
    from merged m left join written w on w.external_id = m.external_id
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
