/**
 * Worlds of the page that are not its own (reference: storage §1, worlds): they see its document and its origin's databases, leave nothing in the
 * page's globals, and a page that wraps a function of the browser does not get in between.
 */
import type { CDPSession } from 'playwright'
import { Retryable } from '../errors.ts'

/** The string that an expression comes to in the world of this name. The same name gives the same world as long as the document lives. */
export async function evaluateIn(cdp: CDPSession, worldName: string, expression: string): Promise<string> {
  const { frameTree } = await cdp.send('Page.getFrameTree')
  const { executionContextId } = await cdp.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName })
  const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', {
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
