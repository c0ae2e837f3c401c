/**
 * The tables (contract §3). Other programs query them: a column's name is an interface. Every table that is about an account
 * carries `account_id`; instants are `timestamptz`; text is stored as the page shows it (see text.ts for what Postgres cannot hold).
 */
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type {
  AttachmentStatus,
  CoverageEdge,
  DeliveryStatus,
  EventType,
  MessageDetails,
  MessageKind,
  Reaction,
  TsPrecision,
  Witnesses,
} from '../model.ts'
import type { ArrivalMark } from '../source.ts'
import { wordsSql } from './search-words.ts'

const id = () => bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity()
/** An instant, ISO 8601 UTC in the program whatever spelling the driver gives. */
const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  fromDriver: value => new Date(value).toISOString(),
})
const reference = (name: string) => bigint(name, { mode: 'number' })

/** One attempt to bring everything up to date. `status` is `running` until it ends; a run that was killed stays so. */
export const syncRuns = pgTable(
  'sync_runs',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    accountId: text('account_id').notNull(),
    source: text('source').notNull().default('whatsapp'),
    trigger: text('trigger').$type<'schedule' | 'command' | 'start' | 'live'>().notNull(),
    since: instant('since').notNull(),
    startedAt: instant('started_at').notNull().default(sql`now()`),
    finishedAt: instant('finished_at'),
    status: text('status')
      .$type<'running' | 'complete' | 'incomplete' | 'login_required' | 'drift' | 'failed'>()
      .notNull()
      .default('running'),
    counts: jsonb('counts').notNull().default({}),
    error: text('error'),
    selectorSet: text('selector_set'),
    build: text('build'),
  },
  table => [index('sync_runs_account_started').on(table.accountId, table.startedAt)],
)

/** How far a source has come. `last_successful_sync_at` moves only with a run that was complete. */
export const syncState = pgTable(
  'sync_state',
  {
    accountId: text('account_id').notNull(),
    source: text('source').notNull(),
    lastSeenTs: instant('last_seen_ts'),
    lastSuccessfulSyncAt: instant('last_successful_sync_at'),
    lastRunId: uuid('last_run_id').references(() => syncRuns.id, { onDelete: 'set null' }),
    /** From where the next cycle asks IndexedDB for messages that came late. */
    arrivalMark: jsonb('arrival_mark').$type<ArrivalMark>(),
    updatedAt: instant('updated_at').notNull().default(sql`now()`),
  },
  table => [primaryKey({ columns: [table.accountId, table.source] })],
)

/** A conversation. `external_id` is the chat key: fixed when the chat is first seen, never changed, the first part of its messages' ids. */
export const chats = pgTable(
  'chats',
  {
    id: id(),
    accountId: text('account_id').notNull(),
    platform: text('platform').notNull().default('whatsapp'),
    externalId: text('external_id').notNull(),
    threadExternalId: text('thread_external_id').notNull(),
    jid: text('jid'),
    lid: text('lid'),
    title: text('title').notNull(),
    community: text('community'),
    isGroup: boolean('is_group'),
    isSelf: boolean('is_self').notNull().default(false),
    archived: boolean('archived').notNull().default(false),
    pinned: boolean('pinned').notNull().default(false),
    muted: boolean('muted').notNull().default(false),
    unread: integer('unread').notNull().default(0),
    listPosition: integer('list_position'),
    preview: text('preview'),
    timeLabel: text('time_label'),
    participants: text('participants').array().notNull().default(sql`'{}'::text[]`),
    /** What its list row said at the last reading that ended. */
    signature: text('signature'),
    incompleteReason: text('incomplete_reason'),
    lastReadAt: instant('last_read_at'),
    /** Last reading that went down to the window's edge or the chat's start in one go: what every message looked like then is known. */
    deepReadAt: instant('deep_read_at'),
    /** Readings in a row that did not reach their goal, those of killed processes among them. */
    failures: integer('failures').notNull().default(0),
    /** Not opened before this instant; null = at any time. */
    retryAt: instant('retry_at'),
    firstSeenAt: instant('first_seen_at').notNull().default(sql`now()`),
    lastSeenAt: instant('last_seen_at').notNull().default(sql`now()`),
  },
  table => [
    unique('chats_external_id').on(table.accountId, table.platform, table.externalId),
    index('chats_title').on(table.accountId, table.title),
  ],
)

