import { readFileSync } from 'node:fs'
import { setTimeout as later } from 'node:timers/promises'
import type { z } from 'zod'
import { ApiError, createClient } from '../../src/client/client.ts'
import { EventStreamParser } from '../../src/client/event-stream.ts'
import type * as shapes from '../../src/client/shapes.ts'
import type { conversationSchema, messageSchema } from '../../src/http/json.ts'
import type { conversationsEndpoint } from '../../src/http/routes/conversations.ts'
import type { messagesEndpoint } from '../../src/http/routes/messages.ts'
import type { initializeEndpoint, statusEndpoint } from '../../src/http/routes/sessions.ts'
import type { runsEndpoint } from '../../src/http/routes/sync.ts'
import { message, writing } from '../db/given.ts'
import { expect, test } from '../support/database.ts'
import { serveApp } from './serving.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** The same keys and values, whatever the aliases that the types were written with. */
type Flat<T> = T extends object ? { [K in keyof T]: Flat<T[K]> } : T
type Answers<E extends { answers: { 200: { schema: z.ZodType } } }> = z.output<E['answers'][200]['schema']>

/** Held by the compiler: what the client gives is what the routes say. */
const held: [
  Same<Flat<shapes.Message>, Flat<z.output<typeof messageSchema>>>,
  Same<Flat<shapes.Conversation>, Flat<z.output<typeof conversationSchema>>>,
  Same<Flat<shapes.Messages>, Flat<Answers<typeof messagesEndpoint>>>,
  Same<Flat<shapes.Conversations>, Flat<Answers<typeof conversationsEndpoint>>>,
  Same<Flat<shapes.Initialized>, Flat<Answers<typeof initializeEndpoint>>>,
  Same<Flat<shapes.Status>, Flat<Answers<typeof statusEndpoint>>>,
  Same<Flat<shapes.Sync>, Flat<Answers<typeof runsEndpoint>>>,
] = [true, true, true, true, true, true, true]

/** The document as it is committed; a test of the API holds it against the routes. */
const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8'))

test("the client's shapes have the properties that the OpenAPI document gives them", () => {
  expect(held).not.toContain(false)
  const { schemas } = document.components
  for (const [name, schema] of Object.entries(schemas)) expect(schema, `${name} says what it is`).not.toHaveProperty('$ref')
  const text = readFileSync('src/client/shapes.ts', 'utf8')
  const compared = [...text.matchAll(/^export interface (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, shape = '', body = '']) => {
    const written = [...body.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name)
    const told = Object.keys(schemas[shape].properties)
    // `/health` tells more than the client promises.
    if (shape === 'Health') expect(told).toEqual(expect.arrayContaining(written))
    else expect(written.sort(), shape).toEqual(told.sort())
    return shape
  })
  expect(compared).toContain('Message')
})

