/** The verdict on the worker's health: a pure function of facts, judged on freshness and not on the process being alive. */

import type { SessionProblem, SessionState } from '../metrics.ts'
import type { Judged } from '../sync/completeness.ts'
import { coverageBody, incompleteChats } from './coverage.ts'
import { chatsFailing, conditionProblems, nothingListed, openRejectsProblem, rejectsProblem, silenceProblem } from './data-problems.ts'

export interface HealthFacts {
  /** When this process started, ISO 8601 UTC like all times here. */
  startedAt: string
  /** End of the last cycle that was complete; null when there never was one. */
  lastSuccessfulSyncAt: string | null
  /** `problem`: what keeps the chats from being read; null while nothing does. */
  session: { status: SessionState; since: string; problem: SessionProblem | null }
  /** `problem` says why it is not ready. */
  postgres: { ready: boolean; latencyMs: number | null; problem: string | null }
  /** What the database said of itself last; null before it did. */
  condition: DatabaseCondition | null
  /** How the account's chats stood when the database was last asked; null before it answered. */
  account: AccountStanding | null
  nextRunAt: string | null
  selectorSet: string | null
  /** What keeps the extraction queue from being worked on; null when nothing does. */
  extractionProblem: string | null
  /** Why the last cycle could not store a picture; null when it could store all. */
  storageProblem: string | null
  /** How the last cycle of this process ended; null before the first. */
  lastCycle: { status: 'complete' | 'incomplete' | 'login_required' | 'drift' | 'failed'; errorCode: string | null } | null
  /** Cycles of this process that failed since the last one that ran. */
  failuresInARow: number
  /** Since when the page is not understood; null while it is, as far as this process knows. */
  driftSince: string | null
  /** What the last cycle of this process said of the page; null before the first that could tell. */
  selectors: { set: string | null; fields: readonly string[]; shifted: readonly Shifted[]; snapshot: string | null } | null
  /** Cycles in a row, up to the last one, that ran but could not show every chat to be complete. */
  incompleteInARow: number
  draining: boolean
  version: string
}

/** `readOnly`: why it takes no writes; `pending` and `unknown`: migrations that it lacks, and that only a newer version knows. */
export interface DatabaseCondition {
  readOnly: 'standby' | 'setting' | null
  pending: number
  unknown: number
}

export interface AccountStanding {
  asOf: string
  judged: Judged
  /** Rows of the window that are not understood. */
  openRejects: number
  /** The last cycle that ran to its end. */
  lastEnded: { listed: number; seen: number; rejected: number } | null
  newestTs: string | null
  /** The longest time between two messages that is usual, seconds; null where that is not known. */
  usualPauseS: number | null
}

/** A field that is given by a later candidate of its set than before. */
interface Shifted {
  set: string
  field: string
  from: number
  to: number
}

export type HealthStatus = 'ok' | 'degraded' | 'down'

/** What is wrong, for a machine (`code`), for a person (`message`), and what that person can do about it. */
export interface Problem {
  code: string
  message: string
  action: string
}

const MINUTE = 60_000

/** A cycle may be missed without anybody being called; after this many intervals without a complete one the data is stale. */
const freshIntervals = 3

/** The worst problem decides. `now` is ISO 8601 UTC; an instant that lies ahead (the clock was set back) counts as one that lies as far behind. */
export function judgeHealth(facts: HealthFacts, now: string, intervalMinutes: number): { status: HealthStatus; problems: Problem[] } {
  const { postgres, condition, account } = facts
  const down = [
    databaseProblem(facts),
    // What it said last is of no interest while it says nothing.
    ...(postgres.ready ? conditionProblems(condition) : []),
    freshnessProblem(facts, now, intervalMinutes),
    driftProblem(facts),
    nothingListed(account),
    rejectsProblem(account),
  ].filter(isProblem)
  const degraded = [
    sessionProblem(facts),
    failureProblem(facts),
    incompleteProblem(facts),
    chatsFailing(account),
    openRejectsProblem(account),
    silenceProblem(account, now),
    shiftProblem(facts),
    storageFault(facts),
    extractionIdle(facts),
    drainingProblem(facts),
  ].filter(isProblem)
  return { status: down.length > 0 ? 'down' : degraded.length > 0 ? 'degraded' : 'ok', problems: [...down, ...degraded] }
}

