/** Opens the job of a worker, as patiently as its database needs. */
import { setTimeout as sleep } from 'node:timers/promises'
import { asEtlError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { backoffMs, openingBackoff, reactionTo } from '../retry.ts'
import type { Job } from './job.ts'

export interface Opening {
  /** Opens and migrates the database. */
  open(signal: AbortSignal): Promise<Job>
  log: Logger
  /** How long a database that does not answer is waited for, milliseconds. */
  patienceMs: number
  now: () => number
  random: () => number
}

/** The job; null when the worker was told to stop meanwhile. Throws what waiting does not change, and what lasts longer than the patience. */
export async function openPatiently({ open, log, patienceMs, now, random }: Opening, signal: AbortSignal): Promise<Job | null> {
  const giveUpAt = now() + patienceMs
  for (let failures = 1; ; failures++) {
    try {
      const opening = open(signal)
      const job = await Promise.race([opening, aborted(signal).then(() => null)])
      // Told to stop while it was opening: what opens after all is closed again, nobody waits for it.
      if (job === null) void opening.then(late => late.close()).catch(() => {})
      return job
    } catch (thrown) {
      if (signal.aborted) return null
      const error = asEtlError(thrown)
      const pause = backoffMs(failures, openingBackoff, random())
      if (reactionTo(error, 'start') !== 'retry' || now() + pause > giveUpAt) throw error
      log.warn({ code: error.code, retry_ms: pause }, `the database is not ready yet: ${error.message}`)
      await sleep(pause, undefined, { signal }).catch(() => {})
      if (signal.aborted) return null
    }
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
