/** A whole cycle over a scripted source and a real store: what is covered, what is incomplete, what the next cycle does. */
import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { recorded } from '../../src/db/completeness.ts'
import { BrowserError, LeftToOwner, LoginRequired, PageHung } from '../../src/errors.ts'
import type { ChatListing, Message } from '../../src/model.ts'
import type { ArrivalMark, Arrivals, Batch, OpenChat, ReadOptions, Source } from '../../src/source.ts'
import { judgeChats } from '../../src/sync/completeness.ts'
import type { CycleDeps, CycleOptions } from '../../src/sync/cycle.ts'
import type { KnownChat } from '../../src/sync/plan-chat.ts'
import type { CycleResult } from '../../src/sync/result.ts'
import { runCycle } from '../../src/sync/run-cycle.ts'
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

/** Runs one cycle; `asked` tells down to where each opened chat was read, `turns` the order in which they were, `steps` all that was done on the page. */
async function cycle(
  { store, database }: TestDatabase,
  chats: ChatListing[],
  batches: (title: string, options: ReadOptions) => Iterable<Batch>,
  options: Partial<CycleOptions> = {},
  { onOpen = () => {}, arrivals, ...deps }: Partial<CycleDeps> & Pick<Source, 'arrivals'> & { onOpen?(title: string): unknown } = {},
): Promise<{
  result: CycleResult
  asked: Record<string, string>
  turns: string[]
  steps: string[]
  recovered: number
  failures: string[]
}> {
  const asked: Record<string, string> = {}
  const turns: string[] = []
  const steps: string[] = []
  const failures: string[] = []
  let recovered = 0
  const open = async ({ title }: ChatListing): Promise<OpenChat> => {
    steps.push(`open ${title}`)
    onOpen(title)
    return opened(title)
  }
  const opened = (title: string): OpenChat => ({
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
      turns.push(title)
      steps.push(`read ${title}`)
      yield* batches(title, options)
    },
  })
  const source: Source = {
    ready: async () => {},
    recover: async () => {
      recovered++
      steps.push('recover')
    },
    list: async () => ({ chats, complete: true, reason: null }),
    ...(arrivals && { arrivals }),
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
      onChatFailed: ({ message }) => failures.push(message),
      signal: new AbortController().signal,
      clock: () => Date.parse(now),
      elapsed: () => 0,
      random: () => 1,
      ...deps,
    },
    {
      accountId: 'default',
      trigger: 'command',
      now,
      lookbackDays: 30,
      overlapMs: 24 * 3_600_000,
      deepReadMs: null,
      unreadPolicy: 'skip',
      newsOnly: false,
      full: false,
      askPhone: false,
      only: [],
      agent: { contact: null, threadName: null, keywords: [] },
      budget: { ms: 60_000, chats: 100, scrolls: 1000 },
      ...options,
    },
  )
  // Whoever asks the database is told the same of every chat.
  const { chats: judged } = judgeChats(await recorded(database.db, 'default'), since, now)
  const named = judged.filter(({ complete }) => !complete).map(({ title, reason }) => `${title}: ${reason}`)
  expect(named.sort()).toEqual(result.incomplete.map(({ chat, reason }) => `${chat}: ${reason}`).sort())
  return { result, asked, turns, steps, recovered, failures }
}

/** A chat with a message for every scroll step, from the newest to the window's edge; it ends where the budget does. */
function* steps(title: string, hours: readonly number[], { mayScroll, until, known }: ReadOptions): Generator<Batch> {
  const messages: Message[] = []
  for (const [index, ago] of hours.entries()) {
    const ts = new Date(Date.parse(now) - ago * 3_600_000).toISOString()
    const passing = known !== null && ts > known.from && ts < known.to
    if (!passing) messages.push(message(`${title}${index}`, ts))
    if (ts < until) return yield batch({ messages, readDownTo: ts, end: { edge: 'covered', reason: null } })
    if (!mayScroll(passing)) return yield batch({ messages, readDownTo: ts, end: { edge: 'budget', reason: 'budget' } })
  }
  yield batch({ messages, readDownTo: since, end: edge })
}

const edge = { edge: 'window_edge', reason: null } as const

onBoth('a chat that was read to its edge is covered, and not opened again while nothing happens', async given => {
  const whole = () => [batch({ messages: [message('a', '2026-11-20T10:00:00.000Z')], readDownTo: since, end: edge })]
  const first = await cycle(given, [listing('Ana')], whole)
  expect(first).toMatchObject({ result: { status: 'complete', messages: { inserted: 1 } }, asked: { Ana: since } })
  const second = await cycle(given, [listing('Ana')], whole)
  expect(second).toMatchObject({ result: { status: 'complete', chats: { opened: 0, skipped_unchanged: 1 } }, asked: {} })
})

