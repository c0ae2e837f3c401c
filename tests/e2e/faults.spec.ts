/** Faults of what the worker stands on: its database, the page's network, its disk. Each is really there; the worker says so and recovers by itself. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { makeDisk } from '../support/disk.ts'
import { startOwnPostgres } from '../support/postgres.ts'
import { type Account, expect, test } from './account.ts'
import { addressOf, expectTruth, expectUndisturbed, healthAt, opened, scenario } from './faults.ts'
import { photo } from './scene.ts'

const over = /"msg":"cycle (ended|failed)"/
const complete = /"status":"complete".*"msg":"cycle ended"/

/** Words and a picture in two chats: something to read in the next cycle. */
async function grow({ sim }: Account, seed: number): Promise<void> {
  for (const { title } of sim.scenario.chats.slice(0, 2)) {
    await sim.say(title, { text: `one more (${seed})` })
    await sim.say(title, { kind: 'image', text: null, images: [photo(seed++)] })
  }
}

test('Postgres: a connection cut inside a transaction, then the server stopped in mid-load and started again', async ({ makeAccount }) => {
  const server = await startOwnPostgres()
  try {
    await server.createDatabase('faults')
    const account = await makeAccount('postgres', { scenario: scenario() }, { url: server.url('faults') })
    Object.assign(account.env, { HTTP_PORT: '0' })
    const reached = opened(account, 1)
    const worker = account.start('start')
    const address = await addressOf(worker)
    await reached

    // The worker stands inside a transaction, its rows written and not committed, when its connection goes: somebody else holds the table that is written last.
    const other = postgres(server.url('faults'), { max: 2, onnotice: () => {} })
    await other.begin(async holder => {
      await holder`lock table chat_coverage in access exclusive mode`
      const waiting = () =>
        other<{ pid: number }[]>`select pid from pg_stat_activity where application_name = 'whatsapp-etl' and wait_event_type = 'Lock'
          and backend_xid is not null`
      await expect.poll(async () => (await waiting()).length, { timeout: 20_000 }).toBeGreaterThan(0)
      for (const { pid } of await waiting()) await holder`select pg_terminate_backend(${pid})`
    })
    await other.end()
    await worker.line(over)
    const recovered = worker.line(complete, worker.seen(complete) + 1)
    worker.process.kill('SIGHUP')
    await recovered
    await expectTruth(account)
    expect(await healthAt(address)).toMatchObject({ http: 200, problems: [] })

    await grow(account, 100)
    const again = opened(account, 1)
    worker.process.kill('SIGHUP')
    await again
    const failed = worker.line(/"msg":"cycle failed"/, worker.seen(/"msg":"cycle failed"/) + 1)
    await server.stop()
    const away = await healthAt(address)
    expect(away).toMatchObject({ http: 503, status: 'down', postgres: { ready: false } })
    expect(away.problems.map(problem => problem.code)).toContain('database_not_ready')
    await failed
    const back = worker.line(complete, worker.seen(complete) + 1)
    await server.start()
    await back
    expect(await healthAt(address)).toMatchObject({ http: 200, problems: [] })
    worker.process.kill('SIGTERM')
    expect((await worker.ended).status).toBe(0)
    await expectUndisturbed(account, makeAccount, { on: 'embedded' })
  } finally {
    await server.close()
  }
})

test("the page's network gone before a cycle, gone in the middle of one, and back", async ({ makeAccount }) => {
  const account = await makeAccount('embedded', { scenario: scenario() })
  Object.assign(account.env, { HTTP_PORT: '0' })
  account.sim.network(false)
  const worker = account.start('start')
  const address = await addressOf(worker)
  expect(JSON.parse(await worker.line(/"msg":"cycle failed"/))).toMatchObject({ code: 'retryable' })
  expect((await healthAt(address)).problems.map(problem => problem.code)).toContain('cycle_failed')

  account.sim.network(true)
  const reached = opened(account, 1)
  worker.process.kill('SIGHUP')
  await reached
  account.sim.network(false)
  await grow(account, 200)
  // What was on the page already is read, or nothing is; no picture comes through.
  const cut = JSON.parse(await worker.line(over, 2))
  if (cut.msg === 'cycle ended') expect(cut.attachments).toMatchObject({ saved: 0, pending: 7 })
  account.sim.network(true)
  worker.process.kill('SIGHUP')
  expect(JSON.parse(await worker.line(over, 3))).toMatchObject({ status: 'complete', attachments: { pending: 0 } })
  worker.process.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
  await expectUndisturbed(account, makeAccount, { on: 'postgres' })
})

