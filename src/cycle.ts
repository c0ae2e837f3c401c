/** What a cycle is given and what its parts share. Types only. */
import type { AgentRules } from './agent.ts'
import type { CycleStore } from './db/store.ts'
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
  /** The chat in hand, from 1, and how many there are. */
  at: { chat: number; chats: number }
}
