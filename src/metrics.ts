/** The metrics of the worker, in a registry of their own. Labels are closed sets: never a name, a number or a chat. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { SelectorReport } from './drift.ts'
import type { ErrorCode } from './errors.ts'
import { messageKinds, type SyncEvent, witnessedFields } from './model.ts'
import type { IncompleteReason } from './source.ts'

const sessionStates = ['logged_in', 'expired', 'pairing', 'starting', 'unknown'] as const
export type SessionState = (typeof sessionStates)[number]

/** What keeps the chats from being read. */
export const sessionProblems = ['not_paired', 'logged_out', 'offline', 'other_window', 'unsupported', 'blocked', 'browser_gone'] as const
export type SessionProblem = (typeof sessionProblems)[number]

const noErrors: Record<ErrorCode, 0> = {
  config: 0,
  usage: 0,
  schema: 0,
  locked: 0,
  login_required: 0,
  person_needed: 0,
  selector_drift: 0,
  retryable: 0,
  browser: 0,
  internal: 0,
}
const noneIncomplete: Record<IncompleteReason, 0> = {
  phone_has_more: 0,
  budget: 0,
  top_not_shown: 0,
  failed: 0,
  not_shown: 0,
  gap: 0,
  not_understood: 0,
  unread_policy: 0,
  not_opened: 0,
  interrupted: 0,
  list_incomplete: 0,
}

/** What came of reading a chat between two cycles. */
const liveOutcomes = ['stored', 'unchanged', 'left', 'failed'] as const

export type Metrics = ReturnType<typeof makeMetrics>

/**
 * Makes the metrics. Names are part of the contract (§4). `now` (epoch milliseconds) is what the sync lag is counted from.
 * Process metrics are left out where `processMetrics` is false (tests: they start timers).
 */
