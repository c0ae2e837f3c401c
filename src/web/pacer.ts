/** Pauses between actions on the page: irregular, as a person's are, and never longer than they need to be. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pace } from '../config.ts'

export interface Pacer {
  /** Waits out the pause before the next scroll step. */
  scroll(): Promise<void>
  /** Waits out the pause before the next chat. */
  chat(): Promise<void>
  /** Waits until `ageMs` have passed since `since` (the caller's clock); returns at once when they have. */
  until(since: number, ageMs: number): Promise<void>
  /** Milliseconds spent waiting so far: reported apart, so that gentle limits do not hide slow code. */
  waitedMs(): number
  /** Milliseconds of a monotonic clock. */
  now(): number
}

/**
 * A pacer whose pauses are drawn evenly from half to one and a half of the mean, counted from the end of the last one: time
 * that the page needed anyway is not waited for again. `random` gives numbers in [0, 1).
 */
export function makePacer(
  pace: Pick<Pace, 'scrollPauseMs' | 'chatPauseMs'>,
  signal: AbortSignal,
  random: () => number = Math.random,
): Pacer {
  let waited = 0
  let last = performance.now()
  const wait = async (ms: number) => {
    if (ms <= 0) return signal.throwIfAborted()
    const started = performance.now()
    await sleep(ms, undefined, { signal })
    waited += performance.now() - started
  }
  const pause = async (meanMs: number) => {
    const due = last + meanMs * (0.5 + random())
    await wait(due - performance.now())
    last = performance.now()
  }
  return {
    scroll: () => pause(pace.scrollPauseMs),
    chat: () => pause(pace.chatPauseMs),
    until: (since, ageMs) => wait(since + ageMs - performance.now()),
    waitedMs: () => waited,
    now: () => performance.now(),
  }
}