onBoth('a message that came late is read down to, and asked for again until its chat was read; of others nobody is asked', async given => {
  const old = message('a', '2026-11-20T10:00:00.000Z')
  const late = message('late', '2026-11-05T10:00:00.000Z')
  const whole = () => [batch({ messages: [old], readDownTo: since, end: edge })]
  const marks: (ArrivalMark | null)[] = []
  const mark = (live: number) => ({ live, oldest: null, newest: null })
  const named = [
    { chatJid: 'title:Ana', messageId: 'late', ts: late.ts },
    { chatJid: 'title:Ana', messageId: 'a', ts: old.ts },
    { chatJid: 'title:Ana', messageId: 'before the window', ts: '2026-10-01T10:00:00.000Z' },
    { chatJid: 'title:nobody', messageId: 'b', ts: late.ts },
  ]
  const asking = (rows: Arrivals['rows'], live: number) => ({
    arrivals: async (after: ArrivalMark | null) => {
      marks.push(after)
      return { rows, mark: mark(live) }
    },
  })
  await cycle(given, [listing('Ana')], whole, {}, asking([], 1))
  const [{ names }] = (await given.store.knownChats('default', [listing('Ana')])).flat() as [KnownChat]
  for (const row of named) if (row.chatJid === 'title:Ana') row.chatJid = names[0] ?? ''

  const gone = () => {
    throw new BrowserError('the page is gone')
  }
  const broken = await cycle(given, [listing('Ana')], gone, {}, asking(named, 2))
  expect(broken).toMatchObject({ result: { incomplete: [{ chat: 'Ana', reason: 'failed' }] }, asked: { Ana: '2026-11-05T09:59:00.000Z' } })
  const read = await cycle(
    given,
    [listing('Ana')],
    () => [batch({ messages: [late, old], readDownTo: late.ts, end: { edge: 'covered', reason: null } })],
    {},
    asking(named, 3),
  )
  expect(read).toMatchObject({ result: { status: 'complete', messages: { inserted: 1, unchanged: 1 } }, asked: { Ana: since } })
  expect(await cycle(given, [listing('Ana')], whole, {}, asking(named, 4))).toMatchObject({ result: { chats: { opened: 0 } }, asked: {} })
  expect(marks).toEqual([null, mark(1), mark(1), mark(3)])
})

onBoth('the next chat is opened while the last rows of the one before are stored, and is read when they are', async given => {
  const chats = [listing('Ana'), listing('Bea', { preview: 'hi' })]
  const whole = (title: string) => [batch({ messages: [message(title, '2026-11-20T10:00:00.000Z')], readDownTo: since, end: edge })]
  let opens = () => {}
  const beaOpens = new Promise<void>(resolve => {
    opens = resolve
  })
  const saved: string[] = []
  // Ana is not stored before Bea is being opened: where that waited for it, this would last for ever.
  const saveBatch: CycleDeps['store']['saveBatch'] = async batch => {
    if (batch.listing?.title === 'Ana') await beaOpens
    saved.push(batch.listing?.title ?? '')
    return given.store.saveBatch(batch)
  }
  const { steps, result } = await cycle(
    given,
    chats,
    title => {
      expect(saved).toEqual(title === 'Ana' ? [] : ['Ana'])
      return whole(title)
    },
    {},
    { store: { ...given.store, saveBatch }, onOpen: title => title === 'Bea' && opens() },
  )
  expect(steps).toEqual(['open Ana', 'read Ana', 'open Bea', 'read Bea'])
  expect(result).toMatchObject({ status: 'complete', chats: { opened: 2 }, messages: { inserted: 2 } })
})