export function makeMetrics({ now = Date.now, processMetrics = true }: { now?: () => number; processMetrics?: boolean } = {}) {
  const registry = new Registry()
  const registers = [registry]
  if (processMetrics) collectDefaultMetrics({ register: registry })

  const counter = <const Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter<Label>({ name: `whatsapp_${name}`, help, labelNames, registers })
  const gauge = <const Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name: `whatsapp_${name}`, help, labelNames, registers })
  const histogram = <const Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly Label[] = [],
  ) => new Histogram<Label>({ name: `whatsapp_${name}`, help, labelNames, buckets, registers })

  let lastComplete: number | null = null
  new Gauge({
    name: 'whatsapp_sync_lag_seconds',
    help: 'Seconds since the last complete cycle ended; NaN before the first one',
    registers,
    collect() {
      this.set(lastComplete === null ? Number.NaN : Math.max(0, (now() - lastComplete) / 1000))
    },
  })
  let newestMessage: number | null = null
  new Gauge({
    name: 'whatsapp_silence_seconds',
    help: 'Seconds since the newest stored message; NaN before the first one',
    registers,
    collect() {
      this.set(newestMessage === null ? Number.NaN : Math.max(0, (now() - newestMessage) / 1000))
    },
  })
  const session = gauge('session_status', '1 for the status the session is in, 0 for the others', ['status'])
  const problems = gauge('session_problem', '1 for what keeps the chats from being read, 0 for the others; all 0 while nothing does', [
    'problem',
  ])

  const metrics = {
    registry,
    messagesFetched: counter('sync_messages_fetched', 'Messages read from the page'),
    upserts: counter('sync_upserts', 'Message rows inserted or updated'),
    rows: counter('sync_rows', 'Message rows by what became of them', ['outcome']),
    attachmentsSaved: counter('attachments_saved', 'Attachment files stored'),
    attachmentsDeduplicated: counter('attachments_deduplicated', 'Attachments whose file was already stored'),
    attachmentsPending: gauge('attachments_pending', 'Attachments the last cycle could not download yet'),
    extractionJobsEnqueued: counter('extraction_jobs_enqueued', 'Extraction jobs queued'),
    syncErrors: counter('sync_errors', 'Cycles that failed, and readings of single chats that broke off, by error code', ['code']),
    cycleSeconds: histogram('sync_cycle_seconds', 'How long cycles took', [5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600], ['status']),
    cycles: counter('sync_cycles', 'Cycles by how they ended', ['status']),
    liveReadings: counter('live_readings', 'Chats with news between two cycles, by what came of reading them', ['outcome']),
    liveLatency: histogram(
      'live_latency_seconds',
      'From noticing that something happened in a chat to its first new or changed row',
      [0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 30],
    ),
    liveWatching: gauge('live_watching', '1 while the page is watched between two cycles'),
    cyclesSkipped: counter('sync_cycles_skipped', 'Slots that passed while a cycle was still running'),
    failuresInARow: gauge(
      'sync_failures_in_a_row',
      'Cycles that failed since the last one that ran; waiting for a person and drift do not count',
    ),
    retrySeconds: gauge('sync_retry_seconds', 'How long the worker waits after the cycle that failed last; 0 while cycles run'),
    intervalSeconds: gauge('sync_interval_seconds', 'Seconds between two cycle starts, as set; what the sync lag is held against'),
    chatsIncomplete: gauge('sync_chats_incomplete', 'Chats whose window the last cycle could not show to be complete, by reason', [
      'reason',
    ]),
    chats: counter('sync_chats', 'Chats by what a cycle did with them', ['outcome']),
    candidatesHit: counter('selector_candidates_hit', 'Times a selector candidate gave a field its value', ['set', 'field', 'candidate']),
    candidatesMissed: counter('selector_candidates_missed', 'Times a field was looked for and a candidate gave nothing', [
      'set',
      'field',
      'candidate',
    ]),
    silenceUsual: gauge('silence_usual_seconds', 'The longest time between two messages that is usual; NaN where too few tell'),
    databaseWritable: gauge('database_writable', '1 while the database answers and takes writes, else 0'),
    databaseMigrations: gauge('database_migrations', 'Migrations that the database lacks (pending), and that only a newer version knows', [
      'state',
    ]),
    rejectsOpen: gauge('rejects_open', 'Rows of the window that are not understood'),
    coverageChats: gauge('coverage_chats', 'Chats by whether all of their window is known to be stored', ['state']),
    coverageGaps: gauge('coverage_gaps', 'Stretches of time inside the windows of all chats that are not known to be stored'),
    witnessMessages: counter(
      'witness_messages',
      "Messages by kind and by who knows them: both, the page alone, or the page's IndexedDB alone",
      ['known_to', 'kind'],
    ),
    witnessDisagreements: counter('witness_disagreements', 'Values in which the page and its IndexedDB differ, by field', ['field']),
    browserBytes: gauge(
      'browser_memory_bytes',
      'Memory that the processes of the browser hold (shared pages count for each); 0 while none runs',
    ),
    browserRestarts: counter('browser_restarts', 'Browsers started anew, by why: too old, too large, its page hung, it was gone', [
      'reason',
    ]),
    drift: gauge('selector_drift', 'Fields by which the page is not understood: 1 until a cycle understands it again', ['set', 'field']),
    shift: gauge('selector_shift', 'Fields that a later candidate gives than before: 1 while it is so, an early warning', ['set', 'field']),
    clicks: counter('clicks', 'Clicks in the page by kind; every kind is on the allow-list', ['kind']),
    clicksRefused: counter('clicks_refused', 'Clicks that the allow-list refused'),
    limiterWaitSeconds: counter('limiter_wait_seconds', 'Seconds that a cycle waited to stay gentle, by what was limited', ['kind']),
    followersClosed: counter('followers_closed', 'Followers of the live events that were sent away, by reason', ['why']),
    webhookDeliveries: counter('webhook_deliveries', 'Attempts to deliver to webhooks by what came of them; dead: given up', ['outcome']),
    events: counter('events', 'Events emitted, by type', ['type']),
    /** Sets the session's status: exactly one of the labels is 1; of its problems at most one. */
    setSession(status: SessionState, problem: SessionProblem | null): void {
      for (const state of sessionStates) session.set({ status: state }, state === status ? 1 : 0)
      for (const one of sessionProblems) problems.set({ problem: one }, one === problem ? 1 : 0)
    },
    /** Moves the point that the sync lag is counted from; null = there was never a complete cycle. */
    setLastComplete(at: number | null): void {
      lastComplete = at
    },
    /** Moves the point that the silence is counted from. */
    setNewestMessage(at: number | null): void {
      newestMessage = at
    },
  }
  metrics.setSession('unknown', null)
  metrics.silenceUsual.set(Number.NaN)
  // What an alert watches stands at 0 from the start: a counter that comes into being with its first count has not grown, says Prometheus.
  for (const outcome of ['inserted', 'updated', 'unchanged', 'rejected']) metrics.rows.inc({ outcome }, 0)
  for (const outcome of liveOutcomes) metrics.liveReadings.inc({ outcome }, 0)
  for (const status of ['complete', 'incomplete', 'login_required', 'drift', 'failed']) metrics.cycles.inc({ status }, 0)
  for (const code of Object.keys(noErrors)) metrics.syncErrors.inc({ code }, 0)
  for (const reason of Object.keys(noneIncomplete)) metrics.chatsIncomplete.set({ reason }, 0)
  for (const state of ['complete', 'incomplete']) metrics.coverageChats.set({ state }, 0)
  for (const state of ['pending', 'unknown']) metrics.databaseMigrations.set({ state }, 0)
  for (const kind of ['scroll', 'chat', 'download']) metrics.limiterWaitSeconds.inc({ kind }, 0)
  for (const reason of ['age', 'memory', 'failures', 'hung', 'gone']) metrics.browserRestarts.inc({ reason }, 0)
  for (const why of ['stopping', 'broken', 'slow', 'gone', 'unknown']) metrics.followersClosed.inc({ why }, 0)
  for (const outcome of ['delivered', 'failed', 'dead']) metrics.webhookDeliveries.inc({ outcome }, 0)
  for (const known_to of ['both', 'page', 'storage']) for (const kind of messageKinds) metrics.witnessMessages.inc({ known_to, kind }, 0)
  for (const field of witnessedFields) metrics.witnessDisagreements.inc({ field }, 0)
  return metrics
}

