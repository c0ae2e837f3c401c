/**
 * Worlds of the page that are not its own (reference: storage §1, worlds): they see its document and its origin's databases, leave nothing in the
 * page's globals, and a page that wraps a function of the browser does not get in between.
 */
import type { CDPSession } from 'playwright'
import { Retryable } from '../errors.ts'

/** The string that `expression` (or its promise) gives in the world of this name; the same name is the same world as long as the document lives. */
export async function evaluateIn(cdp: CDPSession, worldName: string, expression: string): Promise<string> {
  return evaluate(cdp, await contextOf(cdp, worldName), expression)
}

/** One world, which is found again only when the document is another one. */
export class World {
  readonly #cdp: CDPSession
  readonly #name: string
  #context: Promise<number> | null = null

  constructor(cdp: CDPSession, name: string) {
    this.#cdp = cdp
    this.#name = name
  }

  /** What `expression` gives: a string, or the promise of one. Throws Retryable when it throws in the page. */
  evaluate(expression: string): Promise<string> {
    return this.#within(context => evaluate(this.#cdp, context, expression))
  }

  /** What a function, called with these values, gives there (or its promise): a value, or the handle of an object, which the caller releases. */
  async call(functionDeclaration: string, ...values: readonly (string | number)[]): Promise<{ value?: unknown; objectId?: string }> {
    const args = values.map(value => ({ value }))
    const call = (executionContextId: number) =>
      this.#cdp.send('Runtime.callFunctionOn', { functionDeclaration, executionContextId, arguments: args, awaitPromise: true })
    return (await this.#within(call)).result
  }

  async #within<T>(act: (context: number) => Promise<T>): Promise<T> {
    try {
      return await act(await (this.#context ?? this.#look()))
    } catch (error) {
      if (!/Cannot find context|uniqueContextId not found/.test(String(error))) throw error
      return act(await this.#look())
    }
  }

  #look(): Promise<number> {
    const context = contextOf(this.#cdp, this.#name)
    this.#context = context
    // A page that is on its way to another document has no world for a moment: the next question looks again.
    context.catch(() => {
      if (this.#context === context) this.#context = null
    })
    return context
  }
}

const conversations = new WeakMap<CDPSession, World>()

/** The world in which the open conversation is followed and its pictures are read. */
export function conversationWorld(cdp: CDPSession): World {
  const world = conversations.get(cdp) ?? new World(cdp, 'conversation')
  conversations.set(cdp, world)
  return world
}

async function contextOf(cdp: CDPSession, worldName: string): Promise<number> {
  const { frameTree } = await cdp.send('Page.getFrameTree')
  const { executionContextId } = await cdp.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName })
  return executionContextId
}

async function evaluate(cdp: CDPSession, contextId: number, expression: string): Promise<string> {
  const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', {
    expression,
    contextId,
    awaitPromise: true,
    returnByValue: true,
  })
  if (exceptionDetails || typeof result.value !== 'string') {
    // What the page says of its error may quote a row.
    throw new Retryable(`the reader failed in the page (${exceptionDetails?.exception?.className ?? result.type})`)
  }
  return result.value
}