/** The answer of `GET /health` (contract §4); with `names` for those who may know them. */
export function healthBody(facts: HealthFacts, now: string, { intervalMinutes, names }: { intervalMinutes: number; names: boolean }) {
  const { status, problems } = judgeHealth(facts, now, intervalMinutes)
  const { postgres, condition, account, lastCycle } = facts
  return {
    status,
    last_successful_sync_at: facts.lastSuccessfulSyncAt,
    last_cycle: lastCycle && { status: lastCycle.status, error: lastCycle.errorCode },
    session: { status: facts.session.status, since: facts.session.since },
    postgres: {
      ready: postgres.ready && isMigrated(condition),
      latency_ms: postgres.latencyMs,
      writable: condition && condition.readOnly === null,
      migrations: condition && { pending: condition.pending, unknown: condition.unknown },
    },
    next_run_at: facts.nextRunAt,
    selector_set: facts.selectorSet,
    version: facts.version,
    coverage: account && coverageBody(account),
    chats: incompleteChats(account, names),
    problems,
  }
}

/** What is not known is not held against it. */
export function isMigrated(condition: DatabaseCondition | null): boolean {
  return condition === null || (condition.pending === 0 && condition.unknown === 0)
}

function isProblem(problem: Problem | null): problem is Problem {
  return problem !== null
}

function databaseProblem({ postgres }: HealthFacts): Problem | null {
  if (postgres.ready) return null
  return {
    code: 'database_not_ready',
    message: `the database is not ready: ${postgres.problem ?? 'it has not answered yet'}`,
    action: 'Check that the database runs and that PG_URL is right (`whatsapp-etl doctor`); the worker goes on trying.',
  }
}

function freshnessProblem({ startedAt, lastSuccessfulSyncAt }: HealthFacts, now: string, intervalMinutes: number): Problem | null {
  // Once there was a complete cycle, a restart earns no new patience: a worker that crashes again and again is down too.
  // What lies as far ahead proves as little: the clock was set back, and would have to catch up before anything looked old.
  const age = Math.abs(Date.parse(now) - Date.parse(lastSuccessfulSyncAt ?? startedAt))
  if (age <= freshIntervals * intervalMinutes * MINUTE) return null
  const since =
    lastSuccessfulSyncAt === null ? `none since the worker started at ${startedAt}` : `the last one ended at ${lastSuccessfulSyncAt}`
  return {
    code: 'stale',
    message: `no complete cycle within ${freshIntervals * intervalMinutes} minutes (three intervals): ${since}`,
    action:
      'See the other problems here and the last errors in the log; `whatsapp-etl status` names the chats that are not complete, and why.',
  }
}

function driftProblem({ lastCycle, selectorSet, driftSince, selectors, nextRunAt }: HealthFacts): Problem | null {
  if (lastCycle?.status !== 'drift' && driftSince === null) return null
  const fields = selectors?.fields ?? []
  const set = (fields.length > 0 ? selectors?.set : null) ?? selectorSet ?? '(none fits)'
  const what = fields.length > 0 ? `${set} (${fields.join(', ')})` : set
  const since = driftSince === null ? '' : ` since ${driftSince}`
  const snapshot = selectors?.snapshot
    ? ` The structure of the page, without any text, lies in ${selectors.snapshot}: attach it to an issue.`
    : ''
  return {
    code: 'selector_drift',
    message: `WhatsApp Web's page is not understood by selector set ${what}${since}; reading is paused so that nothing wrong is stored${triedAgain(nextRunAt)}`,
    action: `Update whatsapp-etl, or put a selector set that reads the page into SELECTORS_DIR: it is used at once.${snapshot}`,
  }
}

function triedAgain(nextRunAt: string | null): string {
  return nextRunAt === null ? '' : `; it is tried again at ${nextRunAt}`
}

