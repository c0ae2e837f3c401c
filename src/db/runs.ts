/** Runs and how far a source has come. */
import { sql } from 'drizzle-orm'
import type { Baseline } from '../drift.ts'
import type { Database, Queries } from './client.ts'
import { iso, rowsOf } from './client.ts'
import { cutToNow } from './clock.ts'
import type { Latest, RunEnd, RunStart } from './store.ts'
import { fromJson, toJson, toStored } from './text.ts'

/**
 * Writes down that a run has begun and returns its id. A run of the account that is still marked as running was killed: only one can
 * hold the profile.
 */
export async function startRun(database: Database, { accountId, trigger, since }: RunStart): Promise<string> {
  return database.transaction(async tx => {
    await tx.execute(
      sql`update sync_runs set status = 'failed', error = 'interrupted', finished_at = now() where account_id = ${accountId} and status = 'running'`,
    )
    await cutToNow(tx, accountId)
    const [run] = await rowsOf<{ id: string }>(
      tx,
      sql`insert into sync_runs (account_id, trigger, since) values (${accountId}, ${trigger}, ${since}) returning id`,
    )
    return run!.id
  })
}

/** Ends a run. Only a complete one that looked at every chat moves `last_successful_sync_at`. */
export async function finishRun(database: Database, runId: string, end: RunEnd): Promise<void> {
  await database.transaction(async tx => {
    const partial = end.partial ?? false
    const counts = partial ? { ...end.counts, partial } : end.counts
    const error = end.error === undefined ? null : toStored(end.error)
    const [run] = await rowsOf<{ account_id: string; trigger: string }>(
      tx,
      sql`update sync_runs set finished_at = now(), status = ${end.status}, counts = ${toJson(counts)}::text::jsonb, error = ${error},
            selector_set = ${end.selectorSet ?? null}, build = ${end.build ?? null}
          where id = ${runId} returning account_id, trigger`,
    )
    if (!run) return
    // A run of the time between two cycles leaves the state of the account to them.
    if (run.trigger === 'live') return
    const mark = end.arrivalMark && !partial ? toJson(end.arrivalMark) : null
    const succeeded = end.status === 'complete' && !partial ? sql`now()` : sql`null::timestamptz`
    await tx.execute(
      sql`insert into sync_state (account_id, source, last_successful_sync_at, last_run_id, arrival_mark)
          values (${run.account_id}, 'whatsapp', ${succeeded}, ${runId}, ${mark}::text::jsonb)
          on conflict (account_id, source) do update set
            last_successful_sync_at = coalesce(excluded.last_successful_sync_at, sync_state.last_successful_sync_at),
            arrival_mark = coalesce(excluded.arrival_mark, sync_state.arrival_mark),
            last_run_id = excluded.last_run_id, updated_at = now()`,
    )
  })
}

/** Moves the newest instant of a source; never back. In the transaction of the rows that earned it. */
export async function moveLastSeen(tx: Queries, accountId: string, ts: string): Promise<void> {
  await tx.execute(
    sql`insert into sync_state (account_id, source, last_seen_ts) values (${accountId}, 'whatsapp', ${ts})
        on conflict (account_id, source) do update set last_seen_ts = excluded.last_seen_ts, updated_at = now()
        where sync_state.last_seen_ts is null or sync_state.last_seen_ts < excluded.last_seen_ts`,
  )
}

/** How it stands, from earlier runs. */
export async function latest(database: Database, accountId: string): Promise<Latest> {
  const [state] = await rowsOf<{ success: string | null; seen: string | null }>(
    database.db,
    sql`select ${iso(sql`last_successful_sync_at`)} as success, ${iso(sql`last_seen_ts`)} as seen
        from sync_state where account_id = ${accountId} and source = 'whatsapp'`,
  )
  const runs = await rowsOf<NonNullable<Latest['lastRun']> & { partial: boolean }>(
    database.db,
    sql`select id, status, ${iso(sql`started_at`)} as "startedAt", ${iso(sql`finished_at`)} as "finishedAt", error, selector_set as "selectorSet",
          ${isPartial} as partial
        from sync_runs where account_id = ${accountId} and ${isCycle} order by started_at desc, id limit 50`,
  )
  const finished = runs.filter(run => run.status !== 'running' && !run.partial)
  const streak = finished.findIndex(run => run.status !== 'incomplete')
  return {
    lastSuccessfulSyncAt: state?.success ?? null,
    lastSeenTs: state?.seen ?? null,
    lastRun: runs[0] ? withoutMark(runs[0]) : null,
    incompleteInARow: streak < 0 ? finished.length : streak,
  }
}

/** Whether a run was a cycle; what is read between two of them tells nothing of the list, nor of when the next one is due. */
export const isCycle = sql`trigger <> 'live'`

/** Whether a run looked at some chats alone. */
export const isPartial = sql`coalesce((counts ->> 'partial')::boolean, false)`

function withoutMark({ partial: _, ...run }: NonNullable<Latest['lastRun']> & { partial: boolean }): NonNullable<Latest['lastRun']> {
  return run
}

/** Cycles that a new one is compared with. */
const comparedRuns = 50

/** What earlier cycles that ran to their end saw: null where there was none. */
export async function baseline(database: Database, accountId: string): Promise<Baseline | null> {
  const runs = await rowsOf<{ listed: number | null; selectors: StoredSelectors | null; odd: string[] | null; partial: boolean }>(
    database.db,
    sql`select (counts #>> '{chats,listed}')::int as listed, counts -> 'selectors' as selectors, ${isPartial} as partial,
          jsonb_path_query_array(counts, '$.incomplete[*] ? (@.reason == "not_understood" || @.reason == "not_opened").chat') as odd
        from sync_runs
        where account_id = ${accountId} and ${isCycle} and status in ('complete', 'incomplete') order by started_at desc, id limit ${comparedRuns}`,
  )
  const [newest] = runs
  if (!newest) return null
  const sets: Baseline['sets'] = {}
  for (const { selectors } of runs) {
    for (const [set, fields] of Object.entries(selectors?.sets ?? {})) {
      sets[set] ??= {}
      for (const [field, { hit, miss, by_candidate }] of Object.entries(fields)) {
        sets[set][field] ??= { hit: 0, miss: 0, by_candidate: {} }
        const sum = sets[set][field]
        sum.hit += hit
        sum.miss += miss
        for (const [candidate, hits] of Object.entries(by_candidate))
          sum.by_candidate[candidate] = (sum.by_candidate[candidate] ?? 0) + hits
      }
    }
  }
  const whole = runs.find(({ partial }) => !partial)
  return { listed: newest.listed ?? 0, sets, shifted: newest.selectors?.shifted ?? [], odd: fromJson(whole?.odd ?? []) }
}

/** What a run keeps of its fields, in `counts`. */
type StoredSelectors = Partial<Pick<Baseline, 'sets' | 'shifted'>>

/** Whether messages of the chat are stored. */
export async function holdsMessages(database: Database, chatId: number): Promise<boolean> {
  const [row] = await rowsOf<{ held: boolean }>(database.db, sql`select exists (select 1 from messages where chat_id = ${chatId}) as held`)
  return row?.held ?? false
}
