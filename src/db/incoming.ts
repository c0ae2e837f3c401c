/** Messages on their way into the database: a whole batch in one parameter, as little of it as says everything. */
import { type SQL, sql } from 'drizzle-orm'
import type { DeliveryStatus, EventType, MessageDetails, MessageKind, Reaction, TsPrecision, Witnesses } from '../model.ts'
import { toJson } from './text.ts'

/** A message as a reading gives it. */
export interface IncomingRow {
  external_id: string
  message_id: string
  thread_external_id: string
  sender_id: string | null
  sender_name: string | null
  /** The same array in all rows with the same recipients: then they are sent once. */
  recipient_ids: readonly string[]
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

/** What a reading fills, beside the two ids of a message. */
export type Column = Exclude<keyof IncomingRow, 'external_id' | 'message_id'>

const text = { type: 'text', empty: null }
const flag = { type: 'boolean', empty: 'false' }
const object = { type: 'jsonb', empty: `'{}'::jsonb` }

/** Type of each column, and what stands there when the JSON does not name it (null: NULL). */
const sent: Record<Exclude<Column, 'recipient_ids'>, { type: string; empty: string | null }> = {
  thread_external_id: text,
  is_outgoing: flag,
  sender_id: text,
  sender_name: text,
  content_snippet: text,
  ts: { type: 'timestamptz', empty: null },
  ts_precision: text,
  kind: text,
  is_agent_channel: flag,
  exclude_from_automation: flag,
  has_attachments: flag,
  is_edited: flag,
  is_deleted: flag,
  is_forwarded: flag,
  forwarded_many: flag,
  quoted_text: text,
  quoted_sender: text,
  quoted_message_id: text,
  reactions: { type: 'jsonb', empty: `'[]'::jsonb` },
  status: text,
  file_name: text,
  duration_s: { type: 'real', empty: null },
  album_size: { type: 'integer', empty: null },
  details: object,
  witnesses: object,
}
const names = Object.keys(sent) as (keyof typeof sent)[]

/** Columns that a reading fills, in the order of the statements. */
export const columns: readonly Column[] = [...names, 'recipient_ids']

const typed = sql.raw(names.map(name => `${name} ${sent[name].type}`).join(', '))
const values = sql.raw(
  names.map(name => (sent[name].empty === null ? `x.${name}` : `coalesce(x.${name}, ${sent[name].empty}) as ${name}`)).join(', '),
)

/**
 * The rows as an item of a FROM list called `i`, with their `place` from 0, and with `types` (JSON) of what is told of each if it is new. Reading JSON is most of what a row costs beside its indexes
 * (measured: 35 µs with every key, 10 µs with those that say something), so that what is empty is left out and recipients stand apart.
 */
export function recordset(rows: readonly IncomingRow[], types: readonly (readonly EventType[])[] = []): SQL {
  const lists = [...new Set(rows.map(row => row.recipient_ids))]
  const json = toJson(rows.map((row, place) => said(row, { place, list: lists.indexOf(row.recipient_ids), types: types[place] })))
  return sql`(
    select x.place, x.types, x.external_id, x.message_id, ${values}, r.recipient_ids
    from jsonb_to_recordset(${json}::text::jsonb) as x(place integer, list integer, types jsonb, external_id text, message_id text, ${typed})
    join (select at - 1 as list, array(select jsonb_array_elements_text(ids)) as recipient_ids
      from jsonb_array_elements(${toJson(lists)}::text::jsonb) with ordinality as l(ids, at)) r on r.list = x.list
  ) as i`
}

/** Written out, in one shape for every row: putting it together key by key took longer than anything else that is done here (measured). */
function said(row: IncomingRow, beside: { place: number; list: number; types: readonly EventType[] | undefined }) {
  return {
    place: beside.place,
    list: beside.list,
    types: beside.types,
    external_id: row.external_id,
    message_id: row.message_id,
    thread_external_id: row.thread_external_id,
    is_outgoing: row.is_outgoing || undefined,
    sender_id: row.sender_id ?? undefined,
    sender_name: row.sender_name ?? undefined,
    content_snippet: row.content_snippet ?? undefined,
    ts: row.ts,
    ts_precision: row.ts_precision,
    kind: row.kind,
    is_agent_channel: row.is_agent_channel || undefined,
    exclude_from_automation: row.exclude_from_automation || undefined,
    has_attachments: row.has_attachments || undefined,
    is_edited: row.is_edited || undefined,
    is_deleted: row.is_deleted || undefined,
    is_forwarded: row.is_forwarded || undefined,
    forwarded_many: row.forwarded_many || undefined,
    quoted_text: row.quoted_text ?? undefined,
    quoted_sender: row.quoted_sender ?? undefined,
    quoted_message_id: row.quoted_message_id ?? undefined,
    reactions: filled(row.reactions),
    status: row.status ?? undefined,
    file_name: row.file_name ?? undefined,
    duration_s: row.duration_s ?? undefined,
    album_size: row.album_size ?? undefined,
    details: filled(row.details),
    witnesses: filled(row.witnesses),
  } satisfies Record<Exclude<keyof IncomingRow, 'recipient_ids'> | keyof typeof beside, unknown>
}

function filled<T extends object>(value: T): T | undefined {
  for (const _ in value) return value
  return undefined
}
