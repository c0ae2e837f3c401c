/** What a cycle is given and what its parts share. Types only. */
import type { AgentRules } from './agent.ts'
import type { CycleStore } from './db/store.ts'
import type { DriftWatch, SelectorReport } from './drift.ts'
import type { ChatListing, SyncEvent } from './model.ts'
import type { Source } from './source.ts'
import type { CycleResult } from './sync-result.ts'

export interface CycleOptions {
  accountId: string
  trigger: 'schedule' | 'start' | 'command'
  /** Instant at which the cycle starts, ISO 8601 UTC: the window hangs on it. */
  now: string
  lookbackDays: number
  overlapMs: number
  unreadPolicy: 'open' | 'skip'
  full: boolean
  /** Ask the phone for older messages where the page offers it: a person said so. */
  askPhone: boolean
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
  /** Writes down the structure of the page that is not understood, without any text; gives the file, null where that was not possible. */
  snapshot?(drift: { set: string; fields: readonly string[]; build: string | null }): Promise<string | null>
  /** Told at the end of every cycle how well the page was understood. */
  onSelectors?(report: SelectorReport): void
  signal: AbortSignal
  clock(): number
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
  started: number
  result: CycleResult
  /** Judges whether the page is understood. */
  watch: DriftWatch
  /** Chats that were too small to judge by themselves: read, and not yet stored. */
  withheld: Withheld[]
  /** The chat in hand, from 1, and how many there are. */
  at: { chat: number; chats: number }
}

/** What is kept of a chat until the cycle knows whether its page is understood. */
export interface Withheld {
  title: string
  set: string
  /** The required fields that none of its few rows had. */
  fields: string[]
  store(): Promise<void>
}
