/** One cycle of the job as the worker runs it: counted, logged, and with its errors handled. */
import type { Condition } from '../db/condition.ts'
import type { Reader } from '../db/reader.ts'
import { pauseMinutes, type SelectorReport } from '../drift.ts'
import { asEtlError, type EtlError } from '../errors.ts'
import type { Bus } from '../events.ts'
import type { Logger } from '../log.ts'
import { countCycle, type Metrics } from '../metrics.ts'
import { defaultAccount } from '../model.ts'
import { backoffMs, cycleBackoff, personWaitMs, reactionTo } from '../retry.ts'
import type { CycleResult } from '../sync/result.ts'
import type { AccountFacts } from './account-facts.ts'
import type { WorkerState } from './worker-state.ts'

export type Trigger = 'start' | 'schedule' | 'command'

/** Instants are ISO 8601 UTC. */
export interface RunRecord {
  lastSuccessfulSyncAt: string | null
  /** `running` stays on record after a crash. */
  lastRun: { status: CycleResult['status'] | 'running'; startedAt: string; error: string | null; selectorSet: string | null } | null
  /** Finished runs in a row, up to the last one, that ran but were not complete. */
  incompleteInARow: number
}

/** The job, once its database is open and migrated. */
export interface Job {
  cycle(options: { trigger: Trigger; signal: AbortSignal }): Promise<CycleResult>
  /** What is on record of earlier runs, whichever process ran them. */
  latest(): Promise<RunRecord>
  /** Milliseconds the database took to answer; rejects when it does not. */
  ping(): Promise<number>
  /** Whether the database takes writes, and whether its tables are those of this version. */
  condition?(): Promise<Condition>
  /** How the account's chats stand. May be kept for a while; another `run` than before asks anew. */
  account?(run: string): Promise<AccountFacts>
  /** How well the last cycle understood the page; null before the first that could tell. */
  selectors?(): SelectorReport | null
  /** What the API reads. */
  reader?: Reader
  session?: JobSession
  /** Why the last cycle could not store a picture; null when it could store all. */
  storageProblem?(): string | null
  /** What goes on between two cycles. */
  between?: Between
  /** What goes on beside the cycles until the signal aborts: extraction, delivery of events. */
  background?(signal: AbortSignal, tell: (extractionProblem: string | null) => void): Promise<void>
  close(): Promise<void>
}

/** The time between two cycles. It never overlaps with one: whoever begins a cycle ends it first. */
export interface Between {
  /** A cycle has ended so (null: it was stopped). `askForCycle` is called where one should begin at once. Returns at once, never throws. */
  begin(how: CycleResult['status'] | null, askForCycle: () => void): void
  /** Resolves once nothing of it touches the page any more; never rejects. */
  end(): Promise<void>
}

/** The browser session beside its cycles. */
export interface JobSession {
  /** Opens it where there is none, and keeps a pairing code fresh for a while. Returns at once. */
  attend(): void
  /** The pairing code on the screen; null where there is none. A secret: for drawing only. */
  code(): string | null
}

interface CycleParts {
  intervalMinutes: number
  state: WorkerState
  log: Logger
  metrics: Metrics
  bus: Bus
  signal: AbortSignal
  now: () => number
  /** From 0 to 1, drawn anew with each call. */
  random: () => number
}

/** What follows a cycle: the next one after so many milliseconds (null = the interval), or the end of the worker. */
export type Next = { afterMs: number | null } | { stop: EtlError }

/** Runs one cycle and never throws. */
export async function runJobCycle(job: Job, parts: CycleParts, trigger: Trigger): Promise<Next> {
  const { state, log, metrics, signal, now } = parts
  log.info({ trigger }, 'cycle started')
  let next: Next
  try {
    const result = await job.cycle({ trigger, signal })
    state.ended(result)
    countCycle(metrics, result)
    if (result.status === 'complete') metrics.setLastComplete(now())
    log.info(summary(result), 'cycle ended')
    next = { afterMs: null }
  } catch (thrown) {
    if (signal.aborted) {
      log.info('cycle stopped; what was stored stays, the next one goes on from there')
      return { afterMs: null }
    }
    next = failed(thrown, parts)
  }
  metrics.setSession(state.facts.session.status, state.facts.session.problem)
  metrics.failuresInARow.set(state.facts.failuresInARow)
  metrics.retrySeconds.set('afterMs' in next && state.facts.failuresInARow > 0 ? (next.afterMs ?? 0) / 1000 : 0)
  return next
}

/** Tells of a cycle that failed, and decides what follows. */
function failed(thrown: unknown, { intervalMinutes, state, log, metrics, bus, random }: CycleParts): Next {
  const error = asEtlError(thrown)
  const { result } = thrown as { result?: CycleResult }
  const reaction = reactionTo(error)
  state.failed(error)
  metrics.syncErrors.inc({ code: error.code })
  if (result) countCycle(metrics, result)
  // A cycle that came far enough to have a result has told the bus itself.
  else bus.emit({ type: 'sync.failed', accountId: defaultAccount, data: { code: error.code } })
  if (error.code === 'login_required')
    log.warn('pairing needed: scan the code of GET /initialize, or stop the worker, run `whatsapp-etl pair`, start it again')
  else log.error({ err: error, code: error.code }, 'cycle failed')
  if (reaction === 'stop') return { stop: error }
  if (reaction === 'wait_for_person') return { afterMs: personWaitMs(intervalMinutes) }
  if (reaction === 'pause_extraction') {
    const minutes = pauseMinutes(state.driftsInARow, intervalMinutes)
    log.warn({ next_in_minutes: minutes }, 'reading pauses; a new selector set in SELECTORS_DIR or a SIGHUP starts it again at once')
    return { afterMs: minutes * 60_000 }
  }
  const { failuresInARow } = state.facts
  const afterMs = backoffMs(failuresInARow, cycleBackoff(intervalMinutes), random())
  log.info({ failures_in_a_row: failuresInARow, next_in_seconds: Math.round(afterMs / 1000) }, 'it is tried again')
  return { afterMs }
}

/** Counts only: the list of incomplete chats holds names. */
function summary({ run_id, status, seconds, chats, messages, attachments, incomplete }: CycleResult) {
  const reasons: Record<string, number> = {}
  for (const { reason } of incomplete) reasons[reason] = (reasons[reason] ?? 0) + 1
  return { run_id, status, seconds, chats, messages, attachments, incomplete: reasons }
}
