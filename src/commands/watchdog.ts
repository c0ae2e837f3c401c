/** Ends work that makes no headway any more. */
import { PageHung } from '../errors.ts'

export interface WatchdogOptions {
  /** Work that gives no sign of life for this long is ended, milliseconds. */
  quietMs: number
  /** How long it may take to end by itself once it was told to, milliseconds; after that it is left to itself. */
  graceMs: number
  /** Told once, when the work is given up. */
  onQuiet(reason: PageHung): void
}

export interface Watchdog {
  /** Aborts when the work is told to stop from outside, and with PageHung when it is given up. */
  signal: AbortSignal
  /** A sign of life. */
  alive(): void
  /** What the work gives; rejects with PageHung where it was given up and does not end within the grace. To be called once. */
  over<T>(work: Promise<T>): Promise<T>
}

/** A watchdog, watching from now on until the work is over. */
export function makeWatchdog({ quietMs, graceMs, onQuiet }: WatchdogOptions, outer: AbortSignal): Watchdog {
  const given = new AbortController()
  const quiet = setTimeout(() => {
    const reason = new PageHung(quietMs)
    onQuiet(reason)
    given.abort(reason)
  }, quietMs)
  return {
    signal: AbortSignal.any([outer, given.signal]),
    alive: () => {
      if (!given.signal.aborted) quiet.refresh()
    },
    async over(work) {
      let grace: NodeJS.Timeout | undefined
      const left = new Promise<never>((_resolve, reject) => {
        given.signal.addEventListener('abort', () => {
          grace = setTimeout(() => reject(given.signal.reason), graceMs)
        })
      })
      // What ends after the grace ends unheard.
      work.catch(() => undefined)
      try {
        return await Promise.race([work, left])
      } finally {
        clearTimeout(quiet)
        clearTimeout(grace)
      }
    },
  }
}
