/** A database that turns read-only, or gets the tables of another version, while a worker runs on it. */
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { accountFacts } from '../../src/commands/account-facts.ts'
import { checkDatabase } from '../../src/commands/checks/database.ts'
import { runWorker } from '../../src/commands/worker.ts'
import { loadConfig } from '../../src/config.ts'
import { conditionOf } from '../../src/db/condition.ts'
import { migrate } from '../../src/db/migrate.ts'
import { makeBus } from '../../src/events.ts'
import { makeLogger } from '../../src/log.ts'
import { makeMetrics } from '../../src/metrics.ts'
import { newResult } from '../../src/sync/result.ts'
import { expect, onBoth, type TestDatabase } from '../support/database.ts'
import { account, message, writing } from './given.ts'

/** Sets the whole database to read-only, as a provider does with a full disk; connections of before are ended, since they keep what they had. */
async function setReadOnly({ kind, url, database }: TestDatabase, on: boolean): Promise<void> {
  if (kind === 'embedded' || url === null) {
    await database.db.execute(sql.raw(`set default_transaction_read_only = ${on ? 'on' : 'off'}`))
    return
  }
  const admin = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await admin`set default_transaction_read_only = off`
    const [name] = await admin`select current_database() as name`
    await admin.unsafe(`alter database "${name?.name}" set default_transaction_read_only = ${on ? 'on' : 'off'}`)
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
  } finally {
    await admin.end()
  }
}

onBoth('a database that is read-only is told apart from one that takes writes, at any time', async on => {
  const { database } = on
  const sound = { readOnly: null, pending: 0, unknown: 0 }
  // Null while connections that were ended are replaced.
  const condition = () => conditionOf(database).catch(() => null)
  expect(await condition()).toEqual(sound)
  await setReadOnly(on, true)
  await expect.poll(condition).toEqual({ ...sound, readOnly: 'setting' })
  if (on.url !== null) {
    const check = await checkDatabase(loadConfig({ PG_URL: on.url, DATA_DIR: on.dataDir }))
    expect(check).toMatchObject({ status: 'fail', message: expect.stringContaining('takes no writes') })
  }
  // A worker starts on it: there is nothing to migrate.
  expect(await migrate(database)).toBe(0)
  await setReadOnly(on, false)
  await expect.poll(condition).toEqual(sound)
})

