/** The account's browser: the only place that launches it. One profile, one window, one page. */

import type { Logger } from 'pino'
import { type CDPSession, chromium, type Page } from 'playwright'
import type { Config } from '../config.ts'
import { BrowserError, LoginRequired, Retryable } from '../errors.ts'
import type { RawState } from '../raw.ts'
import { contextOptions, type FoundBrowser, findChromium, launchFailure, launchOptions } from './browser.ts'
import { dismissDialog } from './dialogs.ts'
import { createGuard, type Guard } from './guard.ts'
import { withholdFocus } from './page/focus.ts'
import { waitChange } from './page/wait-change.ts'
import { clearStaleSingleton, endProcess, prepareProfile } from './profile.ts'
import { type PageState, type SessionStatus, SessionTracker } from './session-status.ts'
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
  /** Aborted with a Retryable as its reason when the browser, its page or its process is gone. */
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
   * drawn, Retryable that names the state for everything else that is not a chat list: offline, another window, loading for too long.
   */
  waitReady(options?: WaitOptions): Promise<'ready'>
  /** Closes a notice that lies over the page where it is a known one; false where there is none or it is left alone. */
  closeNotice(): Promise<boolean>
  reload(): Promise<void>
  /** Closes the browser in order, so that the profile is written out, ends what remains of it, and gives the profile free. */
  close(): Promise<void>
}

/** Opens the page of the account in its profile. Throws LockedError, BrowserError, Retryable (page not reachable). */
export async function openSession(deps: SessionDeps): Promise<Session> {
  const { config, log } = deps
  const { profileDir, url } = config.browser
  await prepareProfile(profileDir, log)
  const held = await deps.lock(profileDir, { what: 'the WhatsApp profile' })
  try {
    await clearStaleSingleton(profileDir, log)
    const found = await findChromium(config.browser.executablePath)
    return await openBrowser(deps, found, held, url)
  } catch (error) {
    await held.release()
    throw error
  }
}

async function openBrowser(deps: SessionDeps, found: FoundBrowser, held: { release(): Promise<void> }, url: string): Promise<Session> {
  const { config, log } = deps
  const { profileDir } = config.browser
  const context = await chromium
    .launchPersistentContext(profileDir, { ...launchOptions(config, found, deps.headless), ...contextOptions(config) })
    .catch(error => {
      throw launchFailure(found, error)
    })
  const pid = await browserPid(context.browser() ?? null)
  const end = async (): Promise<void> => {
    await bounded(context.close(), 15_000)
    if (pid !== null) await endProcess(pid, profileDir)
  }
  try {
    await context.addInitScript(withholdFocus)
    const page = context.pages()[0] ?? (await context.newPage())
    const cdp = await context.newCDPSession(page)
    await settlePage(page, cdp, url)
    const session = new BrowserSession(deps, { page, cdp, found, end, held })
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout: 60_000 }).catch(error => {
      throw new Retryable(`${new URL(url).origin} could not be opened: ${firstLine(error)}. Is there a network?`, { cause: error })
    })
    log.info({ browser: found.version, source: found.source, headless: deps.headless }, 'browser started')
    session.watch()
    return session
  } catch (error) {
    await end()
    throw error
  }
}

interface Opened {
  page: Page
  cdp: CDPSession
  found: FoundBrowser
  end(): Promise<void>
  held: { release(): Promise<void> }
}

class BrowserSession implements Session {
  readonly page: Page
  readonly cdp: CDPSession
  readonly guard: Guard
  readonly browser: FoundBrowser
  readonly #deps: SessionDeps
  readonly #opened: Opened
  readonly #tracker: SessionTracker
  readonly #gone = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #closing: Promise<void> | undefined
  #unknownDialogTold = false

