/** Messages, chats and batches as readings give them, with nothing in them that a test does not name. */
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { type Database, rowsOf } from '../../src/db/client.ts'
import type { ChatIdentity, ChatRecord, Saved, Store, StoreBatch } from '../../src/db/store.ts'
import type { Attachment, ChatListing, Message } from '../../src/model.ts'
import type { TestDatabase } from '../support/database.ts'

export const account = 'default'
export const since = '2026-02-01T00:00:00.000Z'

export function message(messageId: string, over: Partial<Message> = {}): Message {
  return {
    messageId,
    chatJid: null,
    direction: 'in',
    kind: 'text',
    senderId: 'Ana',
    senderName: 'Ana',
    text: `text of ${messageId}`,
    ts: '2026-02-10T10:00:00.000Z',
    tsPrecision: 'minute',
    quoted: null,
    forwarded: false,
    forwardedMany: false,
    edited: false,
    deleted: false,
    reactions: [],
    status: null,
    fileName: null,
    durationS: null,
    albumSize: null,
    details: {},
    witnesses: {},
    attachments: [],
    ...over,
  }
}

export function image(checksum: string | null, over: Partial<Attachment> = {}): Attachment {
  return {
    position: 0,
    mediaType: checksum === null ? 'image/*' : 'image/jpeg',
    status: checksum === null ? 'pending' : 'saved',
    filePath: checksum === null ? null : `sha256/${checksum}.jpg`,
    checksum,
    sizeBytes: checksum === null ? null : 1000,
    width: checksum === null ? null : 100,
    height: checksum === null ? null : 50,
    originalName: null,
    durationS: null,
    reason: null,
    ...over,
  }
}

export function identity(title: string, over: Partial<ChatIdentity> = {}): ChatIdentity {
  return {
    accountId: account,
    title,
    community: null,
    jid: null,
    lid: null,
    isGroup: null,
    isSelf: false,
    archived: false,
    participants: [],
    messageIds: [],
    taken: [],
    ...over,
  }
}

export function listing(title: string, over: Partial<ChatListing> = {}): ChatListing {
  return {
    position: 0,
    title,
    community: null,
    preview: null,
    timeLabel: null,
    unread: 0,
    pinned: false,
    muted: false,
    archived: false,
    isSelf: false,
    isGroup: null,
    ...over,
  }
}

/** A run and one chat to write into; `save` stores messages there. */
export interface Writing {
  runId: string
  chat: ChatRecord
  save(messages: Message[], over?: Partial<StoreBatch>): Promise<Saved>
}

const everything = [
  'chats',
  'chat_aliases',
  'chat_coverage',
  'tombstones',
  'messages',
  'attachments',
  'extraction_jobs',
  'extractions',
  'rejects',
  'events',
]

/** Every row of every table that a chat has part in, as it stands: ids, instants and all. */
export async function wholeTables({ db }: Database): Promise<Record<string, unknown[]>> {
  const tables: Record<string, unknown[]> = {}
  for (const name of everything) {
    const rows = await rowsOf<{ row: unknown }>(db, sql.raw(`select to_jsonb(t) as row from ${name} t order by to_jsonb(t)::text`))
    tables[name] = rows.map(({ row }) => row)
  }
  return tables
}

export async function writing(store: Store, chat: Partial<ChatIdentity> & { title?: string } = {}): Promise<Writing> {
  const runId = await store.startRun({ accountId: account, trigger: 'command', since })
  const record = await store.resolveChat(identity(chat.title ?? 'Ana', chat))
  return {
    runId,
    chat: record,
    save: (messages, over = {}) => store.saveBatch({ ...batch(runId, record), messages, ...over }),
  }
}

export function batch(runId: string, chat: ChatRecord): StoreBatch {
  return {
    runId,
    accountId: account,
    chat,
    since,
    messages: [],
    rejects: [],
    participants: [],
    agent: { contact: null, threadName: null, keywords: [] },
    coverage: null,
    listing: null,
    incompleteReason: null,
    deep: false,
    selectorSet: 'e7',
  }
}

/** Stores readings of one message, one after the other, and gives the row. */
export async function afterReadings({ store, database }: TestDatabase, readings: Partial<Message>[], over = {}) {
  const { save, chat } = await writing(store, { title: `chat ${randomUUID()}` })
  const results = []
  for (const reading of readings) results.push(await save([message('M1', reading)], over))
  const rows = await rowsOf<Record<string, unknown>>(database.db, sql`select * from messages where chat_id = ${chat.id}`)
  return { rows, row: rows[0]!, results, last: results.at(-1)! }
}
