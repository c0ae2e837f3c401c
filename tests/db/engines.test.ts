import { rm } from 'node:fs/promises'
import { sql } from 'drizzle-orm'
import { openDatabase, rowsOf } from '../../src/db/client.ts'
import { migrate, migrationStatus } from '../../src/db/migrate.ts'
import { makeStore } from '../../src/db/store.ts'
import { ConfigError, LockedError, Retryable, SchemaError } from '../../src/errors.ts'
import { startChild } from '../support/child.ts'
import { expect, onBoth, test } from '../support/database.ts'
import { message, writing } from './given.ts'

const writer = new URL('./process/write-until-killed.ts', import.meta.url)

test('migrations run from nothing, and a second time do nothing', async ({ postgresUrl }, info) => {
  const database = await openDatabase({ url: postgresUrl, dataDir: info.outputDir })
  expect(await migrationStatus(database)).toMatchObject({ applied: 0, unknown: 0 })
  const applied = await migrate(database)
  expect(applied).toBeGreaterThan(0)
  expect(await migrate(database)).toBe(0)
  expect(await migrationStatus(database)).toEqual({ applied, pending: 0, unknown: 0 })
  await database.close()
})

test('two processes that migrate at one moment do it once', async ({ postgresUrl }, info) => {
  const both = await Promise.all([0, 1].map(() => openDatabase({ url: postgresUrl, dataDir: info.outputDir })))
  const applied = await Promise.all(both.map(migrate))
  expect(applied.sort()[0]).toBe(0)
  await Promise.all(both.map(database => database.close()))
})

onBoth('a database of a newer version is refused and left alone', async ({ database }) => {
  await database.db.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('from the future', 1)`)
  await expect(migrate(database)).rejects.toThrow(SchemaError)
  expect(await migrationStatus(database)).toMatchObject({ pending: 0, unknown: 1 })
})

onBoth('a killed process loses no committed row and leaves no half batch', async given => {
  await given.database.close()
  const child = startChild(writer, { URL: given.url ?? '', DATA_DIR: given.dataDir })
  let committed = -1
  while (committed < 5) committed = Number(await child.line())
  await child.kill()
  // What it still told before it died was committed too.
  for (;;) {
    const line = await child.line().catch(() => null)
    if (line === null) break
    committed = Number(line)
  }
  const database = await given.open()
  const rows = await rowsOf<{ batch: number; count: number }>(
    database.db,
    sql`select split_part(message_id, '-', 1)::int as batch, count(*)::int as count from messages group by 1 order by 1`,
  )
  expect(rows.slice(0, committed + 1).map(row => row.batch)).toEqual(Array.from({ length: committed + 1 }, (_, batch) => batch))
  expect(new Set(rows.map(row => row.count))).toEqual(new Set([50]))
  expect(rows.length).toBeLessThanOrEqual(committed + 2)
  const { save } = await writing(makeStore(database))
  expect((await save([message('after')])).inserted).toBe(1)
})

test('the embedded database is opened by one process at a time', async ({ makeDatabase }) => {
  const { dataDir } = await makeDatabase('embedded')
  await expect(openDatabase({ url: null, dataDir })).rejects.toThrow(LockedError)
})

test('a database that cannot be opened gives its lock back', async ({ makeDatabase }) => {
  const { database, dataDir, open } = await makeDatabase('embedded')
  await database.close()
  await rm(`${dataDir}/pglite/data/global`, { recursive: true })
  await expect(openDatabase({ url: null, dataDir })).rejects.not.toThrow(LockedError)
  await expect(open()).rejects.not.toThrow(LockedError)
})

test('a server that is away is waited for, then named without its password', async ({}, info) => {
  const tries: string[] = []
  const url = 'postgresql://kenny:geheim@127.0.0.1:1/kenny'
  const failure = await openDatabase({ url, dataDir: info.outputDir, retryMs: 600, onRetry: line => tries.push(line) }).catch(
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(Retryable)
  expect((failure as Error).message).toContain('no database at 127.0.0.1:1')
  expect(tries.length).toBeGreaterThan(0)
  expect([...tries, (failure as Error).message].join()).not.toContain('geheim')
})

test('a server without that database is not waited for', async ({ postgresUrl }, info) => {
  const url = new URL(postgresUrl)
  url.pathname = '/absent'
  await expect(openDatabase({ url: url.href, dataDir: info.outputDir, retryMs: 60_000 })).rejects.toThrow(ConfigError)
})

onBoth('a thousand rows go in and are read again unchanged', async ({ store }) => {
  const { save } = await writing(store)
  const messages = Array.from({ length: 1000 }, (_, n) => message(`M${n}`))
  expect((await save(messages)).inserted).toBe(1000)
  expect((await save(messages)).unchanged).toBe(1000)
})

onBoth('maintenance between cycles keeps everything', async ({ store, database }) => {
  const { save } = await writing(store)
  await save([message('A')])
  await database.maintain()
  expect(await database.ping()).toBeGreaterThanOrEqual(0)
  expect(await rowsOf(database.db, sql`select message_id from messages`)).toEqual([{ message_id: 'A' }])
})

test('the embedded log stays small through many batches', async ({ makeDatabase }) => {
  const { database } = await makeDatabase('embedded')
  for (let round = 0; round < 130; round++) {
    await database.transaction(tx =>
      tx.execute(
        sql`insert into events (account_id, type, data) select 'x', 'sync.completed', to_jsonb(repeat(md5(n::text), 30)) from generate_series(1, 900) n`,
      ),
    )
  }
  const [wal] = await rowsOf<{ bytes: number }>(database.db, sql`select sum(size)::float8 as bytes from pg_ls_waldir()`)
  // Without checkpoints of our own it is about 160 MB by now.
  expect(wal!.bytes).toBeLessThan(100 << 20)
})
