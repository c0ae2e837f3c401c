/** What is known of the login, as a sequence of looks at the page tells it. No browser here. */
import type { PageState } from '../parse/state.ts'
import type { RawState } from '../raw.ts'
import type { SessionEvent } from './session.ts'

export type { PageState } from '../parse/state.ts'

export type SessionStatusName = 'starting' | 'pairing' | 'logged_in' | 'expired' | 'disconnected'

/** `since`: ISO 8601 UTC of the last change. `reason` is a state of the page or a short sentence; null while all is well. */
export interface SessionStatus {
  status: SessionStatusName
  since: string
  reason: string | null
}

/** States in which the login may be sound and nothing can be read all the same. */
const hindrances: readonly PageState[] = ['offline', 'other_window', 'unsupported', 'blocked']

export class SessionTracker {
  #status: SessionStatus
  #qr: string | null = null
  #wasLoggedIn = false
  readonly #emit: (event: SessionEvent) => void

  constructor(emit: (event: SessionEvent) => void) {
    this.#emit = emit
    this.#status = { status: 'starting', since: new Date().toISOString(), reason: null }
  }

  status(): SessionStatus {
    return this.#status
  }

  qr(): string | null {
    return this.#qr
  }

  /** Takes in one look. Only a chat list is "logged in"; a page that is merely loading changes nothing that was known. */
  saw(state: PageState, raw: RawState): void {
    const hadQr = this.#qr !== null
    this.#qr = state === 'qr' ? raw.qrRef : null
    if (state === 'ready' || state === 'chat_open') {
      this.#wasLoggedIn = true
      this.#move('logged_in', null)
    } else if (state === 'logged_out' || (state === 'qr' && this.#wasLoggedIn)) this.#move('expired', state)
    else if (state === 'qr') this.#move(this.#status.status === 'expired' ? 'expired' : 'pairing', null)
    else if (hindrances.includes(state)) this.#move('disconnected', state)
    // The code itself is a key to the account: it is in no event. Whoever draws it asks the session.
    if (this.#qr !== null && !hadQr) this.#emit({ type: 'session.qr', data: {} })
  }

  /** The browser is gone. */
  lost(reason: string): void {
    this.#qr = null
    this.#move('disconnected', reason)
  }

  #move(status: SessionStatusName, reason: string | null): void {
    if (this.#status.status === status && this.#status.reason === reason) return
    const entered = this.#status.status !== status
    this.#status = { status, since: entered ? new Date().toISOString() : this.#status.since, reason }
    if (!entered && status !== 'disconnected') return
    if (status === 'logged_in') this.#emit({ type: 'session.connected', data: {} })
    if (status === 'expired') this.#emit({ type: 'session.expired', data: { reason } })
    if (status === 'disconnected') this.#emit({ type: 'session.disconnected', data: { reason } })
  }
}
