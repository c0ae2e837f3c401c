import { EventEmitter, once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { sql } from 'drizzle-orm'
import jsqr from 'jsqr'
import { PNG } from 'pngjs'
import { makeLive } from '../../src/commands/live.ts'
import { type Database, rowsOf } from '../../src/db/client.ts'
import type { OutboxRow } from '../../src/db/store.ts'
import { makeBus } from '../../src/events.ts'
import { createApp } from '../../src/http/app.ts'
import { follow } from '../../src/live/follow.ts'
import { Stream } from '../../src/live/stream.ts'
import { makeLogger } from '../../src/log.ts'
import { makeMetrics } from '../../src/metrics.ts'
import { account, message, writing } from '../db/given.ts'
import { startChild } from '../support/child.ts'
import { expect, kinds, onBoth, test } from '../support/database.ts'
import { Follower, refusal, serveLive } from '../support/followers.ts'

const status = { qr: () => null, status: () => ({ ready: true, status: 'logged_in' }) }

/** Events without any message, `bytes` large each. */
async function writePlain({ db }: Database, count: number, bytes = 10): Promise<void> {
  await db.execute(
    sql`insert into events (account_id, type, data) select ${account}, 'sync.completed', jsonb_build_object('n', n, 'pad', repeat('x', ${bytes}::int))
        from generate_series(1, ${count}::int) n`,
  )
}

onBoth('a follower gets what it missed, then what happens, each event once and in order, while others write', async ({ store }) => {
  const { save, chat } = await writing(store)
  await save(Array.from({ length: 17 }, (_, n) => message(`before-${n}`)))
  // So small that the follower has to be served from the database and from memory by turns.
  const { app, url } = await serveLive(store, { stream: { page: 7, keepLines: 5 } })
  const follower = new Follower(url, '?since_id=0')
  for (let n = 0; n < 3; n++) await save([message(`during-${n}`, { ts: `2026-02-11T10:00:0${n}.000Z` })])
  await follower.until(frames => frames.length >= 20)
  await save([message('during-2', { ts: '2026-02-11T10:00:02.000Z', text: 'another text', edited: true })])
  const frames = await follower.until(all => all.length >= 21)
  const stored = await store.eventsAfter(0, 100)
  expect(frames.map(({ id }) => id)).toEqual(stored.map(({ id }) => id))
  expect(frames[19]).toMatchObject({
    type: 'message',
    id: stored[19]!.id,
    data: {
      id: 'title:Ana/during-2',
      conversation_id: chat.externalId,
      date: '2026-02-11T10:00:02.000Z',
      text: expect.any(String),
      from_user: false,
      sender_id: 'Ana',
      conversation_name: 'Ana',
      source: 'whatsapp',
    },
  })
  expect(frames[20]).toMatchObject({ type: 'message.edited', data: { text: 'another text' } })
  await app.close()
  expect(await follower.closed).toEqual({ code: 1001, reason: `the worker is stopping; resume with since_id=${stored.at(-1)!.id}` })
})

for (const kind of process.env.TEST_FULL === '1' ? kinds : kinds.slice(0, 1)) {
  test(`a socket goes on where it was after the server was killed, with nothing lost or told twice (${kind})`, async ({ makeDatabase }) => {
    const { url, dataDir, database, open } = await makeDatabase(kind)
    await database.close()
    const server = new URL('./process/serve-live.ts', import.meta.url)
    const seen: number[] = []
    for (let life = 0; life < 2; life++) {
      const child = startChild(server, { URL: url ?? '', DATA_DIR: dataDir })
      const follower = new Follower(await child.line(), `?since_id=${seen.at(-1) ?? 0}`)
      await follower.until(frames => frames.length >= 15)
      await child.kill()
      await follower.closed
      seen.push(...follower.ids)
    }
    const again = await open()
    const [row] = await rowsOf<{ ids: string }>(
      again.db,
      sql`select array_agg(id order by id)::text as ids from events where id <= ${seen.at(-1)}`,
    )
    expect(`{${seen.join(',')}}`).toBe(row!.ids)
  })
}

test('a reader that takes nothing is sent away with a reason, and loses nothing by it', async ({ makeDatabase }) => {
  const { database, store } = await makeDatabase('postgres')
  const closed: string[] = []
  const { app, url } = await serveLive(store, { slowMs: 2000, onClosed: why => closed.push(why) })
  const quick = await new Follower(url).open()
  const slow = await new Follower(url).open()
  slow.socket.pause()
  await writePlain(database, 600, 60_000)
  await quick.until(frames => frames.length >= 600)
  await expect.poll(() => closed).toEqual(['slow'])
  slow.socket.resume()
  const { code, reason } = await slow.closed
  expect([code, reason]).toEqual([4408, expect.stringMatching(/^too slow; resume with since_id=\d+$/)])
  expect(slow.frames.length).toBeLessThan(600)
  const resumed = new Follower(url, `?since_id=${slow.ids.at(-1)}`)
  await resumed.until(frames => slow.frames.length + frames.length >= 600)
  expect([...slow.ids, ...resumed.ids]).toEqual(quick.ids)
  await app.close()
})

test('a reader that takes nothing does not hold up a stop', async ({ makeDatabase }) => {
  const { database, store } = await makeDatabase('postgres')
  const { app, url } = await serveLive(store, { slowMs: 3_600_000 })
  const quick = await new Follower(url).open()
  const stuck = await new Follower(url).open()
  stuck.socket.pause()
  await writePlain(database, 400, 60_000)
  await quick.until(frames => frames.length >= 400)
  await app.close()
  expect((await quick.closed).code).toBe(1001)
  stuck.socket.resume()
  await stuck.closed
  expect(stuck.ids).toEqual(quick.ids.slice(0, stuck.ids.length))
})

test('a reader of server-sent events that takes nothing is sent away with a reason too', async ({ makeDatabase }) => {
  const { database, store } = await makeDatabase('postgres')
  const closed: string[] = []
  const { app, url } = await serveLive(store, { slowMs: 2000, onClosed: why => closed.push(why) })
  const quick = await new Follower(url).open()
  const response = await new Promise<IncomingMessage>(resolve => get(`${url}/events`, resolve))
  response.pause()
  await writePlain(database, 400, 60_000)
  await quick.until(frames => frames.length >= 400)
  await expect.poll(() => closed).toEqual(['slow'])
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].slice(1).map(([, id]) => Number(id))
  expect(ids.length).toBeLessThan(400)
  expect(ids).toEqual(quick.ids.slice(0, ids.length))
  expect(text.trimEnd().split('\n').slice(-2)).toEqual([
    'event: close',
    expect.stringContaining('"code":4408,"reason":"too slow; resume with since_id='),
  ])
  await app.close()
})

