/** What the cycle, the worker and the HTTP side ask of the database: one shape for both databases, one file per group of operations. */
import type { AgentRules } from '../agent.ts'
import type { Baseline } from '../drift.ts'
import type { ExtractionJob } from '../extraction.ts'
import type { MessageFacts } from '../message-view.ts'
import type { ChatListing, Coverage, Message, Reject, SyncEvent } from '../model.ts'
import type { ArrivalMark, ChatFacts, IncompleteReason } from '../source.ts'
import type { KnownChat } from '../sync/plan-chat.ts'
import { arrivalMark, oldestUnstored } from './arrivals.ts'
import { imageState, storedFiles } from './attachments.ts'
import { resolveChat } from './chats.ts'
import type { Database } from './client.ts'
import { coverageOf } from './coverage.ts'
import { eventsAfter, writeEvent } from './events.ts'
import { failJob, finishJob, queuedJobs, takeJobs } from './jobs.ts'
import { beginReading, failReading, knownChats } from './known-chats.ts'
import { outboxAfter, outboxEdges, trimOutbox } from './outbox.ts'
import { baseline, finishRun, holdsMessages, latest, startRun } from './runs.ts'
import { saveBatch } from './save.ts'
import { purgedBefore } from './tombstones.ts'

/** A chat as it is stored. */
export interface ChatRecord {
  id: number
  accountId: string
  /** The chat key: fixed at creation, first part of the `external_id` of its messages. */
  externalId: string
  /** The best known JID, else the chat key: `thread_external_id` of its messages. */
  threadExternalId: string
  jid: string | null
  lid: string | null
  title: string
  isGroup: boolean | null
  isSelf: boolean
}

/** What is known of an opened chat; `taken`: ids of chats that other rows of this cycle already turned out to be. */
export interface ChatIdentity extends ChatFacts {
  accountId: string
  taken: readonly number[]
}

export type RunStatus = 'complete' | 'incomplete' | 'login_required' | 'drift' | 'failed'

/** What began a run: `live` is no cycle, but all that is read between two of them. */
export type RunTrigger = 'schedule' | 'command' | 'start' | 'live'

export interface RunStart {
  accountId: string
  trigger: RunTrigger
  /** Window's lower edge, ISO 8601 UTC. */
  since: string
}

export interface RunEnd {
  status: RunStatus
  counts: Record<string, unknown>
  error?: string | undefined
  /** Only some chats were asked for: the run says nothing of the others, and the account is no fresher by it. */
  partial?: boolean
  selectorSet?: string | null
  build?: string | null
  /** From where the next cycle asks for late messages; null = from where this one did. Of a partial run it is left out. */
  arrivalMark?: ArrivalMark | null
}

/** One stretch of a chat with everything it earned: stored whole or not at all. */
export interface StoreBatch {
  runId: string
  accountId: string
  chat: ChatRecord
  /** Window's lower edge, ISO 8601 UTC: older messages are dropped here too. */
  since: string
  messages: Message[]
  rejects: Reject[]
  /** Members of the chat as known now, the owner left out. */
  participants: string[]
  agent: AgentRules
  /** The interval that this batch proves to be read; null = none. */
  coverage: Coverage | null
  /** The chat's row of the list, with the batch that ends the reading; `signature` null = nobody opened the chat. */
  listing: (ChatListing & { signature: string | null }) | null
  incompleteReason: IncompleteReason | null
  /** The reading that this batch ends went through the whole window with care. */
  deep: boolean
  selectorSet: string | null
  /** True when the rows had time to show everything: only then does an empty list of reactions mean that they were taken back. */
  rowsComplete?: boolean
}

/** An event with its place in the outbox. */
export interface StoredEvent extends SyncEvent {
  id: number
}

/** An event of the outbox with the message that it is about, as it stands now; null where it is about none, or where that is gone. */
export interface OutboxRow extends StoredEvent {
  /** ISO 8601 UTC. */
  createdAt: string
  message: MessageFacts | null
}

