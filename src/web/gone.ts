/** Faults of a page that went away, named as what they are. */
import { setTimeout as sleep } from 'node:timers/promises'
import { BrowserError } from '../errors.ts'

/** A call that fails with its page can be told of a moment before the page itself. */
const momentMs = 500

/**
 * `work`, with whatever it throws because its browser is gone turned into a BrowserError: the cycle goes on in a new browser. `gone`: the signal
 * of the session that the work is done in; a stop that was asked for (`stop`) stays one.
 */
export async function inBrowser<T>(work: () => Promise<T>, gone: () => AbortSignal | undefined, stop: AbortSignal): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const signal = gone()
    if (!signal || stop.aborted) throw thrown
    if (!signal.aborted && /closed|crash|detached|disconnected/i.test(String(thrown)))
      await sleep(momentMs, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) throw thrown
    throw new BrowserError(signal.reason instanceof Error ? signal.reason.message : 'the browser went away', { cause: thrown })
  }
}
