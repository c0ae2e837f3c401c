/** What the worker does about an error, and how long it waits before it tries again. The one place that decides it; pure. */
import type { ErrorCode, EtlError } from './errors.ts'

/**
 * `retry`: a fault that may pass by itself. `wait_for_person`: it passes when somebody acts, which is looked for now and then.
 * `pause_extraction`: the page is not understood; reading pauses for longer and longer. `stop`: trying again changes nothing, the worker ends.
 */
export type Reaction = 'retry' | 'wait_for_person' | 'pause_extraction' | 'stop'

const reactions: Record<ErrorCode, Reaction> = {
  config: 'stop',
  usage: 'stop',
  schema: 'stop',
  locked: 'retry',
  login_required: 'wait_for_person',
  person_needed: 'wait_for_person',
  selector_drift: 'pause_extraction',
  retryable: 'retry',
  browser: 'retry',
  internal: 'retry',
}

/** At the start nothing runs yet: a directory that is held means a second worker, and what nobody foresaw is told at once. */
const atStart: Partial<Record<ErrorCode, Reaction>> = { locked: 'stop', internal: 'stop' }

/** The reaction to an error of a cycle, or of the start (`during`), when the database is opened. */
export function reactionTo({ code }: Pick<EtlError, 'code'>, during: 'cycle' | 'start' = 'cycle'): Reaction {
  return (during === 'start' ? atStart[code] : undefined) ?? reactions[code]
}

export interface Backoff {
  /** The first wait and the longest one, milliseconds. */
  firstMs: number
  ceilingMs: number
}

/**
 * Milliseconds to wait after the `failures`-th failure in a row (from 1): doubled with each, never above the ceiling, and drawn from the upper
 * half of that (equal jitter), so that many workers do not come back at the same moment. `random` is from 0 to 1.
 */
export function backoffMs(failures: number, { firstMs, ceilingMs }: Backoff, random: number): number {
  const whole = Math.min(ceilingMs, firstMs * 2 ** Math.min(failures - 1, 30))
  return Math.round(whole / 2 + (whole / 2) * random)
}

const MINUTE = 60_000

/** Cycles that fail: from about 15 s on, at most a quarter of an hour, and never longer than the interval would have taken. */
export function cycleBackoff(intervalMinutes: number): Backoff {
  return { firstMs: 15_000, ceilingMs: Math.min(intervalMinutes, 15) * MINUTE }
}

/** A chat whose readings come to nothing, from the third of them on. */
export const chatBackoff: Backoff = { firstMs: 10 * MINUTE, ceilingMs: 24 * 60 * MINUTE }

/** Reading between two cycles, which the next of them makes up for. */
export const liveBackoff: Backoff = { firstMs: 2000, ceilingMs: MINUTE }

/** A database that does not answer yet at the start. */
export const openingBackoff: Backoff = { firstMs: 1000, ceilingMs: 5000 }

/** How often it is looked whether somebody has paired the profile or cleared the page; never less often than the interval. */
export function personWaitMs(intervalMinutes: number): number {
  return Math.min(5, intervalMinutes) * MINUTE
}
