import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { purgeMessages } from '../../src/db/purge.ts'
import { makeWebhookStore, type WebhookStore } from '../../src/db/webhooks.ts'
import { createApp } from '../../src/http/app.ts'
import { webhooks } from '../../src/http/routes/webhooks.ts'
import { makeLogger } from '../../src/log.ts'
import { Deliverer } from '../../src/webhooks/deliverer.ts'
import { webhookTypes } from '../../src/webhooks/payload.ts'
import { runDeliveries } from '../../src/webhooks/run.ts'
import { type Answer, send } from '../../src/webhooks/send.ts'
import { newSecret } from '../../src/webhooks/signature.ts'
import { account, message, writing } from '../db/given.ts'
import { startChild } from '../support/child.ts'
import { expect, kinds, onBoth, test } from '../support/database.ts'
import { isSigned, Receiver } from '../support/receiver.ts'

const log = makeLogger({ level: 'silent', pretty: false })
const toReceiver = (url: URL, headers: Record<string, string>, body: string) => send(url, headers, body, { refuses: () => false })
const minute = 60_000
const hour = 60 * minute

/** Webhooks at a clock of their own. */
class Clock {
  at = Date.parse('2026-03-01T12:00:00.000Z')
  now = () => this.at
  iso = () => new Date(this.at).toISOString()
}

async function hookAt(store: WebhookStore, url: string, clock: Clock, types: readonly string[] = webhookTypes) {
  const secret = newSecret()
  return { ...(await store.create({ accountId: account, url, types, secret }, clock.iso())), secret }
}

async function settle(deliverer: Deliverer): Promise<void> {
  await deliverer.look()
  await deliverer.idle()
}

