/** The command `status`: what it asks, prints and exits with, while somebody else holds the database. */
import { PassThrough } from 'node:stream'
import { sql } from 'drizzle-orm'
import { recordedSession, type StatusOptions, status } from '../../src/commands/status.ts'
import type { Coverage } from '../../src/model.ts'
import { newResult } from '../../src/sync/result.ts'
import { expect, onBoth, type TestDatabase, test } from '../support/database.ts'
import { account, image, listing, message, writing } from './given.ts'

/** Beside the open database of the test: the embedded one is then asked through its socket. */
async function run({ url, dataDir }: TestDatabase, options: StatusOptions = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const env = { DATA_DIR: dataDir, ...(url !== null && { PG_URL: url }) }
  const exit = await status(options, { stdout, stderr, env, signal: new AbortController().signal, isTty: false }).catch(
    (error: Error & { code: string }) => ({ code: error.code, message: error.message }),
  )
  return { exit, stdout: String(stdout.read() ?? '') }
}

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString()
const span = (from: number, fromEdge: Coverage['fromEdge']): Coverage => ({ from: daysAgo(from), to: daysAgo(0), fromEdge })

async function given({ store, database }: TestDatabase) {
  const ana = await writing(store)
  await ana.save([message('A', { ts: daysAgo(2), attachments: [image(null)] })], {
    coverage: span(31, 'window_edge'),
    listing: { ...listing('Ana'), signature: 's' },
  })
  const bea = await writing(store, { title: 'Bea', jid: '5511900000002@c.us' })
  await bea.save([message('B', { ts: daysAgo(1) })], {
    coverage: span(9, 'phone_has_more'),
    listing: { ...listing('Bea'), signature: null },
    incompleteReason: 'phone_has_more',
    rejects: [{ rowKey: 'r', field: 'ts', reason: 'no time', raw: null }],
  })
  await store.recordEvent({ type: 'session.connected', accountId: account, data: {} })
  await store.finishRun(bea.runId, {
    status: 'incomplete',
    counts: { ...newResult(bea.runId), seconds: 7, chats: { listed: 2, opened: 2, skipped_unchanged: 0, incomplete: 1 } },
    selectorSet: 'e7',
  })
  await database.db.execute(sql`update sync_runs set started_at = started_at - interval '1 minute' where id = ${ana.runId}`)
}

onBoth('status tells every chat with its reason, incomplete ones first, and exits 2 while one is incomplete', async on => {
  await given(on)
  const { exit, stdout } = await run(on, { json: true })
  expect(exit).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'incomplete',
    last_run: { status: 'incomplete', trigger: 'command', seconds: 7, error: null, selector_set: 'e7' },
    last_successful_sync_at: null,
    session: { status: 'logged_in' },
    stored: { chats: 2, messages: 2, attachments: { pending: 1 }, queued_jobs: 0 },
    rejects_open: 1,
    coverage: { chats: 2, complete: 1, incomplete: { phone_has_more: 1 }, list_complete: true },
    chats: [
      {
        title: 'Bea',
        external_id: '5511900000002@c.us',
        complete: false,
        reason: 'phone_has_more',
        from_edge: 'phone_has_more',
        gaps: [{}],
      },
      { title: 'Ana', complete: true, reason: null, action: null, gaps: [], from_edge: 'window_edge' },
    ],
  })
  const people = (await run(on)).stdout
  expect(people).toContain('1 of 2 chats complete (1 phone_has_more)')
  expect(people).toContain('1 row: see the table rejects')
  expect(people).toMatch(/^Bea .*│ phone_has_more │ the rest is only on the phone/m)
  expect(people).not.toMatch(/^Ana /m)
  expect(people).toContain('and 1 that is complete (--all)')
  expect((await run(on, { all: true })).stdout).toMatch(/^Ana .*│ complete/m)
})

onBoth('status of one chat lists that chat and exits by it, whatever the others are', async on => {
  await given(on)
  const ana = await run(on, { chat: ['Ana'] })
  expect([ana.exit, /^Ana /m.test(ana.stdout), ana.stdout.includes('Bea')]).toEqual([0, true, false])
  expect((await run(on, { chat: ['+55 11 90000-0002'] })).exit).toBe(2)
  expect((await run(on, { chat: ['Zoe'] })).exit).toMatchObject({ code: 'usage' })
})

onBoth('a database in which nothing was read yet is not complete, and one of another version says what to do', async on => {
  const { exit, stdout } = await run(on)
  expect([exit, stdout.includes('not read yet')]).toEqual([2, true])
  await on.database.db.execute(sql`alter table chats drop column retry_at`)
  expect((await run(on)).exit).toMatchObject({ code: 'schema', message: expect.stringContaining('whatsapp-etl migrate') })
})

test('the session is what the last event said, unless a cycle has ended since', () => {
  const at = (minute: number) => `2026-02-10T10:0${minute}:00.000Z`
  const last = (status: 'complete' | 'login_required' | 'failed', started: number) => ({
    status,
    trigger: 'schedule',
    startedAt: at(started),
    finishedAt: at(started + 1),
    seconds: 60,
    error: null,
    selectorSet: null,
  })
  const connected = { type: 'session.connected' as const, at: at(1) }
  const expired = { type: 'session.expired' as const, at: at(3) }
  expect(recordedSession({ session: null, lastRun: null })).toEqual({ status: 'unknown', since: null })
  expect(recordedSession({ session: connected, lastRun: last('complete', 4) })).toEqual({ status: 'logged_in', since: at(1) })
  expect(recordedSession({ session: expired, lastRun: last('failed', 2) })).toEqual({ status: 'expired', since: at(3) })
  expect(recordedSession({ session: expired, lastRun: last('login_required', 4) })).toEqual({ status: 'expired', since: at(5) })
  expect(recordedSession({ session: null, lastRun: last('login_required', 4) })).toEqual({ status: 'pairing', since: at(5) })
})
