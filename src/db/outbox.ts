/** The outbox as its readers see it: events with the message that each is about, as it stands now. */
import { sql } from 'drizzle-orm'
import type { MessageFacts } from '../message-view.ts'
import type { EventType } from '../model.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import type { OutboxEdges, OutboxRow } from './store.ts'
import { fromStored } from './text.ts'

/**
 * Events after an id, oldest first. Events of messages carry ids alone, so that text stands in one place; the text comes from there.
 * Null where the event is about none, or where the row is gone: purged, or one with another row by now, which had its own event.
 */
export async function outboxAfter(queries: Queries, after: number, limit: number): Promise<OutboxRow[]> {
  const rows = await rowsOf<Row>(
    queries,
    sql`select e.id, e.account_id, e.type, e.data, m.external_id, c.external_id as chat, c.title, ${iso(sql`m.ts`)} as ts, m.content_snippet,
          m.is_outgoing, m.sender_id
        from (select id, account_id, type, data from events where id > ${after} order by id limit ${limit}) e
        left join messages m on m.id = (e.data->>'message_id')::bigint
        left join chats c on c.id = m.chat_id
        order by e.id`,
  )
  return rows.map(({ id, account_id, type, data, ...message }) => ({ id, accountId: account_id, type, data, message: factsOf(message) }))
}

/** How far the outbox reaches. */
export async function outboxEdges(queries: Queries): Promise<OutboxEdges> {
  const [edges] = await rowsOf<OutboxEdges>(
    queries,
    sql`select (select min(id) from events) as first, coalesce((select max(id) from events), 0) as last,
          coalesce(pg_sequence_last_value(pg_get_serial_sequence('events', 'id')::regclass), 0) as drawn`,
  )
  return edges!
}

type Row = { id: number; account_id: string; type: EventType; data: Record<string, unknown> } & MessageRow

type MessageRow =
  | { external_id: null }
  | {
      external_id: string
      chat: string
      title: string
      ts: string
      content_snippet: string | null
      is_outgoing: boolean
      sender_id: string | null
    }

function factsOf(row: MessageRow): MessageFacts | null {
  if (row.external_id === null) return null
  return {
    externalId: fromStored(row.external_id),
    conversationId: fromStored(row.chat),
    conversationName: fromStored(row.title),
    ts: row.ts,
    text: row.content_snippet === null ? null : fromStored(row.content_snippet),
    isOutgoing: row.is_outgoing,
    senderId: row.sender_id === null ? null : fromStored(row.sender_id),
  }
}
