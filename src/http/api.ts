/** What the routes of the API are given: one thing for each session, behind its id. */
import type { FileHandle } from 'node:fs/promises'
import type { Reader } from '../db/reader.ts'
import { defaultAccount } from '../model.ts'
import { HttpError } from './errors.ts'

export type SessionStatus = 'logged_in' | 'expired' | 'pairing' | 'starting' | 'disconnected'

/** The browser session of an account, as far as the outside may move it. */
export interface SessionControl {
  /** `since`: ISO 8601 UTC. */
  status(): { status: SessionStatus; since: string }
  /** Opens the session where there is none, and keeps a pairing code fresh where nobody is logged in. Returns at once. */
  start(): void
  /** The pairing code on the screen as a data URL; null where none is drawn. A secret. */
  qrCode(): Promise<string | null>
}

/** The cycles of an account. */
export interface SyncControl {
  running(): boolean
  /** ISO 8601 UTC; null while nothing is planned. */
  nextRunAt(): string | null
  /** End of the last cycle that was complete, ISO 8601 UTC. */
  lastSuccessfulSyncAt(): Promise<string | null>
  /** Begins a cycle now. `closed`: the worker is starting or stopping. */
  request(): 'begun' | 'running' | 'closed'
}

/** The files of an account. */
export interface FileAccess {
  /** Opens a stored file for reading; refuses paths outside the store, and rejects with a code of the file system. */
  open(path: string): Promise<FileHandle>
  /** A small picture as WebP; rejects where there is none. */
  thumbnail(checksum: string, width: number, bytes: () => Promise<Uint8Array>): Promise<Uint8Array>
}

export interface ApiSession {
  accountId: string
  /** Throws HttpError 503 while the database is not there yet. */
  reader(): Reader
  lookbackDays: number
  files: FileAccess
  control: SessionControl
  sync: SyncControl
}

export interface Api {
  /** By id; today there is `default`. */
  sessions: ReadonlyMap<string, ApiSession>
  /** ISO 8601 UTC. */
  now(): string
  version: string
}

/** The session of this id, or HttpError 404. */
export function sessionOf({ sessions }: Api, id: string): ApiSession {
  const session = sessions.get(id)
  if (session) return session
  throw unknownSession(sessions.keys())
}

/** The account of a session, for routes that need no more of it; HttpError 404 where there is none. */
export function accountOf(id: string): string {
  if (id === defaultAccount) return id
  throw unknownSession([defaultAccount])
}

function unknownSession(known: Iterable<string>): HttpError {
  return new HttpError(404, 'unknown_session', `there is no session of this id: expected one of ${[...known].join(', ')}`)
}
