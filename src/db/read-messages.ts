/**
 * Messages as other programs get them, a page at a time. No transaction is held between pages: a reader that takes its time blocks nobody.
 * What is stored while somebody walks gets higher row numbers, because writers to an account take turns (`lockAccount`); so a walk that is
 * bounded by the highest number of its beginning sees a fixed set of rows.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { MessageFacts } from '../message-view.ts'
import type { MessageKind } from '../model.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import { parseStored } from './text.ts'

/** Kinds that WhatsApp writes and no person: calls, and placeholders for what was taken back or has not come yet. */
export const systemKinds = ['call', 'deleted', 'waiting'] as const satisfies readonly MessageKind[]

/** Which messages. Instants ISO 8601 UTC; `since` counts, `until` does not. Null = no bound. */
export interface MessageFilter {
  accountId: string
  since: string | null
  until: string | null
  chatId: number | null
  kinds: readonly MessageKind[] | null
  includeSystem: boolean
}

/** Rows with numbers above `floor`, up to `ceiling`. */
export interface Sweep {
  floor: number
  ceiling: number
}

/** The last message that was given: its instant in microseconds, ISO 8601 UTC, and its row. */
export interface Position {
  at: string
  row: number
}

export interface MessagePage {
  filter: MessageFilter
  sweep: Sweep
  order: 'asc' | 'desc'
  /** Only what comes after this in the order; null = from its beginning. */
  after: Position | null
  /** Null = all. */
  limit: number | null
}

/** A message with what finds it again: its row, and its instant in microseconds for `Position`. */
export interface ReadMessage extends MessageFacts {
  row: number
  at: string
}

/** The highest row number of an account's messages; 0 when there is none. */
export async function highestRow(queries: Queries, accountId: string): Promise<number> {
  const [row] = await rowsOf<{ highest: number }>(
    queries,
    sql`select coalesce(max(m.id), 0) as highest from messages m where m.account_id = ${accountId}`,
  )
  return Number(row?.highest ?? 0)
}

/** One page of messages in their order. */
export async function messagePage(queries: Queries, page: MessagePage): Promise<ReadMessage[]> {
  return readRows(queries, pageOf(page, messageColumns))
}

/** These rows, in the order of their numbers; rows that are gone are left out. */
export async function messagesByRow(queries: Queries, rows: readonly number[]): Promise<ReadMessage[]> {
  if (rows.length === 0) return []
  return readRows(
    queries,
    sql`select ${messageColumns} from messages m join chats c on c.id = m.chat_id
        where m.id in (${list(rows)}) order by m.id`,
  )
}

/** `columns` of a page of messages `m` and their chats `c`. */
export function pageOf({ filter, sweep, order, after, limit }: MessagePage, columns: SQL): SQL {
  const direction = sql.raw(order)
  const beyond = sql.raw(order === 'asc' ? '>' : '<')
  return sql`select ${columns} from messages m join chats c on c.id = m.chat_id
    where ${matches(filter)} and m.id > ${sweep.floor} and m.id <= ${sweep.ceiling}
      ${after === null ? sql`` : sql`and (m.ts, m.id) ${beyond} (${after.at}::timestamptz, ${after.row}::bigint)`}
    order by m.ts ${direction}, m.id ${direction} ${limit === null ? sql`` : sql`limit ${limit}`}`
}

/** True of messages `m` that the filter lets through. */
export function matches({ accountId, since, until, chatId, kinds, includeSystem }: MessageFilter): SQL {
  const terms = [sql`m.account_id = ${accountId}`]
  if (chatId !== null) terms.push(sql`m.chat_id = ${chatId}`)
  if (since !== null) terms.push(sql`m.ts >= ${since}::timestamptz`)
  if (until !== null) terms.push(sql`m.ts < ${until}::timestamptz`)
  if (kinds !== null) terms.push(sql`m.kind in (${list(kinds)})`)
  else if (!includeSystem) terms.push(notSystem)
  return sql.join(terms, sql` and `)
}

/** True of messages `m` that a person wrote. */
export const notSystem = sql`m.kind not in (${list(systemKinds)})`

function list(values: readonly (string | number)[]): SQL {
  return sql.join(
    values.map(value => sql`${value}`),
    sql`, `,
  )
}

const micros = sql`to_char(m.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** What a `ReadMessage` is made of, of messages `m` and their chats `c`. */
export const messageColumns = sql`m.id::float8 as row, ${micros} as at, m.external_id as "externalId", c.external_id as "conversationId",
  c.title as "conversationName", ${iso(sql`m.ts`)} as ts, m.ts_precision as "tsPrecision", m.content_snippet as text,
  m.is_outgoing as "isOutgoing", m.sender_id as "senderId", m.sender_name as "senderName", m.kind, m.is_edited as "isEdited",
  m.is_deleted as "isDeleted", m.is_forwarded as "isForwarded", m.quoted_text as "quotedText", m.quoted_sender as "quotedSender",
  m.quoted_message_id as "quotedMessageId", m.reactions, m.status, m.file_name as "fileName", m.duration_s as "durationS", m.details,
  case when m.has_attachments then (
    select jsonb_agg(jsonb_build_object('id', a.id, 'mediaType', a.media_type, 'status', a.status, 'sizeBytes', a.size_bytes,
      'width', a.width, 'height', a.height, 'name', a.original_name) order by a.position)
    from attachments a where a.message_id = m.id) end as attachments`

/** Rows of `messageColumns`. Each travels as one JSON: the driver takes much longer over two dozen columns than `JSON.parse` does. */
export async function readRows(queries: Queries, query: SQL): Promise<ReadMessage[]> {
  const rows = await rowsOf<{ row: string }>(queries, sql`select row_to_json(x)::text as row from (${query}) x`)
  return rows.map(({ row }) => {
    const message = parseStored<ReadMessage & { attachments: ReadMessage['attachments'] | null }>(row)
    message.attachments ??= []
    return message
  })
}
