import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { recorded } from '../../src/db/completeness.ts'
import { runs } from '../../src/db/read-runs.ts'
import { type Standing, standingQuery } from '../../src/db/standing.ts'
import { vitals } from '../../src/db/vitals.ts'
import type { ArrivalMark } from '../../src/source.ts'
import { expect, onBoth } from '../support/database.ts'
import { account, message, since, writing } from './given.ts'

onBoth('only a complete run moves the last successful sync', async ({ store }) => {
  expect(await store.latest(account)).toEqual({ lastSuccessfulSyncAt: null, lastSeenTs: null, lastRun: null, incompleteInARow: 0 })
  const { runId, save } = await writing(store)
  await save([message('A', { ts: '2026-02-10T10:00:00.000Z' })])
  await save([message('B', { ts: '2026-02-09T10:00:00.000Z' })])
  await store.finishRun(runId, { status: 'incomplete', counts: { chats: 1 }, selectorSet: 'e7' })
  const before = await store.latest(account)
  expect(before).toMatchObject({
    lastSuccessfulSyncAt: null,
    lastSeenTs: '2026-02-10T10:00:00.000Z',
    lastRun: { id: runId, status: 'incomplete', selectorSet: 'e7', error: null },
    incompleteInARow: 1,
  })
  const second = await store.startRun({ accountId: account, trigger: 'schedule', since })
  await store.finishRun(second, { status: 'complete', counts: {} })
  const after = await store.latest(account)
  expect(after).toMatchObject({ lastRun: { id: second, status: 'complete' }, incompleteInARow: 0 })
  expect(after.lastSuccessfulSyncAt).toBe(after.lastRun!.finishedAt)
  const third = await store.startRun({ accountId: account, trigger: 'schedule', since })
  await store.finishRun(third, { status: 'failed', counts: {}, error: 'browser' })
  expect(await store.latest(account)).toMatchObject({ lastSuccessfulSyncAt: after.lastSuccessfulSyncAt, lastRun: { error: 'browser' } })
})

onBoth(
  'a run of some chats alone makes the account no fresher, and neither breaks nor makes a row of incomplete ones',
  async ({ store }) => {
    const run = async (status: 'complete' | 'incomplete', partial: boolean) => {
      const id = await store.startRun({ accountId: account, trigger: 'command', since })
      await store.finishRun(id, { status, counts: { chats: { listed: 3 } }, partial })
      return store.latest(account)
    }
    expect(await run('incomplete', false)).toMatchObject({ incompleteInARow: 1 })
    expect(await run('complete', true)).toMatchObject({ lastSuccessfulSyncAt: null, lastRun: { status: 'complete' }, incompleteInARow: 1 })
    expect(await run('incomplete', true)).toMatchObject({ incompleteInARow: 1 })
    expect(await run('complete', false)).toMatchObject({ lastSuccessfulSyncAt: expect.any(String), incompleteInARow: 0 })
  },
)

onBoth(
  'from where the next cycle asks for late messages is moved by runs that say so, not by those of some chats alone',
  async ({ store }) => {
    const end = async (arrivalMark: ArrivalMark | null, partial = false) => {
      const id = await store.startRun({ accountId: account, trigger: 'schedule', since })
      await store.finishRun(id, { status: 'complete', counts: {}, partial, arrivalMark })
      return store.arrivalMark(account)
    }
    const mark = { live: 1_000_000_007, oldest: null, newest: null }
    expect(await store.arrivalMark(account)).toBeNull()
    expect(await end(mark)).toEqual(mark)
    expect(await end(null)).toEqual(mark)
    expect(await end({ ...mark, live: 1_000_000_009 }, true)).toEqual(mark)
    expect(await end({ live: 1_000_000_009, oldest: 1, newest: 3 })).toEqual({ live: 1_000_000_009, oldest: 1, newest: 3 })
    expect(await store.arrivalMark('other')).toBeNull()
  },
)

