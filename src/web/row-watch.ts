/** Watches the rows of the page from a world of its own: one observer there, asked by one long poll at a time. */
import { z } from 'zod'
import { inTime } from './ask.ts'
import { evaluateIn } from './isolated-world.ts'
import { type WatchQuestion, watchRows } from './page/watch-rows.ts'
import type { Session } from './session.ts'

/** What changed since the answer before, and how long ago the first change was. */
export interface Changes {
  list: boolean
  conversation: boolean
  forMs: number
}

/** Selectors, any of which may hold the rows. */
export type Parts = Record<'list' | 'conversation', readonly string[]>

/** How often a poll is made anew, and how long beyond that the page may take to answer. */
const pollMs = 30_000
const patienceMs = 20_000
const stopMs = 1_000
/** Rows come in several steps (text, ticks, badge): they are read once they are still, and not later than this after the first. */
const quietMs = 150
const maxMs = 500

const Answer = z.object({ changed: z.array(z.string()), forMs: z.number() })

/**
 * Resolves when rows of the list or of the open conversation have changed, or after half a minute without. Throws Retryable where the page goes on to
 * another document, PageHung where it does not answer; what aborts `signal`, when it does.
 */
export async function rowsChanged({ cdp, signal: gone }: Session, parts: Parts, signal: AbortSignal): Promise<Changes> {
  const stop = AbortSignal.any([signal, gone])
  stop.throwIfAborted()
  const stopped = new Promise<never>((_, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason), { once: true })
  })
  const { changed, forMs } = Answer.parse(JSON.parse(await Promise.race([asked(cdp, questionOf(parts, pollMs)), stopped])))
  return { list: changed.includes('list'), conversation: changed.includes('conversation'), forMs }
}

/** Has the observer in place: what changes from now on is told. What it noticed before is forgotten. */
export async function startWatching({ cdp }: Session, parts: Parts): Promise<void> {
  await asked(cdp, questionOf(parts, 1))
}

/** Ends the observer. A page that is gone has none; one that does not answer is not waited for. */
export async function stopWatching({ cdp, signal }: Session): Promise<void> {
  if (signal.aborted) return
  await asked(cdp, { parts: {}, quietMs, maxMs, timeoutMs: 0 }, stopMs).catch(() => undefined)
}

function questionOf({ list, conversation }: Parts, timeoutMs: number): WatchQuestion {
  return { parts: { list: list.join(', '), conversation: conversation.join(', ') }, quietMs, maxMs, timeoutMs }
}

function asked(cdp: Session['cdp'], question: WatchQuestion, extraMs = patienceMs): Promise<string> {
  return inTime(evaluateIn(cdp, 'rows', `(${watchRows})(${JSON.stringify(question)})`), question.timeoutMs + extraMs)
}
