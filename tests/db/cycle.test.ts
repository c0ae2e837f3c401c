/** A whole cycle over a scripted source and a real store: what is covered, what is incomplete, what the next cycle does. */
import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { BrowserError } from '../../src/errors.ts'
import type { ChatListing, Message } from '../../src/model.ts'
import type { Batch, OpenChat, ReadOptions, Source } from '../../src/source.ts'
import { runCycle } from '../../src/sync.ts'
import type { CycleResult } from '../../src/sync-result.ts'
import { expect, onBoth, type TestDatabase } from '../support/database.ts'

const now = '2026-11-21T12:00:00.000Z'
const since = '2026-10-22T12:00:00.000Z'

function listing(title: string, extra: Partial<ChatListing> = {}): ChatListing {
  const flags = { unread: 0, pinned: false, muted: false, archived: false, isSelf: false, isGroup: null }
  return { position: 0, title, community: null, preview: 'hello', timeLabel: '10:00', ...flags, ...extra }
}

function message(messageId: string, ts: string): Message {
  const text = { kind: 'text', senderId: 'Ana', senderName: 'Ana', text: `text of ${messageId}`, quoted: null } as const
  const marks = { forwarded: false, forwardedMany: false, edited: false, deleted: false, reactions: [], status: null }
  const media = { fileName: null, durationS: null, albumSize: null, details: {}, witnesses: {}, attachments: [] }
  return { messageId, chatJid: null, direction: 'in', ts, tsPrecision: 'minute', ...text, ...marks, ...media }
}

const batch = (fields: Partial<Batch>): Batch => ({
  messages: [],
  rejects: [],
  notMessages: 0,
  readDownTo: null,
  end: null,
  participants: [],
  ...fields,
})
const reject = { rowKey: 'odd', field: 'ts', reason: 'no day', raw: {} }

/** Runs one cycle; `asked` tells down to where each opened chat was read. */
async function cycle(
  { store }: TestDatabase,
  chats: ChatListing[],
  batches: (title: string, options: ReadOptions) => Batch[],
): Promise<{ result: CycleResult; asked: Record<string, string> }> {
  const asked: Record<string, string> = {}
  const open = async ({ title }: ChatListing): Promise<OpenChat> => ({
    facts: {
      title,
      community: null,
      jid: null,
      lid: null,
      isGroup: null,
      isSelf: false,
      archived: false,
      participants: [],
      messageIds: [],
    },
    async *read(options) {
      asked[title] = options.until
      yield* batches(title, options)
    },
  })
  const source: Source = {
    ready: async () => {},
    list: async () => ({ chats, complete: true, reason: null }),
    open,
    facts: () => ({ selectorSet: 'e7', build: null, locale: 'en', witness: null }),
  }
  const result = await runCycle(
    {
      source,
      store,
      publish: () => {},
      activityOf: () => ({ earliest: '2026-11-21T10:00:00.000Z', latest: '2026-11-21T10:00:59.999Z' }),
      progress: () => {},
      signal: new AbortController().signal,
      clock: () => Date.parse(now),
    },
    {
      accountId: 'default',
      trigger: 'command',
      now,
      lookbackDays: 30,
      overlapMs: 24 * 3_600_000,
      unreadPolicy: 'skip',
      full: false,
      askPhone: false,
      only: [],
      agent: { contact: null, threadName: null, keywords: [] },
      budgetMs: 60_000,
    },
  )
  return { result, asked }
}

const edge = { edge: 'window_edge', reason: null } as const

onBoth('a chat that was read to its edge is covered, and not opened again while nothing happens', async given => {
  const whole = () => [batch({ messages: [message('a', '2026-11-20T10:00:00.000Z')], readDownTo: since, end: edge })]
  const first = await cycle(given, [listing('Ana')], whole)
  expect(first).toMatchObject({ result: { status: 'complete', messages: { inserted: 1 } }, asked: { Ana: since } })
  const second = await cycle(given, [listing('Ana')], whole)
  expect(second).toMatchObject({ result: { status: 'complete', chats: { opened: 0, skipped_unchanged: 1 } }, asked: {} })
})

onBoth('a row that is not understood keeps its chat incomplete and its window uncovered until it is', async given => {
  const newest = batch({ messages: [message('b', '2026-11-20T10:00:00.000Z')], rejects: [reject], readDownTo: '2026-11-20T10:00:00.000Z' })
  const rest = batch({ messages: [message('a', '2026-11-01T10:00:00.000Z')], readDownTo: '2026-11-01T10:00:00.000Z', end: edge })
  const first = await cycle(given, [listing('Ana')], () => [newest, rest])
  expect(first.result).toMatchObject({ status: 'incomplete', incomplete: [{ chat: 'Ana', reason: 'not_understood' }] })
  expect(await rowsOf(given.database.db, sql`select 1 from chat_coverage`)).toEqual([])

  const second = await cycle(given, [listing('Ana')], () => [newest, rest])
  expect(second).toMatchObject({ result: { status: 'incomplete' }, asked: { Ana: since } })
  const third = await cycle(given, [listing('Ana')], () => [{ ...newest, rejects: [] }, rest])
  expect(third).toMatchObject({ result: { status: 'complete' }, asked: { Ana: since } })
})

onBoth('a reading that breaks off half way leaves what it stored, and a hole that the next cycle reads', async given => {
  const newest = batch({ messages: [message('b', '2026-11-20T10:00:00.000Z')], readDownTo: '2026-11-20T10:00:00.000Z' })
  const broken = function* (): Generator<Batch> {
    yield newest
    throw new BrowserError('the browser is gone')
  }
  await expect(cycle(given, [listing('Ana')], () => broken() as unknown as Batch[])).rejects.toThrow('the browser is gone')
  expect(await rowsOf(given.database.db, sql`select from_edge from chat_coverage`)).toEqual([{ from_edge: 'interrupted' }])
  expect(await rowsOf(given.database.db, sql`select status from sync_runs`)).toEqual([{ status: 'failed' }])

  const whole = () => [newest, batch({ messages: [message('a', '2026-11-01T10:00:00.000Z')], readDownTo: since, end: edge })]
  const next = await cycle(given, [listing('Ana')], whole)
  expect(next).toMatchObject({ result: { status: 'complete', messages: { inserted: 1, unchanged: 1 } }, asked: { Ana: since } })
})

onBoth('a chat that is left to its owner is not opened; its row of the list is stored all the same', async given => {
  const none = () => {
    throw new Error('it was opened')
  }
  const { result } = await cycle(given, [listing('Ana', { unread: 3, preview: 'three new ones' })], none)
  expect(result).toMatchObject({ status: 'incomplete', incomplete: [{ chat: 'Ana', reason: 'unread_policy' }], chats: { opened: 0 } })
  expect(await rowsOf(given.database.db, sql`select title, unread, preview, incomplete_reason as reason from chats`)).toEqual([
    { title: 'Ana', unread: 3, preview: 'three new ones', reason: 'unread_policy' },
  ])
})
