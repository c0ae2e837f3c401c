/** What the worker knows about itself from events and cycles; with what the database has on record, `/health` is judged by it. */
import type { EtlError } from '../errors.ts'
import type { HealthFacts } from '../http/health.ts'
import { type SessionProblem, type SessionState, sessionProblems } from '../metrics.ts'
import type { EventType, SyncEvent } from '../model.ts'
import { reactionTo } from '../retry.ts'
import type { CycleResult } from '../sync/result.ts'

type Kept = Pick<HealthFacts, 'startedAt' | 'session' | 'lastCycle' | 'driftSince' | 'failuresInARow' | 'draining' | 'version'>

/** What an event says of the session. */
export const sessionAfter: Partial<Record<EventType, SessionState>> = {
  'session.connected': 'logged_in',
  'session.qr': 'pairing',
  'session.expired': 'expired',
  'session.disconnected': 'unknown',
}

/** `now` gives ISO 8601 UTC. */
export class WorkerState {
  readonly #now: () => string
  readonly #kept: Kept
  #drifts = 0

  constructor({ version, now }: { version: string; now: () => string }) {
    this.#now = now
    this.#kept = {
      startedAt: now(),
      session: { status: 'starting', since: now(), problem: null },
      lastCycle: null,
      driftSince: null,
      failuresInARow: 0,
      draining: false,
      version,
    }
  }

  get facts(): Readonly<Kept> {
    return this.#kept
  }

  /** Cycles that did not understand the page since the last one that did. */
  get driftsInARow(): number {
    return this.#drifts
  }

  drain(): void {
    this.#kept.draining = true
  }

  event({ type, data }: SyncEvent): void {
    const status = sessionAfter[type]
    // An expired session shows a QR code too; that it expired is the better news.
    if (status === undefined || (status === 'pairing' && this.#kept.session.status === 'expired')) return
    this.#session(status, problemOf(type, data.reason))
  }

  ended({ status }: CycleResult): void {
    this.#kept.lastCycle = { status, errorCode: null }
    this.#drifts = 0
    this.#kept.driftSince = null
    this.#kept.failuresInARow = 0
    if (status === 'complete' || status === 'incomplete') this.#session('logged_in', null)
  }

  /** A cycle threw. */
  failed(error: EtlError): void {
    const { code } = error
    // What waits for a person, or for selectors, has got as far as the page: the faults before it are over.
    this.#kept.failuresInARow = reactionTo(error) === 'retry' ? this.#kept.failuresInARow + 1 : 0
    const status = code === 'login_required' ? 'login_required' : code === 'selector_drift' ? 'drift' : 'failed'
    this.#kept.lastCycle = { status, errorCode: code }
    if (status === 'drift') {
      this.#drifts++
      this.#kept.driftSince ??= this.#now()
    }
    if (status === 'login_required' && this.#kept.session.status !== 'expired') this.#session('pairing', 'not_paired')
  }

  #session(status: SessionState, problem: SessionProblem | null): void {
    const { session } = this.#kept
    if (session.status === status && session.problem === problem) return
    this.#kept.session = { status, problem, since: session.status === status ? session.since : this.#now() }
  }
}

/** What keeps the chats from being read, as an event of the session tells it. */
function problemOf(type: EventType, reason: unknown): SessionProblem | null {
  if (type === 'session.connected') return null
  if (type === 'session.qr') return 'not_paired'
  if (type === 'session.expired') return 'logged_out'
  return sessionProblems.find(one => one === reason) ?? 'browser_gone'
}
