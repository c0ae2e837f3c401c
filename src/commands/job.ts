/** One cycle of the job as the worker runs it: counted, logged, and with its errors handled. */
import { pauseMinutes, type SelectorReport } from '../drift.ts'
import { asEtlError } from '../errors.ts'
import type { Bus } from '../events.ts'
import type { Logger } from '../log.ts'
import { countCycle, type Metrics } from '../metrics.ts'
import { defaultAccount } from '../model.ts'
import type { CycleResult } from '../sync-result.ts'
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
  /** Milliseconds the database took to answer; rejects when it does not, or is not what this version needs. */
  ping(): Promise<number>
  /** How well the last cycle understood the page; null before the first that could tell. */
  selectors?(): SelectorReport | null
  /** What goes on beside the cycles until the signal aborts: extraction, delivery of events. */
  background?(signal: AbortSignal, tell: (extractionProblem: string | null) => void): Promise<void>
  close(): Promise<void>
}

/** A profile that is not paired is looked at this often, so that a fresh pairing need not wait for a long interval. */
const pairingRetryMinutes = 5

interface CycleParts {
  intervalMinutes: number
  state: WorkerState
  log: Logger
  metrics: Metrics
  bus: Bus
  signal: AbortSignal
  now: () => number
}

/** Runs one cycle and never throws. Gives the minutes after which to try again, or null for the interval. */
export async function runJobCycle(job: Job, parts: CycleParts, trigger: Trigger): Promise<number | null> {
  const { intervalMinutes, state, log, metrics, bus, signal, now } = parts
  log.info({ trigger }, 'cycle started')
  try {
    const result = await job.cycle({ trigger, signal })
    state.ended(result)
    metrics.setSession(state.facts.session.status)
    countCycle(metrics, result)
    if (result.status === 'complete') metrics.setLastComplete(now())
    log.info(summary(result), 'cycle ended')
    return null
  } catch (thrown) {
    if (signal.aborted) {
      log.info('cycle stopped; what was stored stays, the next one goes on from there')
      return null
    }
    const error = asEtlError(thrown)
    const { result } = thrown as { result?: CycleResult }
    state.failed(error)
    metrics.setSession(state.facts.session.status)
    metrics.syncErrors.inc({ code: error.code })
    if (result) countCycle(metrics, result)
    // A cycle that came far enough to have a result has told the bus itself.
    else bus.emit({ type: 'sync.failed', accountId: defaultAccount, data: { code: error.code } })
    if (error.code === 'login_required') log.warn('pairing needed: stop the worker, run `whatsapp-etl pair`, start it again')
    else log.error({ err: error, code: error.code }, 'cycle failed')
    if (error.code === 'selector_drift') {
      const minutes = pauseMinutes(state.driftsInARow, intervalMinutes)
      log.warn({ next_in_minutes: minutes }, 'reading pauses; a new selector set in SELECTORS_DIR or a SIGHUP starts it again at once')
      return minutes
    }
    return error.code === 'login_required' ? Math.min(pairingRetryMinutes, intervalMinutes) : null
  }
}

/** Counts only: the list of incomplete chats holds names. */
function summary({ run_id, status, seconds, chats, messages, attachments, incomplete }: CycleResult) {
  const reasons: Record<string, number> = {}
  for (const { reason } of incomplete) reasons[reason] = (reasons[reason] ?? 0) + 1
  return { run_id, status, seconds, chats, messages, attachments, incomplete: reasons }
}
