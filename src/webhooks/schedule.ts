/** When a delivery is tried again, when it is given up, and when an endpoint is left alone. Pure; milliseconds. */

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** A delivery that has failed for so long is given up. */
export const giveUpMs = 72 * hour

/** Failures in a row after which an endpoint is left alone. */
export const openAfter = 5

/**
 * Wait after the n-th failure: 10 s, tripled each time, up to twelve hours; a fifth more or less by chance, so that what failed together does
 * not come back together. `random` is from 0 to 1; `askedMs` is what the receiver asked for (`Retry-After`), at most a day.
 */
export function retryMs(failures: number, random: number, askedMs: number | null = null): number {
  const planned = Math.min(12 * hour, 10 * second * 3 ** Math.min(20, Math.max(0, failures - 1)))
  return Math.round(Math.max(planned * (0.8 + 0.4 * random), Math.min(askedMs ?? 0, 24 * hour)))
}

/** How long an endpoint with so many failures in a row is left alone: a minute, doubled with each probe that fails, up to an hour; 0 = not at all. */
export function pauseMs(failures: number): number {
  return failures < openAfter ? 0 : Math.min(hour, minute * 2 ** Math.min(20, failures - openAfter))
}

/** Whether a delivery is given up with a failure at `now`. */
export function isOver(firstAttemptAt: number, now: number): boolean {
  return now - firstAttemptAt >= giveUpMs
}
