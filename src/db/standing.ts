/** How the account stands: its last runs, its session as far as events tell, and how much is stored. */
import { type SQL, sql } from 'drizzle-orm'
import type { EventType } from '../model.ts'
import { iso } from './client.ts'
import { isCycle } from './runs.ts'
import type { RunStatus } from './store.ts'

/** Instants ISO 8601 UTC. */
export interface Standing {
  lastSuccessfulSyncAt: string | null
  lastRun: {
    status: RunStatus | 'running'
    trigger: string
    startedAt: string
    finishedAt: string | null
    seconds: number | null
    error: string | null
    selectorSet: string | null
  } | null
  /** The last event about the session. */
  session: { type: EventType; at: string } | null
  stored: { chats: number; messages: number; newestTs: string | null; attachments: Record<string, number>; queuedJobs: number }
  /** Rows that were not understood, and are not by now either. */
  openRejects: number
}

/** One row, one column: a `Standing` as JSON. */
export function standingQuery(accountId: string): SQL {
  const run = sql`select json_build_object('status', status, 'trigger', trigger, 'startedAt', ${iso(sql`started_at`)},
      'finishedAt', ${iso(sql`finished_at`)}, 'seconds', counts -> 'seconds', 'error', error, 'selectorSet', selector_set)
    from sync_runs where account_id = ${accountId} and ${isCycle} order by started_at desc, id limit 1`
  const session = sql`select json_build_object('type', type, 'at', ${iso(sql`created_at`)}) from events
    where account_id = ${accountId} and type in ('session.qr', 'session.connected', 'session.expired', 'session.disconnected')
    order by id desc limit 1`
  const attachments = sql`select coalesce(json_object_agg(status, count), '{}'::json) from (
      select a.status, count(*)::int from attachments a join messages m on m.id = a.message_id where m.account_id = ${accountId} group by 1
    ) as by_status`
  const of = (table: string) => sql`from ${sql.identifier(table)} where account_id = ${accountId}`
  return sql`select json_build_object(
      'lastSuccessfulSyncAt', (select ${iso(sql`last_successful_sync_at`)} ${of('sync_state')} and source = 'whatsapp'),
      'lastRun', (${run}),
      'session', (${session}),
      'stored', json_build_object(
        'chats', (select count(*)::int ${of('chats')}), 'messages', (select count(*)::int ${of('messages')}),
        'newestTs', (select ${iso(sql`max(ts)`)} ${of('messages')}), 'attachments', (${attachments}),
        'queuedJobs', (select count(*)::int from extraction_jobs where status in ('queued', 'running'))
      ),
      'openRejects', (select count(*)::int ${of('rejects')} and resolved_at is null)
    ) as standing`
}
