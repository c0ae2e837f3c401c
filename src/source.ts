/**
 * What a cycle needs of a source of messages, and the shapes that pass between the two. WhatsApp Web satisfies it (`web/`);
 * the official API will. Types only.
 */
import type { Evidence } from './evidence.ts'
import type { ChatListing, Coverage, CoverageEdge, Message, Reject } from './model.ts'

/** The chat list as walked: `complete` only when every row that the page announces was seen. */
export interface ChatList {
  chats: ChatListing[]
  complete: boolean
  /** Why it is not complete; null when it is. */
  reason: string | null
  /** What its rows gave, where the source reads a page. */
  evidence?: Evidence
  /** When something last happened in a chat, by its JIDs, as a second witness knows it to the second: ISO 8601 UTC. Empty where there is none. */
  activities?: ReadonlyMap<string, string>
}

/** How far a second witness was asked for what came, in its own count: of messages that came while it listened, and of those handed over at pairing. */
export interface ArrivalMark {
  live: number
  oldest: number | null
  newest: number | null
}

/** A message that came to a second witness; `chatJid` as it keeps it, `ts` the message's own time, ISO 8601 UTC. */
export interface Arrival {
  chatJid: string
  messageId: string
  ts: string
}

/** What came since a mark, and the mark from which to ask the next time. */
export interface Arrivals {
  rows: Arrival[]
  mark: ArrivalMark
}

/** What an opened chat tells about its identity before it is read. */
export interface ChatFacts {
  title: string
  community: string | null
  /** The JID that the rows or the second witness tell: phone, group, or LID where nothing else is known. */
  jid: string | null
  /** The LID, where it is known besides the phone JID. */
  lid: string | null
  isGroup: boolean | null
  isSelf: boolean
  archived: boolean
  /** Members as the header names them, the owner left out; empty where it does not. */
  participants: string[]
  /** Ids of the rows mounted at opening: they tell two chats of one title apart. */
  messageIds: string[]
}

/** Why a chat could not be read to the edge that was asked for. */
export type IncompleteReason =
  | 'phone_has_more'
  | 'budget'
  | 'top_not_shown'
  | 'gap'
  | 'not_understood'
  | 'unread_policy'
  | 'not_opened'
  | 'interrupted'
  | 'list_incomplete'
  /** The reading broke off with an error; it is tried again with growing pauses. */
  | 'failed'
  /** A second witness knows messages of what was read that the page did not show. */
  | 'not_shown'

/** A stretch of a chat, newest stretches first. Its messages are ready to be stored: their pictures are on disk. */
export interface Batch {
  messages: Message[]
  rejects: Reject[]
  /** System notices and the like, counted only. */
  notMessages: number
  /** ISO 8601 UTC of the topmost message read so far; null before any. Everything from there to the start of the reading is known. */
  readDownTo: string | null
  /** Set on the last batch: how the reading ended. `edge` null = the stretch does not reach anything provable. */
  end: { edge: CoverageEdge | 'covered' | null; reason: IncompleteReason | null } | null
  /** Facts that showed while reading (participants fill in late). */
  participants: string[]
  /** What all rows of the chat gave so far, where the source reads a page. */
  evidence?: Evidence
}

export interface ReadOptions {
  /** Window edge, ISO 8601 UTC: older messages are neither wanted nor returned. */
  since: string
  /** Read down to here; equals `since` unless the ground below is covered already. */
  until: string
  /** A stretch that is known already: its rows are passed over without waiting for what they show late. */
  known: Coverage | null
  /**
   * Give what is mounted at once too, in a batch of its own that proves nothing, before parts that come late (pictures, reactions, ticks) had their
   * time. It comes again, whole.
   */
  early: boolean
  /** Asked before each scroll step; false = the budget is used up and the reading ends here. `passing`: nothing but known ground is in view. */
  mayScroll(passing: boolean): boolean
  /** True when the bytes of this picture need not be read (stored, or refused for good). */
  hasImage(messageId: string, position: number): boolean
  /** True when this picture was pending in an earlier cycle: the page may be asked to download it. */
  wantsDownload(messageId: string): boolean
  /** The phone may be asked for what the page does not hold, because a person said so. */
  askPhone: boolean
  /** Aborted when the worker stops, or the cycle is given up. */
  signal: AbortSignal
}

/** A chat that is open and verified to be the one that was asked for. */
export interface OpenChat {
  facts: ChatFacts
  read(options: ReadOptions): AsyncIterable<Batch>
}

/** What a second witness came to since the source was opened; counts are of messages. */
export interface WitnessTotals {
  /** How much of it could be read; `off`: it is not asked. */
  level: 'full' | 'partial' | 'none' | 'off'
  because: string | null
  /** By kind: known to both, shown by the page alone, and those that only the witness has inside of what was read. */
  matched: Record<string, number>
  pageOnly: Record<string, number>
  storageOnly: Record<string, number>
  /** By field: how often the two said different things. */
  disagreements: Record<string, number>
}

/** Counters of one source since it was opened. */
export interface SourceFacts {
  selectorSet: string | null
  build: string | null
  locale: string | null
  witness: WitnessTotals | null
  /** Milliseconds that limits of pace held it up, by what was limited; a source without such limits has none. */
  waitedMs?: Readonly<Record<string, number>>
}

export interface Source {
  /** Waits until the account can be read. Throws LoginRequired, PersonNeeded, SelectorDrift or Retryable. */
  ready(signal: AbortSignal): Promise<void>
  list(signal: AbortSignal): Promise<ChatList>
  /** What came to a second witness since a mark, whatever its own time is: a late message changes nothing in the list. Null where there is none. */
  arrivals?(after: ArrivalMark | null): Promise<Arrivals | null>
  /** Opens a chat of the list. Throws Retryable when it could not be opened or verified, LeftToOwner where the unread policy keeps it closed. */
  open(listing: ChatListing, signal: AbortSignal): Promise<OpenChat>
  /** Makes the source usable again after something broke, on a new browser where the old one is gone. Throws as `ready` does. */
  recover(signal: AbortSignal): Promise<void>
  facts(): SourceFacts
}
