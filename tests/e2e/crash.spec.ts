/** A worker that ends in the middle of a cycle: killed beside a browser that hangs, or told to stop. What was stored stays, the next cycle completes. */
import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expectedRows } from '../sim/truth.ts'
import { type Account, expect, test } from './account.ts'
import {
  attachmentsQuery,
  expectMessages,
  expectPictures,
  messagesQuery,
  type StoredAttachment,
  type StoredMessage,
} from './expectation.ts'
import { account as accountOf, ada, bela, carl, direct, group, photo, said, talk } from './scene.ts'

/** Chats with pictures between the words, so that a cycle can be broken off while files are written. */
function scenario() {
  const pictures = (from: number, hours: number) =>
    [0, 1, 2].map(n => said(ada, hours + n, { kind: 'image', text: null, images: [photo(from + n)] })).reverse()
  return accountOf(
    direct(ada, [...talk(ada, 6, 30), ...pictures(1, 4)]),
    direct(bela, [...talk(bela, 6, 33), said(bela, 6, { kind: 'image', text: null, images: [photo(1)] })]),
    group('Choir on Tuesdays', 1, [ada, carl], [...talk(carl, 6, 40), ...pictures(10, 9)]),
    direct(carl, talk(carl, 6, 50)),
  )
}

const expected = ({ sim }: Account) => expectedRows(sim.scenario, { since: new Date(Date.now() - 30 * 24 * 60 * 60 * 1000) })
const profile = (account: Account) => join(account.dataDir, 'whatsapp_profile')
const browserOf = (account: Account) =>
  Number(
    readlinkSync(join(profile(account), 'SingletonLock'))
      .split('-')
      .at(-1),
  )

/** Whether a process is there and runs (one that died and was not asked for yet does not). */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The nth chat from now on that the page opens. A chat is opened while the rows of the one before are stored: with the third those of the first are. */
async function opened(account: Account, nth: number): Promise<void> {
  for (let n = 0; n < nth; n++) await account.sim.next('chat_opened')
}

/** The next cycle brings everything to where it should have been: rows, files, nothing half written, nothing marked as running. */
async function expectRecovery(account: Account): Promise<void> {
  const next = await account.run('sync', '--json')
  expect(next.status, next.stderr).toBe(0)
  expect(JSON.parse(next.stdout)).toMatchObject({ status: 'complete', messages: { rejected: 0 } })
  expectMessages(await account.rows<StoredMessage>(messagesQuery), expected(account))
  const files = join(account.dataDir, 'attachments')
  expectPictures(await account.rows<StoredAttachment>(attachmentsQuery), expected(account), files)
  expect(readdirSync(join(files, 'tmp'))).toEqual([])
  const verified = await account.run('verify', '--json')
  expect(verified.status, verified.stdout).toBe(0)
  const runs = await account.rows<{ status: string; error: string | null }>('select status, error from sync_runs order by started_at')
  expect(runs.at(-1)).toEqual({ status: 'complete', error: null })
  expect(runs.slice(0, -1)).toEqual(runs.slice(0, -1).map(() => ({ status: 'failed', error: 'interrupted' })))
}

test('a killed worker whose browser lives on: the next one ends that browser, takes the profile over and completes (Postgres)', async ({
  makeAccount,
}) => {
  const account = await makeAccount('postgres', { scenario: scenario() })
  const reached = opened(account, 3)
  const killed = account.start('sync')
  await reached
  const orphan = browserOf(account)
  // A browser that hangs does not notice that nobody is at the other end any more.
  process.kill(orphan, 'SIGSTOP')
  const committed = await account.rows<{ id: number }>('select id, external_id from messages order by id')
  killed.process.kill('SIGKILL')
  await killed.ended
  expect(alive(orphan)).toBe(true)
  expect(committed.length).toBeGreaterThan(0)
  await expectRecovery(account)
  expect(alive(orphan)).toBe(false)
  const after = await account.rows<{ id: number }>('select id, external_id from messages order by id')
  expect(after).toEqual(expect.arrayContaining(committed))
})

test('a sync that is told to stop ends as interrupted, keeps what it stored and leaves no browser', async ({ makeAccount }) => {
  const account = await makeAccount('embedded', { scenario: scenario() })
  const reached = opened(account, 3)
  const stopped = account.start('sync', '--json')
  await reached
  const browser = browserOf(account)
  stopped.process.kill('SIGTERM')
  const { status, stderr } = await stopped.ended
  expect(status, stderr).toBe(130)
  expect(alive(browser)).toBe(false)
  const committed = await account.rows<{ id: number }>('select id, external_id from messages order by id')
  expect(committed.length).toBeGreaterThan(0)
  expect(committed.length).toBeLessThan(expected(account).length)
  await expectRecovery(account)
  expect(await account.rows('select id, external_id from messages order by id')).toEqual(expect.arrayContaining(committed))
})

test('a worker that is told to stop during a cycle exits 0 with what it stored, and leaves no browser', async ({ makeAccount }) => {
  const account = await makeAccount('postgres', { scenario: scenario() })
  Object.assign(account.env, { HTTP_PORT: '0' })
  const reached = opened(account, 3)
  const worker = account.start('start')
  await reached
  const browser = browserOf(account)
  worker.process.kill('SIGTERM')
  const { status, stderr } = await worker.ended
  expect(status, stderr).toBe(0)
  expect(stderr).not.toContain('"level":"error"')
  expect(alive(browser)).toBe(false)
  expect((await account.rows('select id from messages')).length).toBeGreaterThan(0)
  await expectRecovery(account)
})
