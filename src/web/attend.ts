/** Keeps a pairing code fresh while somebody looks at it: opens the session where there is none, and asks for a new code when one goes stale. */
import type { Logger } from 'pino'
import { asEtlError } from '../errors.ts'
import { pairSession } from './pairing.ts'
import type { Session } from './session.ts'

export interface Attendant {
  /** Attends for a while; returns at once. What goes wrong is the next cycle's to tell. */
  attend(): void
  /** Whether it is at it. */
  attending(): boolean
  close(): Promise<void>
}

/** `forMs`: how long one call attends (10 minutes). */
export function makeAttendant({ session, log, forMs = 600_000 }: { session(): Promise<Session>; log: Logger; forMs?: number }): Attendant {
  const closing = new AbortController()
  let attending: Promise<void> | null = null

  async function attendOnce(): Promise<void> {
    const open = await session()
    if (open.status().status === 'logged_in') return
    await pairSession(open, { onCode: () => {}, timeoutMs: forMs, signal: closing.signal })
  }

  return {
    attend() {
      if (closing.signal.aborted) return
      attending ??= attendOnce()
        .catch(error => log.debug({ code: asEtlError(error).code }, 'the session is attended to no longer'))
        .finally(() => {
          attending = null
        })
    },
    attending: () => attending !== null,
    async close() {
      closing.abort()
      await attending
    },
  }
}