function shiftProblem({ selectors }: HealthFacts): Problem | null {
  if (!selectors || selectors.fields.length > 0 || selectors.shifted.length === 0) return null
  const fields = selectors.shifted.map(({ set, field, from, to }) => `${field} of ${set} (${from} → ${to})`)
  return {
    code: 'selector_shift',
    message: `WhatsApp Web's page has begun to change: a later candidate than before gives ${fields.join(', ')}`,
    action: 'Nothing is wrong yet. Look for an update of whatsapp-etl before the next change of the page.',
  }
}

const pairAgain =
  'Scan the code that GET /initialize gives; or stop the worker, which holds the profile, run `whatsapp-etl pair`, and start it again.'

/** By what keeps the chats from being read. A browser that is gone is started anew by itself; a cycle that fails tells of it. */
const sessionTexts: Record<Exclude<SessionProblem, 'browser_gone'>, Problem> = {
  not_paired: { code: 'pairing_needed', message: 'this profile is not paired with a phone', action: pairAgain },
  logged_out: { code: 'session_expired', message: 'the phone has ended this session', action: pairAgain },
  offline: {
    code: 'offline',
    message: 'WhatsApp Web has no connection to its servers',
    action: 'Check the network of this machine; the worker goes on by itself when the connection is back.',
  },
  other_window: {
    code: 'other_window',
    message: "this profile's session is open in another window or browser",
    action:
      'Close WhatsApp Web there. If that does not help, stop the worker, press "Use here" yourself in `whatsapp-etl pair`, and start the worker again: it never presses it by itself.',
  },
  unsupported: {
    code: 'browser_unsupported',
    message: 'WhatsApp Web refuses this browser',
    action: 'Set CHROMIUM_PATH to a current Chrome or Chromium (`whatsapp-etl doctor` tells which one is used) and start the worker again.',
  },
  blocked: {
    code: 'account_blocked',
    message: 'WhatsApp Web seems to say that this account is banned, suspended or restricted',
    action:
      'Open WhatsApp on the phone: it says why, and for how long. What is stored stays; nothing is read meanwhile. Afterwards start the worker again, and run `whatsapp-etl pair` where it asks for that.',
  },
}

function sessionProblem({ session }: Pick<HealthFacts, 'session'>): Problem | null {
  if (session.problem === null || session.problem === 'browser_gone') return null
  const { code, message, action } = sessionTexts[session.problem]
  return { code, message: `${message} (since ${session.since})`, action }
}

function failureProblem({ session, lastCycle, failuresInARow, nextRunAt }: HealthFacts): Problem | null {
  if (lastCycle?.status !== 'failed') return null
  // What the session waits for is told already.
  if (lastCycle.errorCode === 'person_needed' && sessionProblem({ session }) !== null) return null
  const which = failuresInARow > 1 ? `the last ${failuresInARow} cycles` : 'the last cycle'
  return {
    code: 'cycle_failed',
    message: `${which} failed (${lastCycle.errorCode ?? 'internal'})${triedAgain(nextRunAt)}`,
    action: 'See the log; it is tried again by itself. `whatsapp-etl doctor` checks browser, profile, disk and database.',
  }
}

/** Not down by itself: the third one in a row is the third interval without a complete cycle, and freshness says so. */
function incompleteProblem({ incompleteInARow }: HealthFacts): Problem | null {
  if (incompleteInARow < 2) return null
  return {
    code: 'incomplete',
    message: `${incompleteInARow} cycles in a row could not show every chat to be complete`,
    action: '`whatsapp-etl status` lists the chats with their reasons and what to do about each.',
  }
}

function storageFault({ storageProblem }: HealthFacts): Problem | null {
  if (storageProblem === null) return null
  return {
    code: 'attachments_not_stored',
    message: storageProblem,
    action:
      'Messages are stored all the same; the pictures are fetched again by the cycles that follow. `whatsapp-etl doctor` checks the disk.',
  }
}

function extractionIdle({ extractionProblem }: HealthFacts): Problem | null {
  if (extractionProblem === null) return null
  return {
    code: 'extraction_idle',
    message: extractionProblem,
    action: 'Set IMAGE_PROCESSING_ENABLED=false, or leave the jobs for a version with an extractor.',
  }
}

function drainingProblem({ draining }: HealthFacts): Problem | null {
  if (!draining) return null
  return { code: 'stopping', message: 'the worker is stopping', action: 'Nothing: it finishes the batch in hand and exits.' }
}