test('an id after which something may be gone, or that never was, is refused with a reason', async ({ makeDatabase }) => {
  const { database, store } = await makeDatabase('postgres')
  await writePlain(database, 20)
  await database.db.execute(sql`delete from events where id <= 10`)
  const { app, url } = await serveLive(store)
  const ended = async (since: string) => new Follower(url, `?since_id=${since}`).closed
  expect(await ended('9')).toEqual({ code: 4410, reason: 'events after since_id are no longer kept' })
  expect(await ended('21')).toEqual({ code: 4404, reason: 'since_id is higher than any id here' })
  for (const since of ['0', '10']) {
    const follower = new Follower(url, `?since_id=${since}`)
    expect((await follower.until(frames => frames.length >= 10))[0]!.id).toBe(11)
  }
  for (const since of ['-1', '1.5', 'x', '99999999999999999999', '']) expect(await refusal(url, `/ws?since_id=${since}`), since).toBe(400)
  expect(await refusal(url, '/ws?session_id=other')).toBe(404)
  const gone = await fetch(`${url}/events?since_id=9`)
  expect([gone.status, await gone.json()]).toEqual([410, { error: { code: 'gone', message: 'events after since_id are no longer kept' } }])
  await app.close()
})

test('whoever follows needs the key, as a header or for a WebSocket in the address, and comes from here', async () => {
  const { app, url } = await serveLive(empty, { apiKey: 'the-key-of-the-test' })
  const host = new URL(url).host
  expect(await refusal(url, '/ws')).toBe(401)
  expect(await refusal(url, '/ws?token=wrong')).toBe(401)
  expect(await refusal(url, '/ws?token=the-key-of-the-test', { origin: 'http://elsewhere.example' })).toBe(403)
  expect(await refusal(url, '/ws?token=the-key-of-the-test', { origin: 'null' })).toBe(403)
  expect(await refusal(url, '/ws?token=the-key-of-the-test', { headers: { host: 'elsewhere.example' } })).toBe(403)
  for (const [query, options] of [
    ['?token=the-key-of-the-test', {}],
    ['?token=the-key-of-the-test', { origin: `http://${host}` }],
    ['', { headers: { authorization: 'Bearer the-key-of-the-test' } }],
    ['', { headers: { 'x-api-key': 'the-key-of-the-test' } }],
  ] as const) {
    await (await new Follower(url, query, options).open()).end()
  }
  expect((await fetch(`${url}/events?token=the-key-of-the-test`)).status).toBe(401)
  expect((await fetch(`${url}/ws`, { headers: { 'x-api-key': 'the-key-of-the-test' } })).status).toBe(426)
  await app.close()
})