/** What waits until it is opened. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { open, opened }
}

onBoth('what happens is delivered once, signed, in order in each conversation', async ({ store, database }) => {
  const clock = new Clock()
  const hooks = makeWebhookStore(database)
  const receiver = await Receiver.start()
  const before = await writing(store)
  await before.save([message('before')])
  const { secret } = await hookAt(hooks, receiver.url, clock)
  await hookAt(hooks, `${receiver.url}/edits`, clock, ['message.edited'])
  const other = await writing(store, { title: 'Bob' })
  await before.save([message('A1'), message('A2')])
  await other.save([message('B1')])
  await before.save([message('A1', { text: 'better', edited: true })])
  await store.recordEvent({ type: 'sync.completed', accountId: account, data: { run_id: 'r', status: 'complete' } })
  await store.recordEvent({ type: 'session.qr', accountId: account, data: {} })
  const outcomes: string[] = []
  const deliverer = new Deliverer({ store: hooks, send: toReceiver, log, now: clock.now, onOutcome: outcome => outcomes.push(outcome) })
  await settle(deliverer)
  await settle(deliverer)
  const stored = (await store.eventsAfter(0, 100)).slice(1)
  const sent = receiver.received.filter(({ headers }) => headers['webhook-id'])
  expect(sent.map(({ headers }) => headers['webhook-id']).sort()).toEqual(
    [...stored.map(({ id }) => `evt_${id}`), `evt_${stored[3]!.id}`].sort(),
  )
  const ofAna = sent
    .filter(({ body }) => body.data.conversation_name === 'Ana' && body.id !== stored[3]!.id)
    .map(({ body }) => body.data.id)
  expect(ofAna).toEqual(['title:Ana/A1', 'title:Ana/A2'])
  for (const delivery of sent.slice(0, 1)) {
    expect(await isSigned(delivery, secret, clock.at)).toBe(true)
    expect(await isSigned({ ...delivery, text: `${delivery.text} ` }, secret, clock.at)).toBe(false)
  }
  const edited = sent.find(({ body }) => body.type === 'message.edited')!
  expect(edited.body).toMatchObject({
    id: stored[3]!.id,
    timestamp: expect.stringMatching(/Z$/),
    data: { id: 'title:Ana/A1', text: 'better' },
  })
  expect(JSON.stringify(receiver.received)).not.toContain('base64,')
  expect(outcomes).toHaveLength(sent.length)
  expect(await rowsOf(database.db, sql`select * from webhook_deliveries`)).toEqual([])
  await receiver.stop()
})

for (const kind of process.env.TEST_FULL === '1' ? kinds : kinds.slice(0, 1)) {
  test(`a worker that is killed between commit and answer delivers after its restart (${kind})`, async ({ makeDatabase }) => {
    const { url, dataDir, database, open } = await makeDatabase(kind)
    const receiver = await Receiver.start(() => {})
    await hookAt(makeWebhookStore(database), receiver.url, new Clock())
    await database.close()
    const child = startChild(new URL('./process/deliver-until-killed.ts', import.meta.url), { URL: url ?? '', DATA_DIR: dataDir })
    await child.line()
    // It has sent, and gets no answer.
    await receiver.until(received => received.length >= 1)
    await child.kill()
    const first = receiver.received[0]!
    receiver.answer = (_, response) => void response.writeHead(200).end()
    const again = await open()
    const clock = new Clock()
    clock.at = Date.now()
    const deliverer = new Deliverer({ store: makeWebhookStore(again), send: toReceiver, log, now: clock.now })
    await settle(deliverer)
    expect(receiver.received, 'the lease of the process that is gone still holds').toHaveLength(1)
    clock.at += minute
    await settle(deliverer)
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(ids).toEqual([
      first.headers['webhook-id'],
      ...(await rowsOf<{ id: string }>(again.db, sql`select 'evt_' || id as id from events order by id`)).map(({ id }) => id),
    ])
    await receiver.stop()
  })
}

test('a receiver that is down for hours gets everything in order once it is back, and is asked seldom meanwhile', async ({
  makeDatabase,
}) => {
  const { store, database } = await makeDatabase('postgres')
  const clock = new Clock()
  const hooks = makeWebhookStore(database)
  await hookAt(hooks, 'https://receiver.example/', clock)
  let up = false
  let asked = 0
  const got: string[] = []
  const deliverer = new Deliverer({
    store: hooks,
    log,
    now: clock.now,
    send: async (_url, _headers, body): Promise<Answer> => {
      asked++
      if (!up) return { status: null, error: 'ECONNREFUSED', retryAfterMs: null }
      got.push((JSON.parse(body) as { data: { id: string } }).data.id)
      return { status: 200, error: null, retryAfterMs: null }
    },
  })
  const chats = []
  for (let n = 0; n < 8; n++) chats.push(await writing(store, { title: `Chat ${n}` }))
  for (let n = 0; n < 72; n++) {
    if (n % 24 === 0) for (const { save } of chats) await save([message(`M${n}`)])
    await settle(deliverer)
    clock.at += 5 * minute
  }
  expect(asked).toBeGreaterThan(8)
  expect(asked, 'a circuit that is open lets one through now and then').toBeLessThan(30)
  expect((await hooks.list(account))[0]).toMatchObject({
    pending: 24,
    dead: 0,
    failures: asked,
    lastError: 'ECONNREFUSED',
    failingSince: '2026-03-01T12:00:00.000Z',
  })
  up = true
  for (let n = 0; n < 13 && got.length < 24; n++) {
    await settle(deliverer)
    clock.at += 5 * minute
  }
  for (let n = 0; n < 8; n++) {
    expect(got.filter(id => id.startsWith(`title:Chat ${n}/`))).toEqual([0, 24, 48].map(m => `title:Chat ${n}/M${m}`))
  }
  expect((await hooks.list(account))[0]).toMatchObject({ pending: 0, failures: 0, lastError: null, pausedUntil: null })
})

test('what cannot be delivered for days is given up, listed, and sent after all when somebody says so', async ({ makeDatabase }) => {
  const { store, database } = await makeDatabase('postgres')
  const clock = new Clock()
  const hooks = makeWebhookStore(database)
  const { id } = await hookAt(hooks, 'https://receiver.example/', clock)
  let answer: Answer = { status: 500, error: 'status', retryAfterMs: null }
  const got: number[] = []
  const outcomes: string[] = []
  const deliverer = new Deliverer({
    store: hooks,
    log,
    now: clock.now,
    onOutcome: outcome => outcomes.push(outcome),
    send: async (_url, _headers, body) => {
      if (answer.error === null) got.push((JSON.parse(body) as { id: number }).id)
      return answer
    },
  })
  const { save } = await writing(store)
  await save([message('A1'), message('A2'), message('A3')])
  for (let n = 0; n < 80; n++) {
    await settle(deliverer)
    clock.at += hour
  }
  const dead = await hooks.dead(id, 0, 10)
  expect(dead.map(({ eventId }) => eventId)).toEqual([1, 2, 3])
  expect(dead[0]).toMatchObject({
    type: 'message.received',
    lastStatus: 500,
    lastError: 'status',
    firstAttemptAt: '2026-03-01T12:00:00.000Z',
  })
  expect(dead[0]!.attempts).toBeGreaterThan(9)
  expect(outcomes.filter(outcome => outcome === 'dead')).toHaveLength(3)
  expect(await hooks.dead(id, dead[0]!.id, 1)).toEqual([dead[1]])
  answer = { status: 200, error: null, retryAfterMs: null }
  await settle(deliverer)
  expect(got).toEqual([])
  expect(await hooks.redrive(id, clock.iso())).toBe(3)
  await settle(deliverer)
  expect(got).toEqual([1, 2, 3])
  expect((await hooks.list(account))[0]).toMatchObject({ pending: 0, dead: 0 })
})

test('one conversation that is refused holds up its own, not the others; a slow endpoint holds up no other', async ({ makeDatabase }) => {
  const { store, database } = await makeDatabase('postgres')
  const clock = new Clock()
  const hooks = makeWebhookStore(database)
  await hookAt(hooks, 'https://picky.example/', clock)
  await hookAt(hooks, 'https://slow.example/', clock)
  const [ana, bob] = [await writing(store), await writing(store, { title: 'Bob' })]
  await ana.save([message('A1'), message('A2')])
  await bob.save([message('B1'), message('B2')])
  const got: string[] = []
  const [slow, two] = [gate(), gate()]
  const deliverer = new Deliverer({
    store: hooks,
    log,
    now: clock.now,
    send: async (url, _headers, body) => {
      if (url.hostname === 'slow.example') await slow.opened
      const { data } = JSON.parse(body) as { data: { id: string } }
      if (url.hostname === 'picky.example' && data.id.endsWith('/A1')) return { status: 400, error: 'status', retryAfterMs: null }
      got.push(`${url.hostname} ${data.id}`)
      if (got.length === 2) two.open()
      return { status: 200, error: null, retryAfterMs: null }
    },
  })
  await deliverer.look()
  await two.opened
  expect(got).toEqual(['picky.example title:Bob/B1', 'picky.example title:Bob/B2'])
  const stopped = deliverer.stop()
  slow.open()
  await stopped
  expect(got.slice(2).sort(), 'what was under way ends, nothing new begins').toEqual([
    'slow.example title:Ana/A1',
    'slow.example title:Bob/B1',
  ])
})

test('a delivery that ends while its lane looks for more is followed by the next of its conversation', async ({ makeDatabase }) => {
  const { store, database } = await makeDatabase('postgres')
  const clock = new Clock()
  const hooks = makeWebhookStore(database)
  await hookAt(hooks, 'https://receiver.example/', clock)
  const [ana, bob] = [await writing(store), await writing(store, { title: 'Bob' })]
  await ana.save([message('A1')])
  await bob.save([message('B1'), message('B2')])
  const got: string[] = []
  const answered = gate()
  const done = gate()
  let looks = 0
  const deliverer = new Deliverer({
    store: {
      ...hooks,
      take: async (...asked) => {
        const taken = await hooks.take(...asked)
        // The second look finds nothing, because B1 is under way; B1 ends before the lane knows what it found.
        if (++looks === 2) {
          expect(taken).toEqual([])
          answered.open()
          await done.opened
          await nextTurn()
        }
        return taken
      },
      delivered: async (webhook, delivery, options) => {
        await hooks.delivered(webhook, delivery, options)
        if (got.includes('title:Bob/B1')) done.open()
      },
    },
    log,
    now: clock.now,
    send: async (_url, _headers, body) => {
      const { data } = JSON.parse(body) as { data: { id: string } }
      if (data.id === 'title:Bob/B1') await answered.opened
      got.push(data.id)
      return { status: 200, error: null, retryAfterMs: null }
    },
  })
  await settle(deliverer)
  expect(got).toEqual(['title:Ana/A1', 'title:Bob/B1', 'title:Bob/B2'])
})

test('what comes while a lane finds nothing more is delivered at once, not at the next look', async ({ makeDatabase }) => {
  const { store, database } = await makeDatabase('postgres')
  const clock = new Clock()
  const hooks = makeWebhookStore(database)
  await hookAt(hooks, 'https://receiver.example/', clock)
  const { save } = await writing(store)
  await save([message('A1')])
  const got: string[] = []
  let came = false
  const deliverer: Deliverer = new Deliverer({
    store: {
      ...hooks,
      endpoints: async now => {
        const endpoints = await hooks.endpoints(now)
        if (endpoints.length === 0 && !came) {
          came = true
          await save([message('A2')])
          await deliverer.look()
        }
        return endpoints
      },
    },
    log,
    now: clock.now,
    send: async (_url, _headers, body) => {
      got.push((JSON.parse(body) as { data: { id: string } }).data.id)
      return { status: 200, error: null, retryAfterMs: null }
    },
  })
  await settle(deliverer)
  expect(got).toEqual(['title:Ana/A1', 'title:Ana/A2'])
})

test('a delivery that takes its time holds up no other conversation of its endpoint, not one that comes later either', async ({
  makeDatabase,
}) => {
  const { store, database } = await makeDatabase('postgres')
  const clock = new Clock()
  const hooks = makeWebhookStore(database)
  await hookAt(hooks, 'https://receiver.example/', clock)
  const [ana, bob] = [await writing(store), await writing(store, { title: 'Bob' })]
  await ana.save([message('A1')])
  const slow = gate()
  const sending = gate()
  const sent = gate()
  const got: string[] = []
  const deliverer = new Deliverer({
    store: hooks,
    log,
    now: clock.now,
    send: async (_url, _headers, body) => {
      const { data } = JSON.parse(body) as { data: { id: string } }
      if (data.id === 'title:Ana/A1') {
        sending.open()
        await slow.opened
      } else sent.open()
      got.push(data.id)
      return { status: 200, error: null, retryAfterMs: null }
    },
  })
  await deliverer.look()
  await sending.opened
  await bob.save([message('B1')])
  await deliverer.look()
  await sent.opened
  slow.open()
  await deliverer.idle()
  expect(got).toEqual(['title:Bob/B1', 'title:Ana/A1'])
})

test('the loop delivers what it is woken for, survives a fault of the database, and drains at a stop', async ({ makeDatabase }) => {
  const { store, database } = await makeDatabase('postgres')
  const hooks = makeWebhookStore(database)
  const receiver = await Receiver.start()
  await hookAt(hooks, receiver.url, new Clock())
  const deliverer = new Deliverer({ store: hooks, send: toReceiver, log })
  let faults = 2
  let wake = () => {}
  const stop = new AbortController()
  const running = runDeliveries({
    deliverer: {
      look: async () => {
        if (faults-- > 0) throw new Error('away')
        await deliverer.look()
      },
      stop: () => deliverer.stop(),
    },
    log,
    signal: stop.signal,
    onWake: listener => {
      wake = listener
      return () => {}
    },
    pollMs: 20,
  })
  const { save } = await writing(store)
  await save([message('A1')])
  wake()
  await receiver.until(received => received.length >= 1)
  receiver.answer = (_, response) => void setImmediate(() => response.writeHead(200).end())
  await save([message('A2')])
  await receiver.until(received => received.length >= 2)
  stop.abort()
  await running
  expect(await rowsOf(database.db, sql`select * from webhook_deliveries`)).toEqual([])
  await receiver.stop()
})

test('webhooks are made, listed without their secrets, and removed with all that waits for them', async ({ makeDatabase }) => {
  const { store, database } = await makeDatabase('postgres')
  const clock = new Clock()
  const hooks = makeWebhookStore(database)
  let opened: WebhookStore | null = null
  let woken = 0
  const routes = [webhooks({ store: () => opened, allowPrivate: false, now: clock.iso, wake: () => woken++ })]
  const app = await createApp({ apiKey: null, loopback: true, log, routes })
  expect((await app.inject('/webhooks')).statusCode).toBe(503)
  opened = hooks
  const made = await app.inject({ method: 'POST', url: '/webhooks', payload: { url: 'https://example.com/hook' } })
  expect([made.statusCode, made.headers.location]).toEqual([201, '/webhooks/1'])
  const { secret, ...shown } = made.json()
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(shown).toEqual({
    id: '1',
    url: 'https://example.com/hook',
    events: ['message', 'message.edited', 'message.deleted', 'message.ack', 'status', 'sync'],
    created_at: '2026-03-01T12:00:00.000Z',
    pending: 0,
    dead: 0,
    failures: 0,
    failing_since: null,
    paused_until: null,
    last_success_at: null,
    last_error: null,
  })
  expect((await app.inject('/webhooks?session_id=default')).json()).toEqual({ webhooks: [shown] })
  expect((await app.inject(String(made.headers.location))).json()).toEqual(shown)
  const others = [
    { url: '/webhooks' },
    { url: '/webhooks/1' },
    { url: '/webhooks/1', method: 'DELETE' as const },
    { url: '/webhooks/1/redrive', method: 'POST' as const },
  ]
  for (const { url, method = 'GET' } of others) {
    expect((await app.inject({ url: `${url}?session_id=other`, method })).json().error.code, `${method} ${url}`).toBe('unknown_session')
  }
  const own = { url: 'https://example.com/2', events: ['message'], secret: newSecret() }
  expect((await app.inject({ method: 'POST', url: '/webhooks', payload: own })).json()).toMatchObject({
    id: '2',
    events: ['message'],
    secret: own.secret,
  })
  const { save } = await writing(store)
  await save([message('A1')])
  await hooks.expand(() => ['message.received'], clock.iso())
  await rowsOf(database.db, sql`update webhook_deliveries set dead_at = now() where webhook_id = 2`)
  const dead = (await app.inject('/webhooks/2/dead')).json()
  expect(dead).toMatchObject({ dead: [{ event_id: 1, event: 'message.received', attempts: 0 }], next: null })
  expect((await app.inject(`/webhooks/2/dead?after=${dead.dead[0].id}`)).json()).toEqual({ dead: [], next: null })
  const redriven = await app.inject({ method: 'POST', url: '/webhooks/2/redrive' })
  expect([redriven.statusCode, redriven.json(), woken]).toEqual([202, { redriven: 1 }, 1])
  expect((await app.inject({ method: 'DELETE', url: '/webhooks/2' })).statusCode).toBe(204)
  expect((await app.inject({ method: 'DELETE', url: '/webhooks/2' })).statusCode).toBe(404)
  expect(await rowsOf(database.db, sql`select webhook_id from webhook_deliveries`)).toEqual([{ webhook_id: 1 }])
  const bad: unknown[] = [
    {},
    { url: 7 },
    { url: { toString: 1 } },
    { url: 'http://example.com/' },
    { url: 'https://169.254.169.254/latest/meta-data' },
    { url: 'https://example.com/', events: [] },
    { url: 'https://example.com/', events: ['qr'] },
    { url: 'https://example.com/', events: 'message' },
    { url: 'https://example.com/', secret: 'short' },
    { url: 'https://example.com/', token: 'x' },
    [],
  ]
  for (const payload of bad) {
    const refused = await app.inject({ method: 'POST', url: '/webhooks', payload: payload as object })
    expect([refused.statusCode, refused.json().error.code], JSON.stringify(payload)).toEqual([400, 'bad_request'])
    expect(refused.json().error.message).toContain('expected')
  }
  expect((await app.inject('/webhooks/9/dead')).statusCode).toBe(404)
  expect((await app.inject('/webhooks/x/dead')).statusCode).toBe(400)
  expect((await app.inject('/webhooks/1/dead?after=x')).statusCode).toBe(400)
  await app.close()
})

test('old events leave the outbox, but not those that somebody waits for, nor the newest', async ({ makeDatabase }) => {
  const { store, database } = await makeDatabase('postgres')
  const clock = new Clock()
  const hooks = makeWebhookStore(database)
  await hookAt(hooks, 'https://receiver.example/', clock, ['message'])
  const { save } = await writing(store)
  await store.recordEvent({ type: 'sync.completed', accountId: account, data: {} })
  await save([message('A1')])
  await store.recordEvent({ type: 'sync.completed', accountId: account, data: {} })
  const later = new Date(Date.now() + hour).toISOString()
  expect(await store.trimOutbox(later), 'the webhook has not seen them yet').toBe(0)
  await hooks.expand(() => ['message.received'], clock.iso())
  expect(await store.trimOutbox('2026-01-01T00:00:00.000Z')).toBe(0)
  expect(await store.trimOutbox(later)).toBe(1)
  expect((await store.eventsAfter(0, 10)).map(({ id }) => id)).toEqual([2, 3])
  await store.recordEvent({ type: 'sync.completed', accountId: account, data: {} })
  expect(await store.trimOutbox(later), 'without 3, who saw 2 would not learn that something is missing').toBe(0)
  await rowsOf(database.db, sql`delete from webhook_deliveries`)
  expect(await store.trimOutbox(later)).toBe(2)
  expect(await store.outboxEdges()).toMatchObject({ first: 4, last: 4 })
})

test('what is purged is delivered no more', async ({ makeDatabase }) => {
  const { store, database } = await makeDatabase('postgres')
  const clock = new Clock()
  const hooks = makeWebhookStore(database)
  await hookAt(hooks, 'https://receiver.example/', clock)
  const { save } = await writing(store)
  await save([message('A1'), message('A2')])
  await hooks.expand(() => ['message.received'], clock.iso())
  const signal = new AbortController().signal
  await purgeMessages(database, { accountId: account, chatIds: null, olderThan: null, now: clock.iso() }, { signal })
  expect(await rowsOf(database.db, sql`select * from webhook_deliveries`)).toEqual([])
})
