/**
 * The chats of a cycle, one after the other: each gets its turn, one whose reading breaks off does not keep the others from theirs, and what a turn
 * did not reach gets another one while the budget lasts.
 */

import type { ReadingMark } from '../db/store.ts'
import { asEtlError, type EtlError, LeftToOwner, PageHung, UnnamedChat } from '../errors.ts'
import type { ChatListing } from '../model.ts'
import { backoffMs, chatBackoff, reactionTo } from '../retry.ts'
import type { IncompleteReason } from '../source.ts'
import type { Cycle, CycleDeps, CycleOptions } from './cycle.ts'
import { NextChat } from './next-chat.ts'
import type { ChatTurn } from './plan-cycle.ts'
import { readOpened } from './read-chat.ts'

/** Scroll steps of a chat's first turn: some two thousand messages. What lies below waits until every chat had one. */
const firstTurn = 100
/** So many chats in a row whose readings break off, none of which did before, are no matter of single chats. */
const failuresInARow = 4
/** Of chats that could not even be opened it takes more: rows of a kind that is not known may stand at the top of the list for good. */
const unopenedInARow = 12
/** A chat is tried again with the next cycle, and after the second failure in a row with growing pauses. */
const patientFailures = 2

/** Reads the chats in the order given. Throws when it is not a single chat that fails: the account is logged out, the page is not understood, the database is away. */
export async function readInTurn(deps: CycleDeps, options: CycleOptions, cycle: Cycle, turns: readonly ChatTurn[]): Promise<void> {
  const { outcomes, watch, budget } = cycle
  let inARow = 0
  const failed = new Set<ChatListing>()
  const next = new NextChat()
  /** What had become of the chats of turns that broke off before those. */
  const stood = new Map<ChatTurn, IncompleteReason | null>()
  const take = async (turn: ChatTurn, scrolls: number, after?: ChatTurn): Promise<'read' | 'broke'> => {
    deps.signal.throwIfAborted()
    const before = (stood.has(turn) ? stood.get(turn) : outcomes.get(turn.listing)) ?? null
    if (budget.spent) {
      if (turn.plan.because !== 'deep') outcomes.set(turn.listing, 'budget')
      return 'read'
    }
    try {
      const outcome = await readTurn(deps, options, cycle, turn, scrolls, next, () => openNext(after))
      // The daily reading looks again at what was read: cut off, it leaves it so.
      const again = turn.plan.because === 'deep' && outcome === 'budget'
      outcomes.set(turn.listing, again ? before : outcome)
      inARow = 0
      return 'read'
    } catch (thrown) {
      const { error, reason, chatId, before: mark } = thrown as Broken
      const toldToStop = deps.signal.aborted && !(deps.signal.reason instanceof PageHung)
      if (deps.signal.aborted || reactionTo(error) !== 'retry') {
        // The chat did nothing wrong, unless the page hung on it. A database that is away changes nothing about what ends the cycle.
        const blameless = toldToStop || !deps.signal.aborted
        if (chatId !== null && blameless) await deps.store.failReading(chatId, 'interrupted', mark).catch(() => undefined)
        throw error
      }
      if (error instanceof LeftToOwner) {
        if (chatId !== null) await deps.store.failReading(chatId, 'unread_policy', mark)
        outcomes.set(turn.listing, 'unread_policy')
        return 'read'
      }
      // A database that is away says so here, and ends the cycle.
      if (chatId !== null) await deps.store.failReading(chatId, reason)
      outcomes.set(turn.listing, reason)
      if (error instanceof UnnamedChat) {
        watch.unnamed(turn.listing.title)
        return 'read'
      }
      deps.onChatFailed?.(error)
      const first = turn.failures === 0 && !failed.has(turn.listing)
      if (first && ++inARow >= (reason === 'not_opened' ? unopenedInARow : failuresInARow)) throw error
      failed.add(turn.listing)
      stood.set(turn, before)
      await next.drop()
      await deps.source.recover(deps.signal)
      return 'broke'
    }
  }

  /** Once a chat is read, while its last rows are stored. */
  const openNext = (turn: ChatTurn | undefined): void => {
    if (!turn || turn.plan.because === 'deep' || budget.spent || watch.certain || deps.signal.aborted) return
    next.open(turn.listing, () => deps.source.open(turn.listing, deps.signal))
  }

  try {
    await takeAll()
  } finally {
    await next.drop()
  }

  async function takeAll(): Promise<void> {
    const broken: ChatTurn[] = []
    for (const [index, turn] of turns.entries()) {
      cycle.at = { chat: index + 1, chats: turns.length }
      deps.progress({ ...cycle.at, result: cycle.result })
      // What its first turn of this cycle came to stands, where it came to something.
      if (turn.plan.because === 'deep' && (outcomes.get(turn.listing) ?? null) !== null) continue
      const scrolls = turn.plan.because === 'deep' ? Number.POSITIVE_INFINITY : firstTurn
      if ((await take(turn, scrolls, turns[index + 1])) === 'broke') broken.push(turn)
      if (watch.certain) return
    }
    const unfinished = turns.filter(turn => turn.plan.because !== 'deep' && outcomes.get(turn.listing) === 'budget')
    for (const [index, turn] of unfinished.entries()) {
      const steps = budget.perChat(unfinished.length - index, firstTurn)
      if ((await take(turn, steps)) === 'broke') broken.push(turn)
    }
    for (const turn of broken) await take(turn, turn.plan.because === 'deep' ? Number.POSITIVE_INFINITY : firstTurn)
    for (const { listing, plan } of turns) if (plan.stands && outcomes.get(listing) === 'budget') outcomes.set(listing, plan.stands)
  }
}