test('what a follower says is not listened to, and a large frame of it ends the connection', async () => {
  const { app, url } = await serveLive(empty, { present: status })
  const follower = await new Follower(url).open()
  follower.socket.send('{"type":"message"}')
  follower.socket.send('x'.repeat(2000))
  expect((await follower.closed).code).toBe(1009)
  expect(follower.frames).toEqual([{ type: 'status', id: 0, data: { ready: true, status: 'logged_in' } }])
  await app.close()
})

test('a peer that answers no ping is dropped, one that does stays', async () => {
  const { app, url } = await serveLive(empty, { heartbeatMs: 60 })
  const dead = new Follower(url, '', { autoPong: false })
  const alive = await new Follower(url).open()
  expect((await dead.closed).code).toBe(1006)
  expect(alive.socket.readyState).toBe(alive.socket.OPEN)
  await app.close()
})

test('the pairing code goes to those who follow while it is shown, each code once, and into no outbox', async ({ makeDatabase }) => {
  const { database, store } = await makeDatabase('postgres')
  let code: string | null = 'data:image/png;base64,AAAA'
  const { app, url, stream } = await serveLive(store, { present: { qr: () => code, status: () => null } })
  const follower = new Follower(url)
  await follower.until(frames => frames.length >= 1)
  stream.nudge()
  code = 'data:image/png;base64,BBBB'
  stream.nudge()
  await follower.until(frames => frames.length >= 2)
  code = null
  await store.recordEvent({ type: 'session.connected', accountId: account, data: {} })
  await follower.until(frames => frames.length >= 3)
  expect(follower.frames).toEqual([
    { type: 'qr', id: 0, data: 'data:image/png;base64,AAAA' },
    { type: 'qr', id: 0, data: 'data:image/png;base64,BBBB' },
    { type: 'status', id: 1, data: { ready: true, status: 'logged_in' } },
  ])
  const replayed = new Follower(url, '?since_id=0')
  await replayed.until(frames => frames.length >= 1)
  expect(replayed.frames.map(({ type }) => type)).toEqual(['status'])
  expect(JSON.stringify(await database.readOnly('select * from events'))).not.toContain('base64')
  await app.close()
})