/** `first`, `last`: ids of the oldest and newest event that is kept (null, 0: none). `drawn`: the highest id that there ever was. */
export interface OutboxEdges {
  first: number | null
  last: number
  drawn: number
}

/** What a reader of the outbox asks. Ids become visible in their order: whoever asks for what follows the last id it saw misses nothing. */
export interface Outbox {
  /** Oldest first, at most `limit`. */
  outboxAfter(id: number, limit: number): Promise<OutboxRow[]>
  outboxEdges(): Promise<OutboxEdges>
}

/** What became of a batch. `saved` counts new files, `deduplicated` those that were on disk already, `bytes` the new files' sizes. */
export interface Saved {
  /** The chat that holds the rows: another one than the batch's where the two turned out to be one. */
  chatId: number
  inserted: number
  updated: number
  unchanged: number
  rejected: number
  /** Messages older than the window, and those that were purged. */
  dropped: number
  attachments: { saved: number; deduplicated: number; pending: number; bytes: number }
  jobs: number
  events: StoredEvent[]
}

/** A message of a stored chat. */
export interface ChatMessage {
  chatId: number
  messageId: string
  /** ISO 8601 UTC. */
  ts: string
}

/** Pictures of a chat: `settled` holds `messageId#position` of those whose bytes need not be read again, `pending` ids of messages with waiting ones. */
export interface ImageState {
  settled: Set<string>
  pending: Set<string>
}

/** What `/health` and `doctor` need to know of earlier runs. Instants ISO 8601 UTC. */
export interface Latest {
  lastSuccessfulSyncAt: string | null
  lastSeenTs: string | null
  lastRun: {
    id: string
    status: RunStatus | 'running'
    startedAt: string
    finishedAt: string | null
    error: string | null
    selectorSet: string | null
  } | null
  /** Finished runs in a row, up to the last one, that ran but were not complete. */
  incompleteInARow: number
}

/** What holds of a chat until its reading reaches its goal. `retryAt`: ISO 8601 UTC, null = at any time. */
export interface ReadingMark {
  failures: number
  retryAt: string | null
}

/** The use case's part of the store. */
export interface CycleStore {
  startRun(run: RunStart): Promise<string>
  finishRun(runId: string, end: RunEnd): Promise<void>
  /** What earlier cycles saw of chats and fields; null before the first one that ran to its end. */
  baseline(accountId: string): Promise<Baseline | null>
  /** What a second witness was last asked for; null before the first cycle that ran to its end. */
  arrivalMark(accountId: string): Promise<ArrivalMark | null>
  /** Of each chat the time of the oldest of these messages that is not stored, ISO 8601 UTC. */
  oldestUnstored(messages: readonly ChatMessage[]): Promise<Map<number, string>>
  /** Whether messages of the chat are stored. */
  holdsMessages(chatId: number): Promise<boolean>
  /** Chats that each row of the list may be, in the order of the rows, with the pictures that wait in them since an instant. */
  knownChats(accountId: string, listings: readonly ChatListing[], since?: string): Promise<KnownChat[][]>
  /** The chat that was opened; made when it was never seen. */
  resolveChat(facts: ChatIdentity): Promise<ChatRecord>
  /** Marks a reading as begun: until it ends, or if it never does, it counts as the last of so many failures, and the chat waits until `retryAt`. */
  beginReading(chatId: number, mark: ReadingMark): Promise<void>
  /** A reading came to nothing. `mark`: what holds of the chat instead of what was marked at its beginning, where that was not its fault. */
  failReading(chatId: number, reason: IncompleteReason, mark?: ReadingMark): Promise<void>
  imageState(chatId: number, since: string): Promise<ImageState>
  /** Messages of the chat that are older than this were purged and are not wanted again, ISO 8601 UTC; null when none were. */
  purgedBefore(accountId: string, chatId: number): Promise<string | null>
  saveBatch(batch: StoreBatch): Promise<Saved>
  recordEvent(event: SyncEvent): Promise<void>
}

