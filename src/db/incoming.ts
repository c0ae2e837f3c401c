/** Messages on their way into the database: a whole batch in one parameter, as little of it as says everything. */
import { type SQL, sql } from 'drizzle-orm'
import type { DeliveryStatus, EventType, MessageDetails, MessageKind, Reaction, TsPrecision, Witnesses } from '../model.ts'
import { toJson, toStored } from './text.ts'

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

/** What is told of a message if it is new: types of its events, and what they all say beside the row's id. */
export interface Told {
  types: readonly EventType[]
  data: Readonly<Record<string, unknown>>
}

/**
 * The rows as an item of a FROM list called `i`, with their `place` from 0; with `told`, of which there is one for each row, also the
 * `types` of its events (text, a space between two) and their `data`. Reading JSON is most of what a row costs beside its indexes (measured: 35 µs with every
 * key, 16 µs with those that say something, 6 µs with those that differ within the batch), so that what is empty is left out, and what is
 * the same in all rows stands beside them, once, as do recipients.
 */
export function recordset(rows: readonly IncomingRow[], told: readonly Told[] | null = null): SQL {
  const lists = [...new Set(rows.map(row => row.recipient_ids))]
  const shared = new Map(names.flatMap(name => sharedBy(name, rows)))
  const differs = Object.fromEntries(names.map(name => [name, !shared.has(name)])) as Differs
  const json = toJson(
    rows.map((row, place) => said(row, differs, { place, list: lists.indexOf(row.recipient_ids), ...tellings(told?.[place]) })),
  )
  const typed = sql.raw(names.flatMap(name => (differs[name] ? [`, ${name} ${sent[name].type}`] : [])).join(''))
  const values = sql.join(
    names.map(name => sql`${shared.get(name) ?? sql.raw(read(name))} as ${sql.raw(name)}`),
    sql`, `,
  )
  return sql`(
    select x.place, ${sql.raw(told ? 'x.types, x.data, ' : '')}x.external_id, x.message_id, ${values}, r.recipient_ids
    from jsonb_to_recordset(${json}::text::jsonb)
      as x(place integer, list integer, types text, data jsonb, external_id text, message_id text${typed})
    join (select at - 1 as list, array(select jsonb_array_elements_text(ids)) as recipient_ids
      from jsonb_array_elements(${toJson(lists)}::text::jsonb) with ordinality as l(ids, at)) r on r.list = x.list
  ) as i`
}

function read(name: keyof typeof sent): string {
  const { empty } = sent[name]
  return empty === null ? `x.${name}` : `coalesce(x.${name}, ${empty})`
}

function tellings(told: Told | undefined): { types: string | undefined; data: Told['data'] | undefined } {
  return { types: told?.types.join(' '), data: told?.data }
}

/** The column's value, where it is the same in all rows and can stand beside them. */
function sharedBy(name: keyof typeof sent, rows: readonly IncomingRow[]): [typeof name, SQL][] {
  const { type, empty } = sent[name]
  const value = rows[0]?.[name]
  if (type === 'jsonb') return rows.every(row => filled(row[name] as object) === undefined) ? [[name, sql.raw(`${empty}`)]] : []
  if (!rows.every(row => row[name] === value)) return []
  if (value === null) return [[name, sql.raw(`null::${type}`)]]
  if (typeof value === 'boolean') return [[name, sql.raw(String(value))]]
  return type === 'text' ? [[name, sql`${toStored(String(value))}::text`]] : []
}

type Differs = Readonly<Record<keyof typeof sent, boolean>>

/** Written out, in one shape for every row: putting it together key by key took longer than anything else that is done here (measured). */
function said(
  row: IncomingRow,
  differs: Differs,
  beside: { place: number; list: number; types: string | undefined; data: Told['data'] | undefined },
) {
  return {
    place: beside.place,
    list: beside.list,
    types: beside.types,
    data: beside.data,
    external_id: row.external_id,
    message_id: row.message_id,
    thread_external_id: differs.thread_external_id ? row.thread_external_id : undefined,
    is_outgoing: row.is_outgoing || undefined,
    sender_id: differs.sender_id ? (row.sender_id ?? undefined) : undefined,
    sender_name: differs.sender_name ? (row.sender_name ?? undefined) : undefined,
    content_snippet: differs.content_snippet ? (row.content_snippet ?? undefined) : undefined,
    ts: row.ts,
    ts_precision: differs.ts_precision ? row.ts_precision : undefined,
    kind: differs.kind ? row.kind : undefined,
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
    status: differs.status ? (row.status ?? undefined) : undefined,
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
