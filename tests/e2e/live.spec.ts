/** What happens between two cycles is stored at once, told to whoever follows, and tells nobody else anything. */
import type { Sim } from '../sim/server.ts'
import { expectedRows } from '../sim/truth.ts'
import type { Running } from '../support/cli.ts'
import { Follower } from '../support/followers.ts'
import { running } from '../support/processes.ts'
import { type Account, expect, test } from './account.ts'
import { expectMessages, messagesQuery, type StoredMessage } from './expectation.ts'
import { browserOf, profileOf } from './faults.ts'
import { account as accountOf, ada, bela, carl, direct, group, me, said, talk } from './scene.ts'

const month = 30 * 24 * 60 * 60 * 1000
const watched = /"msg":"the page is watched/
const ended = /"msg":"cycle ended"/

interface Live {
  account: Account
  sim: Sim
  worker: Running
  address: string
  /** Resolves once an event of this type about this message stands in the database. */
  told(type: string, messageId: string): Promise<void>
  stop(): Promise<void>
}

/** A worker whose first cycle is over. */
async function started(account: Account, env: Record<string, string> = {}): Promise<Live> {
  Object.assign(account.env, { HTTP_PORT: '0', API_AUTH: 'none', ...env })
  const worker = account.start('start')
  const { address } = JSON.parse(await worker.line(/"HTTP server listening"/)) as { address: string }
  await worker.line(ended)
  return {
    account,
    sim: account.sim,
    worker,
    address,
    told: async (type, messageId) => {
      const query = `select count(*)::int as n from events where type = '${type}' and data ->> 'external_id' like '%/${messageId}'`
      await expect.poll(() => account.rows(query), { message: `${type} of ${messageId}`, timeout: 20_000 }).toEqual([{ n: 1 }])
    },
    async stop() {
      worker.process.kill('SIGTERM')
      expect((await worker.ended).status).toBe(0)
      expect(running(profileOf(account))).toEqual([])
    },
  }
}

const scenario = () =>
  accountOf(
    direct(ada, talk(ada, 6, 30)),
    direct(bela, talk(bela, 5, 26)),
    group('Choir on Tuesdays', 1, [ada, carl], talk(carl, 5, 50)),
    ...Array.from({ length: 4 }, (_, n) => group(`Quiet group ${n}`, 10 + n, [bela, carl], talk(carl, 3, 60 + n))),
  )

const runs = (account: Account) =>
  account.rows<{ trigger: string; status: string; partial: boolean | null }>(
    `select trigger, status, (counts ->> 'partial')::boolean as partial from sync_runs order by started_at`,
  )

