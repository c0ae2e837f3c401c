/** Which chats a cycle opens and how far down it reads: decided before anything is touched. Pure. */
import type { ChatListing, Coverage } from '../model.ts'
import { digest } from '../parse/digest.ts'
import { samePhone } from '../parse/phone.ts'
import type { IncompleteReason } from '../source.ts'

/** What is stored about a chat that a row of the list may be. Instants ISO 8601 UTC. */
export interface KnownChat {
  id: number
  /** Every JID, LID and key that it was ever known by. */
  names: string[]
  /** Preview and unread count at the last reading that ended; null when there was none. */
  signature: string | null
  coverage: Coverage[]
  /** Why the last reading did not reach its goal; null when it did. */
  incompleteReason: IncompleteReason | null
  /** Readings in a row that did not, those of killed processes among them, and until when the next one waits. */
  failures: number
  retryAt: string | null
  lastReadAt: string | null
  /** Last reading of the whole window in one go. */
  deepReadAt: string | null
  /** Pictures that wait for the page to download them. */
  pendingImages: number
  /** Instant of the oldest of them; null when there is none. */
  pendingSince: string | null
}

export interface PlanInput {
  listing: ChatListing
  /** Chats that this row may be: none = never seen, several = chats that share a title. */
  candidates: KnownChat[]
  /** The moment of planning, and the window's edge, ISO 8601 UTC. */
  now: string
  since: string
  /** Read again this much of what is covered, for late edits, deletions and reactions. Milliseconds. */
  overlapMs: number
  /** A chat whose window was not read in one go for so long is; null = never. */
  deepReadMs: number | null
  /** The instants that the row's time label may mean, ISO 8601 UTC; null when the label does not say. */
  lastActivity: { earliest: string; latest: string } | null
  /** When something last happened in the chat as a second witness knows it, ISO 8601 UTC; null where none does. */
  witnessed: string | null
  /** The time of the oldest message that came to it since the last cycle and is not stored, whatever was covered, ISO 8601 UTC; null where none did. */
  late: string | null
  unreadPolicy: 'open' | 'skip'
  /** Ignore what is covered already. */
  full: boolean
  /** Something was seen to happen in the chat, whatever its row says: what is new is read, and what was open before stays open. */
  newsOnly: boolean
  /** Whether a chat that broke off waits until its time has come; not where a person asks for the cycle. */
  patient: boolean
}

/** A chat that is to be opened. */
export interface ReadPlan {
  action: 'read'
  because: 'changed' | 'gap' | 'deep'
  /** Read down to here, ISO 8601 UTC. */
  until: string
  /** A stretch that is known: it is passed over without waiting for what its rows show late. Null = every row is read with care. */
  known: Coverage | null
  /** Why the window stays incomplete also when the reading reaches its goal; null when it is complete then. */
  remains: IncompleteReason | null
  /** What an earlier reading said of single rows: it holds on where the budget cuts this one off, which may not have come to them. */
  stands?: IncompleteReason
}

export type Plan =
  | ReadPlan
  | { action: 'skip'; because: 'unchanged' | 'nothing_in_window' }
  /** Not opened, and not known to be complete. */
  | { action: 'leave'; reason: IncompleteReason }

/**
 * A chat is skipped only on proof: its row says that nothing happened since a reading that reached its goal, or that its
 * last message is older than the window. Time labels that merely aged ("10:30" became "Yesterday") are no change.
 */
export function planChat(input: PlanInput): Plan {
  const { listing, candidates, since, late } = input
  if (input.lastActivity && input.lastActivity.latest < since && listing.unread === 0 && late === null)
    return { action: 'skip', because: 'nothing_in_window' }
  const known = candidates.length === 1 ? candidates[0] : undefined
  const newest = known ? newestSpan(known.coverage) : null
  const reason = known ? standingReason(known.incompleteReason, known.coverage, since) : null
  const still = known !== undefined && newest !== null && !input.full && !input.newsOnly && isStill(input, known, newest)
  const whole = { action: 'read', until: since, known: null, remains: null } as const
  if (still && reason === null && coveredSpan(known.coverage, since)) {
    const deep = isDeepDue(input, known)
    if (!deep) return { action: 'skip', because: 'unchanged' }
    return leftToOwner(input) ?? { ...whole, because: 'deep' }
  }
  const left = leftToOwner(input)
  if (left) return left
  if (!known || input.full) return { ...whole, because: 'changed' }
  const waits = input.patient && known.retryAt !== null && known.retryAt > input.now
  // What broke off, or took its process with it (then nothing is written down), may do so again whatever happened since; what merely has a hole
  // is read at its top when something did.
  if (waits && (still || reason === null || reason === 'failed' || reason === 'not_opened'))
    return { action: 'leave', reason: reason ?? 'failed' }
  if (!newest) return { ...whole, because: 'changed' }
  return goalOf(input, known, newest, { because: still ? 'gap' : 'changed', reason, waits })
}

/**
 * The daily reading of a chat that is read for its news: one in which something happens all the time would never get it. Null where it is not
 * due, or where the reading of the news closes a hole.
 */
export function deepBeside(input: PlanInput, plan: Plan): ReadPlan | null {
  if (plan.action !== 'read' || plan.because !== 'changed' || plan.known !== null || plan.remains !== null) return null
  const known = input.candidates.length === 1 ? input.candidates[0] : undefined
  if (!known || plan.until <= input.since || !isDeepDue(input, known)) return null
  return { action: 'read', because: 'deep', until: input.since, known: null, remains: null }
}