/**
 * Every name that a chat was ever known by. A JID, LID or key belongs to one chat of an account; titles may be shared. A `key` is the chat
 * key of a chat that turned out to be this one: messages that came from it still carry it in their `external_id`.
 */
export const chatAliases = pgTable(
  'chat_aliases',
  {
    chatId: reference('chat_id')
      .notNull()
      .references(() => chats.id, { onDelete: 'cascade' }),
    accountId: text('account_id').notNull(),
    kind: text('kind').$type<'jid' | 'lid' | 'key' | 'title'>().notNull(),
    value: text('value').notNull(),
    firstSeenAt: instant('first_seen_at').notNull().default(sql`now()`),
  },
  table => [
    primaryKey({ columns: [table.chatId, table.kind, table.value] }),
    uniqueIndex('chat_aliases_identity').on(table.accountId, table.kind, table.value).where(sql`kind in ('jid', 'lid', 'key')`),
    index('chat_aliases_value').on(table.accountId, table.value),
  ],
)

/** Stretches of a chat that were read in full: every message with from_ts <= ts <= to_ts is stored. Stretches of a chat never touch. */
export const chatCoverage = pgTable(
  'chat_coverage',
  {
    id: id(),
    chatId: reference('chat_id')
      .notNull()
      .references(() => chats.id, { onDelete: 'cascade' }),
    fromTs: instant('from_ts').notNull(),
    toTs: instant('to_ts').notNull(),
    fromEdge: text('from_edge').$type<CoverageEdge>().notNull(),
    runId: uuid('run_id').references(() => syncRuns.id, { onDelete: 'set null' }),
    readAt: instant('read_at').notNull().default(sql`now()`),
  },
  table => [index('chat_coverage_chat').on(table.chatId, table.toTs)],
)

/**
 * What `purge` removed and must stay away: messages of the chat that are older than `purged_before` are never stored again. Without a chat
 * it is said of every chat of the account. Of two rows that cover a chat the later instant counts.
 */
export const tombstones = pgTable(
  'tombstones',
  {
    id: id(),
    accountId: text('account_id').notNull(),
    chatId: reference('chat_id').references(() => chats.id, { onDelete: 'cascade' }),
    purgedBefore: instant('purged_before').notNull(),
    createdAt: instant('created_at').notNull().default(sql`now()`),
  },
  table => [unique('tombstones_chat').on(table.accountId, table.chatId).nullsNotDistinct()],
)

/** One row per message and account, for good, unless its owner purges it. */
export const messages = pgTable(
  'messages',
  {
    id: id(),
    accountId: text('account_id').notNull(),
    platform: text('platform').notNull().default('whatsapp'),
    externalId: text('external_id').notNull(),
    threadExternalId: text('thread_external_id').notNull(),
    chatId: reference('chat_id')
      .notNull()
      .references(() => chats.id, { onDelete: 'cascade' }),
    messageId: text('message_id').notNull(),
    senderId: text('sender_id'),
    senderName: text('sender_name'),
    recipientIds: text('recipient_ids').array().notNull().default(sql`'{}'::text[]`),
    contentSnippet: text('content_snippet'),
    ts: instant('ts').notNull(),
    tsPrecision: text('ts_precision').$type<TsPrecision>().notNull(),
    isOutgoing: boolean('is_outgoing').notNull(),
    sourceApp: text('source_app').notNull().default('WhatsApp Web'),
    kind: text('kind').$type<MessageKind>().notNull(),
    isAgentChannel: boolean('is_agent_channel').notNull().default(false),
    excludeFromAutomation: boolean('exclude_from_automation').notNull().default(false),
    hasAttachments: boolean('has_attachments').notNull().default(false),
    isEdited: boolean('is_edited').notNull().default(false),
    isDeleted: boolean('is_deleted').notNull().default(false),
    isForwarded: boolean('is_forwarded').notNull().default(false),
    forwardedMany: boolean('forwarded_many').notNull().default(false),
    quotedText: text('quoted_text'),
    quotedSender: text('quoted_sender'),
    quotedMessageId: text('quoted_message_id'),
    reactions: jsonb('reactions').$type<Reaction[]>().notNull().default([]),
    status: text('status').$type<DeliveryStatus>(),
    fileName: text('file_name'),
    durationS: real('duration_s'),
    albumSize: integer('album_size'),
    /** What the kind carries besides (`MessageDetails`), keys only where something is known. */
    details: jsonb('details').$type<MessageDetails>().notNull().default({}),
    /** Values that IndexedDB told or confirmed (`Witnesses`); the others are the page's. */
    witnesses: jsonb('witnesses').$type<Witnesses>().notNull().default({}),
    firstSeenAt: instant('first_seen_at').notNull().default(sql`now()`),
    lastSeenAt: instant('last_seen_at').notNull().default(sql`now()`),
    runId: uuid('run_id').references(() => syncRuns.id, { onDelete: 'set null' }),
    selectorSet: text('selector_set'),
  },
  table => [
    unique('messages_external_id').on(table.accountId, table.platform, table.externalId),
    // A message is found by its chat and its id: after two chats became one, its external_id may begin with the key of the other.
    unique('messages_chat_message').on(table.chatId, table.messageId),
    // With the kind, so that a conversation's messages are counted without its rows.
    index('messages_chat_ts').on(table.chatId, table.ts, table.id, table.kind),
    index('messages_ts').on(table.accountId, table.ts, table.id),
    index('messages_message_id').on(table.accountId, table.messageId),
    index('messages_words').using('gin', sql.raw(wordsSql('content_snippet'))),
  ],
)

