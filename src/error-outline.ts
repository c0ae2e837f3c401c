/** An error as logs and terminals get it: nothing of a message, a name or a number, whatever was thrown and whatever hangs on it. */
import { EtlError } from './errors.ts'
import { foreignWords, framesOf } from './foreign-error.ts'

export interface ErrorOutline {
  type: string
  code?: string
  message: string
  /** Frames of the stack, without what was thrown. */
  stack: string[]
  cause?: ErrorOutline
}

/** Only what is listed here leaves: own properties of errors (parameters of a query, the result of a cycle) stay behind. */
export function outlineOf(thrown: unknown, depth = 0): ErrorOutline {
  const own = thrown instanceof EtlError
  const outline: ErrorOutline = {
    type: thrown instanceof Error ? thrown.constructor.name : typeof thrown,
    ...(own && { code: thrown.code }),
    message: own ? thrown.message : foreignWords(thrown),
    stack: thrown instanceof Error ? framesOf(thrown) : [],
  }
  const cause = thrown instanceof Error ? thrown.cause : undefined
  return cause === undefined || depth >= 4 ? outline : { ...outline, cause: outlineOf(cause, depth + 1) }
}

/** The same as lines of text. */
export function outlineText({ type, message, stack, cause }: ErrorOutline): string {
  const own = [`${type}: ${message}`, ...stack.map(frame => `    ${frame}`)].join('\n')
  return cause ? `${own}\ncaused by: ${outlineText(cause)}` : own
}
