import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { writeEvent } from '../../src/db/events.ts'
import { makeStore } from '../../src/db/store.ts'
import { expect, onBoth, test } from '../support/database.ts'
import { account, image, message, writing } from './given.ts'

onBoth('every change of a message is told once', async ({ store }) => {
  const { save } = await writing(store)
  const steps: [Parameters<typeof message>[1], string[]][] = [
    [{ direction: 'out', status: 'pending', text: 'a' }, ['message.sent']],
    [{ direction: 'out', status: 'sent', text: 'a' }, []],
    [{ direction: 'out', status: 'delivered', text: 'a' }, ['message.delivered']],
    [{ direction: 'out', status: 'read', text: 'a' }, ['message.read']],
    [{ direction: 'out', status: 'played', text: 'a' }, []],
    [{ direction: 'out', status: 'played', text: 'b', edited: true }, ['message.edited']],
    [{ direction: 'out', status: 'played', text: 'c', edited: true }, ['message.edited']],
    [{ direction: 'out', status: 'played', text: 'c', edited: true, reactions: [{ emoji: '👍', count: 1 }] }, ['message.reaction']],
    [{ direction: 'out', kind: 'deleted', deleted: true, text: null }, ['message.deleted']],
    [{ direction: 'out', kind: 'deleted', deleted: true, text: null }, []],
  ]
  for (const [reading, types] of steps) expect((await save([message('A', reading)])).events.map(event => event.type)).toEqual(types)
  const told = await store.eventsAfter(0, 100)
  expect(told.map(event => event.type)).toEqual(steps.flatMap(([, types]) => types))
  expect(JSON.stringify(told)).not.toContain('text of')
})

onBoth('a message that was waited for is told when its content comes', async ({ store }) => {
  const { save } = await writing(store)
  expect((await save([message('A', { kind: 'waiting', text: null })])).events).toEqual([])
  const { events } = await save([message('A')])
  expect(events).toEqual([
    {
      id: expect.any(Number),
      type: 'message.received',
      accountId: account,
      data: expect.objectContaining({
        external_id: 'title:Ana/A',
        thread_external_id: 'title:Ana',
        kind: 'text',
        ts: '2026-02-10T10:00:00.000Z',
      }),
    },
  ])
})

onBoth('what is addressed to the agent is told once and flagged', async ({ store, database }) => {
  const { save } = await writing(store)
  const agent = { contact: null, threadName: null, keywords: ['Kenny'] }
  const { events } = await save([message('A', { text: 'Kenny, hello' }), message('B')], { agent })
  expect(events.map(event => event.type)).toEqual(['message.received', 'agent.message', 'message.received'])
  expect((await save([message('A', { text: 'Kenny, hello' }), message('B')], { agent })).events).toEqual([])
  const flags = await rowsOf(database.db, sql`select message_id, is_agent_channel, exclude_from_automation from messages order by id`)
  expect(flags).toEqual([
    { message_id: 'A', is_agent_channel: false, exclude_from_automation: true },
    { message_id: 'B', is_agent_channel: false, exclude_from_automation: false },
  ])
})

onBoth('a batch that fails leaves no row, no event and no job behind', async ({ store, database }) => {
  const { save } = await writing(store)
  const failing = save([message('A'), message('B', { albumSize: 1e12 })])
  await expect(failing).rejects.toThrow()
  expect(await store.eventsAfter(0, 10)).toEqual([])
  expect(await rowsOf(database.db, sql`select count(*)::int as rows from messages`)).toEqual([{ rows: 0 }])
})

onBoth('events of a run stand in the outbox too', async ({ store }) => {
  await store.recordEvent({ type: 'sync.completed', accountId: account, data: { run_id: 'x' } })
  await store.recordEvent({ type: 'sync.completed', accountId: account, data: { run_id: 'y' } })
  const [first, second] = await store.eventsAfter(0, 10)
  expect([first?.data, second?.data]).toEqual([{ run_id: 'x' }, { run_id: 'y' }])
  expect(await store.eventsAfter(first!.id, 10)).toEqual([second])
})

onBoth('of a batch with new, unchanged and changed messages each event names the row of its own message', async ({ store, database }) => {
  const { save } = await writing(store)
  await save([message('B'), message('D'), message('F')])
  const saved = await save([
    message('A', { attachments: [image(null)] }),
    message('B'),
    message('C', { direction: 'out' }),
    message('D', { deleted: true }),
    message('E', { senderName: ' ' }),
    message('F', { text: 'another text', edited: true }),
  ])
  expect(saved).toMatchObject({ inserted: 3, updated: 2, unchanged: 1 })
  const rows = await rowsOf<{ id: number; message_id: string; sender_name: string | null }>(
    database.db,
    sql`select id, message_id, sender_name from messages order by id`,
  )
  const named = new Map(rows.map(({ id, message_id }) => [id, message_id]))
  expect(rows.map(row => row.message_id)).toEqual(['B', 'D', 'F', 'A', 'C', 'E'])
  expect(rows.find(row => row.message_id === 'E')!.sender_name).toBe(null)
  expect(saved.events.map(({ type, data }) => [type, named.get(data.message_id as number), data.external_id])).toEqual([
    ['message.received', 'A', 'title:Ana/A'],
    ['message.sent', 'C', 'title:Ana/C'],
    ['message.received', 'E', 'title:Ana/E'],
    ['message.deleted', 'D', 'title:Ana/D'],
    ['message.edited', 'F', 'title:Ana/F'],
  ])
  expect((await store.eventsAfter(0, 100)).slice(3)).toEqual(saved.events)
  const owners = await rowsOf<{ message_id: number }>(database.db, sql`select message_id from attachments`)
  expect(owners.map(({ message_id }) => named.get(message_id))).toEqual(['A'])
})

test('events become visible in the order of their ids, whoever writes them at the same time (postgres)', async ({ makeDatabase }) => {
  const { database, store, open } = await makeDatabase('postgres')
  const other = makeStore(await open())
  let letGo = () => {}
  const gate = new Promise<void>(resolve => {
    letGo = resolve
  })
  const { promise: written, resolve: wrote } = promised<void>()
  const slow = database.transaction(async tx => {
    await writeEvent(tx, { type: 'sync.completed', accountId: account, data: { n: 1 } })
    wrote()
    await gate
  })
  await written
  let overtook = false
  const quick = other.recordEvent({ type: 'sync.failed', accountId: account, data: { n: 2 } }).then(() => {
    overtook = true
  })
  await expect
    .poll(async () => (await rowsOf(database.db, sql`select 1 from pg_locks where locktype = 'advisory' and not granted`)).length)
    .toBe(1)
  expect([overtook, await store.eventsAfter(0, 10)]).toEqual([false, []])
  letGo()
  await Promise.all([slow, quick])
  expect((await store.eventsAfter(0, 10)).map(({ data }) => data.n)).toEqual([1, 2])
})

function promised<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>(done => {
    resolve = done
  })
  return { promise, resolve }
}