onBoth('of messages that came, the oldest one that is not stored is told of each chat, by its own ids', async ({ store }) => {
  const ana = await writing(store, { title: 'Ana' })
  const bea = await writing(store, { title: 'Bea' })
  await ana.save([message('A'), message('nul\0ed')])
  await bea.save([message('B')])
  const came = (chatId: number, messageId: string, day: number) => ({ chatId, messageId, ts: `2026-02-0${day}T10:00:00.000Z` })
  expect(await store.oldestUnstored([came(ana.chat.id, 'A', 1), came(ana.chat.id, 'nul\0ed', 1), came(bea.chat.id, 'B', 1)])).toEqual(
    new Map(),
  )
  const rows = [came(ana.chat.id, 'B', 4), came(ana.chat.id, 'C', 3), came(bea.chat.id, 'B', 1), came(bea.chat.id, 'A', 5)]
  expect(await store.oldestUnstored(rows)).toEqual(
    new Map([
      [ana.chat.id, '2026-02-03T10:00:00.000Z'],
      [bea.chat.id, '2026-02-05T10:00:00.000Z'],
    ]),
  )
})

onBoth('a run that was killed is marked when the next one starts', async ({ store, database }) => {
  const killed = await store.startRun({ accountId: account, trigger: 'schedule', since })
  const other = await store.startRun({ accountId: 'other', trigger: 'schedule', since })
  await store.startRun({ accountId: account, trigger: 'start', since })
  const rows = await rowsOf<{ id: string; status: string; error: string | null }>(database.db, sql`select id, status, error from sync_runs`)
  expect(rows.find(row => row.id === killed)).toMatchObject({ status: 'failed', error: 'interrupted' })
  expect(rows.find(row => row.id === other)).toMatchObject({ status: 'running', error: null })
})

onBoth('a reject is kept once, and closed when its row is understood', async ({ store, database }) => {
  const { save } = await writing(store)
  const reject = { rowKey: 'false_5511900000001@c.us_M1', field: 'ts', reason: 'no stamp', raw: { text: 'hello' } }
  await save([], { rejects: [reject, reject] })
  const rows = () => rowsOf(database.db, sql`select xmin::text, field, reason, raw, resolved_at is null as open from rejects`)
  const before = await rows()
  expect(before).toMatchObject([{ field: 'ts', reason: 'no stamp', raw: { text: 'hello' }, open: true }])
  await save([], { rejects: [reject] })
  expect(await rows()).toEqual(before)
  await save([message('M1')])
  expect(await rows()).toMatchObject([{ open: false }])
  await save([], { rejects: [reject] })
  expect(await rows()).toMatchObject([{ open: true }])
})

onBoth('what is read between two cycles stands on record, and changes nothing that is told of cycles', async ({ store, database }) => {
  const cycle = await store.startRun({ accountId: account, trigger: 'schedule', since })
  const chats = { listed: 3, opened: 1, skipped_unchanged: 2, incomplete: 0 }
  await store.finishRun(cycle, { status: 'complete', counts: { chats, selectors: { sets: {}, shifted: [] } }, selectorSet: 'e7' })
  const told = async () => ({
    latest: await store.latest(account),
    baseline: await store.baseline(account),
    vitals: await vitals(database.db, account, since),
    standing: (await rowsOf<{ standing: Standing }>(database.db, standingQuery(account)))[0]?.standing.lastRun,
    walk: (await recorded(database.db, account)).walk,
    state: await rowsOf(database.db, sql`select last_run_id, last_successful_sync_at from sync_state`),
  })
  const before = await told()
  expect(before).toMatchObject({ latest: { lastRun: { id: cycle } }, baseline: { listed: 3 }, vitals: { lastEnded: { id: cycle } } })
  const live = await store.startRun({ accountId: account, trigger: 'live', since })
  expect(await told()).toEqual(before)
  // A chat that is being read just then is not one whose reader died.
  expect((await recorded(database.db, account)).running).toBe(true)
  await store.finishRun(live, { status: 'incomplete', counts: { readings: 2 }, partial: true })
  expect(await told()).toEqual(before)
  const [row] = await rowsOf(database.db, sql`select trigger, status, counts from sync_runs where id = ${live}`)
  expect(row).toEqual({ trigger: 'live', status: 'incomplete', counts: { readings: 2, partial: true } })
  expect((await runs(database.db, account, 5)).map(({ trigger }) => trigger)).toEqual(['live', 'schedule'])
  const killed = await store.startRun({ accountId: account, trigger: 'live', since })
  await store.startRun({ accountId: account, trigger: 'start', since })
  expect(await rowsOf(database.db, sql`select status, error from sync_runs where id = ${killed}`)).toEqual([
    { status: 'failed', error: 'interrupted' },
  ])
  expect((await store.latest(account)).incompleteInARow).toBe(0)
})