test('every address that the client asks for is in the OpenAPI document, with its parameters', async () => {
  const asked: string[] = []
  const fake: typeof fetch = async (input, options) => {
    const { pathname, searchParams } = new URL(String(input))
    const path = Object.keys(document.paths).find(one => new RegExp(`^${one.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname))
    const operation = document.paths[path ?? '']?.[(options?.method ?? 'GET').toLowerCase()]
    expect(operation, pathname).toBeDefined()
    const known = (operation.parameters ?? []).map(({ name }: { name: string }) => name)
    for (const name of searchParams.keys()) expect(known, pathname).toContain(name)
    asked.push(pathname)
    if (pathname === '/events') return Response.json({ error: { code: 'gone', message: 'gone' } }, { status: 410 })
    return Response.json({ conversations: [], messages: [], next_cursor: null, run: {} })
  }
  const client = createClient({ fetch: fake })
  await client.initialize()
  await client.status()
  await client.fetchFullData()
  await client.fetchNewData()
  await client.fetchDataInRange(0, 1)
  await client.healthcheck()
  await client
    .subscribe({ sinceId: 1 })
    .next()
    .catch(() => {})
  await client.conversations({ q: 'a', limit: 1 })
  await client.conversation('a/b')
  await client.search({ q: 'a' })
  await client.sync({ limit: 1 })
  await client.requestSync()
  expect(asked).toHaveLength(12)
})

test('the package gives the client to who asks for whatsapp-etl/client, with types and nothing beside', async () => {
  const { exports, files, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(Object.keys(exports)).toEqual(['./client', './package.json'])
  expect(files).toContain('dist')
  const path = (text: string) => text.replace('./dist/', '')
  expect(path(exports['./client'].default)).toBe('client/client.js')
  expect(readFileSync(exports['./client'].types, 'utf8')).toContain('createClient')
  const loaded = (await import(import.meta.resolve('whatsapp-etl/client'))) as { createClient: typeof createClient }
  expect(loaded.createClient({ url: 'http://127.0.0.1:1' })).toHaveProperty('fetchNewData')
  for (const file of ['client', 'request', 'subscribe', 'event-stream']) {
    const text = readFileSync(`dist/client/${file}.js`, 'utf8')
    for (const name of ['node:', ...Object.keys(dependencies)]) expect(text, file).not.toContain(`from '${name}`)
  }
})

test('everything, what is new and what lies in a range are fetched in pages; health is told', async ({ makeDatabase }) => {
  const given = await makeDatabase('embedded')
  const { save } = await writing(given.store, { title: 'Ana', jid: '15550100001@c.us' })
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
  const since = hoursAgo(24 * 40)
  await save(
    [1, 20, 30, 100].map(hours => message(`H${hours}`, { ts: hoursAgo(hours) })),
    { since },
  )
  const { url, set, close } = await serveApp(given, { apiKey: 'correct-horse' })
  const client = createClient({ url, apiKey: 'correct-horse' })
  const ids = ({ messages }: { messages: { id: string }[] }) => messages.map(({ id }) => id.split('/').at(-1))
  expect(await client.initialize()).toEqual({ ready: true, qrCode: null, status: 'logged_in' })
  const full = await client.fetchFullData()
  expect(ids(full)).toEqual(['H100', 'H30', 'H20', 'H1'])
  expect(full.conversations).toMatchObject([{ name: 'Ana', total_messages: 4 }])
  expect(ids(await client.fetchNewData())).toEqual(['H20', 'H1'])
  expect(ids(await client.fetchNewData(hoursAgo(31)))).toEqual(['H30', 'H20', 'H1'])
  expect(ids(await client.fetchDataInRange(new Date(hoursAgo(31)), hoursAgo(19)))).toEqual(['H30', 'H20'])
  expect((await client.search({ q: 'text H20' })).results).toHaveLength(1)
  expect(await client.healthcheck()).toMatchObject({ status: 'ok', session: { status: 'logged_in' } })
  await set({ status: 'expired', problem: 'logged_out' })
  expect((await client.healthcheck()).problems).toMatchObject([{ code: 'session_expired' }])
  expect(await client.requestSync()).toMatchObject({ status: 'running' })
  // The second one gets the cycle that runs.
  expect(await client.requestSync()).toMatchObject({ status: 'running' })
  await expect(createClient({ url }).fetchFullData()).rejects.toMatchObject({ name: 'ApiError', status: 401, code: 'unauthorized' })
  await expect(client.fetchDataInRange('yesterday', 'today')).rejects.toThrow('since="yesterday"')
  await close()
  await expect(client.status()).rejects.not.toBeInstanceOf(ApiError)
})

test('a walk of many pages gives every message once, in order', async () => {
  const asked: string[] = []
  const pages = [
    { messages: [{ date: '2026-02-01' }, { date: '2026-02-03' }], next_cursor: 'one' },
    // What was stored meanwhile comes at the end of a walk.
    { messages: [{ date: '2026-02-02' }], next_cursor: null },
  ]
  const fake: typeof fetch = async input => {
    asked.push(new URL(String(input)).searchParams.get('cursor') ?? '')
    return Response.json({ conversations: [], ...pages[asked.length - 1] })
  }
  const { messages } = await createClient({ fetch: fake }).fetchFullData()
  expect(asked).toEqual(['', 'one'])
  expect(messages.map(({ date }) => date)).toEqual(['2026-02-01', '2026-02-02', '2026-02-03'])
})

test('a subscription outlives the server and goes on behind what it saw', async ({ makeDatabase }) => {
  const given = await makeDatabase('embedded')
  const { save } = await writing(given.store)
  const first = await serveApp(given)
  const stop = new AbortController()
  const states: boolean[] = []
  const events = createClient({ url: first.url }).subscribe({
    signal: stop.signal,
    firstWaitMs: 20,
    longestWaitMs: 50,
    onState: ({ connected }) => void states.push(connected),
  })
  /** The text of the next message; null at the end. */
  const next = async () => {
    for (;;) {
      const { value, done } = await events.next()
      if (done) return null
      if (value.type === 'message') return value.data.text
    }
  }
  const before = next()
  await expect.poll(() => states).toEqual([true])
  await save([message('M1')])
  expect(await before).toBe('text of M1')
  const during = next()
  await first.close()
  await save([message('M2')])
  await expect.poll(() => states.at(-1)).toBe(false)
  const second = await serveApp(given, { port: Number(new URL(first.url).port) })
  expect(await during).toBe('text of M2')
  const after = next()
  await save([message('M3')])
  expect(await after).toBe('text of M3')
  const ended = next()
  stop.abort()
  expect(await ended).toBeNull()
  await second.close()
})

test('a subscription ends where going on could hide a loss, and where the key is wrong', async ({ makeDatabase }) => {
  const given = await makeDatabase('embedded')
  const { url, close } = await serveApp(given, { apiKey: 'correct-horse' })
  await expect(createClient({ url, apiKey: 'correct-horse' }).subscribe({ sinceId: 99 }).next()).rejects.toMatchObject({
    status: 410,
    code: 'unknown',
  })
  await expect(createClient({ url, apiKey: 'wrong' }).subscribe().next()).rejects.toMatchObject({ status: 401 })
  await close()
})

/** Streams that a server sends one after the other; the last one stays open. */
function scripted(...streams: (string | number)[]) {
  const asked: URL[] = []
  const fake: typeof fetch = async (input, options) => {
    const said = streams[asked.length]
    asked.push(new URL(String(input)))
    if (typeof said === 'number') return Response.json({ error: { code: 'busy', message: 'come back' } }, { status: said })
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        if (said === undefined) {
          options?.signal?.addEventListener('abort', () => controller.error(new Error('aborted')))
          return
        }
        controller.enqueue(new TextEncoder().encode(said))
        controller.close()
      },
    })
    return new Response(body)
  }
  return { asked, fake }
}