test('a message in a chat that is closed is stored at once; so are edits, deletions, reactions and ticks in the one that is open; receipts are none', async ({
  makeAccount,
}) => {
  const edited = said(ada, 5)
  const removed = said(ada, 4)
  const sent = said(me, 3, { status: 'delivered' })
  const liked = said(ada, 2.5)
  const account = await makeAccount('postgres', {
    scenario: accountOf(direct(ada, [...talk(ada, 6, 30), edited, removed, sent, liked]), direct(bela, talk(bela, 5, 26))),
  })
  const live = await started(account)
  const { sim, told } = live
  await live.worker.line(watched)

  const follower = await new Follower(live.address).open()
  const first = await sim.say('Ada Wintermoor', { text: 'while nobody looks' })
  await follower.until(frames => frames.some(({ type, data }) => type === 'message' && data.text === 'while nobody looks'))
  await follower.end()
  await told('message.received', first.id)
  const second = await sim.say('Ada Wintermoor', { text: 'and into the chat that is open now' })
  await told('message.received', second.id)
  sim.edit('Ada Wintermoor', edited.id, 'what I meant to say')
  await told('message.edited', edited.id)
  sim.react('Ada Wintermoor', liked.id, '🎉')
  await told('message.reaction', liked.id)
  sim.tick('Ada Wintermoor', sent.id, 'read')
  await told('message.read', sent.id)
  sim.remove('Ada Wintermoor', removed.id)
  await told('message.deleted', removed.id)
  const own = await sim.say('Bela Fernkamp', { text: 'from my phone', direction: 'out', status: 'sent' })
  await told('message.sent', own.id)

  const kept = { text: `said 4 hours ago by ${ada.name}`, kind: 'text' as const, deleted: true }
  const expected = expectedRows(sim.scenario, { since: new Date(Date.now() - month) })
  expectMessages(
    await account.rows<StoredMessage>(messagesQuery),
    expected.map(row => (row.messageId === removed.id ? { ...row, ...kept } : row)),
  )
  expect(await runs(account)).toEqual([
    { trigger: 'start', status: 'complete', partial: null },
    { trigger: 'live', status: 'running', partial: null },
  ])
  const health = (await (await fetch(new URL('/health', live.address))).json()) as Record<string, unknown>
  expect(health).toMatchObject({
    status: 'ok',
    last_cycle: { status: 'complete' },
    problems: [],
    coverage: { complete: 2, incomplete: {} },
  })
  const metrics = await (await fetch(new URL('/metrics', live.address))).text()
  expect(metrics).toMatch(/^whatsapp_live_latency_seconds_count [1-9]/m)
  expect(metrics).toMatch(/^whatsapp_live_watching 1$/m)

  // The next cycle looks again, further back, and finds nothing more; of a change that IndexedDB wrote a moment after the page drew it, it is the witness.
  const content = `select to_jsonb(m) - 'witnesses' - 'run_id' - 'last_seen_at' as row from messages m order by id`
  const before = await account.rows(content)
  live.worker.process.kill('SIGHUP')
  expect(JSON.parse(await live.worker.line(ended, 2))).toMatchObject({ status: 'complete', messages: { inserted: 0, rejected: 0 } })
  expect(await account.rows(content)).toEqual(before)
  expect((await runs(account)).slice(1)).toEqual([
    { trigger: 'live', status: 'complete', partial: true },
    { trigger: 'command', status: 'complete', partial: null },
  ])
  await live.stop()
  const noticed = ['receipt', 'played', 'presence', 'key', 'input', 'focus', 'history_request', 'use_here']
  expect(sim.recorded.filter(event => noticed.includes(event.type))).toEqual([])
  expect(sim.recorded.filter(event => event.type === 'click' && !event.trusted)).toEqual([])
})

test('messages that come into several chats at once are all stored, with gentle settings too', async ({ makeAccount }) => {
  const account = await makeAccount('postgres', { scenario: scenario() })
  const gentle = { WHATSAPP_SCROLL_PAUSE_MS: '400', WHATSAPP_CHAT_PAUSE_MS: '1500', WHATSAPP_LATE_MS: '1200' }
  const live = await started(account, gentle)
  await live.worker.line(watched)
  const titles = live.sim.scenario.chats.map(({ title }) => title)
  const fresh = await Promise.all(titles.map(title => live.sim.say(title, { text: `news in ${title}` })))
  await Promise.all(fresh.map(({ id }) => live.told('message.received', id)))
  expectMessages(await account.rows<StoredMessage>(messagesQuery), expectedRows(live.sim.scenario, { since: new Date(Date.now() - month) }))
  await live.stop()
  expect(live.sim.recorded.filter(event => event.type === 'receipt')).toEqual([])
})

test('WHATSAPP_LIVE=false: no browser runs between two cycles, nothing is told of that, and the next cycle reads what came', async ({
  makeAccount,
}) => {
  const account = await makeAccount('postgres', { scenario: scenario() })
  const live = await started(account, { WHATSAPP_LIVE: 'false' })
  await expect.poll(() => running(profileOf(account)), { timeout: 20_000 }).toEqual([])
  const health = async () => (await fetch(new URL('/health', live.address))).json()
  expect(await health()).toMatchObject({ status: 'ok', session: { status: 'logged_in' }, problems: [] })
  // Who is logged in needs no code: nobody starts a browser for one.
  expect(await (await fetch(new URL('/initialize', live.address))).json()).toMatchObject({ ready: true, qrCode: null })
  const fresh = await live.sim.say('Ada Wintermoor', { text: 'while no browser runs' })
  expect(running(profileOf(account))).toEqual([])
  live.worker.process.kill('SIGHUP')
  expect(JSON.parse(await live.worker.line(ended, 2))).toMatchObject({ status: 'complete', messages: { inserted: 1 } })
  await live.told('message.received', fresh.id)
  await expect.poll(() => running(profileOf(account)), { timeout: 20_000 }).toEqual([])
  expect(await health()).toMatchObject({ status: 'ok', session: { status: 'logged_in' }, problems: [] })
  await live.stop()
  expect(await account.rows(`select type from events where type like 'session.%'`)).toEqual([{ type: 'session.connected' }])
  expect((await runs(account)).map(({ trigger }) => trigger)).toEqual(['start', 'command'])
})

