/** The outbox. */
import { sql } from 'drizzle-orm'
import type { EventType, SyncEvent } from '../model.ts'
import { type Queries, rowsOf } from './client.ts'
import type { StoredEvent } from './store.ts'
import { toJson } from './text.ts'

/** Any number that no other lock of this program has. */
const outboxLock = 7_283_902

/**
 * Locks the outbox until the transaction ends; before the first event of it is written. An id is drawn when a row is written, not when it
 * can be seen; without the lock a lower id could show after a higher one, and a reader that asks for what is greater than the last id it
 * saw would never see it. Postgres gives a lock free after the commit can be seen, so ids become visible in their order.
 */
export async function lockOutbox(tx: Queries): Promise<void> {
  await tx.execute(sql`select ${outboxLocked}`)
}

/** The same as an expression of a statement that may write events: whatever is to be locked out must depend on its row. */
export const outboxLocked = sql.raw(`pg_advisory_xact_lock(${outboxLock})`)

/** Writes an event in the transaction of what it tells about, near its end (`lockOutbox`). */
export async function writeEvent(tx: Queries, { accountId, type, data }: SyncEvent): Promise<void> {
  await lockOutbox(tx)
  await tx.execute(sql`insert into events (account_id, type, data) values (${accountId}, ${type}, ${toJson(data)}::text::jsonb)`)
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

function stored({ id, account_id, type, data }: EventRow): StoredEvent {
  return { id, accountId: account_id, type, data }
}