/** A file of a message. One file on disk per checksum, whatever number of rows names it. */
export const attachments = pgTable(
  'attachments',
  {
    id: id(),
    messageId: reference('message_id')
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    source: text('source').notNull().default('whatsapp'),
    position: integer('position').notNull(),
    mediaType: text('media_type').notNull(),
    status: text('status').$type<AttachmentStatus>().notNull(),
    filePath: text('file_path'),
    checksum: text('checksum'),
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    width: integer('width'),
    height: integer('height'),
    originalName: text('original_name'),
    durationS: real('duration_s'),
    reason: text('reason'),
    /** Readings that wanted the bytes: until they were saved, or so far. */
    attempts: integer('attempts').notNull().default(0),
    firstSeenAt: instant('first_seen_at').notNull().default(sql`now()`),
    savedAt: instant('saved_at'),
  },
  table => [
    unique('attachments_position').on(table.messageId, table.position),
    index('attachments_checksum').on(table.checksum),
    index('attachments_pending').on(table.messageId).where(sql`status = 'pending'`),
  ],
)

/** The queue of pictures to be understood: one job per saved picture and kind of work. */
export const extractionJobs = pgTable(
  'extraction_jobs',
  {
    id: id(),
    attachmentId: reference('attachment_id')
      .notNull()
      .references(() => attachments.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull().default('ocr'),
    checksum: text('checksum').notNull(),
    /** `failed`: given up after its last attempt. */
    status: text('status').$type<'queued' | 'running' | 'done' | 'failed'>().notNull().default('queued'),
    attempts: integer('attempts').notNull().default(0),
    runAfter: instant('run_after').notNull().default(sql`now()`),
    lockedAt: instant('locked_at'),
    lockedBy: text('locked_by'),
    lastError: text('last_error'),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    finishedAt: instant('finished_at'),
  },
  table => [
    unique('extraction_jobs_once').on(table.attachmentId, table.kind, table.checksum),
    index('extraction_jobs_due').on(table.runAfter, table.id).where(sql`status in ('queued', 'running')`),
  ],
)

/** What an extractor made of a picture. `provenance` names the message: `thread_external_id`, `external_id`. */
export const extractions = pgTable(
  'extractions',
  {
    id: id(),
    attachmentId: reference('attachment_id')
      .notNull()
      .references(() => attachments.id, { onDelete: 'cascade' }),
    jobId: reference('job_id').references(() => extractionJobs.id, { onDelete: 'set null' }),
    kind: text('kind').notNull(),
    extractor: text('extractor').notNull(),
    content: text('content'),
    data: jsonb('data').notNull().default({}),
    provenance: jsonb('provenance').notNull(),
    createdAt: instant('created_at').notNull().default(sql`now()`),
  },
  table => [index('extractions_attachment').on(table.attachmentId)],
)

/** Rows of the page that were not understood. `resolved_at` is set once the same row was read as a message. */
export const rejects = pgTable(
  'rejects',
  {
    id: id(),
    accountId: text('account_id').notNull(),
    chatId: reference('chat_id')
      .notNull()
      .references(() => chats.id, { onDelete: 'cascade' }),
    rowKey: text('row_key').notNull(),
    field: text('field').notNull(),
    reason: text('reason').notNull(),
    raw: jsonb('raw'),
    runId: uuid('run_id').references(() => syncRuns.id, { onDelete: 'set null' }),
    selectorSet: text('selector_set'),
    firstSeenAt: instant('first_seen_at').notNull().default(sql`now()`),
    lastSeenAt: instant('last_seen_at').notNull().default(sql`now()`),
    resolvedAt: instant('resolved_at'),
  },
  table => [
    unique('rejects_row').on(table.chatId, table.rowKey, table.field),
    index('rejects_open').on(table.accountId, table.lastSeenAt).where(sql`resolved_at is null`),
  ],
)

/** The outbox: written in the transaction of the rows it tells about, read after commit in the order of `id`. */
export const events = pgTable(
  'events',
  {
    id: id(),
    accountId: text('account_id').notNull(),
    type: text('type').$type<EventType>().notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    /** What can happen only once carries a key; the same key again is not written. */
    dedupeKey: text('dedupe_key'),
    createdAt: instant('created_at').notNull().default(sql`now()`),
  },
  table => [
    unique('events_once').on(table.accountId, table.dedupeKey),
    index('events_type').on(table.type, table.id),
    index('events_created').on(table.createdAt),
  ],
)

/**
 * Who is told of events by HTTP. The secret stands here as it is: whoever can read this database can sign as this program, and can read the
 * messages anyway.
 */
export const webhooks = pgTable(
  'webhooks',
  {
    id: id(),
    accountId: text('account_id').notNull(),
    url: text('url').notNull(),
    /** Types of frames that it wants. */
    types: text('types').array().notNull(),
    secret: text('secret').notNull(),
    /** Events up to this one have become deliveries where they are wanted. */
    cursor: bigint('cursor', { mode: 'number' }).notNull(),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    /** Failures since the last success. */
    failures: integer('failures').notNull().default(0),
    failingSince: instant('failing_since'),
    /** The circuit is open until then; after that one delivery tries whether it can be closed. */
    pausedUntil: instant('paused_until'),
    lastSuccessAt: instant('last_success_at'),
    lastError: text('last_error'),
  },
  table => [index('webhooks_account').on(table.accountId)],
)

/** What is still to be delivered, or was given up. A delivery that succeeded has no row; one whose event is purged goes with it. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: id(),
    webhookId: reference('webhook_id')
      .notNull()
      .references(() => webhooks.id, { onDelete: 'cascade' }),
    eventId: reference('event_id')
      .notNull()
      .references(() => events.id, { onDelete: 'cascade' }),
    /** The chat's row, or empty: of deliveries with the same one, only the oldest is under way. */
    conversation: text('conversation').notNull(),
    attempts: integer('attempts').notNull().default(0),
    firstAttemptAt: instant('first_attempt_at'),
    nextAttemptAt: instant('next_attempt_at').notNull(),
    /** Somebody is delivering it; not believed after this instant. */
    leasedUntil: instant('leased_until'),
    lastError: text('last_error'),
    lastStatus: integer('last_status'),
    /** Given up at; null while it is pending. */
    deadAt: instant('dead_at'),
    createdAt: instant('created_at').notNull().default(sql`now()`),
  },
  table => [
    unique('webhook_deliveries_once').on(table.webhookId, table.eventId),
    index('webhook_deliveries_pending').on(table.webhookId, table.conversation, table.eventId).where(sql`dead_at is null`),
    index('webhook_deliveries_dead').on(table.webhookId, table.id).where(sql`dead_at is not null`),
    index('webhook_deliveries_event').on(table.eventId),
  ],
)