test('where unread chats are left closed a new message opens none; once its owner has read the chat, it is read at once', async ({
  makeAccount,
}) => {
  const account = await makeAccount('postgres', { scenario: accountOf(direct(ada, talk(ada, 4, 30)), direct(bela, talk(bela, 4, 26))) })
  const live = await started(account, { WHATSAPP_UNREAD_POLICY: 'skip' })
  await live.worker.line(watched)
  // Bela's chat is the one that was opened last: what comes into Ada's would need a press.
  const before = live.sim.recorded.filter(event => event.type === 'chat_opened').length
  const fresh = await live.sim.say('Ada Wintermoor', { text: 'unread' })
  const chat = `select preview, unread, incomplete_reason as reason from chats where title = 'Ada Wintermoor'`
  await expect.poll(() => account.rows(chat), { timeout: 20_000 }).toEqual([{ preview: 'unread', unread: 1, reason: 'unread_policy' }])
  expect(live.sim.recorded.filter(event => event.type === 'chat_opened')).toHaveLength(before)
  expect(await account.rows(`select 1 from messages where content_snippet = 'unread'`)).toEqual([])

  // Read on the phone.
  const ada1 = live.sim.scenario.chats.find(({ title }) => title === 'Ada Wintermoor')
  if (ada1) ada1.unread = 0
  live.sim.tick('Ada Wintermoor', fresh.id, 'read')
  await live.told('message.received', fresh.id)
  // The first batch of a reading tells of the message; what is known of the chat as a whole comes with its last.
  await expect.poll(() => account.rows(chat), { timeout: 20_000 }).toEqual([{ preview: 'unread', unread: 0, reason: null }])
  await live.stop()
})

test('a browser that is killed while it is watched is started anew by the next cycle, which reads what came; then it is watched again', async ({
  makeAccount,
}) => {
  const account = await makeAccount('postgres', { scenario: scenario() })
  const live = await started(account)
  await live.worker.line(watched)
  process.kill(browserOf(account), 'SIGKILL')
  await live.worker.line(/"msg":"the browser is gone; the next cycle/)
  const fresh = await live.sim.say('Bela Fernkamp', { text: 'with nobody there' })
  live.worker.process.kill('SIGHUP')
  expect(JSON.parse(await live.worker.line(ended, 2))).toMatchObject({ status: 'complete', messages: { inserted: 1 } })
  await live.told('message.received', fresh.id)
  await live.worker.line(watched, 2)
  const next = await live.sim.say('Bela Fernkamp', { text: 'and there again' })
  await live.told('message.received', next.id)
  await live.stop()
})

test('a cycle that is due while a chat is being read begins when that is over; what either reads is stored once', async ({
  makeAccount,
}) => {
  const account = await makeAccount('postgres', { scenario: scenario() })
  // Long enough to be in the middle of it.
  const live = await started(account, { WHATSAPP_LATE_MS: '2500' })
  await live.worker.line(watched)
  const opened = live.sim.next('chat_opened')
  const fresh = await live.sim.say('Ada Wintermoor', { text: 'just before the cycle' })
  await opened
  live.worker.process.kill('SIGHUP')
  expect(JSON.parse(await live.worker.line(ended, 2))).toMatchObject({ status: 'complete', messages: { rejected: 0 } })
  await live.told('message.received', fresh.id)
  const spans = await account.rows<{ trigger: string; apart: boolean | null }>(
    `select trigger, started_at >= lag(finished_at) over (order by started_at) as apart from sync_runs order by started_at`,
  )
  expect(spans).toEqual([
    { trigger: 'start', apart: null },
    { trigger: 'live', apart: true },
    { trigger: 'command', apart: true },
  ])
  expectMessages(await account.rows<StoredMessage>(messagesQuery), expectedRows(live.sim.scenario, { since: new Date(Date.now() - month) }))
  await live.stop()
})