onBoth('a migration that is missing and one that nobody knows are counted', async ({ database }) => {
  await database.db.execute(sql`delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations)`)
  expect(await conditionOf(database)).toMatchObject({ pending: 1, unknown: 0 })
  await database.db.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('of a later version', 1)`)
  expect(await conditionOf(database)).toMatchObject({ pending: 1, unknown: 1 })
  await database.db.execute(sql`drop table drizzle.__drizzle_migrations`)
  expect((await conditionOf(database)).pending).toBeGreaterThan(1)
})

onBoth('health goes red while the database is read-only or of another version, and back to ok after it', async on => {
  const { database, store } = on
  const stop = new AbortController()
  let listening: (address: string) => void = () => {}
  const address = new Promise<string>(resolve => {
    listening = resolve
  })
  let over: () => void = () => {}
  const cycleOver = new Promise<void>(resolve => {
    over = resolve
  })
  const ana = await writing(store)
  await ana.save([message('A', { ts: new Date().toISOString() })])
  const done = runWorker(
    {
      config: loadConfig({ DATA_DIR: on.dataDir, HTTP_PORT: '0', API_AUTH: 'none' }),
      log: makeLogger({ level: 'silent', pretty: false }),
      metrics: makeMetrics({ processMetrics: false }),
      bus: makeBus(),
      version: '1.2.3',
      onListening: listening,
      open: async () => ({
        latest: () => store.latest(account),
        ping: () => database.ping(),
        condition: () => conditionOf(database),
        account: accountFacts(database, { accountId: account, lookbackDays: 30 }),
        close: async () => {},
        cycle: async ({ trigger }) => {
          const runId = await store.startRun({ accountId: account, trigger, since: new Date(Date.now() - 30 * 86_400_000).toISOString() })
          const result = {
            ...newResult(runId),
            status: 'complete' as const,
            chats: { listed: 1, opened: 0, skipped_unchanged: 1, incomplete: 0 },
          }
          await store.finishRun(runId, { status: 'complete', counts: { ...result } })
          setImmediate(over)
          return result
        },
      }),
    },
    stop.signal,
  )
  await Promise.race([cycleOver, done])
  const health = async () => {
    const response = await fetch(`${await address}/health`)
    const body = (await response.json()) as { status: string; problems: { code: string }[]; coverage: unknown }
    return { http: response.status, status: body.status, codes: body.problems.map(({ code }) => code), coverage: body.coverage }
  }
  expect(await health()).toMatchObject({ http: 200, status: 'ok', codes: [], coverage: { chats: 1, complete: 1, list_complete: true } })

  await setReadOnly(on, true)
  // The first answer may be that of a connection that was ended.
  await expect.poll(health).toMatchObject({ http: 503, status: 'down', codes: ['database_read_only'] })
  await setReadOnly(on, false)
  await expect.poll(health).toMatchObject({ http: 200, status: 'ok', codes: [] })

  await database.db.execute(sql`update drizzle.__drizzle_migrations set hash = 'of a later version' where id = 1`)
  expect(await health()).toMatchObject({ http: 503, status: 'down', codes: ['database_behind', 'database_ahead'] })
  stop.abort()
  expect(await done).toBe(0)
})

onBoth('the usual silence is the longest pause between messages, and unknown where they are few', async ({ database, store }) => {
  const { runId, save, chat } = await writing(store)
  await store.finishRun(runId, { status: 'complete', counts: newResult(runId) as unknown as Record<string, unknown> })
  const facts = () => accountFacts(database, { accountId: account, lookbackDays: 30, now: () => Date.parse('2026-02-20T00:00:00Z') })('x')
  expect(await facts()).toMatchObject({ newestTs: null, usualPauseS: null, openRejects: 0 })
  await save([message('A', { ts: '2026-02-19T00:00:00.000Z' })], { rejects: [{ rowKey: 'r', field: 'ts', reason: 'none', raw: null }] })
  expect(await facts()).toMatchObject({ newestTs: '2026-02-19T00:00:00.000Z', usualPauseS: null, openRejects: 1 })
  await database.db.execute(sql`insert into messages (account_id, external_id, thread_external_id, chat_id, message_id, ts, ts_precision, is_outgoing, kind)
    select ${account}, 'x/' || n, 'x', ${chat.id}, 'M' || n, '2026-02-18T00:00:00Z'::timestamptz - n * interval '1 minute', 'minute', false, 'text' from generate_series(0, 60) n`)
  expect(await facts()).toMatchObject({ usualPauseS: 86_400 })
})

onBoth('facts are asked for once in a while, at once after a cycle, and again after a failure', async ({ database }) => {
  let clock = Date.parse('2026-02-20T00:00:00Z')
  const facts = accountFacts(database, { accountId: account, lookbackDays: 30, now: () => clock })
  const [first, same] = await Promise.all([facts('1'), facts('1')])
  expect(same).toBe(first)
  clock += 14_000
  expect(await facts('1')).toBe(first)
  expect((await facts('2')).asOf).toBe('2026-02-20T00:00:14.000Z')
  clock += 16_000
  expect((await facts('2')).asOf).toBe('2026-02-20T00:00:30.000Z')
  await database.db.execute(sql`alter table rejects rename to hidden`)
  await expect(facts('3')).rejects.toThrow()
  await database.db.execute(sql`alter table hidden rename to rejects`)
  expect((await facts('3')).asOf).toBe('2026-02-20T00:00:30.000Z')
})