/** What a cycle came to, as far as metrics care: the counts of `sync --json` (contract §1.1). */
export interface CycleCounts {
  status: string
  seconds: number
  chats: { listed: number; opened: number; skipped_unchanged: number; incomplete: number }
  messages: { seen: number; inserted: number; updated: number; unchanged: number; rejected: number }
  attachments: { saved: number; deduplicated: number; pending: number; bytes: number }
  incomplete: readonly { reason: IncompleteReason }[]
}

/** Counts one finished cycle. */
export function countCycle(metrics: Metrics, { status, seconds, chats, messages, attachments, incomplete }: CycleCounts): void {
  metrics.cycles.inc({ status })
  metrics.cycleSeconds.observe({ status }, seconds)
  countMessages(metrics, { messages, attachments })
  for (const outcome of ['listed', 'opened', 'skipped_unchanged', 'incomplete'] as const) metrics.chats.inc({ outcome }, chats[outcome])
  // A cycle that did not reach its end knows nothing of the chats that it did not come to.
  if (status === 'complete' || status === 'incomplete') {
    const reasons: Record<IncompleteReason, number> = { ...noneIncomplete }
    for (const { reason } of incomplete) reasons[reason]++
    for (const [reason, count] of Object.entries(reasons)) metrics.chatsIncomplete.set({ reason }, count)
  }
  metrics.attachmentsPending.set(attachments.pending)
}

function countMessages(metrics: Metrics, { messages, attachments }: Pick<LiveCounts, 'messages' | 'attachments'>): void {
  metrics.messagesFetched.inc(messages.seen)
  metrics.upserts.inc(messages.inserted + messages.updated)
  for (const outcome of ['inserted', 'updated', 'unchanged', 'rejected'] as const) metrics.rows.inc({ outcome }, messages[outcome])
  metrics.attachmentsSaved.inc(attachments.saved)
  metrics.attachmentsDeduplicated.inc(attachments.deduplicated)
}

