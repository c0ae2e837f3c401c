/**
 * The worker is killed (SIGKILL) at points drawn over its whole life: before and during migrations, inside transactions, while files are
 * written, between chats. One account and one database go through all of it; a few kills here, 200 with `npm run test:full`.
 */
import { mkdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { rng } from '../sim/message.ts'
import type { Running } from '../support/cli.ts'
import { alive, descendants, running } from '../support/processes.ts'
import { type Account, expect, kinds, test } from './account.ts'
import { expectUndisturbed, expectWholeFiles, opened, profileOf, scenario } from './faults.ts'
import { photo } from './scene.ts'

const full = process.env.TEST_FULL === '1'
const killsOfEach = full ? 100 : 3
const seed = 20_26

/**
 * `time`: a share of the time a cycle takes · `start`: while the embedded database is being made, at its nth file · `transaction`: inside the nth
 * one · `file`: while the nth picture is being written · `chat`: as the nth chat is opened.
 */
type Moment = { at: 'time'; share: number } | { at: 'start' | 'transaction' | 'file' | 'chat'; nth: number }

/** The first kills come while the database is being made; the others anywhere. */
const first: Record<(typeof kinds)[number], Moment[]> = {
  embedded: [
    { at: 'start', nth: 10 },
    { at: 'file', nth: 3 },
    { at: 'chat', nth: 2 },
  ],
  postgres: [
    { at: 'transaction', nth: 1 },
    { at: 'transaction', nth: 5 },
    { at: 'chat', nth: 3 },
  ],
}

for (const [index, kind] of kinds.entries()) {
  test(`a worker that is killed at random points again and again loses nothing and doubles nothing (${kind})`, async ({
    makeAccount,
  }, info) => {
    if (full) info.setTimeout(3 * 60 * 60_000)
    const random = rng(seed + index)
    const account = await makeAccount(kind, { scenario: scenario() }, { firstStart: true })
    let span = 8000
    let held: { id: number }[] = []
    const points: Record<string, number> = {}
    for (let kills = 0, tries = 0; kills < killsOfEach; tries++) {
      expect(tries, 'kills come before the cycle ends, most of the time').toBeLessThan(5 * killsOfEach)
      const moment = first[kind][kills] ?? drawn(random, kind)
      if (kills >= first[kind].length) await grow(account, random)
      const started = performance.now()
      const worker = account.start('sync')
      const reached = await Promise.race([reach(account, moment, span).then(() => true), worker.ended.then(() => false)])
      if (!reached) {
        span = performance.now() - started
        expect((await worker.ended).status, (await worker.ended).stderr).toBe(0)
        continue
      }
      await kill(worker, account)
      kills++
      points[moment.at] = (points[moment.at] ?? 0) + 1
      const now = await committed(account)
      expect(now, 'no committed row is lost').toEqual(expect.arrayContaining(held))
      expectWholeFiles(join(account.dataDir, 'attachments'))
      held = now
    }
    info.annotations.push({ type: 'kills', description: JSON.stringify({ seed: seed + index, ...points }) })

    const last = await account.run('sync', '--json')
    expect(last.status, last.stderr).toBe(0)
    expect(JSON.parse(last.stdout)).toMatchObject({ status: 'complete', messages: { rejected: 0 } })
    expect(await committed(account)).toEqual(expect.arrayContaining(held))
    const runs = await account.rows<{ status: string; error: string | null }>('select status, error from sync_runs order by started_at')
    expect(runs.pop()).toEqual({ status: 'complete', error: null })
    // Some cycles end before their kill comes, or are over but for the end of their process.
    const killed = runs.filter(({ status }) => status !== 'complete')
    expect(new Set(killed.map(run => JSON.stringify(run))), 'a run that was killed is on record as that').toEqual(
      new Set([JSON.stringify({ status: 'failed', error: 'interrupted' })]),
    )
    expect(killed.length, 'most kills come while the cycle runs').toBeGreaterThanOrEqual(killsOfEach / 2)
    const verified = await account.run('verify', '--json')
    expect(verified.status, verified.stdout).toBe(0)
    await expectUndisturbed(account, makeAccount, { on: kind === 'embedded' ? 'postgres' : 'embedded', killed: true })
  })
}

function drawn(random: ReturnType<typeof rng>, kind: (typeof kinds)[number]): Moment {
  const at = random.pick(kind === 'postgres' ? (['time', 'transaction', 'file'] as const) : (['time', 'time', 'file'] as const))
  return at === 'time' ? { at, share: random() } : { at, nth: 1 + random.int(at === 'file' ? 2 : 6) }
}

/** Something new to read, so that no cycle is without work: words and a picture in one or two chats. */
async function grow({ sim }: Account, random: ReturnType<typeof rng>): Promise<void> {
  for (let n = 0; n <= random.int(2); n++) {
    const { title } = random.pick(sim.scenario.chats)
    await sim.say(title, { text: `one more, ${random.hex(6)}` })
    await sim.say(title, { kind: 'image', text: null, images: [photo(1000 + random.int(1_000_000))] })
  }
}

/** Resolves at the moment. */
async function reach(account: Account, moment: Moment, span: number): Promise<void> {
  if (moment.at === 'time') await sleep(moment.share * span)
  else if (moment.at === 'start') await filesMade(join(account.dataDir, 'pglite', 'data'), moment.nth)
  else if (moment.at === 'chat') await opened(account, moment.nth)
  else if (moment.at === 'file') await filesMade(join(account.dataDir, 'attachments', 'tmp'), moment.nth)
  else await inTransaction(account.env.PG_URL ?? '', moment.nth)
}

/** Resolves when the nth file from now on is made in a folder. */
function filesMade(folder: string, nth: number): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const seen = new Set<string>()
  return new Promise(resolve => {
    const watcher = watch(folder, (_, name) => {
      seen.add(name ?? '')
      if (seen.size < nth) return
      watcher.close()
      resolve()
    })
    watcher.unref()
  })
}

/** Resolves inside of the nth transaction from now on that writes to the database. */
async function inTransaction(url: string, nth: number): Promise<void> {
  const asking = postgres(url, { max: 1, onnotice: () => {} })
  try {
    for (const seen = new Set<string>(); seen.size < nth; ) {
      const rows = await asking`select backend_xid::text as id from pg_stat_activity
        where datname = current_database() and application_name = 'whatsapp-etl' and backend_xid is not null`
      for (const { id } of rows) seen.add(id as string)
    }
  } finally {
    await asking.end({ timeout: 1 })
  }
}

/** Kills the worker, and waits until its browser has noticed that nobody is at the other end any more. */
async function kill(worker: Running, account: Account): Promise<void> {
  const below = descendants(worker.process.pid ?? 0).map(({ pid }) => pid)
  worker.process.kill('SIGKILL')
  expect((await worker.ended).signal).toBe('SIGKILL')
  await expect
    .poll(() => [...alive(below), ...running(profileOf(account))], { message: 'no browser is left behind', timeout: 20_000 })
    .toEqual([])
}

/** The messages that are stored, whatever state the database was left in. */
async function committed(account: Account): Promise<{ id: number }[]> {
  const [{ there } = { there: false }] = await account.rows<{ there: boolean }>(`select to_regclass('messages') is not null as there`)
  if (!there) return []
  const rows = await account.rows<{ id: number; external_id: string }>(
    'select id, external_id, content_snippet, kind, ts::text as ts, has_attachments from messages order by id',
  )
  expect(new Set(rows.map(row => row.external_id)).size, 'no row is doubled').toBe(rows.length)
  return rows
}
