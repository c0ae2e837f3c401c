/** The outbox as its readers see it: events with the message that each is about, as it stands now. */
import { type SQL, sql } from 'drizzle-orm'
import type { EventType } from '../model.ts'
import { type Database, iso, type Queries, rowsOf } from './client.ts'
import { messagesByRow } from './read-messages.ts'
import type { OutboxEdges, OutboxRow } from './store.ts'
import { toJson } from './text.ts'

/**
 * Events after an id, oldest first. Events of messages carry ids alone, so that text stands in one place; the text comes from there.
 * Null where the event is about none, or where the row is gone: purged, or one with another row by now, which had its own event.
 */
export function outboxAfter(queries: Queries, after: number, limit: number): Promise<OutboxRow[]> {
  return read(queries, sql`id > ${after} order by id limit ${limit}`)
}

/** These events, those that are gone left out. */
export function outboxOf(queries: Queries, ids: readonly number[]): Promise<OutboxRow[]> {
  return read(queries, sql`id in (select value::bigint from jsonb_array_elements_text(${toJson(ids)}::text::jsonb)) order by id`)
}

async function read(queries: Queries, chosen: SQL): Promise<OutboxRow[]> {
  const events = await rowsOf<Row>(
    queries,
    sql`select id, account_id, type, data, ${iso(sql`created_at`)} as created_at, (data->>'message_id')::float8 as message
        from events where ${chosen}`,
  )
  const rows = events.flatMap(({ message }) => message ?? [])
  const messages = new Map((await messagesByRow(queries, rows)).map(message => [message.row, message]))
  return events.map(({ id, account_id, type, data, created_at, message }) => ({
    id,
    accountId: account_id,
    type,
    data,
    createdAt: created_at,
    message: message === null ? null : (messages.get(message) ?? null),
  }))
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

/** Events removed in one transaction. */
const trimmedAtOnce = 5000

/**
 * Removes events from before an instant; what was given up before it goes too. One that a webhook still waits for stays with all that follow
 * it: of a gap between two events that are kept, a follower would not learn. The newest one stays too: followers know by it where they are.
 */
export async function trimOutbox(database: Database, before: string): Promise<number> {
  await database.transaction(tx => tx.execute(sql`delete from webhook_deliveries where dead_at < ${before}::timestamptz`))
  for (let removed = 0; ; ) {
    const rows = await database.transaction(tx =>
      rowsOf(
        tx,
        sql`delete from events where id in (
              select id from events where id < least(
                  (select max(id) from events), (select min(id) from events where created_at >= ${before}::timestamptz),
                  (select min(cursor) + 1 from webhooks), (select min(event_id) from webhook_deliveries))
              order by id limit ${trimmedAtOnce}
            ) returning id`,
      ),
    )
    removed += rows.length
    if (rows.length < trimmedAtOnce) return removed
  }
}

interface Row {
  id: number
  account_id: string
  type: EventType
  data: Record<string, unknown>
  created_at: string
  /** Row of the message. */
  message: number | null
}
