/** One chat of a cycle: opened, read newest first, stored batch by batch with what each batch proves. */

import { ahead } from '../ahead.ts'
import type { ChatRecord } from '../db/store.ts'
import { judgeChat } from '../evidence.ts'
import type { ChatListing, Coverage } from '../model.ts'
import type { Batch, IncompleteReason, OpenChat } from '../source.ts'
import type { Cycle, CycleDeps, CycleOptions } from './cycle.ts'
import { type ReadPlan, signatureOf } from './plan-chat.ts'

/** So many batches may wait to be stored; with more the reading waits. */
const batchesAhead = 2

/** A chat that is open, with its plan and the steps it may scroll. */
interface Opened {
  listing: ChatListing
  plan: ReadPlan
  chat: ChatRecord
  pane: OpenChat
  mayScroll(passing: boolean): boolean
  /** Told when the page is needed no more for this chat: its last rows may still have to be stored. */
  onRead(): void
}

/** Reads an open chat and stores what is read of it, batch by batch. Gives why its window is incomplete, null when it is complete. */
export async function readOpened(
  deps: CycleDeps,
  options: CycleOptions,
  cycle: Cycle,
  { listing, plan, chat, pane, mayScroll, onRead }: Opened,
): Promise<IncompleteReason | null> {
  const { store } = deps
  const readFrom = new Date(deps.clock()).toISOString()
  const [images, purged] = await Promise.all([store.imageState(chat.id, cycle.since), store.purgedBefore(options.accountId, chat.id)])
  // What was purged is not read either: its pictures would be files again.
  const since = later(cycle.since, purged)
  // What this cycle read itself was read with care.
  const earlier = cycle.reached.get(listing)
  const known = earlier ?? plan.known
  const whole = plan.until <= cycle.since && plan.known === null
  const batches = pane.read({
    since,
    until: later(plan.until, since),
    known,
    mayScroll,
    hasImage: (messageId, position) => images.settled.has(`${messageId}#${position}`),
    wantsDownload: messageId => images.pending.has(messageId),
    askPhone: options.askPhone,
    early: options.newsOnly,
    signal: deps.signal,
  })
  // From the first row that is not understood on nothing is covered: the window is read again until that row is.
  let rejected = false
  let outcome: IncompleteReason | null = null
  const waiting: Saving[] = []
  const flush = async () => {
    for (const saving of waiting.splice(0)) await saveBatch(deps, options, cycle, saving)
    return outcome
  }
  // While one batch is stored, the next ones are read.
  for await (const batch of ahead(thenTold(batches, onRead), batchesAhead)) {
    rejected ||= batch.rejects.length > 0
    const reason = batch.end ? (batch.end.reason ?? (rejected ? 'not_understood' : plan.remains)) : null
    outcome = reason
    const coverage = rejected ? null : coverageOf(batch, readFrom, cycle.since)
    if (coverage && reason === 'budget') cycle.reached.set(listing, coverage)
    // What the budget cuts off of the daily reading waits for the next day: it would be begun anew with every cycle.
    const deep = (whole && reason === null) || (plan.because === 'deep' && reason === 'budget')
    const stored = reason === 'budget' ? (plan.stands ?? reason) : reason
    waiting.push({ chat, listing, batch, reason: stored, coverage, deep })
    const { evidence } = batch
    const ended = evidence && batch.end?.reason === null && evidence.rows.messages === 0
    const verdict = evidence
      ? judgeChat(evidence, ended ? { held: await store.holdsMessages(chat.id), previewed: listing.preview !== null } : null)
      : ({ type: 'understood' } as const)
    if (verdict.type === 'understood') await flush()
    const last = batch.end !== null || verdict.type === 'not_understood'
    if (!evidence || !last) continue
    cycle.watch.chat(evidence, verdict, listing.title)
    if (verdict.type === 'understood') return outcome
    // It waits for nobody: it is read again with every cycle, so that a selector set that understands it is noticed at once.
    await store.failReading(chat.id, 'not_understood', { failures: 0, retryAt: null })
    if (verdict.type === 'doubtful' || verdict.type === 'emptied') {
      const fields = verdict.type === 'doubtful' ? verdict.fields : []
      cycle.withheld.push({ listing, set: evidence.set, fields, store: flush })
      return outcome
    }
    for (const saving of waiting) await keepRejects(deps, options, cycle, saving)
    return 'not_understood'
  }
  return outcome
}

