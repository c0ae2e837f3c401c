import { readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from '@playwright/test'
import { LockedError } from '../../src/errors.ts'
import { acquireLock, lockName, readLock } from '../../src/lock.ts'
import { type Child, startChild } from '../support/child.ts'

const holder = new URL('../db/process/hold-lock.ts', import.meta.url)

const test = base.extend<{ dir: string; hold: (dir: string, env?: Record<string, string>) => Child }>({
  dir: async ({}, use) => {
    const root = await mkdtemp(join(tmpdir(), 'whatsapp-etl-lock-'))
    await use(join(root, 'profile'))
    await rm(root, { recursive: true, force: true })
  },
  hold: async ({}, use) => {
    const children: Child[] = []
    await use((dir, env = {}) => {
      const child = startChild(holder, { DIR: dir, ...env })
      children.push(child)
      return child
    })
    for (const child of children) await child.kill()
  },
})

const what = 'the test directory'

/** A lock as somebody else left it. */
async function left(dir: string, over: Record<string, unknown>, ageMs = 0): Promise<void> {
  await mkdir(dir, { recursive: true })
  const info = { pid: process.pid, host: hostname(), started: '', at: '2026-02-01T00:00:00.000Z', token: 'old', ...over }
  await writeFile(join(dir, lockName), JSON.stringify(info))
  const seen = new Date(Date.now() - ageMs)
  await utimes(join(dir, lockName), seen, seen)
}

test('the directory is made for its owner alone and the lock names its holder', async ({ dir }) => {
  const lock = await acquireLock(dir, { what, now: () => Date.parse('2026-02-01T10:00:00Z') })
  expect((await stat(dir)).mode & 0o777).toBe(0o700)
  expect(JSON.parse(await readFile(join(dir, lockName), 'utf8'))).toEqual(lock.info)
  expect(lock.info).toMatchObject({ pid: process.pid, host: hostname(), at: '2026-02-01T10:00:00.000Z' })
  await lock.release()
  expect(readdirSync(dir)).toEqual([])
})

test('a second process is refused with pid, host, since when and what to do', async ({ dir, hold }) => {
  const child = hold(dir)
  expect(await child.line()).toBe('held')
  const refused = await acquireLock(dir, { what }).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(LockedError)
  const { info } = (await readLock(dir))!
  expect((refused as Error).message).toBe(
    `${what} in ${dir} is in use by process ${child.process.pid} on this host (${hostname()}) since ${info.at}. Stop that process (or wait for it), then try again.`,
  )
})

test('the same process is refused too', async ({ dir }) => {
  const lock = await acquireLock(dir, { what })
  await expect(acquireLock(dir, { what })).rejects.toThrow(LockedError)
  await lock.release()
  await (await acquireLock(dir, { what })).release()
})

test('the lock of a killed process is taken over at once', async ({ dir, hold }) => {
  const child = hold(dir)
  expect(await child.line()).toBe('held')
  await child.kill()
  expect((await readLock(dir))?.held).toBe(false)
  const lock = await acquireLock(dir, { what })
  expect(lock.info.pid).toBe(process.pid)
  await lock.release()
})

test('a process that merely got the number of the dead holder does not hold the lock', async ({ dir }) => {
  await left(dir, { pid: process.pid, started: 'another boot/1' })
  const lock = await acquireLock(dir, { what })
  await lock.release()
})

test('a holder on another host is believed until its heartbeat is older than the limit', async ({ dir }) => {
  await left(dir, { host: 'elsewhere', pid: 1 }, 59_000)
  await expect(acquireLock(dir, { what, staleAfterMs: 60_000 })).rejects.toThrow(
    /process 1 on host elsewhere since 2026-02-01.*taken over 60 s after its last sign of life/,
  )
  await left(dir, { host: 'elsewhere', pid: 1 }, 61_000)
  const lock = await acquireLock(dir, { what, staleAfterMs: 60_000 })
  expect((await readLock(dir))?.info.token).toBe(lock.info.token)
  await lock.release()
})

test('a lock that holds nothing readable belongs to nobody', async ({ dir }) => {
  await mkdir(dir)
  await writeFile(join(dir, lockName), '')
  await (await acquireLock(dir, { what })).release()
})

test('the heartbeat renews the lock', async ({ dir }) => {
  const lock = await acquireLock(dir, { what, heartbeatMs: 10 })
  const past = new Date(Date.now() - 3_600_000)
  await utimes(join(dir, lockName), past, past)
  await expect.poll(async () => (await readLock(dir))?.seenMs).toBeLessThan(60_000)
  await lock.release()
})

test('releasing a lock that somebody took over leaves theirs alone', async ({ dir }) => {
  const mine = await acquireLock(dir, { what })
  await left(dir, { token: 'theirs', host: 'elsewhere' })
  await mine.release()
  expect((await readLock(dir))?.info.token).toBe('theirs')
})

test('of many processes that find a stale lock at one moment, exactly one takes it', async ({ dir, hold }) => {
  const children = Array.from({ length: 6 }, () => hold(dir, { WAIT: '1' }))
  for (const child of children) expect(await child.line()).toBe('ready')
  await left(dir, { pid: 2 ** 22 + 1, started: 'gone' })
  for (const child of children) child.process.stdin?.write('go\n')
  const answers = await Promise.all(children.map(child => child.line()))
  expect(answers.filter(answer => answer === 'held')).toHaveLength(1)
  expect(answers.filter(answer => answer.startsWith('refused'))).toHaveLength(5)
})

test('of many takers inside one process exactly one wins, again and again', async ({ dir }) => {
  for (let round = 0; round < 30; round++) {
    await left(dir, { pid: 2 ** 22 + 1, started: 'gone', token: `old-${round}` })
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(dir, { what })))
    const won = taken.filter(result => result.status === 'fulfilled')
    expect(won).toHaveLength(1)
    await won[0]!.value.release()
    expect(readdirSync(dir)).toEqual([])
  }
})

test('a taker that died in the middle of taking over blocks nobody', async ({ dir }) => {
  await left(dir, { pid: 2 ** 22 + 1, started: 'gone' })
  await writeFile(
    join(dir, `${lockName}.claim-old`),
    JSON.stringify({ pid: 2 ** 22 + 2, host: hostname(), started: 'gone', at: '', token: 'dead-taker' }),
  )
  const lock = await acquireLock(dir, { what })
  await lock.release()
  expect(readdirSync(dir)).toEqual([])
})
