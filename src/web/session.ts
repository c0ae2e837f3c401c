/** The account's browser: the only place that launches it. One profile, one window, one page. */
import type { Logger } from 'pino'
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright'
import type { Config } from '../config.ts'
import { PageHung, Retryable } from '../errors.ts'
import type { RawState } from '../raw.ts'
import { inTime } from './ask.ts'
import { contextOptions, type FoundBrowser, findChromium, launchFailure, launchOptions } from './browser.ts'
import type { Guard } from './guard.ts'
import { firstLine, LiveSession } from './live-session.ts'
import { withholdFocus } from './page/focus.ts'
import { clearStaleSingleton, endBrowser, killRenderers, prepareProfile } from './profile.ts'
import type { PageState, SessionStatus } from './session-status.ts'
import { settlePage } from './settle-page.ts'

export type SessionEventType = 'session.qr' | 'session.connected' | 'session.expired' | 'session.disconnected'
export interface SessionEvent {
  type: SessionEventType
  data: Record<string, unknown>
}

/** What one look at the page gave. */
export interface Look {
  state: PageState
  raw: RawState
}

export interface SessionDeps {
  config: Config
  log: Logger
  readState(page: Page): Promise<Look>
  onEvent(event: SessionEvent): void
  headless: boolean
  /** The window is for a person (pairing): it has its own size instead of the tall viewport that reading wants. */
  forPerson?: boolean
  /** A look takes milliseconds; a page that has not answered for this long hangs (default 20,000). */
  patienceMs?: number
  /** Whether the phone may be asked for older messages: a person said so. */
  askPhone?: boolean
  lock(dir: string, options: { what: string }): Promise<{ release(): Promise<void> }>
}

export interface WaitOptions {
  /** Default: the setting for a cold profile (90 s). */
  timeoutMs?: number
  signal?: AbortSignal
}

export interface Session {
  readonly page: Page
  readonly cdp: CDPSession
  readonly guard: Guard
  readonly browser: FoundBrowser
  /** The browser's own process; null where it does not tell. */
  readonly pid: number | null
  /** Aborted with a Retryable as its reason when the browser, its page or its process is gone; with PageHung when it does not answer any more. */
  readonly signal: AbortSignal
  status(): SessionStatus
  /** `data-ref` of the QR code on the screen; null where none is drawn. A secret: for drawing only. */
  qr(): string | null
  /** One look at the page; moves `status()` and emits what follows from it. While the page navigates the state is `loading`. */
  look(): Promise<Look>
  /** Waits for the page to change, at most `timeoutMs`; never throws for a page in navigation. */
  changed(timeoutMs: number): Promise<void>
  /**
   * Waits until the chat list shows; closes notices of the "what's new" kind on the way. Throws LoginRequired once a QR code is really
   * drawn, PersonNeeded for what only a person can clear (another window, a refused browser, a blocked account, an unknown dialog),
   * Retryable that names the state for everything else that is not a chat list: offline, loading for too long.
   */
  waitReady(options?: WaitOptions): Promise<'ready'>
  /** Closes a notice that lies over the page where it is a known one; false where there is none or it is left alone. */
  closeNotice(): Promise<boolean>
  reload(): Promise<void>
  /** Gives the session up as one that hangs: what waits for it ends, its browser is ended. */
  abandon(reason: PageHung): void
  /** Closes the browser in order, so that the profile is written out, ends what remains of it, and gives the profile free. */
  close(): Promise<void>
}

/** Opens the page of the account in its profile. Throws LockedError, BrowserError, Retryable (page not reachable). */
export async function openSession(deps: SessionDeps): Promise<Session> {
  const { config, log } = deps
  const { profileDir, url } = config.browser
  await prepareProfile(profileDir, log)
  const lock = await deps.lock(profileDir, { what: 'the WhatsApp profile' })
  // A browser that goes away while it is being opened is closed by its session, and its opening fails: the profile is given back once.
  let released: Promise<void> | undefined
  const held = {
    release: () => {
      released ??= lock.release()
      return released
    },
  }
  try {
    await clearStaleSingleton(profileDir, log)
    const found = await findChromium(config.browser.executablePath)
    return await openBrowser(deps, found, held, url)
  } catch (error) {
    await held.release()
    throw error
  }
}

/** A browser that was launched answers at once, or within seconds on a machine that is busy elsewhere; one that hangs is given up. */
const startMaxMs = 60_000

async function openBrowser(deps: SessionDeps, found: FoundBrowser, held: { release(): Promise<void> }, url: string): Promise<Session> {
  const { config, log } = deps
  const { profileDir } = config.browser
  const context = await chromium
    .launchPersistentContext(profileDir, { ...launchOptions(config, found, deps.headless), ...contextOptions(config, deps.forPerson) })
    .catch(error => {
      throw launchFailure(found, error)
    })
  const pid = await inTime(browserPid(context.browser() ?? null), startMaxMs).catch(async error => {
    await bounded(context.close(), 5_000)
    throw error
  })
  const end = async (hung = false): Promise<void> => {
    // Without the pages that hang the browser still closes in order, and writes the profile out.
    if (hung && pid !== null) await killRenderers(pid, profileDir)
    await bounded(context.close(), hung ? 5_000 : 15_000)
    if (pid !== null) await endBrowser(pid, profileDir, hung ? 500 : 3_000)
  }
  try {
    const { page, cdp } = await inTime(settledPage(context, url), startMaxMs)
    const session = new LiveSession(deps, { page, cdp, found, pid, end, held })
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout: 60_000 }).catch(error => {
      throw new Retryable(`${new URL(url).origin} could not be opened: ${firstLine(error)}. Is there a network?`, { cause: error })
    })
    log.info({ browser: found.version, source: found.source, headless: deps.headless }, 'browser started')
    session.watch()
    return session
  } catch (error) {
    await end(error instanceof PageHung)
    throw error
  }
}

async function settledPage(context: BrowserContext, url: string): Promise<{ page: Page; cdp: CDPSession }> {
  await context.addInitScript(withholdFocus)
  const page = context.pages()[0] ?? (await context.newPage())
  const cdp = await context.newCDPSession(page)
  await settlePage(page, cdp, url)
  return { page, cdp }
}

async function browserPid(browser: Browser | null): Promise<number | null> {
  if (!browser) return null
  const cdp = await browser.newBrowserCDPSession()
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
  await cdp.detach()
  return processInfo.find(one => one.type === 'browser')?.id ?? null
}

async function bounded(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    work.catch(() => undefined),
    new Promise(resolve => {
      timer = setTimeout(resolve, ms)
    }),
  ])
  clearTimeout(timer)
}
