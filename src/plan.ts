/** Which chats a cycle opens and how far down it reads: decided before anything is touched. Pure. */
import type { ChatListing, Coverage } from './model.ts'
import { digest } from './parse/digest.ts'
import { samePhone } from './parse/phone.ts'

/** What is stored about a chat that a row of the list may be. */
export interface KnownChat {
  id: number
  /** Every JID, LID and key that it was ever known by. */
  names: string[]
  /** Preview and unread count at the last reading that reached its goal; null when there was none. */
  signature: string | null
  coverage: Coverage[]
  /** Pictures that wait for the page to download them. */
  pendingImages: number
  /** Instant of the oldest of them, ISO 8601 UTC; null when there is none. */
  pendingSince: string | null
}

export interface PlanInput {
  listing: ChatListing
  /** Chats that this row may be: none = never seen, several = chats that share a title. */
  candidates: KnownChat[]
  /** Window edge, ISO 8601 UTC. */
  since: string
  /** Read again this much of what is covered, for late edits, deletions and reactions. Milliseconds. */
  overlapMs: number
  /** The instants that the row's time label may mean, ISO 8601 UTC; null when the label does not say. */
  lastActivity: { earliest: string; latest: string } | null
  unreadPolicy: 'open' | 'skip'
  /** Ignore what is covered already. */
  full: boolean
}

export type Plan =
  | { action: 'read'; until: string }
  | { action: 'skip'; because: 'unchanged' | 'nothing_in_window' }
  /** Not opened until its owner has read it: its window is not known to be complete. */
  | { action: 'leave'; because: 'unread_policy' }

/**
 * A chat is skipped only on proof: its row says that nothing happened since a reading that reached its goal, or that its
 * last message is older than the window. Time labels that merely aged ("10:30" became "Yesterday") are no change.
 */
export function planChat(input: PlanInput): Plan {
  const { listing, candidates, since } = input
  if (input.lastActivity && input.lastActivity.latest < since && listing.unread === 0)
    return { action: 'skip', because: 'nothing_in_window' }
  const known = candidates.length === 1 ? candidates[0] : undefined
  const covered = known ? coveredSpan(known.coverage, since) : null
  if (!input.full && known && covered && unchanged(input, known, covered)) return { action: 'skip', because: 'unchanged' }
  if (input.unreadPolicy === 'skip' && listing.unread !== 0) return { action: 'leave', because: 'unread_policy' }
  if (input.full || !covered) return { action: 'read', until: since }
  const overlap = new Date(Date.parse(covered.to) - input.overlapMs).toISOString()
  // A picture that waits is reached, or its chat would be opened for it again and again and never show it.
  const until = known?.pendingSince && known.pendingSince < overlap ? minuteBefore(known.pendingSince) : overlap
  return { action: 'read', until: until > since ? until : since }
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

function unchanged({ listing, lastActivity }: PlanInput, known: KnownChat, covered: Coverage): boolean {
  if (known.pendingImages > 0 || known.signature !== signatureOf(listing)) return false
  // A label that may lie after the reading may tell of something newer; without a label the signature alone decides nothing.
  return lastActivity !== null && lastActivity.latest <= covered.to
}

/**
 * The stretch that reaches from the window's edge to the newest reading without a hole, or null. The lower edge counts as
 * reached when the chat began later or when the phone keeps the rest.
 */
export function coveredSpan(coverage: Coverage[], since: string): Coverage | null {
  const newest = coverage.reduce<Coverage | null>((best, span) => (best === null || span.to > best.to ? span : best), null)
  if (!newest) return null
  return newest.from <= since || newest.fromEdge === 'chat_start' ? newest : null
}
