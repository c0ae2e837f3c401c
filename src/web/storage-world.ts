/** Where the readers of IndexedDB run: a world of the page that is not its own. */
import type { Page } from 'playwright'
import { inTime } from './ask.ts'
import { evaluateIn } from './isolated-world.ts'
import { makeStorageDoor, type StorageDoor } from './page/read-storage.ts'

/** A page that is busy takes a moment to say that its time was up. */
const answerMs = 1_000

/** What `reader` answers, run with the door in front of it. Throws Retryable when there is no answer about `withinMs` later. */
export function askStorage<A>(
  page: Page,
  reader: (door: StorageDoor, arg: A) => string | Promise<string>,
  arg: A,
  withinMs: number,
): Promise<string> {
  // The door gives up first, so that what was read until then comes back.
  const source = `(${reader})((${makeStorageDoor})(${Math.floor(withinMs * 0.8)}), ${JSON.stringify(arg)})`
  return inTime(inIsolatedWorld(page, source), withinMs + answerMs)
}

async function inIsolatedWorld(page: Page, expression: string): Promise<string> {
  const session = await page.context().newCDPSession(page)
  try {
    return await evaluateIn(session, 'storage', expression)
  } finally {
    // The page may be gone by now.
    await session.detach().catch(() => undefined)
  }
}
