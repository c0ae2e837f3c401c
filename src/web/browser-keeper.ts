/** Keeps one session open between cycles, and opens a new one when it is gone, hangs, or has grown old or large. */
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { PageHung } from '../errors.ts'
import { treeBytes } from './process-tree.ts'
import { openSession, type Session, type SessionDeps } from './session.ts'
import { readState } from './state.ts'

/** Why a browser was started anew: its time was up, it held too much memory, cycle after cycle failed on it, its page hung, it or its page was gone. */
export type RestartReason = 'age' | 'memory' | 'failures' | 'hung' | 'gone'

/** So many cycles in a row that failed on a page that looks sound are enough of it. */
const failuresOfOne = 2

export interface BrowserKeeper {
  /** The session for a cycle that begins now: a browser that has grown too old or too large is replaced first. */
  begin(): Promise<Session>
  /** The session, opened now if there is none; never a lost one. */
  session(): Promise<Session>
  /** The session that is open; null where there is none, or it is lost. */
  current(): Session | null
  /** Why the browser that is open should be replaced before the next cycle; null where it need not be, or there is none. */
  outworn(): Promise<'age' | 'memory' | 'failures' | null>
  /** Closes the browser until somebody asks for a session again. */
  rest(): Promise<void>
  /** The pairing code on the screen of the session that is open; null where there is none. A secret: for drawing only. */
  code(): string | null
  /** Gives the browser up as one that hangs; the next who asks gets a new one. */
  abandon(reason: PageHung): void
  /** A cycle has ended on the browser that is open: one on which cycle after cycle fails is replaced too. */
  ended(how: 'well' | 'failed'): void
  /** Tells how much memory the browser holds. */
  measure(): Promise<void>
  close(): Promise<void>
}

export interface KeeperDeps {
  config: Pick<Config, 'recycle'>
  log: Logger
  open(): Promise<Session>
  /** Bytes that the processes of a browser hold; null where the system does not tell. */
  bytesOf(pid: number): Promise<number | null>
  onBytes(bytes: number): void
  onRestart(reason: RestartReason): void
  /** Milliseconds of a monotonic clock. */
  now(): number
}

export function makeBrowserKeeper({ config, log, open, bytesOf, onBytes, onRestart, now }: KeeperDeps): BrowserKeeper {
  const { maxAgeMs, maxBytes } = config.recycle
  let current: { session: Session; openedAt: number; failures: number } | null = null
  /** A cycle and whoever looks at a pairing code may ask at the same time: they get the same session. */
  let opening: Promise<Session> | null = null
  let closed: Promise<void> = Promise.resolve()

  const bytes = async (): Promise<number | null> => {
    if (current === null || current.session.signal.aborted || current.session.pid === null) return null
    // A system that does not tell is no reason to stop.
    const held = await bytesOf(current.session.pid).catch(() => null)
    if (held !== null) onBytes(held)
    return held
  }
  const end = async (reason: RestartReason | null): Promise<void> => {
    const ending = current
    current = null
    if (ending !== null) closed = ending.session.close()
    await closed
    onBytes(0)
    if (reason === null || ending === null) return
    onRestart(reason)
    log.info({ reason, hours: Math.round((now() - ending.openedAt) / 360_000) / 10 }, 'the browser is started anew')
  }
  const openOne = async (): Promise<Session> => {
    if (current?.session.signal.aborted) await end(current.session.signal.reason instanceof PageHung ? 'hung' : 'gone')
    // The profile is free only once the browser before has gone.
    await closed.catch(() => undefined)
    current ??= { session: await open(), openedAt: now(), failures: 0 }
    return current.session
  }
  const session = (): Promise<Session> => {
    opening ??= openOne().finally(() => {
      opening = null
    })
    return opening
  }
  /** Why the browser that is open should not be used for one more cycle; null where it may. */
  const outworn = async (): Promise<'age' | 'memory' | 'failures' | null> => {
    if (current === null || current.session.signal.aborted) return null
    if (current.failures >= failuresOfOne) return 'failures'
    if (maxAgeMs !== null && now() - current.openedAt >= maxAgeMs) return 'age'
    return maxBytes !== null && ((await bytes()) ?? 0) >= maxBytes ? 'memory' : null
  }

  return {
    async begin() {
      const reason = await outworn()
      if (reason !== null) await end(reason)
      return session()
    },
    session,
    current: () => (current === null || current.session.signal.aborted ? null : current.session),
    outworn,
    async rest() {
      await opening?.catch(() => undefined)
      await end(null)
    },
    code: () => (current === null || current.session.signal.aborted ? null : current.session.qr()),
    abandon: reason => current?.session.abandon(reason),
    ended(how) {
      if (current) current.failures = how === 'well' ? 0 : current.failures + 1
    },
    async measure() {
      await bytes()
    },
    async close() {
      await opening?.catch(() => undefined)
      await end(null)
    },
  }
}

/** The keeper of the account's own browser. */
export function browserKeeper(
  deps: Pick<KeeperDeps, 'log' | 'onBytes' | 'onRestart'> & Pick<SessionDeps, 'config' | 'lock' | 'onEvent' | 'askPhone'>,
): BrowserKeeper {
  return makeBrowserKeeper({
    ...deps,
    open: () => openSession({ ...deps, headless: true, readState: page => readState(page) }),
    bytesOf: treeBytes,
    now: () => performance.now(),
  })
}