test('the reasons that a server gives decide about coming back: too slow at once, others later, always behind the last event', async () => {
  const frame = (id: number) => `id: ${id}\ndata: {"type":"sync","id":${id},"data":{}}\n\n`
  const { asked, fake } = scripted(
    `retry: 3000\nid: 3\n\n${frame(4)}event: close\ndata: {"code":4408,"reason":"too slow; resume with since_id=4"}\n\n`,
    503,
    `retry: 3000\nid: 4\n\n${frame(7)}id: 7\ndata: {"type":"sy`,
  )
  const stop = new AbortController()
  const waits: (number | string)[][] = []
  const events = createClient({ fetch: fake }).subscribe({
    signal: stop.signal,
    firstWaitMs: 4,
    onState: state => state.connected || waits.push([state.reason, state.retryInMs === 0 ? 0 : 'some']),
  })
  expect((await events.next()).value).toMatchObject({ id: 4 })
  expect((await events.next()).value).toMatchObject({ id: 7 })
  const silent = events.next()
  await expect.poll(() => asked.length).toBe(4)
  expect(asked.map(({ searchParams }) => searchParams.get('since_id'))).toEqual([null, '4', '4', '7'])
  expect(waits).toEqual([
    ['too slow; resume with since_id=4', 0],
    ['come back', 'some'],
    ['the connection was cut', 'some'],
  ])
  stop.abort()
  expect(await silent).toEqual({ done: true, value: undefined })
})

test('a stream that says nothing for too long is left', async () => {
  const { asked, fake } = scripted()
  const stop = new AbortController()
  const events = createClient({ fetch: fake }).subscribe({ signal: stop.signal, silenceMs: 20, firstWaitMs: 1 })
  const waiting = events.next()
  await expect.poll(() => asked.length).toBeGreaterThan(2)
  stop.abort()
  await Promise.race([waiting, later(5000).then(() => Promise.reject(new Error('it goes on')))])
})

test('server-sent events are read however they are cut', () => {
  const text = ': hello\r\nid: 5\r\ndata: one\r\ndata:two\r\n\r\nevent: close\rdata: {}\r\rdata\n\nid: 6\n\n'
  const whole = new EventStreamParser()
  const expected = [
    { event: 'message', data: 'one\ntwo', id: '5' },
    { event: 'close', data: '{}', id: '5' },
    { event: 'message', data: '', id: '5' },
  ]
  expect(whole.push(text)).toEqual(expected)
  expect(whole.lastId).toBe('6')
  const cut = new EventStreamParser()
  expect([...text].flatMap(character => cut.push(character))).toEqual(expected)
})

for (const file of ['README.md', 'docs/api.md']) {
  test(`the examples of the client in ${file} run`, async ({ makeDatabase }) => {
    const given = await makeDatabase('embedded')
    const { save } = await writing(given.store)
    await save([message('M1', { text: 'for the example' })])
    const { url, close } = await serveApp(given)
    const stop = new AbortController()
    const said: unknown[] = []
    const log = (...words: unknown[]) => {
      said.push(words.at(-1))
      if (words.at(-1) === 'for the example') stop.abort()
    }
    const here: typeof createClient = () => {
      const client = createClient({ url })
      return { ...client, subscribe: options => client.subscribe({ ...options, sinceId: 0, signal: stop.signal }) }
    }
    const blocks = [...readFileSync(file, 'utf8').matchAll(/```ts\n(.*?)\n```/gs)].map(([, code]) => code)
    const code = blocks.join('\n').replaceAll(/^import .*$/gm, '')
    expect(code).toContain('subscribe(')
    const run = Object.getPrototypeOf(async () => {}).constructor as new (...text: string[]) => (...values: unknown[]) => Promise<void>
    await new run('createClient', 'ApiError', 'console', code)(here, ApiError, { log, error: () => {} })
    expect(said).toContain('for the example')
    await close()
  })
}
