/**
 * THE use case: one cycle. Walks the chat list, decides what to read, reads each chat newest first and stores it batch by
 * batch: rows, coverage and events of a batch in one transaction. Knows a source and a store, nothing of browsers or SQL.
 */
import type { AgentRules } from './agent.ts'
import type { ChatRecord, CycleStore } from './db/store.ts'
import { asEtlError, type EtlError, SelectorDrift, UsageError } from './errors.ts'
import type { ChatListing, Coverage, SyncEvent } from './model.ts'
import { isCalled, type KnownChat, planChat, signatureOf } from './plan.ts'
import type { Batch, IncompleteReason, Source } from './source.ts'
import { type CycleResult, newResult } from './sync-result.ts'

export interface CycleOptions {
  accountId: string
  trigger: 'schedule' | 'start' | 'command'
  /** Instant at which the cycle starts, ISO 8601 UTC: the window hangs on it. */
  now: string
  lookbackDays: number
  overlapMs: number
  unreadPolicy: 'open' | 'skip'
  full: boolean
  /** Only chats whose title, phone number or stored id is one of these; empty = all. */
  only: string[]
  agent: AgentRules
  /** Milliseconds after which no further chat is opened. */
  budgetMs: number
}

export interface CycleDeps {
  source: Source
  store: CycleStore
  publish(event: SyncEvent): void
  /** Range of instants that a time label of the list may mean. */
  activityOf(listing: ChatListing): { earliest: string; latest: string } | null
  progress(step: CycleProgress): void
  signal: AbortSignal
  clock(): number
}

/** Sent after every batch and chat, for progress bars and metrics. */
export interface CycleProgress {
  chat: number
  chats: number
  result: CycleResult
}

const DAY = 24 * 60 * 60 * 1000

/** Runs one cycle to its end. Throws only when nothing can be said about the account at all; the run row is finished either way. */
export async function runCycle(deps: CycleDeps, options: CycleOptions): Promise<CycleResult> {
  const { store } = deps
  const since = new Date(Date.parse(options.now) - options.lookbackDays * DAY).toISOString()
  const runId = await store.startRun({ accountId: options.accountId, trigger: options.trigger, since })
  const result = newResult(runId)
  const started = deps.clock()
  const finish = async (status: CycleResult['status'], error?: string) => {
    result.status = status
    result.seconds = Math.round((deps.clock() - started) / 100) / 10
    const facts = deps.source.facts()
    await store.finishRun(runId, { status, counts: { ...result }, error, selectorSet: facts.selectorSet, build: facts.build })
    const type = status === 'complete' || status === 'incomplete' ? 'sync.completed' : 'sync.failed'
    await tell({ type, accountId: options.accountId, data: { run_id: runId, status } })
  }
  const tell = async (event: SyncEvent) => {
    await store.recordEvent(event)
    deps.publish(event)
  }
  try {
    await deps.source.ready(deps.signal)
    await readChats(deps, options, { runId, since, started, result })
    await finish(result.incomplete.length > 0 ? 'incomplete' : 'complete')
    return result
  } catch (thrown) {
    const error = asEtlError(thrown)
    if (error instanceof SelectorDrift) {
      await tell({ type: 'selectors.drift', accountId: options.accountId, data: { run_id: runId, set: error.set, fields: error.fields } })
    }
    await finish(statusOf(error), deps.signal.aborted ? 'interrupted' : error.code)
    throw Object.assign(error, { result })
  }
}

function statusOf({ code }: EtlError): CycleResult['status'] {
  return code === 'login_required' ? 'login_required' : code === 'selector_drift' ? 'drift' : 'failed'
}

interface Cycle {
  runId: string
  since: string
  started: number
  result: CycleResult
}

async function readChats(deps: CycleDeps, options: CycleOptions, cycle: Cycle): Promise<void> {
  const { result } = cycle
  const list = await deps.source.list(deps.signal)
  if (!list.complete) result.incomplete.push({ chat: '*', reason: 'list_incomplete' })
  result.chats.listed = list.chats.length
  const known = await deps.store.knownChats(options.accountId, list.chats)
  const wanted = chosen(
    list.chats.map((listing, index) => ({ listing, candidates: known[index] ?? [] })),
    options.only,
  )
  const taken: number[] = []
  for (const [index, { listing, candidates }] of wanted.entries()) {
    deps.signal.throwIfAborted()
    deps.progress({ chat: index + 1, chats: wanted.length, result })
    const plan = planChat({
      listing,
      candidates,
      since: cycle.since,
      overlapMs: options.overlapMs,
      lastActivity: deps.activityOf(listing),
      unreadPolicy: options.unreadPolicy,
      full: options.full,
    })
    if (plan.action === 'skip') {
      result.chats.skipped_unchanged++
      continue
    }
    const overBudget = deps.clock() - cycle.started > options.budgetMs
    if (plan.action === 'leave' || overBudget) {
      incomplete(result, listing.title, plan.action === 'leave' ? 'unread_policy' : 'budget')
      continue
    }
    await readChat(deps, options, cycle, { listing, until: plan.until, taken })
  }
}

