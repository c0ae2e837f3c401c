/**
 * Errors named by what the runner does about them, each with a code for machines and a sentence for people:
 * value, place, expectation, next step. `exitStatus` is the one place that turns a code into an exit status.
 */
import { foreignWords } from './foreign-error.ts'

export type ErrorCode =
  | 'config'
  | 'usage'
  | 'schema'
  | 'locked'
  | 'login_required'
  | 'person_needed'
  | 'selector_drift'
  | 'retryable'
  | 'browser'
  | 'internal'

/** Base class: `code` decides exit status, HTTP status, metric label and retry. */
export class EtlError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.name = new.target.name
  }
}

/** Bad configuration: one line per bad variable. Stop, exit 64. */
export class ConfigError extends EtlError {
  readonly problems: string[]
  constructor(problems: string[]) {
    super('config', `bad configuration:\n${problems.map(line => `  ${line}`).join('\n')}`)
    this.problems = problems
  }
}

/** Wrong command line. Stop, exit 64. */
export class UsageError extends EtlError {
  constructor(message: string) {
    super('usage', message)
  }
}

/** Database and code disagree about migrations. Stop, exit 1. */
export class SchemaError extends EtlError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('schema', message, options)
  }
}

/** A directory is held by another process; the message names pid and host. */
export class LockedError extends EtlError {
  constructor(message: string) {
    super('locked', message)
  }
}

/** Nobody is logged in: wait for a person, exit 3 from `sync`. */
export class LoginRequired extends EtlError {
  constructor(message = 'WhatsApp Web shows a QR code: this profile is not paired. Run `whatsapp-etl pair`.') {
    super('login_required', message)
  }
}

/** Only a person can clear what the page shows (another window, a refused browser, a blocked account): wait for one. Exit 1 from `sync`. */
export class PersonNeeded extends EtlError {
  constructor(message: string) {
    super('person_needed', message)
  }
}

/** The page's structure is not understood: pause extraction, exit 4 from `sync`. */
export class SelectorDrift extends EtlError {
  readonly set: string
  readonly fields: string[]
  /** Where the structure of the page lies. */
  readonly snapshot: string | null
  constructor(message: string, set: string, fields: string[], options?: { snapshot?: string | null; cause?: unknown }) {
    super('selector_drift', message, options)
    this.set = set
    this.fields = fields
    this.snapshot = options?.snapshot ?? null
  }
}

/** Passing fault (page busy, database away): try again with backoff. */
export class Retryable extends EtlError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('retryable', message, options)
  }
}

/** The page does not answer any more: its browser is ended and started anew, at the latest in the next cycle. */
export class PageHung extends Retryable {
  constructor(waitedMs: number) {
    super(`the page does not answer any more (waited ${waitedMs / 1000} s)`)
  }
}

/** A chat was opened whose pane carries no name that is known: it cannot be told whether it is the right one. Of several chats this is drift. */
export class UnnamedChat extends Retryable {}

/** A chat was not opened because its owner has to read it first: nothing is wrong with it. */
export class LeftToOwner extends Retryable {}

/** The browser could not be found, started or kept alive. */
export class BrowserError extends EtlError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('browser', message, options)
  }
}

/** Whatever was thrown, as an EtlError; unknown things become `internal`, told of without what they quote, with their cause kept. */
export function asEtlError(thrown: unknown): EtlError {
  if (thrown instanceof EtlError) return thrown
  return new EtlError('internal', foreignWords(thrown), { cause: thrown })
}

/** Exit statuses of the contract §1.1. `incomplete` (2) is a result, not an error. */
export const exitStatuses = { complete: 0, failed: 1, incomplete: 2, loginRequired: 3, drift: 4, usage: 64 } as const

/** Exit status for an error code. */
export function exitStatus(code: ErrorCode): number {
  if (code === 'config' || code === 'usage') return exitStatuses.usage
  if (code === 'login_required') return exitStatuses.loginRequired
  if (code === 'selector_drift') return exitStatuses.drift
  return exitStatuses.failed
}
