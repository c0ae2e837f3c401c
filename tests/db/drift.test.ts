/** Cycles over a page that is not understood: what is stored of it, and what later cycles are compared with. */
import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import type { SelectorReport } from '../../src/drift.ts'
import { SelectorDrift } from '../../src/errors.ts'
import type { Evidence, FieldEvidence } from '../../src/evidence.ts'
import type { SyncEvent } from '../../src/model.ts'
import type { Batch, Source } from '../../src/source.ts'
import { runCycle } from '../../src/sync/run-cycle.ts'
import { expect, onBoth, type TestDatabase } from '../support/database.ts'
import { account, identity, listing, message, writing } from './given.ts'

const now = '2026-02-20T12:00:00.000Z'
const field = (hit: number, miss: number): FieldEvidence => ({
  hit,
  miss,
  by_candidate: hit > 0 ? { 0: hit } : {},
  min: 0.9,
  sample: 4,
  severity: 'drift',
})
const evidence = (messages: number, fields: Evidence['fields'], set = 'e7'): Evidence => ({
  set,
  fields,
  rows: { messages, unreadable: 0, notices: 0, unexplained: 0, shells: 0 },
})

/** One cycle over chats of one batch each. */
async function cycle({ store }: TestDatabase, chats: Record<string, Partial<Batch>>) {
  const events: SyncEvent[] = []
  const reports: SelectorReport[] = []
  const titles = Object.keys(chats)
  const source: Source = {
    ready: async () => {},
    recover: async () => {},
    list: async () => ({ chats: titles.map(title => listing(title, { preview: 'hello' })), complete: true, reason: null }),
    open: async ({ title }) => ({
      facts: identity(title),
      async *read() {
        const end = { edge: 'window_edge', reason: null } as const
        yield { messages: [], rejects: [], notMessages: 0, readDownTo: now, end, participants: [], ...chats[title] }
      },
    }),
    facts: () => ({ selectorSet: 'e7', build: null, locale: 'en', witness: null }),
  }
  const running = runCycle(
    {
      source,
      store,
      publish: event => events.push(event),
      activityOf: () => null,
      progress: () => {},
      snapshot: async () => '/data/drift/one.html',
      onSelectors: report => reports.push(report),
      signal: new AbortController().signal,
      clock: () => Date.parse(now),
      elapsed: () => 0,
    },
    {
      accountId: account,
      trigger: 'command',
      now,
      lookbackDays: 30,
      overlapMs: 0,
      unreadPolicy: 'open',
      newsOnly: false,
      full: true,
      askPhone: false,
      only: [],
      agent: { contact: null, threadName: null, keywords: [] },
      deepReadMs: null,
      budget: { ms: 60_000, chats: 100, scrolls: 1000 },
    },
  )
  const ended = await running.catch((error: unknown) => error)
  return { ended, events, report: reports.at(-1) }
}

const ids = async ({ database }: TestDatabase) =>
  (await rowsOf<{ id: string }>(database.db, sql`select message_id as id from messages order by message_id`)).map(row => row.id)
const good = { id: field(30, 0) }

onBoth(
  'of a chat that is not understood only its rejects are kept, the cycle ends as drift, and says where the structure lies',
  async given => {
    const reject = { rowKey: 'odd', field: 'direction', reason: 'nothing tells', raw: {} }
    const { ended, events, report } = await cycle(given, {
      Ana: { messages: [message('a')], rejects: [reject], evidence: evidence(20, { id: field(20, 0), text: field(0, 18) }) },
    })
    expect(ended).toBeInstanceOf(SelectorDrift)
    expect((ended as SelectorDrift).message).toMatch(/selector set e7 \(text\).*SELECTORS_DIR.*\/data\/drift\/one\.html/)
    expect(await ids(given)).toEqual([])
    expect(await rowsOf(given.database.db, sql`select row_key from rejects`)).toEqual([{ row_key: 'odd' }])
    expect(await rowsOf(given.database.db, sql`select 1 from chat_coverage`)).toEqual([])
    expect(await rowsOf(given.database.db, sql`select status, error from sync_runs`)).toEqual([
      { status: 'drift', error: 'selector_drift' },
    ])
    expect(events.map(event => event.type)).toEqual(['selectors.drift', 'sync.failed'])
    expect(report).toEqual({ set: 'e7', fields: ['text'], shifted: [], snapshot: '/data/drift/one.html' })
    expect(await given.store.baseline(account)).toBeNull()
  },
)

onBoth('one odd chat among others is left out, and the others are stored', async given => {
  const { ended } = await cycle(given, {
    Ana: { messages: [message('a')], evidence: evidence(30, good) },
    Ben: { messages: [message('b')], evidence: evidence(30, { id: field(0, 30) }) },
    Cleo: { messages: [message('c')], evidence: evidence(30, good) },
  })
  expect(ended).toMatchObject({ status: 'incomplete', incomplete: [{ chat: 'Ben', reason: 'not_understood' }] })
  expect(await ids(given)).toEqual(['a', 'c'])

  // In a quiet cycle it is the only chat that is read: that the worker stops for it would help nobody. A chat that turns odd besides is another matter.
  const ben = { Ben: { messages: [message('b')], evidence: evidence(30, { id: field(0, 30) }) } }
  expect((await cycle(given, ben)).ended).toMatchObject({ status: 'incomplete', incomplete: [{ chat: 'Ben', reason: 'not_understood' }] })
  expect((await cycle(given, { ...ben, Cleo: { evidence: evidence(30, { id: field(0, 30) }) } })).ended).toBeInstanceOf(SelectorDrift)
  expect((await cycle(given, ben)).ended).toMatchObject({ status: 'incomplete' })
})

onBoth('a chat too small to judge waits for the others: stored beside good ones, kept back where nothing else was read', async given => {
  const small = { messages: [message('s')], evidence: evidence(2, { id: field(0, 2) }) }
  const first = await cycle(given, { Sam: small, Ana: { messages: [message('a')], evidence: evidence(30, good) } })
  expect(first.ended).toMatchObject({ status: 'complete' })
  expect(await ids(given)).toEqual(['a', 's'])
  const second = await cycle(given, { Sam: { ...small, messages: [message('t')] } })
  expect(second.ended).toMatchObject({ status: 'incomplete', incomplete: [{ chat: 'Sam', reason: 'not_understood' }] })
  expect(await ids(given)).toEqual(['a', 's'])
})

onBoth('a cycle is compared with the sums of those before it that ran to their end', async given => {
  const { store } = given
  expect(await store.baseline(account)).toBeNull()
  await cycle(given, { Ana: { evidence: evidence(30, { id: field(30, 1) }) } })
  await cycle(given, { Ana: { evidence: evidence(30, good) }, Ben: { evidence: evidence(10, { id: field(10, 0) }, 'e6') } })
  await cycle(given, { Ana: { evidence: evidence(30, { id: field(0, 30) }) } })
  expect(await store.baseline(account)).toEqual({
    listed: 2,
    sets: { e7: { id: { hit: 60, miss: 1, by_candidate: { 0: 60 } } }, e6: { id: { hit: 10, miss: 0, by_candidate: { 0: 10 } } } },
    shifted: [],
    odd: [],
  })
})

onBoth('whether messages of a chat are stored', async ({ store }) => {
  const { chat, save } = await writing(store)
  expect(await store.holdsMessages(chat.id)).toBe(false)
  await save([message('A')])
  expect(await store.holdsMessages(chat.id)).toBe(true)
})
