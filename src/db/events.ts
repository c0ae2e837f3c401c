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

/** Any number that no other lock of this program has. */
const outboxLock = 7_283_902

/**
 * Writes events in their order and returns those that were new. In the transaction of the rows that they tell about, and near its end: the
 * outbox is locked until it commits. An id is drawn when a row is written, not when it can be seen; without the lock a lower id could show
 * after a higher one, and a reader that asks for what is greater than the last id it saw would never see it. Postgres gives a lock free
 * after the commit can be seen, so ids become visible in their order.
 */
export async function writeEvents(tx: Queries, events: readonly NewEvent[]): Promise<StoredEvent[]> {
  if (events.length === 0) return []
  await tx.execute(sql.raw(`select pg_advisory_xact_lock(${outboxLock})`))
  const json = toJson(
    events.map(({ accountId, type, data, dedupeKey }, place) => ({ place, account_id: accountId, type, data, dedupe_key: dedupeKey })),
  )
  const [written] = await rowsOf<{ rows: [id: number, dedupeKey: string | null][] }>(
    tx,
    sql`with written as (
          insert into events (account_id, type, data, dedupe_key)
          select account_id, type, data, dedupe_key
          from jsonb_to_recordset(${json}::text::jsonb) as x(place int, account_id text, type text, data jsonb, dedupe_key text)
          order by place
          on conflict (account_id, dedupe_key) do nothing
          returning id, dedupe_key
        )
        select coalesce(json_agg(json_build_array(id, dedupe_key) order by id), '[]') as rows from written`,
  )
  // Those that were written are in the order of those that were given: what they say, in the spelling that is stored, need not come back.
  const given = JSON.parse(json) as EventRow[]
  let at = 0
  return written!.rows.map(([id, dedupeKey]) => {
    while (given[at]!.dedupe_key !== dedupeKey) at++
    return stored({ ...given[at++]!, id })
  })
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
  dedupe_key?: string | null
  account_id: string
  type: EventType
  data: Record<string, unknown>
}

function stored({ id, account_id, type, data }: EventRow): StoredEvent {
  return { id, accountId: account_id, type, data }
}