  constructor(deps: SessionDeps, opened: Opened) {
    this.#deps = deps
    this.#opened = opened
    this.page = opened.page
    this.cdp = opened.cdp
    this.browser = opened.found
    this.guard = createGuard(opened.page)
    this.#tracker = new SessionTracker(deps.onEvent)
    this.page.once('crash', () => this.#lose('the page crashed'))
    this.page.once('close', () => this.#lose('the page was closed'))
    this.page.context().once('close', () => this.#lose('the browser went away'))
  }

  get signal(): AbortSignal {
    return this.#gone.signal
  }

  status(): SessionStatus {
    return this.#tracker.status()
  }

  qr(): string | null {
    return this.#tracker.qr()
  }

  /** Looks at the page every few seconds, so that an account that is logged out in between is told of without anybody asking. */
  watch(everyMs = 5000): void {
    this.#timer = setInterval(() => void this.look().catch(() => undefined), everyMs)
    this.#timer.unref()
  }

  async look(): Promise<Look> {
    this.#gone.signal.throwIfAborted()
    let look: Look
    try {
      look = await this.#orGone(this.#deps.readState(this.page))
    } catch (error) {
      this.#gone.signal.throwIfAborted()
      if (!isNavigation(error)) throw error
      look = { state: 'loading', raw: blank }
    }
    this.#tracker.saw(look.state, look.raw)
    return look
  }

  async changed(timeoutMs: number): Promise<void> {
    try {
      await this.#orGone(this.page.evaluate(waitChange, { timeoutMs, quietMs: 50 }))
    } catch (error) {
      this.#gone.signal.throwIfAborted()
      if (!isNavigation(error)) throw error
      await this.#orGone(this.page.waitForLoadState('domcontentloaded', { timeout: timeoutMs }).catch(() => undefined))
    }
  }

  async waitReady({ timeoutMs = this.#deps.config.pace.readyTimeoutMs, signal }: WaitOptions = {}): Promise<'ready'> {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      signal?.throwIfAborted()
      const { state } = await this.look()
      if (state === 'ready' || state === 'chat_open') return 'ready'
      if (this.qr() !== null) throw new LoginRequired()
      if (state === 'logged_out') throw new LoginRequired('WhatsApp Web says that this device was logged out. Run `whatsapp-etl pair`.')
      if (state === 'other_window') {
        throw new Retryable(
          'WhatsApp Web is open in another window or browser with this profile\'s session. Close it there, or press "Use here" yourself in `whatsapp-etl pair`.',
        )
      }
      if (state === 'unsupported')
        throw new BrowserError(
          `WhatsApp Web refuses this browser (${this.browser.path}, ${this.browser.version}). Set CHROMIUM_PATH to a current Chrome or Chromium.`,
        )
      if (state === 'dialog' && (await this.closeNotice())) continue
      const left = deadline - performance.now()
      if (left <= 0) throw this.#late(state, timeoutMs)
      await this.changed(Math.min(left, 1000))
    }
  }

  async reload(): Promise<void> {
    await this.#orGone(this.page.reload({ waitUntil: 'domcontentloaded', timeout: 60_000 })).catch(error => {
      this.#gone.signal.throwIfAborted()
      throw new Retryable(`the page could not be loaded again: ${firstLine(error)}`, { cause: error })
    })
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      clearInterval(this.#timer)
      try {
        await this.#opened.end()
      } finally {
        await this.#opened.held.release()
      }
    })()
    return this.#closing
  }

  async closeNotice(): Promise<boolean> {
    const outcome = await dismissDialog(this.page, this.guard)
    if (outcome.dismissed) this.#deps.log.info('a notice was closed')
    else if (outcome.unknown && !this.#unknownDialogTold) {
      this.#unknownDialogTold = true
      this.#deps.log.warn({ buttons: outcome.buttons }, 'a dialog that is not known lies over the page; it was left alone')
    }
    return outcome.dismissed
  }

  #late(state: PageState, timeoutMs: number): Error {
    const waited = `after ${Math.round(timeoutMs / 1000)} s`
    if (state === 'qr')
      return new LoginRequired(`WhatsApp Web asks to link a device, without a QR code ${waited}. Run \`whatsapp-etl pair\`.`)
    if (state === 'offline') return new Retryable(`WhatsApp Web is offline ${waited}: is there a network?`)
    if (state === 'dialog')
      return new Retryable(`a dialog that is not known lies over the page ${waited}: close it yourself in \`whatsapp-etl pair\`.`)
    return new Retryable(`WhatsApp Web shows neither chats nor a QR code ${waited} (state: ${state}).`)
  }

  #lose(what: string): void {
    if (this.#gone.signal.aborted) return
    clearInterval(this.#timer)
    this.#gone.abort(new Retryable(this.#closing ? 'the session was closed' : `${what}; it is started again in the next cycle`))
    if (!this.#closing) this.#tracker.lost(what)
  }

  /** The promise, or a rejection with Retryable as soon as the browser is gone. */
  #orGone<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#gone
    return new Promise<T>((resolve, reject) => {
      const gone = (): void => reject(signal.reason)
      if (signal.aborted) return gone()
      signal.addEventListener('abort', gone, { once: true })
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', gone))
    })
  }
}

const blank: RawState = { lang: '', title: '', present: [], qrRef: null, notice: '', dialogButtons: [], build: null }

/** Errors of a page that is on its way to another document. */
function isNavigation(error: unknown): boolean {
  return /context was destroyed|navigat|frame was detached|Cannot find context|Inspected target/i.test(
    error instanceof Error ? error.message : '',
  )
}

async function browserPid(browser: import('playwright').Browser | null): Promise<number | null> {
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

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? ''
}
