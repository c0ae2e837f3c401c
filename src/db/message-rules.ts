/**
 * What becomes of each column of a stored message when it is read again (contract §3: a poorer reading never overwrites a richer one). SQL
 * expressions: `i` was read now, `s` is stored. Some columns follow others, so that there are three steps: `v` holds what the first gave,
 * `d` what the second gave. A reading that says the same as the stored row in every column leaves it as it is.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { WitnessedField } from '../model.ts'
import type { Column } from './incoming.ts'

/** Whether a text says nothing. */
export const blank = (text: SQL) => sql`(${text} is null or ${text} !~ '\\S')`

/** How much an id of a person says: phone JID 3, LID 2, name 1. */
export const idRank = (id: SQL) =>
  sql`(case when ${id} ~ '^\\d+@c\\.us$' then 3 when ${id} ~ '@(hosted\\.)?lid$' then 2 when ${id} is not null then 1 else 0 end)`

/** A text that the page cut short ends in an ellipsis. */
const isCutFrom = (part: SQL, whole: SQL) =>
  sql`((${part} like '%…' or ${part} like '%...') and starts_with(${whole}, rtrim(${part}, '.… ')))`
const statusRank = (status: SQL) => sql`array_position(array['pending', 'sent', 'delivered', 'read', 'played'], ${status})`
const looksLikeNumber = (name: SQL) => sql`(${name} ~ '^\\W*\\+?[\\d\\s().-]+$')`
/** Stored value, unless there is none. */
const first = (column: string) => sql.raw(`coalesce(s.${column}, i.${column})`)
const either = (column: string) => sql.raw(`(s.${column} or i.${column})`)
/** Only a reading with a witness turns a direction (`conflict`): what hangs on the direction then follows it. */
const turned = sql`(s.is_outgoing <> i.is_outgoing)`

/**
 * The field in which a reading contradicts the stored row, null where none. IndexedDB outweighs the page: it may turn a direction that the
 * page alone gave, and its seconds may lie in another minute than the page showed.
 */
export const conflict = sql`case
  when ${turned} and (i.witnesses->>'direction' is null or s.witnesses->>'direction' is not null) then 'direction'
  when s.ts_precision = i.ts_precision and s.ts <> i.ts then 'ts'
  when s.ts_precision = 'minute' and i.ts_precision = 'second' and date_trunc('minute', i.ts) <> date_trunc('minute', s.ts)
    and i.witnesses->>'ts' is null then 'ts' end`

const text = sql`case
  when ${blank(sql`i.content_snippet`)} or i.is_deleted then s.content_snippet
  when ${blank(sql`s.content_snippet`)} then i.content_snippet
  when ${isCutFrom(sql`i.content_snippet`, sql`s.content_snippet`)} then s.content_snippet
  when i.is_edited then i.content_snippet
  when s.is_edited then s.content_snippet
  when length(i.content_snippet) > length(s.content_snippet) then i.content_snippet
  else s.content_snippet end`

const ts = sql`case when s.ts_precision = 'minute' and i.ts_precision = 'second' then i.ts else s.ts end`
const kind = sql`case
  when s.kind in ('unknown', 'waiting') then case when i.kind = 'unknown' then s.kind else i.kind end
  when i.kind in ('unknown', 'waiting', 'deleted', 'text') then case when s.kind = 'deleted' and i.kind = 'text' then i.kind else s.kind end
  else i.kind end`
const senderId = sql`case when ${turned} or ${idRank(sql`i.sender_id`)} > ${idRank(sql`s.sender_id`)} then i.sender_id
  when ${idRank(sql`s.sender_id`)} = 1 and i.sender_id is not null then i.sender_id else s.sender_id end`
const status = sql`case when ${turned} or s.status is null then i.status when i.status is null then s.status
  when i.status = 'failed' then case when s.status = 'pending' then i.status else s.status end
  when s.status = 'failed' then case when i.status = 'pending' then s.status else i.status end
  when ${statusRank(sql`i.status`)} > ${statusRank(sql`s.status`)} then i.status else s.status end`

/** How many values stand in a detail; a person's phone JID counts more than a LID. */
const wealth = (json: SQL) => sql`(jsonb_array_length(jsonb_path_query_array(${json}, 'strict $.** ? (@ != null)'))
  + jsonb_array_length(jsonb_path_query_array(${json}, 'strict $.** ? (@ like_regex "@c\\.us$")')))`

/**
 * By key. What speaks of the text goes with the text that was chosen; of two readings of one text, and of everything else, the later one
 * counts unless it says less. Lists and polls are taken whole, the others value by value.
 */
