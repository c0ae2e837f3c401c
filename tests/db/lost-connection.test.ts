/** Connections to Postgres that are cut: between two statements of a transaction, in the middle of one, before its end. */
import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { expect, test } from '../support/database.ts'

type Cut = 'between two statements' | 'during a statement' | 'before the commit'

for (const when of ['between two statements', 'during a statement', 'before the commit'] satisfies Cut[]) {
  test(`a connection that is cut ${when} takes its transaction with it and nothing else`, async ({ makeDatabase }) => {
    const { database } = await makeDatabase('postgres')
    const { db } = database
    await db.execute(sql`create table probe (n int)`)
    const cut = async (pid: number) => {
      await db.execute(sql`select pg_terminate_backend(${pid}, 5000)`)
    }
    // More often than there are connections: none of them is lost for good.
    for (let round = 0; round < 8; round++) {
      const work = database.transaction(async tx => {
        const [{ pid } = { pid: 0 }] = await rowsOf<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`)
        await tx.execute(sql`insert into probe values (${round})`)
        if (when === 'during a statement') await Promise.all([tx.execute(sql`select pg_sleep(60)`), cut(pid)])
        else await cut(pid)
        if (when === 'between two statements') await tx.execute(sql`insert into probe values (-1)`)
      })
      await expect(work).rejects.toThrow()
      await database.transaction(tx => tx.execute(sql`insert into probe values (100)`))
    }
    expect(await rowsOf(db, sql`select n, count(*)::int as times from probe group by n`)).toEqual([{ n: 100, times: 8 }])
    expect((await database.readOnly('select 1')).rows).toEqual([[1]])
  })
}

test('a transaction in which an error was caught is no transaction that was stored', async ({ makeDatabase }) => {
  const { database } = await makeDatabase('postgres')
  await database.db.execute(sql`create table probe (n int)`)
  const work = database.transaction(async tx => {
    await tx.execute(sql`insert into probe values (1)`)
    await tx.execute(sql`select 1 / 0`).catch(() => {})
  })
  await expect(work).rejects.toThrow('rolled back')
  expect(await rowsOf(database.db, sql`select n from probe`)).toEqual([])
})

test('more transactions than connections take their turns', async ({ makeDatabase }) => {
  const { database } = await makeDatabase('postgres')
  const ours = sql`select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'whatsapp-etl'`
  const seen = await Promise.all(Array.from({ length: 30 }, () => database.transaction(tx => rowsOf<{ n: number }>(tx, ours))))
  // Six of transactions, and up to six for statements beside them.
  expect(Math.max(...seen.map(([row]) => row?.n ?? 0))).toBeLessThanOrEqual(12)
})