function goalOf(
  { since, overlapMs, newsOnly, late }: PlanInput,
  { coverage, pendingImages, pendingSince }: KnownChat,
  newest: Coverage,
  { because, reason, waits }: { because: 'changed' | 'gap'; reason: IncompleteReason | null; waits: boolean },
): ReadPlan {
  const overlap = new Date(Date.parse(newest.to) - overlapMs).toISOString()
  // Of what lies above nobody said that it was read: it is on the way.
  const missed = late !== null && late <= newest.to ? late : null
  // A picture that waits is reached, or its chat would be opened for it again and again and never show it; so is what came late.
  const oldest = newsOnly ? undefined : [pendingSince, missed].filter(instant => instant !== null).sort()[0]
  const top = oldest !== undefined && oldest < overlap ? minuteBefore(oldest) : overlap
  const read = (until: string, known: Coverage | null, remains: IncompleteReason | null): ReadPlan => ({
    action: 'read',
    because,
    until: until > since ? until : since,
    known,
    remains,
  })
  // A chat that was left to its owner lacks nothing but what came since.
  if ((reason === null || reason === 'unread_policy') && coveredSpan(coverage, since)) return read(top, null, null)
  // A hole that a budget left is no budget that ran out now.
  const leftOver = reason === null || reason === 'unread_policy' || reason === 'budget'
  if (newsOnly) return read(top, null, leftOver ? 'gap' : reason)
  // Rows that were not understood or not shown may be anywhere: all of it is read with care.
  if (reason === 'not_understood' || reason === 'not_shown') return { ...read(since, null, null), stands: reason }
  if (reason !== null && reason !== 'unread_policy' && !endedEarly(reason)) return read(since, null, null)
  // The hole below is not tried again before its time; the top is read all the same.
  if (waits && reason !== null) return read(top, null, reason === 'unread_policy' ? 'gap' : reason)
  const below = newestSpan(coverage.filter(span => span.to < newest.from))
  const closes = below !== null && coveredSpan([below], since) !== null
  const passedOver = pendingImages > 0 || missed !== null ? null : { ...newest, to: overlap }
  return read(closes ? minuteBefore(below.to) : since, passedOver, null)
}

/** Whether a reason says only that the reading did not come far enough down. */
function endedEarly(reason: IncompleteReason): boolean {
  return reason === 'budget' || reason === 'phone_has_more' || reason === 'top_not_shown' || reason === 'gap' || reason === 'interrupted'
}

/** Whether the failures of a chat are readings that broke off, or died; others came to an end, only not far enough down. */
export function brokeOff({ incompleteReason: reason, failures }: KnownChat): boolean {
  return failures > 0 && (reason === null || reason === 'failed' || reason === 'not_opened' || reason === 'interrupted')
}

/** Why a window is still incomplete: what ended a reading too early means nothing any more once the window's edge lies in what was read. */
export function standingReason(reason: IncompleteReason | null, coverage: readonly Coverage[], since: string): IncompleteReason | null {
  return reason !== null && endedEarly(reason) && coveredSpan(coverage, since) ? null : reason
}

/** The reading ends at a message older than `until` by the minute, so the one that is wanted has to be younger. */
function minuteBefore(instant: string): string {
  return new Date(Date.parse(instant) - 60_000).toISOString()
}

/** Whether a row is the chat that somebody calls so: by its title, by its phone number in any spelling, or by an id that is stored. */
export function isCalled(name: string, listing: ChatListing, candidates: readonly KnownChat[]): boolean {
  if (listing.title === name || samePhone(name, listing.title)) return true
  return candidates.some(chat => chat.names.some(known => known === name || samePhone(name, known)))
}

/** What of a row changes when something happens in its chat, without its text; the time label is judged apart because it ages by itself. */
export function signatureOf(listing: ChatListing): string {
  return digest(JSON.stringify([listing.preview, listing.unread]))
}

/** Nothing happened since the newest reading, nothing came late, and no picture waits. */
function isStill({ listing, lastActivity, witnessed, late, now }: PlanInput, known: KnownChat, newest: Coverage): boolean {
  if (late !== null || known.pendingImages > 0 || known.signature !== signatureOf(listing)) return false
  // Known to the second, unless the page draws what is not written down yet. An instant that has not come yet is of a clock that is wrong.
  if (witnessed !== null && witnessed <= now) return witnessed <= newest.to && (lastActivity === null || lastActivity.earliest <= newest.to)
  // A label that may lie after the reading may tell of something newer; without a label the signature alone decides nothing.
  return lastActivity !== null && lastActivity.latest <= newest.to
}

function leftToOwner({ unreadPolicy, listing }: PlanInput): Plan | null {
  return unreadPolicy === 'skip' && listing.unread !== 0 ? { action: 'leave', reason: 'unread_policy' } : null
}

/** Chats that were first read in one cycle do not come due in one cycle: each at its own time in the last quarter of the term. */
function isDeepDue({ deepReadMs, now }: PlanInput, { id, deepReadAt }: KnownChat): boolean {
  if (deepReadMs === null) return false
  if (deepReadAt === null) return true
  const share = Number.parseInt(digest(`${id} ${deepReadAt}`).slice(0, 4), 16) / 0xffff
  return Date.parse(now) - Date.parse(deepReadAt) >= deepReadMs * (0.75 + share / 4)
}

/** The stretch that reaches furthest up. */
export function newestSpan(coverage: readonly Coverage[]): Coverage | null {
  return coverage.reduce<Coverage | null>((best, span) => (best === null || span.to > best.to ? span : best), null)
}

/**
 * The stretch that reaches from the window's edge to the newest reading without a hole, or null. The lower edge counts as
 * reached when the chat began later.
 */
export function coveredSpan(coverage: readonly Coverage[], since: string): Coverage | null {
  const newest = newestSpan(coverage)
  if (!newest) return null
  return newest.from <= since || newest.fromEdge === 'chat_start' ? newest : null
}