/** What is thrown when a turn breaks off. */
interface Broken {
  error: EtlError
  reason: IncompleteReason
  /** The stored chat, null where it is not known. */
  chatId: number | null
  /** What held of the chat before. */
  before: ReadingMark
}

async function readTurn(
  deps: CycleDeps,
  options: CycleOptions,
  cycle: Cycle,
  { listing, plan, candidates, known }: ChatTurn,
  scrolls: number,
  next: NextChat,
  onRead: () => void,
): Promise<IncompleteReason | null> {
  const { store, source } = deps
  let before: ReadingMark = { failures: known?.failures ?? 0, retryAt: known?.retryAt ?? null }
  const begin = async (chatId: number) => {
    const stored = candidates.find(({ id }) => id === chatId)
    before = { failures: stored?.failures ?? 0, retryAt: stored?.retryAt ?? null }
    // A reading of the top alone does not put off the one that is to close the hole.
    if (plan.remains !== null) return
    const failures = before.failures + 1
    const pause = failures > patientFailures ? backoffMs(failures - patientFailures, chatBackoff, (deps.random ?? Math.random)()) : null
    await store.beginReading(chatId, { failures, retryAt: pause === null ? null : new Date(deps.clock() + pause).toISOString() })
  }
  let chatId = known?.id ?? null
  let reason: IncompleteReason = 'not_opened'
  try {
    if (chatId !== null) await begin(chatId)
    cycle.budget.open()
    const pane = (await next.take(listing)) ?? (await source.open(listing, deps.signal))
    if (!cycle.taken.has(listing)) cycle.result.chats.opened++
    const others = [...cycle.taken].filter(([other]) => other !== listing).map(([, id]) => id)
    const chat = await store.resolveChat({ accountId: options.accountId, ...pane.facts, taken: others })
    cycle.taken.set(listing, chat.id)
    if (chatId === null) await begin(chat.id)
    chatId = chat.id
    reason = 'failed'
    return await readOpened(deps, options, cycle, { listing, plan, chat, pane, mayScroll: cycle.budget.share(scrolls), onRead })
  } catch (thrown) {
    throw { error: asEtlError(thrown), reason, chatId, before } satisfies Broken
  }
}
