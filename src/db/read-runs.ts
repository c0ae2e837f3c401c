/** Runs and coverage as other programs get them. */
import { sql } from 'drizzle-orm'
import type { Coverage } from '../model.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import type { RunStatus, RunTrigger } from './store.ts'
import { fromJson } from './text.ts'

/** One run; `counts` is what `sync --json` prints of it, empty until it ends. */
export interface ReadRun {
  id: string
  trigger: RunTrigger
  status: RunStatus | 'running'
  since: string
  startedAt: string
  finishedAt: string | null
  error: string | null
  selectorSet: string | null
  build: string | null
  counts: Record<string, unknown>
}

/** What is known to be complete of a chat; `intervals` newest first. A chat that was purged and holds nothing is not listed. */
export interface ReadCoverage {
  conversationId: string
  name: string
  archived: boolean
  incompleteReason: string | null
  lastReadAt: string | null
  intervals: Coverage[]
}

/** The newest runs of an account, newest first. */
export async function runs(queries: Queries, accountId: string, limit: number): Promise<ReadRun[]> {
  const rows = await rowsOf<ReadRun>(
    queries,
    sql`select id, trigger, status, ${iso(sql`since`)} as since, ${iso(sql`started_at`)} as "startedAt", ${iso(sql`finished_at`)} as "finishedAt",
          error, selector_set as "selectorSet", build, counts
        from sync_runs where account_id = ${accountId} order by started_at desc, id limit ${limit}`,
  )
  return rows.map(row => fromJson({ ...row }))
}

/** Coverage by chat, in the order of their titles; with `onlyIncomplete` those alone whose window is not known to be complete. */
export async function coverage(queries: Queries, accountId: string, onlyIncomplete: boolean): Promise<ReadCoverage[]> {
  const rows = await rowsOf<ReadCoverage>(
    queries,
    sql`select c.external_id as "conversationId", c.title as name, c.archived, c.incomplete_reason as "incompleteReason",
          ${iso(sql`c.last_read_at`)} as "lastReadAt",
          coalesce((select jsonb_agg(jsonb_build_object('from', ${iso(sql`v.from_ts`)}, 'to', ${iso(sql`v.to_ts`)}, 'fromEdge', v.from_edge) order by v.to_ts desc)
            from chat_coverage v where v.chat_id = c.id), '[]'::jsonb) as intervals
        from chats c where c.account_id = ${accountId}
          ${onlyIncomplete ? sql`and (c.incomplete_reason is not null or c.last_read_at is null)` : sql``}
          and (exists (select from messages m where m.chat_id = c.id) or not exists (select from tombstones t
            where t.account_id = c.account_id and (t.chat_id = c.id or t.chat_id is null) and c.first_seen_at <= t.created_at))
        order by c.title, c.id`,
  )
  return rows.map(row => fromJson({ ...row }))
}