export interface ExtractionResult {
  extractor: string
  content: string | null
  data?: Record<string, unknown>
}

export interface Store extends CycleStore, Outbox {
  coverageOf(chatId: number): Promise<Coverage[]>
  latest(accountId: string): Promise<Latest>
  /** Events after an id, oldest first. */
  eventsAfter(id: number, limit: number): Promise<StoredEvent[]>
  /** Takes due jobs; nobody else gets them until `leaseMs` (600 000) have passed. */
  takeJobs(options: { worker: string; limit: number; leaseMs?: number }): Promise<ExtractionJob[]>
  finishJob(job: ExtractionJob, result: ExtractionResult): Promise<void>
  /** Puts a job back, due again after `delayMs` (a minute); given up after `maxAttempts` (5). */
  failJob(job: ExtractionJob, error: string, options?: { maxAttempts?: number; delayMs?: number }): Promise<void>
  queuedJobs(): Promise<number>
  /** Removes events from before an instant, up to the first that a webhook still waits for; gives how many. */
  trimOutbox(before: string): Promise<number>
  /** Every stored file with the rows that name it, for `verify`. */
  storedFiles(): Promise<{ filePath: string; checksum: string; sizeBytes: number; attachmentIds: number[] }[]>
}

/** The store on a database that is migrated. */
export function makeStore(database: Database): Store {
  const { db } = database
  // How often each title stood in the last list, by account: two rows of one title must not end as one chat.
  const listed = new Map<string, Map<string, number>>()
  // Chats that turned out to be another one since: the row of the list that stood for the one stands for the other.
  const became = new Map<number, number>()
  const now = (id: number): number => {
    const other = became.get(id)
    return other === undefined ? id : now(other)
  }
  return {
    startRun: run => startRun(database, run),
    finishRun: (runId, end) => finishRun(database, runId, end),
    baseline: accountId => baseline(database, accountId),
    arrivalMark: accountId => arrivalMark(db, accountId),
    oldestUnstored: messages => oldestUnstored(db, messages),
    holdsMessages: chatId => holdsMessages(database, now(chatId)),
    knownChats: (accountId, listings, since = '-infinity') => {
      const counts = new Map<string, number>()
      for (const { title } of listings) counts.set(title, (counts.get(title) ?? 0) + 1)
      listed.set(accountId, counts)
      return knownChats(db, accountId, listings, since)
    },
    resolveChat: facts => {
      const taken = facts.taken.map(now)
      return resolveChat(database, { ...facts, taken }, title => listed.get(facts.accountId)?.get(title))
    },
    beginReading: (chatId, mark) => beginReading(db, now(chatId), mark),
    failReading: (chatId, reason, mark) => failReading(db, now(chatId), reason, mark),
    imageState: (chatId, since) => imageState(db, now(chatId), since),
    purgedBefore: (accountId, chatId) => purgedBefore(db, accountId, now(chatId)),
    saveBatch: async batch => {
      const saved = await saveBatch(database, batch)
      if (saved.chatId !== batch.chat.id) became.set(batch.chat.id, saved.chatId)
      return saved
    },
    recordEvent: async event => {
      await database.transaction(tx => writeEvent(tx, event))
    },
    coverageOf: chatId => coverageOf(db, chatId),
    latest: accountId => latest(database, accountId),
    eventsAfter: (id, limit) => eventsAfter(db, id, limit),
    outboxAfter: (id, limit) => outboxAfter(db, id, limit),
    outboxEdges: () => outboxEdges(db),
    takeJobs: options => takeJobs(database, options),
    finishJob: (job, result) => finishJob(database, job, result),
    failJob: (job, error, options) => failJob(database, job, error, options),
    queuedJobs: () => queuedJobs(database),
    trimOutbox: before => trimOutbox(database, before),
    storedFiles: () => storedFiles(db),
  }
}
