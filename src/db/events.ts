/** The outbox. */
import { sql } from 'drizzle-orm'
import type { EventType, SyncEvent } from '../model.ts'
import { type Queries, rowsOf } from './client.ts'
import type { StoredEvent } from './store.ts'
import { toJson } from './text.ts'

/** An event to be written; with a key it is written once for good. */
export interface NewEvent extends SyncEvent {
  dedupeKey: string | null
}

/** Writes events in their order and returns those that were new. In the transaction of the rows that they tell about. */
export async function writeEvents(tx: Queries, events: readonly NewEvent[]): Promise<StoredEvent[]> {
  if (events.length === 0) return []
  const rows = await rowsOf<EventRow>(
    tx,
    sql`insert into events (account_id, type, data, dedupe_key)
        select account_id, type, data, dedupe_key
        from jsonb_to_recordset(${toJson(events.map((event, place) => ({ ...row(event), place })))}::text::jsonb)
          as x(place int, account_id text, type text, data jsonb, dedupe_key text)
        order by place
        on conflict (account_id, dedupe_key) do nothing
        returning id, account_id, type, data`,
  )
  return rows.map(stored).sort((a, b) => a.id - b.id)
}

/** Events after an id, oldest first. */
export async function eventsAfter(queries: Queries, id: number, limit: number): Promise<StoredEvent[]> {
  const rows = await rowsOf<EventRow>(
    queries,
    sql`select id, account_id, type, data from events where id > ${id} order by id limit ${limit}`,
  )
  return rows.map(stored)
}

interface EventRow {
  id: number
  account_id: string
  type: EventType
  data: Record<string, unknown>
}

function row({ accountId, type, data, dedupeKey }: NewEvent) {
  return { account_id: accountId, type, data, dedupe_key: dedupeKey }
}

function stored({ id, account_id, type, data }: EventRow): StoredEvent {
  return { id, accountId: account_id, type, data }
}
