/** Token buckets: a few actions at once after a quiet time, and no more than the settings say as long as it lasts. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pace } from '../config.ts'

/** What is limited: steps of scrolling, chats opened, pictures that the page is asked to download. */
export type PacedKind = 'scroll' | 'chat' | 'download'

/** Time as the buckets know it; another one in tests. */
export interface Clock {
  /** Milliseconds of a monotonic clock. */
  now(): number
  /** Resolves after `ms`; rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

const monotonicClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
}

/** The buckets of one worker. They outlive its cycles: one that is full again at the start of each would limit nothing. */
export interface Buckets {
  /** Takes one token, as soon as there is one; gives the milliseconds that were waited for it. Rejects when the signal is aborted. */
  take(kind: PacedKind, signal: AbortSignal): Promise<number>
  readonly clock: Clock
}

/** So many actions may follow each other at once when nothing was done for a while: a new message in one chat needs no more. */
export const burst = 3

/** Buckets of `burst` tokens, full at first, that get a new one every mean pause of `pace`. `random` gives numbers in [0, 1). */
export function makeBuckets(
  pace: Pick<Pace, 'scrollPauseMs' | 'chatPauseMs' | 'downloadPauseMs'>,
  { clock = monotonicClock, random = Math.random }: { clock?: Clock; random?: () => number } = {},
): Buckets {
  const bucket = { clock, random, capacity: burst }
  const buckets: Record<PacedKind, TakeToken> = {
    scroll: tokenBucket({ ...bucket, meanMs: pace.scrollPauseMs }),
    chat: tokenBucket({ ...bucket, meanMs: pace.chatPauseMs }),
    download: tokenBucket({ ...bucket, meanMs: pace.downloadPauseMs }),
  }
  return { take: (kind, signal) => buckets[kind](signal), clock }
}

type TakeToken = (signal: AbortSignal) => Promise<number>

/** A bucket's way to take a token. A token comes after half to one and a half of `meanMs`, evenly drawn: irregular, as a person is. */
function tokenBucket({
  capacity,
  meanMs,
  clock,
  random,
}: {
  capacity: number
  meanMs: number
  clock: Clock
  random: () => number
}): TakeToken {
  let tokens = capacity
  /** When the next token comes; means nothing while the bucket is full. */
  let due = 0
  const interval = () => meanMs * (0.5 + random())
  return async signal => {
    signal.throwIfAborted()
    if (meanMs <= 0) return 0
    const started = clock.now()
    for (;;) {
      const now = clock.now()
      for (; tokens < capacity && due <= now; due += interval()) tokens++
      if (tokens > 0) {
        if (tokens === capacity) due = now + interval()
        tokens--
        return now - started
      }
      await clock.sleep(due - now, signal)
    }
  }
}
