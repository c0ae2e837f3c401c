/** Between two cycles: the page is watched and what is new is read at once, or the browser is closed and costs nothing. */
import type { Config } from '../config.ts'
import { asEtlError, PageHung } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { BrowserKeeper } from '../web/browser-keeper.ts'
import type { Between } from './job.ts'

export interface BetweenParts {
  config: Pick<Config, 'sync'>
  keeper: Pick<BrowserKeeper, 'rest' | 'abandon'>
  /** Whether somebody is being shown a pairing code. */
  pairing(): boolean
  /** Watches and reads until `ending` aborts, or there is nothing to watch; `stop` ends what is in hand too. */
  watch(ending: AbortSignal, stop: AbortSignal, askForCycle: () => void): Promise<void>
  log: Logger
  /** How long a reading in hand may go on once a cycle is due, milliseconds. */
  graceMs?: number
  /** How long it may then take to end, before its page counts as one that hangs. */
  hungMs?: number
}

/** A reading takes seconds; a cycle does not wait longer for it. */
const readingMs = 8_000
const stopMs = 10_000

/** `signal`: the worker stops. */
export function makeBetween(
  { config, keeper, pairing, watch, log, graceMs = readingMs, hungMs = stopMs }: BetweenParts,
  signal: AbortSignal,
): Between {
  let ending = new AbortController()
  let stop = new AbortController()
  let going: Promise<void> = Promise.resolve()

  const live = async (askForCycle: () => void): Promise<void> => {
    await watch(AbortSignal.any([ending.signal, signal]), AbortSignal.any([stop.signal, signal]), askForCycle)
  }
  const rest = async (): Promise<void> => {
    // Whoever is shown a code scans it in this browser.
    if (!pairing()) await keeper.rest()
  }

  return {
    begin(how, askForCycle) {
      if (signal.aborted) return
      ending = new AbortController()
      stop = new AbortController()
      const wellEnded = how === 'complete' || how === 'incomplete'
      const work = config.sync.between === 'close' ? rest() : wellEnded ? live(askForCycle) : Promise.resolve()
      going = work.catch(error => log.warn({ err: error, code: asEtlError(error).code }, 'the time between two cycles is not made use of'))
    },
    async end() {
      ending.abort()
      const grace = setTimeout(() => stop.abort(), graceMs)
      const hung = setTimeout(() => keeper.abandon(new PageHung(graceMs + hungMs)), graceMs + hungMs)
      await going
      clearTimeout(grace)
      clearTimeout(hung)
    },
  }
}