test('server-sent events carry the same frames, resume by Last-Event-ID, and show that they live', async ({ makeDatabase }) => {
  const { database, store } = await makeDatabase('postgres')
  await writePlain(database, 5)
  const { app, url } = await serveLive(store, { heartbeatMs: 30 })
  const over = new AbortController()
  const response = await fetch(`${url}/events?since_id=0`, { headers: { 'last-event-id': '3' }, signal: over.signal })
  expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
    200,
    'text/event-stream',
    'no-store',
  ])
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const until = async (wanted: string) => {
    while (!text.includes(wanted)) text += (await reader.read()).value ?? ''
  }
  await until('"n":5')
  await until(': still here')
  await writePlain(database, 1)
  await until('id: 6')
  expect(text.match(/^id: \d+$/gm)).toEqual(['id: 3', 'id: 4', 'id: 5', 'id: 6'])
  const socket = new Follower(url, '?since_id=3')
  const frames = await socket.until(all => all.length >= 3)
  const data = [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json!))
  expect(data).toEqual(frames)
  await app.close()
  await until('event: close')
  expect(text).toContain('"code":1001')
})

test('a hundred sockets get every event', async ({ makeDatabase }, info) => {
  const { database, store } = await makeDatabase('postgres')
  const { app, url, stream } = await serveLive(store, { stream: { pollMs: 60_000 } })
  const followers = await Promise.all(Array.from({ length: 100 }, () => new Follower(url).open()))
  await writePlain(database, 100, 300)
  const started = performance.now()
  stream.wake()
  await Promise.all(followers.map(each => each.until(frames => frames.length >= 100)))
  const ms = performance.now() - started
  info.annotations.push({ type: 'figure', description: `100 events to 100 sockets: ${Math.round(ms)} ms` })
  for (const { ids } of followers) expect(ids).toEqual(followers[0]!.ids)
  await app.close()
})

test('no more followers are let in than may be, and none while the database is away', async () => {
  const { app, url } = await serveLive(empty, { maxFollowers: 1 })
  const first = await new Follower(url).open()
  expect(await refusal(url, '/ws')).toBe(503)
  expect((await fetch(`${url}/events`)).status).toBe(503)
  await first.end()
  await app.close()
  const broken = { outboxAfter: () => Promise.reject(new Error('away')), outboxEdges: () => Promise.reject(new Error('away')) }
  for (const outbox of [null, broken]) {
    const away = await serveLive(outbox)
    expect(await refusal(away.url, '/ws')).toBe(503)
    await away.app.close()
  }
  const breaking = await serveLive({ ...broken, outboxEdges: empty.outboxEdges })
  expect(await new Follower(breaking.url, '?since_id=0').closed).toMatchObject({ code: 1011 })
  await breaking.app.close()
})

test('who leaves before it is let in takes nobody its place', async () => {
  const asked = new EventEmitter()
  // Asked twice before somebody follows; who follows asks too, and is answered at once.
  let slowly = 2
  const slow = {
    ...empty,
    outboxEdges: async () => {
      asked.emit('edges')
      if (slowly-- > 0) await once(asked, 'go')
      return empty.outboxEdges()
    },
  }
  const { app, url } = await serveLive(slow, { maxFollowers: 1 })
  const [socket] = await Promise.all([once(app.server, 'connection').then(([socket]) => socket as Socket), once(asked, 'edges'), left(url)])
  if (!socket.destroyed) await once(socket, 'close')
  asked.emit('go')
  const next = new Follower(url)
  await once(asked, 'edges')
  asked.emit('go')
  await next.open()
  await next.end()
  await app.close()

  async function left(at: string): Promise<void> {
    const request = get(`${at}/events`)
    request.on('error', () => {})
    await once(asked, 'edges')
    request.destroy()
  }
})

test('a request that offers another protocol is answered as any other', async () => {
  const { app, url } = await serveLive(empty)
  const ask = (lines: string[]) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      let text = ''
      socket.on('data', chunk => (text += chunk))
      socket.on('end', () => resolve(text))
      socket.on('error', reject)
      socket.write(
        `${[...lines, 'host: localhost', 'connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AA'].join('\r\n')}\r\n\r\n`,
      )
    })
  expect(await ask(['GET /nothing HTTP/1.1'])).toMatch(/^HTTP\/1.1 404 .*"not_found"/s)
  expect(await ask(['GET /ws HTTP/1.1'])).toMatch(/^HTTP\/1.1 426 /)
  expect(await ask(['POST /nothing HTTP/1.1', 'content-length: 2'])).toMatch(/^HTTP\/1.1 400 /)
  await app.close()
})

