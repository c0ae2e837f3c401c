/** What a cycle is given and what its parts share. Types only. */
import type { AgentRules } from '../agent.ts'
import type { CycleStore, RunTrigger } from '../db/store.ts'
import type { DriftWatch, SelectorReport } from '../drift.ts'
import type { EtlError } from '../errors.ts'
import type { ChatListing, Coverage, SyncEvent } from '../model.ts'
import type { IncompleteReason, Source } from '../source.ts'
import type { Budget, BudgetLimits } from './budget.ts'
import type { CycleResult } from './result.ts'

export interface CycleOptions {
  accountId: string
  trigger: RunTrigger
  /** Instant at which the cycle starts, ISO 8601 UTC: the window hangs on it. */
  now: string
  lookbackDays: number
  overlapMs: number
  /** The whole window of each chat is read again this often; null = never. */
  deepReadMs: number | null
  unreadPolicy: 'open' | 'skip'
  /** The rows are those of chats in which something was seen to happen; their news alone is read, the rest is the next cycle's. */
  newsOnly: boolean
  full: boolean
  /** Ask the phone for older messages where the page offers it: a person said so. */
  askPhone: boolean
  /** Only chats whose title, phone number or stored id is one of these; empty = all. */
  only: string[]
  agent: AgentRules
  budget: BudgetLimits
}

export interface CycleDeps {
  source: Source
  store: CycleStore
  publish(event: SyncEvent): void
  /** Range of instants that a time label of the list may mean. */
  activityOf(listing: ChatListing): { earliest: string; latest: string } | null
  progress(step: CycleProgress): void
  /** Writes down the structure of the page that is not understood, without any text; gives the file, null where that was not possible. */
  snapshot?(drift: { set: string; fields: readonly string[]; build: string | null }): Promise<string | null>
  /** Told at the end of every cycle how well the page was understood. */
  onSelectors?(report: SelectorReport): void
  /** Told of every reading of a chat that broke off; the cycle goes on with the others. */
  onChatFailed?(error: EtlError): void
  signal: AbortSignal
  /** The clock of the day, epoch milliseconds: what rows and coverage are dated by. */
  clock(): number
  /** Milliseconds of a clock that nobody sets: what the cycle's budget and length are counted by. */
  elapsed(): number
  /** Numbers in [0, 1), for the jitter of pauses. */
  random?(): number
}

/** Sent with every chat and after every batch, for progress bars; `result` goes on counting. */
export interface CycleProgress {
  chat: number
  chats: number
  result: CycleResult
}

/** What the chats of a cycle share. */
export interface Cycle {
  runId: string
  since: string
  budget: Budget
  result: CycleResult
  /** Judges whether the page is understood. */
  watch: DriftWatch
  /** Chats that were too small to judge by themselves: read, and not yet stored. */
  withheld: Withheld[]
  /** What each chat's reading came to, the last one counting: null = its window is complete. */
  outcomes: Map<ChatListing, IncompleteReason | null>
  /** The stored chats that rows of this cycle turned out to be. */
  taken: Map<ChatListing, number>
  /** What was read of chats whose turn ended too early: the next turn passes over it. */
  reached: Map<ChatListing, Coverage>
  /** The chat in hand, from 1, and how many there are. */
  at: { chat: number; chats: number }
}

/** What is kept of a chat until the cycle knows whether its page is understood. */
export interface Withheld {
  listing: ChatListing
  set: string
  /** The required fields that none of its few rows had. */
  fields: string[]
  /** Stores it after all; gives what its reading came to. */
  store(): Promise<IncompleteReason | null>
}
