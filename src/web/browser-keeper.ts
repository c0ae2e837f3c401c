/** Keeps one session open between cycles, and opens a new one when it is gone. */
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { openSession, type Session, type SessionDeps } from './session.ts'
import { readState } from './state.ts'

export interface BrowserKeeper {
  /** The session, opened now if there is none. */
  session(): Promise<Session>
  /** The pairing code on the screen of the session that is open; null where there is none. A secret: for drawing only. */
  code(): string | null
  close(): Promise<void>
}

export function makeBrowserKeeper(deps: {
  config: Config
  log: Logger
  lock: SessionDeps['lock']
  onEvent: SessionDeps['onEvent']
  askPhone?: boolean
}): BrowserKeeper {
  let current: Session | null = null
  return {
    async session() {
      if (current && !current.signal.aborted) return current
      await current?.close()
      current = null
      current = await openSession({ ...deps, headless: true, readState: page => readState(page) })
      return current
    },
    code: () => (current === null || current.signal.aborted ? null : current.qr()),
    async close() {
      await current?.close()
      current = null
    },
  }
}
