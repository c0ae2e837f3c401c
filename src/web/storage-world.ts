/**
 * Where the readers of IndexedDB run: an isolated world of the page (reference: storage §1, worlds). It sees the origin's databases, leaves nothing in the
 * page's own globals, and a page that wraps `indexedDB` does not get in between.
 */
import type { CDPSession, Page } from 'playwright'
import { Retryable } from '../errors.ts'
import { inTime } from './ask.ts'
import { makeStorageDoor, type StorageDoor } from './page/read-storage.ts'

/** What `reader` answers, run with the door in front of it. Throws Retryable when there is no answer within `withinMs`. */
export function askStorage<A>(
  page: Page,
  reader: (door: StorageDoor, arg: A) => string | Promise<string>,
  arg: A,
  withinMs: number,
): Promise<string> {
  // The door gives up first, so that what was read until then comes back.
  const source = `(${reader})((${makeStorageDoor})(${Math.floor(withinMs * 0.8)}), ${JSON.stringify(arg)})`
  return inTime(inIsolatedWorld(page, source), withinMs)
}

async function inIsolatedWorld(page: Page, expression: string): Promise<string> {
  const session = await page.context().newCDPSession(page)
  try {
    return await evaluate(session, expression)
  } finally {
    // The page may be gone by now.
    await session.detach().catch(() => undefined)
  }
}

async function evaluate(session: CDPSession, expression: string): Promise<string> {
  const { frameTree } = await session.send('Page.getFrameTree')
  // The same name gives the same world as long as the document lives.
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'storage' })
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression,
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
  })
  if (exceptionDetails || typeof result.value !== 'string') {
    // What the page says of its error may quote a row.
    throw new Retryable(`the reader failed in the page (${exceptionDetails?.exception?.className ?? result.type})`)
  }
  return result.value
}
