/** The pace of one cycle: waits for the worker's token buckets, and keeps account of how long. */
import type { Buckets, PacedKind } from './buckets.ts'

export interface Pacer {
  /** Waits until the next scroll step may be made. */
  scroll(): Promise<void>
  /** Waits until the next chat may be opened. */
  chat(): Promise<void>
  /** Waits until the page may be asked for the next picture. */
  download(): Promise<void>
  /** Waits until `ageMs` have passed since `since` (of `now`); returns at once when they have. */
  until(since: number, ageMs: number): Promise<void>
  /** Milliseconds that the buckets held this cycle up, by kind: told apart, so that gentle limits do not hide slow code. */
  waitedMs(): Record<PacedKind, number>
  /** Milliseconds of a monotonic clock. */
  now(): number
}

/** A pacer that stops waiting, with the signal's reason, when the cycle does. */
export function makePacer(buckets: Buckets, signal: AbortSignal): Pacer {
  const { clock } = buckets
  const waited: Record<PacedKind, number> = { scroll: 0, chat: 0, download: 0 }
  const take = async (kind: PacedKind) => {
    waited[kind] += await buckets.take(kind, signal)
  }
  return {
    scroll: () => take('scroll'),
    chat: () => take('chat'),
    download: () => take('download'),
    async until(since, ageMs) {
      signal.throwIfAborted()
      const ms = since + ageMs - clock.now()
      if (ms > 0) await clock.sleep(ms, signal)
    },
    waitedMs: () => ({ scroll: Math.round(waited.scroll), chat: Math.round(waited.chat), download: Math.round(waited.download) }),
    now: () => clock.now(),
  }
}