async function* thenTold(batches: AsyncIterable<Batch>, onOver: () => void): AsyncGenerator<Batch> {
  yield* batches
  onOver()
}

/** Of a chat that is not understood nothing is stored but its rejects: they say what a row showed. */
function keepRejects(deps: CycleDeps, options: CycleOptions, cycle: Cycle, { chat, listing, batch }: Saving): Promise<void> {
  const rejects: Batch = { ...batch, messages: [], participants: [], end: null }
  return saveBatch(deps, options, cycle, { chat, listing, batch: rejects, reason: null, coverage: null, deep: false })
}

/** A chat that its owner has to read first is not opened: its row of the list is stored all the same. */
export async function leaveToOwner(deps: CycleDeps, options: CycleOptions, cycle: Cycle, listing: ChatListing): Promise<void> {
  const { title, community, isGroup, isSelf, archived } = listing
  const facts = { title, community, isGroup, isSelf, archived, jid: null, lid: null, participants: [], messageIds: [] }
  const chat = await deps.store.resolveChat({ accountId: options.accountId, ...facts, taken: [...cycle.taken.values()] })
  cycle.taken.set(listing, chat.id)
  const nothing: Batch = {
    messages: [],
    rejects: [],
    notMessages: 0,
    readDownTo: null,
    end: { edge: null, reason: 'unread_policy' },
    participants: [],
  }
  await saveBatch(deps, options, cycle, { chat, listing, batch: nothing, reason: 'unread_policy', coverage: null, deep: false })
}

interface Saving {
  chat: ChatRecord
  listing: ChatListing
  batch: Batch
  /** Why the window is not complete; null while it is being read, and when it is. */
  reason: IncompleteReason | null
  coverage: Coverage | null
  deep: boolean
}

async function saveBatch(
  deps: CycleDeps,
  options: CycleOptions,
  cycle: Cycle,
  { chat, listing, batch, reason, coverage, deep }: Saving,
): Promise<void> {
  const { result } = cycle
  const saved = await deps.store.saveBatch({
    runId: cycle.runId,
    accountId: options.accountId,
    chat,
    since: cycle.since,
    messages: batch.messages,
    rejects: batch.rejects,
    participants: batch.participants,
    agent: options.agent,
    coverage,
    // Late edits further up were not looked for where the news alone was read: without a signature the next cycle opens the chat again.
    listing: batch.end ? { ...listing, signature: reason === 'unread_policy' || options.newsOnly ? null : signatureOf(listing) } : null,
    incompleteReason: reason,
    deep,
    selectorSet: deps.source.facts().selectorSet,
  })
  result.messages.seen += batch.messages.length + batch.rejects.length
  result.messages.inserted += saved.inserted
  result.messages.updated += saved.updated
  result.messages.unchanged += saved.unchanged
  result.messages.rejected += saved.rejected
  for (const key of ['saved', 'deduplicated', 'pending', 'bytes'] as const) result.attachments[key] += saved.attachments[key]
  for (const event of saved.events) deps.publish(event)
  deps.progress({ ...cycle.at, result })
}

function later(one: string, other: string | null): string {
  return other !== null && other > one ? other : one
}

/** What a batch proves: everything between the oldest message read and the start of the reading is known. */
export function coverageOf(batch: Batch, readFrom: string, since: string): Coverage | null {
  const edge = batch.end?.edge ?? null
  if (edge === 'window_edge' || edge === 'chat_start') return { from: since, to: readFrom, fromEdge: edge }
  if (batch.readDownTo === null) return null
  if (edge === 'covered') return { from: batch.readDownTo, to: readFrom, fromEdge: 'interrupted' }
  return { from: batch.readDownTo, to: readFrom, fromEdge: edge ?? 'interrupted' }
}