const empty = { outboxAfter: async () => [], outboxEdges: async () => ({ first: null, last: 0, drawn: 0 }) }

test('a worker tells its followers what the session is, and draws the code only while it is shown', async () => {
  const bus = makeBus()
  let code: string | null = null
  const live = makeLive({
    bus,
    log: makeLogger({ level: 'silent', pretty: false }),
    metrics: makeMetrics({ processMetrics: false }),
    outbox: () => empty,
    code: () => code,
  })
  const app = await createApp({ apiKey: null, loopback: true, log: makeLogger({ level: 'silent', pretty: false }), routes: [live.routes] })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const follower = new Follower(url)
  await follower.until(frames => frames.length >= 1)
  code = 'a pairing code'
  bus.emit({ type: 'session.expired', accountId: account, data: {} })
  bus.emit({ type: 'session.qr', accountId: account, data: {} })
  const [first, second] = await follower.until(frames => frames.length >= 2)
  expect([first?.data, second?.type]).toEqual([{ ready: false, status: 'starting' }, 'qr'])
  const { data, width, height } = PNG.sync.read(Buffer.from(String(second?.data).replace('data:image/png;base64,', ''), 'base64'))
  expect(jsqr.default(new Uint8ClampedArray(data), width, height)?.data).toBe('a pairing code')
  const late = new Follower(url)
  expect((await late.until(frames => frames.length >= 2)).map(frame => frame.type)).toEqual(['status', 'qr'])
  expect(late.frames[0]!.data, 'that it expired is the better news').toEqual({ ready: false, status: 'expired' })
  code = null
  bus.emit({ type: 'session.connected', accountId: account, data: {} })
  const paired = new Follower(url)
  expect((await paired.until(frames => frames.length >= 1))[0]!.data).toEqual({ ready: true, status: 'logged_in' })
  await app.close()
  expect(paired.frames).toHaveLength(1)
})

test('who is so far behind that events in between go meanwhile is told, and sent nothing that follows the gap', async ({
  makeDatabase,
}) => {
  const { store, database } = await makeDatabase('postgres')
  await writePlain(database, 6)
  const stream = new Stream({ outbox: () => store, onError: () => {}, page: 2 })
  const sent: number[] = []
  const goodbyes: string[] = []
  const gone = new AbortController()
  await follow({
    stream,
    accountId: account,
    since: 0,
    present: { qr: () => null, status: () => null },
    stopping: new AbortController().signal,
    peer: {
      gone: gone.signal,
      send: async frames => {
        sent.push(...frames.map(({ place }) => place))
        // Its next page is 3 and 4; retention comes first.
        if (sent.length === 2) await rowsOf(database.db, sql`delete from events where id <= 4`)
        if (sent.length > 2) gone.abort()
      },
      close: (why, hint) => {
        goodbyes.push(why + hint)
        gone.abort()
      },
    },
  })
  expect(goodbyes).toEqual(['gone'])
  expect(sent).toEqual([1, 2])
})

test('what was read for followers does not stay in memory: what is purged is told to nobody any more', async () => {
  const rows: OutboxRow[] = []
  const outbox = { ...empty, outboxAfter: async (id: number) => rows.filter(row => row.id > id) }
  const stream = new Stream({ outbox: () => outbox, onError: () => {}, pollMs: 10, keepMs: 1500 })
  const leave = stream.join()
  await expect.poll(() => stream.version).toBe(1)
  rows.push({ id: 1, accountId: account, type: 'sync.completed', data: {}, createdAt: '2026-03-01T12:00:00.000Z', message: null })
  await expect.poll(() => stream.version).toBe(2)
  rows.pop()
  expect(await stream.after(0)).toMatchObject([{ id: 1 }])
  await expect.poll(async () => stream.after(0)).toEqual([])
  leave()
})