type LiveCounts = Record<(typeof liveOutcomes)[number], number> &
  Pick<CycleCounts, 'messages'> & { attachments: Pick<CycleCounts['attachments'], 'saved' | 'deduplicated'> }

/** Counts one reading between two cycles. */
export function countLive(metrics: Metrics, counts: LiveCounts): void {
  for (const outcome of liveOutcomes) metrics.liveReadings.inc({ outcome }, counts[outcome])
  countMessages(metrics, counts)
}

/** Counts what the second witness of one cycle came to. */
export function countWitness(metrics: Metrics, { matched, pageOnly, storageOnly, disagreements }: WitnessCounts): void {
  for (const [known_to, counts] of Object.entries({ both: matched, page: pageOnly, storage: storageOnly }))
    for (const [kind, count] of Object.entries(counts)) metrics.witnessMessages.inc({ known_to, kind }, count)
  for (const [field, count] of Object.entries(disagreements)) metrics.witnessDisagreements.inc({ field }, count)
}

/** Counts how long one cycle waited for its limits; milliseconds by kind. */
export function countWaits(metrics: Metrics, waitedMs: Readonly<Record<string, number>>): void {
  for (const [kind, ms] of Object.entries(waitedMs)) metrics.limiterWaitSeconds.inc({ kind }, ms / 1000)
}

export interface WitnessCounts {
  matched: Readonly<Record<string, number>>
  pageOnly: Readonly<Record<string, number>>
  storageOnly: Readonly<Record<string, number>>
  disagreements: Readonly<Record<string, number>>
}

/** What the database says of itself and of the account. What it does not say (null) stays as it was, but for whether it takes writes. */
export function countStanding(metrics: Metrics, { reachable, condition, account }: Standing): void {
  metrics.databaseWritable.set(reachable && condition?.readOnly === null ? 1 : 0)
  if (condition !== null) {
    metrics.databaseMigrations.set({ state: 'pending' }, condition.pending)
    metrics.databaseMigrations.set({ state: 'unknown' }, condition.unknown)
  }
  if (account === null) return
  const { judged, openRejects, newestTs, usualPauseS } = account
  const complete = judged.chats.filter(chat => chat.complete).length
  metrics.coverageChats.set({ state: 'complete' }, complete)
  metrics.coverageChats.set({ state: 'incomplete' }, judged.chats.length - complete)
  metrics.coverageGaps.set(judged.chats.reduce((sum, { gaps }) => sum + gaps.length, 0))
  metrics.rejectsOpen.set(openRejects)
  metrics.setNewestMessage(newestTs === null ? null : Date.parse(newestTs))
  metrics.silenceUsual.set(usualPauseS ?? Number.NaN)
}

export interface Standing {
  reachable: boolean
  condition: { readOnly: string | null; pending: number; unknown: number } | null
  account: {
    judged: { chats: readonly { complete: boolean; gaps: readonly unknown[] }[] }
    openRejects: number
    newestTs: string | null
    usualPauseS: number | null
  } | null
}

/** What the last cycle says of the page: fields that it no longer names are no longer in the metrics. */
export function countSelectors(metrics: Metrics, { set, fields, shifted }: Pick<SelectorReport, 'set' | 'fields' | 'shifted'>): void {
  metrics.drift.reset()
  for (const field of fields) metrics.drift.set({ set: set ?? 'none', field }, 1)
  metrics.shift.reset()
  for (const shift of shifted) metrics.shift.set({ set: shift.set, field: shift.field }, 1)
}

/** What was clicked since the last call for this guard; its own counters only grow. */
export function countClicks(metrics: Metrics, { clicks, refused }: ClickCounts, before: ClickCounts | undefined): void {
  for (const [kind, count] of Object.entries(clicks)) metrics.clicks.inc({ kind }, count - (before?.clicks[kind] ?? 0))
  metrics.clicksRefused.inc(refused - (before?.refused ?? 0))
}

export interface ClickCounts {
  clicks: Readonly<Record<string, number>>
  refused: number
}

/** Counts one event. */
export function countEvent(metrics: Metrics, { type }: SyncEvent): void {
  metrics.events.inc({ type })
}
