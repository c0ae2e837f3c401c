/** Errors as the outside sees them: `{"error": {"code", "message"}}`, whatever was thrown. */
import type { ErrorCode } from '../errors.ts'
import { EtlError } from '../errors.ts'

/** An error that a route means to answer with. */
export class HttpError extends Error {
  readonly statusCode: number
  readonly code: string
  constructor(statusCode: number, code: string, message: string) {
    super(message)
    this.statusCode = statusCode
    this.code = code
  }
}

export interface HttpAnswer {
  statusCode: number
  body: { error: { code: string; message: string } }
}

/** The error body of the contract (§4). */
export function errorBody(code: string, message: string): HttpAnswer['body'] {
  return { error: { code, message } }
}

const byStatus: Readonly<Record<number, [code: string, message: string]>> = {
  400: ['bad_request', 'the request is not understood'],
  408: ['timeout', 'the request took too long to arrive'],
  413: ['too_large', 'the request body is larger than this server takes'],
  414: ['too_large', 'the address is longer than this server takes'],
  415: ['unsupported_media_type', 'the body has a content type that is not understood here; send application/json'],
  431: ['too_large', 'the request headers are larger than this server takes'],
}

/** HTTP status of our own error codes; what is not here is an internal error. */
const byCode: Partial<Record<ErrorCode, number>> = {
  usage: 400,
  login_required: 409,
  person_needed: 409,
  locked: 409,
  retryable: 503,
  selector_drift: 503,
}

/** Codes of a connection to the database that is refused, lost or not let in now: of the system, of the driver, of Postgres. */
const awayCodes =
  /^(?:ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|CONNECTION_\w+|57P0[123]|53300)$/

function isAway(thrown: unknown): boolean {
  for (let at = thrown; at instanceof Error; at = at.cause) if (awayCodes.test(String((at as { code?: unknown }).code))) return true
  return false
}

/** What is answered for something thrown. Only errors that were written for people keep their message; the rest goes to the log alone. */
export function httpAnswer(thrown: unknown): HttpAnswer {
  if (thrown instanceof HttpError) return { statusCode: thrown.statusCode, body: errorBody(thrown.code, thrown.message) }
  if (thrown instanceof EtlError) {
    const statusCode = byCode[thrown.code]
    if (statusCode !== undefined) return { statusCode, body: errorBody(thrown.code, thrown.message) }
  }
  if (isAway(thrown)) {
    return { statusCode: 503, body: errorBody('database_not_ready', 'the database does not answer; try again in a moment') }
  }
  const { statusCode } = (thrown ?? {}) as { statusCode?: unknown }
  const known = typeof statusCode === 'number' ? byStatus[statusCode] : undefined
  if (typeof statusCode === 'number' && known) return { statusCode, body: errorBody(...known) }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return { statusCode, body: errorBody('bad_request', byStatus[400]![1]) }
  return { statusCode: 500, body: errorBody('internal', 'something went wrong here; the log of the worker says what') }
}
