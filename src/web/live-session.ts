/** A session that is open: what it knows of the page, and how it waits. */
import type { CDPSession, Page } from 'playwright'
import { LoginRequired, PageHung, PersonNeeded, Retryable, SelectorDrift } from '../errors.ts'
import type { RawState } from '../raw.ts'
import type { FoundBrowser } from './browser.ts'
import { dismissDialog } from './dialogs.ts'
import { createGuard, type Guard } from './guard.ts'
import { waitChange } from './page/wait-change.ts'
import type { Look, Session, SessionDeps, WaitOptions } from './session.ts'
import { type PageState, type SessionStatus, SessionTracker } from './session-status.ts'

/** What openSession hands over. `end` closes the browser and whatever remains of it; one whose page hangs at once and by force. */
export interface Opened {
  page: Page
  cdp: CDPSession
  found: FoundBrowser
  pid: number | null
  end(hung?: boolean): Promise<void>
  held: { release(): Promise<void> }
}

export class LiveSession implements Session {
  readonly page: Page
  readonly cdp: CDPSession
  readonly guard: Guard
  readonly browser: FoundBrowser
  readonly pid: number | null
  readonly #deps: SessionDeps
  readonly #opened: Opened
  readonly #tracker: SessionTracker
  readonly #gone = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #closing: Promise<void> | undefined
  #unknownDialogTold = false
  readonly #patienceMs: number
  #looking = false

  constructor(deps: SessionDeps, opened: Opened) {
    this.#deps = deps
    this.#opened = opened
    this.page = opened.page
    this.cdp = opened.cdp
    this.browser = opened.found
    this.pid = opened.pid
    this.guard = createGuard(opened.page, { askPhone: deps.askPhone ?? false })
    this.#tracker = new SessionTracker(deps.onEvent)
    this.#patienceMs = deps.patienceMs ?? 20_000
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

  /**
   * Looks at the page every few seconds, so that an account that is logged out in between is told of without anybody asking, and a page that
   * hangs is given up: one that leaves two looks in a row without an answer, since a busy one may take its time once.
   */
  watch(everyMs = 5000): void {
    let unanswered = 0
    this.#timer = setInterval(() => {
      if (this.#looking) return
      this.#looking = true
      void this.#see()
        .then(
          () => {
            unanswered = 0
          },
          error => {
            if (error instanceof PageHung && ++unanswered === 2) this.abandon(error)
          },
        )
        .finally(() => {
          this.#looking = false
        })
    }, everyMs)
    this.#timer.unref()
  }

  async look(): Promise<Look> {
    return this.#giveUpWhereHung(this.#see())
  }

  async #see(): Promise<Look> {
    this.#gone.signal.throwIfAborted()
    let look: Look
    try {
      look = await this.#orGone(this.#deps.readState(this.page), this.#patienceMs)
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
      await this.#giveUpWhereHung(this.#orGone(this.page.evaluate(waitChange, { timeoutMs, quietMs: 50 }), timeoutMs + this.#patienceMs))
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
        throw new PersonNeeded(
          'WhatsApp Web is open in another window or browser with this profile\'s session. Close it there, or press "Use here" yourself in `whatsapp-etl pair`.',
        )
      }
      if (state === 'unsupported')
        throw new PersonNeeded(
          `WhatsApp Web refuses this browser (${this.browser.path}, ${this.browser.version}). Set CHROMIUM_PATH to a current Chrome or Chromium.`,
        )
      if (state === 'blocked')
        throw new PersonNeeded(
          'WhatsApp Web seems to say that this account is banned, suspended or restricted. Open WhatsApp on the phone: it says why, and for how long.',
        )
      if (state === 'dialog' && (await this.closeNotice())) continue
      const left = deadline - performance.now()
      if (left <= 0) throw await this.#late(state, timeoutMs)
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
        await this.#opened.end(this.#gone.signal.reason instanceof PageHung)
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

  async #late(state: PageState, timeoutMs: number): Promise<Error> {
    const waited = `after ${Math.round(timeoutMs / 1000)} s`
    if (state === 'qr')
      return new LoginRequired(`WhatsApp Web asks to link a device, without a QR code ${waited}. Run \`whatsapp-etl pair\`.`)
    if (state === 'offline') return new Retryable(`WhatsApp Web is offline ${waited}: is there a network?`)
    if (state === 'dialog')
      return new PersonNeeded(`a dialog that is not known lies over the page ${waited}: close it yourself in \`whatsapp-etl pair\`.`)
    if (state === 'unknown' && (await this.#isDrawn())) {
      return new SelectorDrift(
        `${new URL(this.page.url()).origin} shows a page that no selector set knows ${waited}: nothing was read. If a browser shows your chats at that address, WhatsApp Web has changed: update whatsapp-etl, or put a newer selector set into SELECTORS_DIR.`,
        this.#deps.config.selectors.set,
        ['state'],
      )
    }
    return new Retryable(`WhatsApp Web shows neither chats nor a QR code ${waited} (state: ${state}).`)
  }

  /** Whether something is on the page at all: one that is empty is still coming, or never will. */
  async #isDrawn(): Promise<boolean> {
    return (await this.#orGone(this.page.locator('body *:visible').count(), this.#patienceMs)) >= drawnFrom
  }

  abandon(reason: PageHung): void {
    this.#lose('the page hangs', reason)
  }

  async #giveUpWhereHung<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked
    } catch (error) {
      if (error instanceof PageHung) this.abandon(error)
      throw error
    }
  }

  #lose(what: string, reason?: PageHung): void {
    if (this.#gone.signal.aborted) return
    clearInterval(this.#timer)
    this.#gone.abort(reason ?? new Retryable(this.#closing ? 'the session was closed' : `${what}; it is started again when it is needed`))
    if (this.#closing) return
    this.#tracker.lost(what)
    // At once: a page in an endless loop would keep a core busy until the next cycle, and what waits for the page is told.
    void this.close().catch(error => this.#deps.log.warn({ err: error }, 'a browser that was lost could not be closed'))
  }

  /** The promise, or a rejection with Retryable as soon as the browser is gone, with PageHung once the page has not answered for `withinMs`. */
  #orGone<T>(promise: Promise<T>, withinMs?: number): Promise<T> {
    const { signal } = this.#gone
    return new Promise<T>((resolve, reject) => {
      const gone = (): void => reject(signal.reason)
      if (signal.aborted) return gone()
      signal.addEventListener('abort', gone, { once: true })
      const limit = withinMs === undefined ? undefined : setTimeout(() => reject(new PageHung(withinMs)), withinMs)
      promise.then(resolve, reject).finally(() => {
        clearTimeout(limit)
        signal.removeEventListener('abort', gone)
      })
    })
  }
}

/** A page with chats or a QR code has many more elements than this, an empty shell fewer. */
const drawnFrom = 20

const blank: RawState = { lang: '', title: '', present: [], qrRef: null, notice: '', dialogButtons: [], build: null }

/** Errors of a page that is on its way to another document. */
function isNavigation(error: unknown): boolean {
  return /context was destroyed|navigat|frame was detached|Cannot find context|Inspected target/i.test(
    error instanceof Error ? error.message : '',
  )
}

/** The first line of what was thrown, short enough for a sentence. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? ''
}