test('a read-only ATTACHMENTS_DIR, then a full disk: texts arrive, pictures wait and are stored once there is space', async ({
  makeAccount,
}) => {
  const account = await makeAccount('postgres', { scenario: scenario() })
  const attachments = join(account.dataDir, 'pictures')
  const disk = makeDisk(attachments, '256k')
  try {
    Object.assign(account.env, { HTTP_PORT: '0', ATTACHMENTS_DIR: attachments })
    disk.readOnly(true)
    const worker = account.start('start')
    const address = await addressOf(worker)
    const statuses = () => account.rows('select status, count(*)::int as n, min(reason) as reason from attachments group by status')
    const texts = () => account.rows('select 1 from messages where content_snippet is not null')
    for (const [cycle, trouble] of ['read-only', 'full'].entries()) {
      await worker.line(over, cycle + 1)
      expect(await texts(), trouble).toHaveLength(24)
      expect(await statuses(), trouble).toEqual([
        { status: 'pending', n: 7, reason: expect.stringMatching(/could not be stored \(E[A-Z]+\)/) },
      ])
      const { http, problems } = await healthAt(address)
      expect([http, problems.map(problem => problem.code)], trouble).toEqual([200, ['attachments_not_stored']])
      if (trouble === 'read-only') {
        disk.readOnly(false)
        disk.full(true, worker.process.pid ?? 0)
        worker.process.kill('SIGHUP')
      }
    }
    disk.full(false, worker.process.pid ?? 0)
    worker.process.kill('SIGHUP')
    await worker.line(over, 3)
    expect(await healthAt(address)).toMatchObject({ http: 200, problems: [] })
    worker.process.kill('SIGTERM')
    expect((await worker.ended).status).toBe(0)
    await expectUndisturbed(account, makeAccount, { attachments, on: 'embedded' })
  } finally {
    disk.close()
  }
})

test('the clock set three days ahead in the middle of a cycle, then two days behind, then right again', async ({ makeAccount }) => {
  const account = await makeAccount('embedded', { scenario: scenario() })
  const file = join(account.dataDir, 'clock')
  writeFileSync(file, '0')
  const preload = new URL('../support/stepped-clock.mjs', import.meta.url).href
  Object.assign(account.env, { HTTP_PORT: '0', CLOCK_FILE: file, NODE_OPTIONS: `--import ${preload}` })
  const reached = opened(account, 2)
  const worker = account.start('start')
  const address = await addressOf(worker)
  let steps = 0
  const step = async (days: number) => {
    writeFileSync(file, String(days * 24 * 60 * 60_000))
    account.sim.setPageClock(days * 24 * 60 * 60_000)
    worker.process.kill('SIGUSR2')
    await worker.line(/the clock was set/, ++steps)
  }
  let cycles = 0
  const cycle = async () => {
    worker.process.kill('SIGHUP')
    await worker.line(over, ++cycles)
  }
  await reached
  await step(3)
  await worker.line(over, ++cycles)
  await grow(account, 300)
  await cycle()
  await step(-2)
  // What was complete in three days' time says nothing about now.
  expect((await healthAt(address)).problems.map(problem => problem.code)).toContain('stale')
  await grow(account, 400)
  await cycle()
  await step(0)
  await grow(account, 500)
  // The schedule may have begun one of its own, for its slots passed with the clock.
  await cycle()
  await cycle()
  const health = await healthAt(address)
  expect(health).toMatchObject({ http: 200, problems: [] })
  expect(Math.abs(Date.parse(health.last_successful_sync_at ?? '') - Date.now())).toBeLessThan(60_000)
  expect(Math.abs(Date.parse(health.next_run_at ?? '') - Date.now())).toBeLessThan(11 * 60_000)
  worker.process.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
  await expectUndisturbed(account, makeAccount, { on: 'postgres' })
})