onBoth('where storing fails meanwhile, the page is brought in order once nothing is done on it, and both chats are read', async given => {
  const chats = [listing('Ana'), listing('Bea', { preview: 'hi' })]
  const whole = (title: string) => [batch({ messages: [message(title, '2026-11-20T10:00:00.000Z')], readDownTo: since, end: edge })]
  let fails = true
  const saveBatch: CycleDeps['store']['saveBatch'] = async batch => {
    if (fails) {
      fails = false
      throw new BrowserError('the page is gone')
    }
    return given.store.saveBatch(batch)
  }
  const { steps, result } = await cycle(given, chats, whole, {}, { store: { ...given.store, saveBatch } })
  expect(steps).toEqual(['open Ana', 'read Ana', 'open Bea', 'recover', 'open Bea', 'read Bea', 'open Ana', 'read Ana'])
  expect(result).toMatchObject({ status: 'complete', messages: { inserted: 2 } })
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

onBoth(
  'a reading that breaks off half way leaves what it stored and a hole; it is tried again after the others, and with the next cycle',
  async given => {
    const newest = batch({ messages: [message('b', '2026-11-20T10:00:00.000Z')], readDownTo: '2026-11-20T10:00:00.000Z' })
    const whole = [newest, batch({ messages: [message('a', '2026-11-01T10:00:00.000Z')], readDownTo: since, end: edge })]
    const broken = function* (): Generator<Batch> {
      yield newest
      throw new BrowserError('the browser is gone')
    }
    const batches = (title: string) => (title === 'Ana' ? broken() : whole)
    const first = await cycle(given, [listing('Ana'), listing('Bob')], batches)
    expect(first).toMatchObject({ turns: ['Ana', 'Bob', 'Ana'], recovered: 2, failures: ['the browser is gone', 'the browser is gone'] })
    expect(first.result).toMatchObject({
      status: 'incomplete',
      incomplete: [{ chat: 'Ana', reason: 'failed' }],
      chats: { opened: 2, incomplete: 1 },
    })
    const row = sql`select title, incomplete_reason as reason, failures, retry_at is null as now from chats order by title`
    expect(await rowsOf(given.database.db, row)).toEqual([
      { title: 'Ana', reason: 'failed', failures: 1, now: true },
      { title: 'Bob', reason: null, failures: 0, now: true },
    ])
    expect(await rowsOf(given.database.db, sql`select from_edge from chat_coverage order by chat_id`)).toEqual([
      { from_edge: 'interrupted' },
      { from_edge: 'window_edge' },
    ])

    const next = await cycle(given, [listing('Ana'), listing('Bob')], () => whole)
    expect(next).toMatchObject({ result: { status: 'complete', messages: { inserted: 1, unchanged: 1 } }, asked: { Ana: since } })
    expect(await rowsOf(given.database.db, row)).toEqual([
      { title: 'Ana', reason: null, failures: 0, now: true },
      { title: 'Bob', reason: null, failures: 0, now: true },
    ])
  },
)

onBoth(
  'a chat that breaks off again and again is read last, and after a while only now and then; a person does not wait for it',
  async given => {
    const batches = (title: string) => {
      if (title === 'Ana') throw new BrowserError('poison')
      return [batch({ readDownTo: since, end: edge })]
    }
    const both = [listing('Ana'), listing('Bob', { preview: null })]
    const worker = { trigger: 'schedule' } as const
    await cycle(given, both, batches, worker)
    const second = await cycle(given, both, batches, { ...worker, full: true })
    expect(second.turns).toEqual(['Bob', 'Ana', 'Ana'])
    const third = await cycle(given, both, batches, { ...worker, full: true })
    expect(third.turns).toEqual(['Bob', 'Ana', 'Ana'])
    const retry = sql`select failures, to_char(retry_at at time zone 'UTC', 'HH24:MI') as at from chats where title = 'Ana'`
    expect(await rowsOf(given.database.db, retry)).toEqual([{ failures: 3, at: '12:10' }])
    const fourth = await cycle(given, both, batches, worker)
    expect(fourth).toMatchObject({ turns: [], result: { status: 'incomplete', incomplete: [{ chat: 'Ana', reason: 'failed' }] } })
    const asked = await cycle(given, both, batches)
    expect(asked.turns).toEqual(['Ana', 'Ana'])
  },
)

onBoth('chat after chat that breaks off is no matter of single chats: the cycle fails', async given => {
  const titles = ['Ana', 'Bob', 'Cem', 'Dua', 'Eva']
  const broken = () => {
    throw new BrowserError('nothing works')
  }
  await expect(
    cycle(
      given,
      titles.map(title => listing(title)),
      broken,
    ),
  ).rejects.toThrow('nothing works')
  expect(await rowsOf(given.database.db, sql`select status from sync_runs`)).toEqual([{ status: 'failed' }])
  expect(await rowsOf(given.database.db, sql`select count(*)::int as n from chats`)).toEqual([{ n: 4 }])
})

onBoth('a huge account is complete over several cycles, the newest messages first', async given => {
  const hours = Array.from({ length: 250 }, (_, index) => (index + 1) * 2)
  const chats = ['Ana', 'Bob', 'Cem'].map(title => listing(title))
  const batches = (title: string, options: ReadOptions) => steps(title, hours, options)
  const newestOf = sql`select c.title, count(*)::int as n from messages m join chats c on c.id = m.chat_id group by 1 order by 1`
  const budget = { ms: 60_000, chats: 100, scrolls: 350 }

  const first = await cycle(given, chats, batches, { budget })
  expect(first.turns).toEqual(['Ana', 'Bob', 'Cem', 'Ana'])
  expect(first.result).toMatchObject({ status: 'incomplete', chats: { opened: 3 } })
  expect(first.result.incomplete.map(({ reason }) => reason)).toEqual(['budget', 'budget', 'budget'])
  // A hundred steps each; the second turn of the first one passes over those, and the budget is used up before it comes further.
  expect(await rowsOf(given.database.db, newestOf)).toEqual(['Ana', 'Bob', 'Cem'].map(title => ({ title, n: 101 })))

  let cycles = 1
  for (let status = 'incomplete'; status === 'incomplete'; cycles++) {
    expect(cycles).toBeLessThan(10)
    status = (await cycle(given, chats, batches, { budget: { ...budget, scrolls: 600 } })).result.status
  }
  expect(await rowsOf(given.database.db, newestOf)).toEqual(['Ana', 'Bob', 'Cem'].map(title => ({ title, n: 250 })))
  const idle = await cycle(given, chats, batches, { budget })
  expect(idle).toMatchObject({ turns: [], result: { status: 'complete' } })
})

onBoth('the daily reading goes through the whole window with care, and what the budget cuts off leaves the chat complete', async given => {
  const whole = (title: string, options: ReadOptions) => steps(title, [2, 30, 100], options)
  await cycle(given, [listing('Ana')], whole)
  await given.database.db.execute(sql`update chats set deep_read_at = timestamptz '2026-11-20T10:00:00Z'`)
  const day = { deepReadMs: 24 * 3_600_000 }
  const deep = await cycle(given, [listing('Ana')], whole, day)
  expect(deep).toMatchObject({ asked: { Ana: since }, result: { status: 'complete', messages: { seen: 3, unchanged: 3 } } })
  const readAt = sql`select deep_read_at > now() - interval '1 hour' as fresh from chats`
  expect(await rowsOf(given.database.db, readAt)).toEqual([{ fresh: true }])

  await given.database.db.execute(sql`update chats set deep_read_at = timestamptz '2026-11-20T10:00:00Z'`)
  const cut = await cycle(given, [listing('Ana')], whole, { ...day, budget: { ms: 60_000, chats: 9, scrolls: 2 } })
  expect(cut).toMatchObject({ turns: ['Ana'], result: { status: 'complete' } })
  expect(await rowsOf(given.database.db, readAt)).toEqual([{ fresh: true }])
})

onBoth('a chat that is left to its owner is not opened; its row of the list is stored all the same', async given => {
  const none = () => {
    throw new BrowserError('it was opened')
  }
  const { result } = await cycle(given, [listing('Ana', { unread: 3, preview: 'three new ones' })], none)
  expect(result).toMatchObject({ status: 'incomplete', incomplete: [{ chat: 'Ana', reason: 'unread_policy' }], chats: { opened: 0 } })
  expect(await rowsOf(given.database.db, sql`select title, unread, preview, incomplete_reason as reason from chats`)).toEqual([
    { title: 'Ana', unread: 3, preview: 'three new ones', reason: 'unread_policy' },
  ])
})

const standing = sql`select title, incomplete_reason as reason, failures, to_char(retry_at at time zone 'UTC', 'HH24:MI') as at from chats order by title`
const newsOf = (title: string, n: number) => listing(title, { preview: `news ${n}` })
const recent = '2026-11-21T09:00:00.000Z'

onBoth('news that are read while a hole waits do not put off the time at which it is tried again', async given => {
  const phone = () => [
    batch({ messages: [message('a', recent)], readDownTo: recent, end: { edge: 'phone_has_more', reason: 'phone_has_more' } }),
  ]
  const worker = { trigger: 'schedule' } as const
  for (const n of [1, 2, 3]) await cycle(given, [newsOf('Ana', n)], phone, worker)
  const waiting = [{ title: 'Ana', reason: 'phone_has_more', failures: 3, at: '12:10' }]
  expect(await rowsOf(given.database.db, standing)).toEqual(waiting)
  const news = await cycle(given, [newsOf('Ana', 4)], () => [batch({ readDownTo: recent, end: { edge: 'covered', reason: null } })], worker)
  expect(news).toMatchObject({ asked: { Ana: '2026-11-20T12:00:00.000Z' }, result: { incomplete: [{ reason: 'phone_has_more' }] } })
  expect(await rowsOf(given.database.db, standing)).toEqual(waiting)
})

onBoth('messages that were not shown are not forgotten where the budget ends the next reading before their place', async given => {
  const unshown = () => [batch({ readDownTo: since, end: { edge: 'window_edge', reason: 'not_shown' } })]
  await cycle(given, [listing('Ana')], unshown)
  const cut = () => [batch({ messages: [message('a', recent)], readDownTo: recent, end: { edge: 'budget', reason: 'budget' } })]
  const second = await cycle(given, [listing('Ana')], cut)
  expect(second).toMatchObject({ turns: ['Ana', 'Ana'], result: { incomplete: [{ chat: 'Ana', reason: 'not_shown' }] } })
  const third = await cycle(given, [listing('Ana')], () => [batch({ readDownTo: since, end: edge })])
  expect(third).toMatchObject({ asked: { Ana: since }, result: { status: 'complete' } })
})

onBoth('two chats that break off, and do so again, do not fail the cycle of the others', async given => {
  const batches = (title: string) => {
    if (title !== 'Cem') throw new BrowserError('poison')
    return [batch({ readDownTo: since, end: edge })]
  }
  const { result, turns } = await cycle(given, [listing('Cem', { preview: null }), listing('Ana'), listing('Bob')], batches)
  expect(turns).toEqual(['Cem', 'Ana', 'Bob', 'Ana', 'Bob'])
  expect(result).toMatchObject({ status: 'incomplete', chats: { incomplete: 2 } })
})

onBoth(
  'a cycle that is told to stop, or that nobody is logged in, holds nothing against the chat in hand; a page that hangs does',
  async given => {
    const first = batch({ messages: [message('b', recent)], readDownTo: recent })
    const stopped = async (reason: Error, aborts: boolean) => {
      const stop = new AbortController()
      const breaks = function* (): Generator<Batch> {
        yield first
        if (aborts) stop.abort(reason)
        throw reason
      }
      await expect(cycle(given, [listing('Ana')], breaks, {}, { signal: stop.signal })).rejects.toThrow()
      return rowsOf(given.database.db, standing)
    }
    expect(await stopped(new Error('SIGTERM'), true)).toEqual([{ title: 'Ana', reason: 'interrupted', failures: 0, at: null }])
    expect(await stopped(new LoginRequired(), false)).toEqual([{ title: 'Ana', reason: 'interrupted', failures: 0, at: null }])
    expect(await stopped(new PageHung(1000), true)).toEqual([{ title: 'Ana', reason: 'interrupted', failures: 1, at: null }])
  },
)

onBoth('chats that got unread messages since the walk are left to their owner, and no fault is seen in that', async given => {
  const closed = () => {
    throw new LeftToOwner('unread')
  }
  const five = ['Ana', 'Bob', 'Cem', 'Dua', 'Eva'].map(title => listing(title))
  const { result, recovered } = await cycle(given, five, closed)
  expect(recovered).toBe(0)
  expect(result).toMatchObject({
    status: 'incomplete',
    chats: { incomplete: 5 },
    incomplete: [{ reason: 'unread_policy' }, {}, {}, {}, {}],
  })
  expect((await rowsOf(given.database.db, standing))[0]).toEqual({ title: 'Ana', reason: 'unread_policy', failures: 0, at: null })
})

onBoth('a picture that waits in a message older than the window opens no chat', async given => {
  const image = { position: 0, mediaType: 'image/*', status: 'pending', filePath: null, checksum: null, sizeBytes: null } as const
  const attachments = [{ ...image, width: null, height: null, originalName: null, durationS: null, reason: null }]
  const old = { ...message('a', '2026-10-23T09:00:00.000Z'), kind: 'image' as const, attachments }
  await cycle(given, [listing('Ana')], () => [batch({ messages: [old], readDownTo: since, end: edge })])
  const waiting = await cycle(given, [listing('Ana')], () => [batch({ messages: [old], readDownTo: since, end: edge })])
  expect(waiting.asked).toEqual({ Ana: '2026-10-23T08:59:00.000Z' })
  expect((await cycle(given, [listing('Ana')], () => [], { lookbackDays: 7 })).asked).toEqual({})
})