interface Row {
  listing: ChatListing
  candidates: KnownChat[]
}

/** The rows that were asked for; a name that none of them has is said, not passed over. */
function chosen(rows: Row[], only: readonly string[]): Row[] {
  if (only.length === 0) return rows
  const missing = only.filter(name => !rows.some(row => isCalled(name, row.listing, row.candidates)))
  if (missing.length > 0) {
    throw new UsageError(
      `--chat ${missing.map(name => JSON.stringify(name)).join(', ')}: no chat of the list is called so. Expected a title as the list shows it, a phone number with its country code, or an id of a chat that was read before.`,
    )
  }
  return rows.filter(row => only.some(name => isCalled(name, row.listing, row.candidates)))
}

async function readChat(
  deps: CycleDeps,
  options: CycleOptions,
  cycle: Cycle,
  { listing, until, taken }: { listing: ChatListing; until: string; taken: number[] },
): Promise<void> {
  const { store, source } = deps
  let opened: Awaited<ReturnType<Source['open']>>
  try {
    opened = await source.open(listing, deps.signal)
  } catch (thrown) {
    const error = asEtlError(thrown)
    if (error.code !== 'retryable') throw error
    return incomplete(cycle.result, listing.title, 'not_opened')
  }
  cycle.result.chats.opened++
  const readFrom = new Date(deps.clock()).toISOString()
  const chat = await store.resolveChat({ accountId: options.accountId, ...opened.facts, taken })
  taken.push(chat.id)
  const images = await store.imageState(chat.id, cycle.since)
  const batches = opened.read({
    since: cycle.since,
    until,
    hasImage: (messageId, position) => images.settled.has(`${messageId}#${position}`),
    wantsDownload: messageId => images.pending.has(messageId),
    signal: deps.signal,
  })
  for await (const batch of batches) {
    await saveBatch(deps, options, cycle, { chat, listing, batch, readFrom })
  }
}

async function saveBatch(
  deps: CycleDeps,
  options: CycleOptions,
  cycle: Cycle,
  { chat, listing, batch, readFrom }: { chat: ChatRecord; listing: ChatListing; batch: Batch; readFrom: string },
): Promise<void> {
  const { result } = cycle
  const reason = batch.end?.reason ?? (batch.rejects.length > 0 ? 'not_understood' : null)
  const saved = await deps.store.saveBatch({
    runId: cycle.runId,
    accountId: options.accountId,
    chat,
    since: cycle.since,
    messages: batch.messages,
    rejects: batch.rejects,
    participants: batch.participants,
    agent: options.agent,
    coverage: coverageOf(batch, readFrom, cycle.since),
    listing: batch.end ? { ...listing, signature: reason === null ? signatureOf(listing) : null } : null,
    incompleteReason: batch.end ? reason : null,
    selectorSet: deps.source.facts().selectorSet,
  })
  result.messages.seen += batch.messages.length + batch.rejects.length
  result.messages.inserted += saved.inserted
  result.messages.updated += saved.updated
  result.messages.unchanged += saved.unchanged
  result.messages.rejected += saved.rejected
  for (const key of ['saved', 'deduplicated', 'pending', 'bytes'] as const) result.attachments[key] += saved.attachments[key]
  for (const event of saved.events) deps.publish(event)
  if (batch.end && reason !== null) incomplete(result, listing.title, reason)
}

/** What a batch proves: everything between the oldest message read and the start of the reading is known. */
export function coverageOf(batch: Batch, readFrom: string, since: string): Coverage | null {
  const edge = batch.end?.edge ?? null
  if (edge === 'window_edge' || edge === 'chat_start') return { from: since, to: readFrom, fromEdge: edge }
  if (batch.readDownTo === null) return null
  if (edge === 'covered') return { from: batch.readDownTo, to: readFrom, fromEdge: 'interrupted' }
  return { from: batch.readDownTo, to: readFrom, fromEdge: edge ?? 'interrupted' }
}

function incomplete(result: CycleResult, chat: string, reason: IncompleteReason): void {
  result.chats.incomplete++
  result.incomplete.push({ chat, reason })
}