const details = sql`case when i.details = s.details then i.details else coalesce((select jsonb_object_agg(key, value) from (
    select coalesce(a.key, b.key) as key, case
      when coalesce(a.key, b.key) in ('typed', 'mentions', 'links', 'linkPreview') and i.content_snippet is distinct from s.content_snippet
        then case when v.content_snippet is not distinct from i.content_snippet then b.value else a.value end
      when a.value is null then b.value
      when b.value is null then a.value
      when a.key <> 'poll' and jsonb_typeof(a.value) = 'object' and jsonb_typeof(b.value) = 'object' then a.value || jsonb_strip_nulls(b.value)
      when ${wealth(sql`b.value`)} < ${wealth(sql`a.value`)} then a.value
      else b.value end as value
    from jsonb_each(s.details) a full join jsonb_each(i.details) b on a.key = b.key) d where value is not null), '{}') end`

/** Which column a witness speaks of. `null` = the value is the chat's. */
const witnessed: Record<WitnessedField, { step: 'v' | 'd'; column: string } | null> = {
  ts: { step: 'v', column: 'ts' },
  direction: { step: 'v', column: 'is_outgoing' },
  kind: { step: 'v', column: 'kind' },
  chatJid: null,
  senderId: { step: 'v', column: 'sender_id' },
  quoted: { step: 'v', column: 'quoted_message_id' },
  forwarded: { step: 'v', column: 'is_forwarded' },
  edited: { step: 'v', column: 'is_edited' },
  deleted: { step: 'v', column: 'is_deleted' },
  status: { step: 'v', column: 'status' },
  fileName: { step: 'v', column: 'file_name' },
  durationS: { step: 'v', column: 'duration_s' },
  mentions: { step: 'd', column: "details->'mentions'" },
}

/**
 * The strongest witness of the value that is stored in the end; none where only the page tells it. `both` comes before `storage` in the
 * alphabet, and `least` passes over nulls.
 */
const witnesses = sql`case when i.witnesses = s.witnesses then i.witnesses else jsonb_strip_nulls(jsonb_build_object(${sql.join(
  Object.entries(witnessed).map(([field, held]) => {
    const of = (row: 's' | 'i') => {
      const witness = `${row}.witnesses->>'${field}'`
      return held ? `case when ${held.step}.${held.column} is not distinct from ${row}.${held.column} then ${witness} end` : witness
    }
    return sql.raw(`'${field}', least(${of('s')}, ${of('i')})`)
  }),
  sql`, `,
)})) end`

/** Columns that follow the text which was chosen, and those that follow all others. */
type SecondStep = 'details' | 'exclude_from_automation'
type ThirdStep = 'witnesses'

/** The expression of each column, by step. `rowsComplete`: an empty list of reactions means that they were taken back. */
export function rules(rowsComplete: boolean): {
  v: Record<Exclude<Column, SecondStep | ThirdStep>, SQL>
  d: Record<SecondStep, SQL>
  w: Record<ThirdStep, SQL>
} {
  const v = {
    thread_external_id: sql`i.thread_external_id`,
    is_outgoing: sql`i.is_outgoing`,
    sender_id: senderId,
    sender_name: sql`case when ${turned} then i.sender_name when ${blank(sql`i.sender_name`)} then s.sender_name
      when s.sender_name is not null and ${looksLikeNumber(sql`i.sender_name`)} and not ${looksLikeNumber(sql`s.sender_name`)} then s.sender_name
      else i.sender_name end`,
    // Who was there when it was written: filled once, then only names that turned into ids.
    recipient_ids: sql`case when ${turned} or cardinality(s.recipient_ids) = 0 then i.recipient_ids
      when cardinality(i.recipient_ids) >= cardinality(s.recipient_ids)
        and (select min(${idRank(sql`r`)}) from unnest(i.recipient_ids) r) > (select min(${idRank(sql`r`)}) from unnest(s.recipient_ids) r)
        then i.recipient_ids else s.recipient_ids end`,
    content_snippet: text,
    ts,
    ts_precision: sql`case when s.ts_precision = 'second' then s.ts_precision else i.ts_precision end`,
    kind,
    is_agent_channel: sql`i.is_agent_channel`,
    has_attachments: either('has_attachments'),
    is_edited: either('is_edited'),
    is_deleted: either('is_deleted'),
    is_forwarded: either('is_forwarded'),
    forwarded_many: either('forwarded_many'),
    quoted_text: first('quoted_text'),
    quoted_sender: first('quoted_sender'),
    quoted_message_id: first('quoted_message_id'),
    // Totals only (count null) say less than counts that are known for the same emoji.
    reactions: sql`case
      when jsonb_array_length(i.reactions) = 0 and not ${rowsComplete}::boolean then s.reactions
      when jsonb_path_exists(i.reactions, '$[*].count ? (@ == null)')
        and jsonb_path_query_array(i.reactions, '$[*].emoji') = jsonb_path_query_array(s.reactions, '$[*].emoji') then s.reactions
      else i.reactions end`,
    status,
    file_name: first('file_name'),
    duration_s: first('duration_s'),
    album_size: sql`greatest(s.album_size, i.album_size)`,
  }
  const d = {
    details,
    exclude_from_automation: sql`case when i.content_snippet is not distinct from v.content_snippet then i.exclude_from_automation
      else i.is_agent_channel or s.exclude_from_automation end`,
  }
  return { v, d, w: { witnesses } }
}
