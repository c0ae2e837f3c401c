/** A clock that stood ahead for a while: what was written then claims nothing about the time that really comes. */
import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { expect, onBoth } from '../support/database.ts'
import { account, listing, message, since, writing } from './given.ts'

const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60_000).toISOString()

onBoth(
  'a run that begins after the clock was set back believes no stretch, deep reading, pause or run of the time to come',
  async given => {
    const { store, database } = given
    const { save, chat } = await writing(store)
    const newest = inDays(-1)
    await save([message('A', { ts: inDays(-2) }), message('B', { ts: newest })], {
      coverage: { from: inDays(-30), to: inDays(3), fromEdge: 'window_edge' },
      listing: { ...listing('Ana'), signature: 'x' },
      deep: true,
    })
    const { db } = database
    await db.execute(
      sql`update chats set deep_read_at = now() + interval '3 days', retry_at = now() + interval '3 days' where id = ${chat.id}`,
    )
    await db.execute(
      sql`update sync_runs set started_at = now() + interval '3 days', finished_at = now() + interval '3 days', status = 'incomplete'`,
    )

    const run = await store.startRun({ accountId: account, trigger: 'schedule', since })
    expect(await store.coverageOf(chat.id)).toEqual([{ from: expect.any(String), to: newest, fromEdge: 'window_edge' }])
    expect(await rowsOf(db, sql`select deep_read_at, retry_at from chats where id = ${chat.id}`)).toEqual([
      { deep_read_at: null, retry_at: null },
    ])
    expect((await store.latest(account)).lastRun?.id).toBe(run)
  },
)

onBoth('a run that begins while the clock is right leaves everything as it is', async ({ store, database }) => {
  const { save, chat } = await writing(store)
  const coverage = { from: inDays(-30), to: inDays(0), fromEdge: 'window_edge' as const }
  await save([message('A', { ts: inDays(-2) })], { coverage, listing: { ...listing('Ana'), signature: 'x' }, deep: true })
  const facts = () => rowsOf(database.db, sql`select deep_read_at::text, retry_at::text from chats where id = ${chat.id}`)
  const before = await facts()
  await store.startRun({ accountId: account, trigger: 'schedule', since })
  expect(await store.coverageOf(chat.id)).toEqual([coverage])
  expect(await facts()).toEqual(before)
})
