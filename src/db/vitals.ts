/** Signs of whether reading still brings what is there: rows that were not understood, what the last cycle saw, how long nothing has come. */
import { sql } from 'drizzle-orm'
import { iso, type Queries, rowsOf } from './client.ts'
import { isCycle } from './runs.ts'

/** Instants ISO 8601 UTC. */
export interface Vitals {
  /** Rows seen since the instant that was asked for which are not understood by now either. */
  openRejects: number
  /** The last cycle that ran to its end. */
  lastEnded: { id: string; listed: number; seen: number; rejected: number } | null
  newestTs: string | null
}

export async function vitals(queries: Queries, accountId: string, since: string): Promise<Vitals> {
  const count = (path: string) => sql`coalesce((counts #>> ${path}::text[])::int, 0)`
  const [row] = await rowsOf<Vitals>(
    queries,
    sql`select
          (select count(*)::int from rejects where account_id = ${accountId} and resolved_at is null and last_seen_at >= ${since}) as "openRejects",
          (select json_build_object('id', id, 'listed', ${count('{chats,listed}')}, 'seen', ${count('{messages,seen}')},
              'rejected', ${count('{messages,rejected}')})
            from sync_runs where account_id = ${accountId} and ${isCycle} and status in ('complete', 'incomplete') order by started_at desc, id limit 1) as "lastEnded",
          (select ${iso(sql`max(ts)`)} from messages where account_id = ${accountId}) as "newestTs"`,
  )
  return row!
}

/** The longest time that passed between two messages since an instant, seconds; null where they are too few to tell what is usual. */
export async function longestPause(queries: Queries, accountId: string, since: string): Promise<number | null> {
  const [row] = await rowsOf<{ messages: number; pause: number | null }>(
    queries,
    sql`select count(*)::int as messages, max(pause)::float8 as pause from (
          select extract(epoch from ts - lag(ts) over (order by ts)) as pause from messages where account_id = ${accountId} and ts >= ${since}
        ) as pauses`,
  )
  return row && row.messages >= usualFrom ? row.pause : null
}

/** What is usual is told by so many messages. */
const usualFrom = 50
