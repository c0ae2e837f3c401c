import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { expect, test } from '@playwright/test'
import type { FastifyPluginAsync } from 'fastify'
import { LoginRequired } from '../../src/errors.ts'
import { type AppOptions, createApp } from '../../src/http/app.ts'
import type { HealthFacts } from '../../src/http/health.ts'
import { operations } from '../../src/http/routes/operations.ts'
import { makeLogger } from '../../src/log.ts'
import { makeMetrics } from '../../src/metrics.ts'
import type { JudgedChat } from '../../src/sync/completeness.ts'

const apiKey = 'k3y-of-the-tests'
const sound: HealthFacts = {
  startedAt: '2026-03-01T11:59:00.000Z',
  lastSuccessfulSyncAt: null,
  session: { status: 'starting', since: '2026-03-01T11:59:00.000Z', problem: null },
  postgres: { ready: true, latencyMs: 1, problem: null },
  condition: null,
  account: null,
  nextRunAt: null,
  selectorSet: null,
  driftSince: null,
  failuresInARow: 0,
  selectors: null,
  extractionProblem: null,
  storageProblem: null,
  lastCycle: null,
  incompleteInARow: 0,
  draining: false,
  version: '1.2.3',
}

/** Stands in for the routes to come: it takes a body, has a parameter, and fails on demand. */
const others: FastifyPluginAsync = async app => {
  app.get('/things/:id', async () => ({ ok: true }))
  app.post('/things', async request => request.body)
  app.get('/broken', async () => {
    throw new Error('secret inner detail')
  })
  app.delete('/things', async request => ({ body: request.body ?? null }))
  app.get('/away', async () => {
    throw new Error('Failed query: select secret', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) })
  })
  app.get('/unpaired', async () => {
    throw new LoginRequired()
  })
}

async function makeApp({
  key = apiKey as string | null,
  loopback = true,
  facts = {} as Partial<HealthFacts>,
  over = {} as Partial<AppOptions>,
} = {}) {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const ops = operations({
    facts: async () => ({ ...sound, ...facts }),
    intervalMinutes: 10,
    metrics: makeMetrics({ processMetrics: false }).registry,
    now: () => '2026-03-01T12:00:00.000Z',
  })
  const app = await createApp({
    apiKey: key,
    loopback,
    log: makeLogger({ level: 'info', pretty: false, stream }),
    routes: [ops, others],
    ...over,
  })
  return { app, lines }
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

test('health, livez and readyz are answered without a key', async () => {
  const { app } = await makeApp()
  for (const url of ['/health', '/livez', '/readyz']) expect((await app.inject(url)).statusCode, url).toBe(200)
})

test('health answers 503 when the worker is down, with the problems', async () => {
  const { app } = await makeApp({ facts: { postgres: { ready: false, latencyMs: null, problem: 'refused' } } })
  const response = await app.inject('/health')
  expect(response.statusCode).toBe(503)
  expect(response.json()).toMatchObject({ status: 'down', postgres: { ready: false, latency_ms: null }, version: '1.2.3' })
  expect(response.json().problems[0]).toMatchObject({ code: 'database_not_ready' })
})

test('health names the chats that are incomplete by their numbers, and by their titles only to who carries the key', async () => {
  const chat: JudgedChat = {
    id: 7,
    title: 'Aunt Somebody',
    complete: false,
    reason: 'phone_has_more',
    gaps: [{ from: '2026-02-01T00:00:00.000Z', to: '2026-02-09T00:00:00.000Z' }],
    from: '2026-02-09T00:00:00.000Z',
    fromEdge: 'phone_has_more',
    until: '2026-03-01T11:55:00.000Z',
    untilEdge: 'reading',
    retryAt: null,
    failures: 0,
    deepReadAt: null,
  }
  const whole: JudgedChat = {
    ...chat,
    id: 8,
    complete: true,
    reason: null,
    gaps: [],
    from: '2026-02-01T00:00:00.000Z',
    until: '2026-03-01T11:50:00.000Z',
  }
  const account = {
    asOf: '2026-03-01T11:59:50.000Z',
    judged: { since: '2026-02-01T00:00:00.000Z', chats: [chat, whole], listComplete: true },
    openRejects: 0,
    lastEnded: null,
    newestTs: null,
    usualPauseS: null,
  }
  const { app } = await makeApp({ facts: { account } })
  const open = await app.inject('/health')
  expect(open.body).not.toContain('Somebody')
  expect(open.json()).toMatchObject({
    coverage: {
      as_of: '2026-03-01T11:59:50.000Z',
      window_from: '2026-02-01T00:00:00.000Z',
      chats: 2,
      complete: 1,
      incomplete: { phone_has_more: 1 },
      list_complete: true,
      known_from: '2026-02-09T00:00:00.000Z',
      known_until: '2026-03-01T11:50:00.000Z',
    },
    chats: [{ id: 7, complete: false, reason: 'phone_has_more', covered_from: chat.from, covered_to: chat.until, gaps: chat.gaps }],
  })
  const wrong = await app.inject({ url: '/health', headers: { 'x-api-key': 'not the key' } })
  expect(wrong.body).not.toContain('Somebody')
  const named = await app.inject({ url: '/health', headers: { authorization: `Bearer ${apiKey}` } })
  expect(named.json().chats).toMatchObject([{ id: 7, title: 'Aunt Somebody' }])
  const everybody = await makeApp({ key: null, facts: { account } })
  expect((await everybody.app.inject({ url: '/health', headers: { 'x-api-key': '' } })).body).not.toContain('Somebody')
  const unopened = { ...account, judged: { ...account.judged, chats: [{ ...chat, id: null, from: null, until: null }, whole] } }
  expect((await (await makeApp({ facts: { account: unopened } })).app.inject('/health')).json().coverage).toMatchObject({
    known_from: null,
    known_until: null,
  })
})

test('a database with the tables of another version is not ready', async () => {
  for (const condition of [
    { readOnly: null, pending: 1, unknown: 0 },
    { readOnly: null, pending: 0, unknown: 2 },
  ]) {
    const { app } = await makeApp({ facts: { condition } })
    expect((await app.inject('/readyz')).statusCode).toBe(503)
    expect((await app.inject('/health')).json().postgres).toMatchObject({ ready: false, migrations: { pending: condition.pending } })
  }
  const { app } = await makeApp({ facts: { condition: { readOnly: 'standby', pending: 0, unknown: 0 } } })
  expect((await app.inject('/readyz')).statusCode).toBe(200)
  expect((await app.inject('/health')).json().postgres).toMatchObject({ ready: true, writable: false })
})

test('readyz refuses while the database is not ready and while the worker drains; livez does not', async () => {
  for (const [facts, code] of [
    [{ postgres: { ready: false, latencyMs: null, problem: null } }, 'database_not_ready'],
    [{ draining: true }, 'stopping'],
  ] as const) {
    const { app } = await makeApp({ facts })
    const ready = await app.inject('/readyz')
    expect([ready.statusCode, ready.json().error.code]).toEqual([503, code])
    expect((await app.inject('/livez')).statusCode).toBe(200)
  }
})

test('everything else needs the key, whichever of the three ways it travels', async () => {
  const { app } = await makeApp()
  const refused = await app.inject('/metrics')
  expect([refused.statusCode, refused.json().error.code]).toEqual([401, 'unauthorized'])
  expect(refused.headers['www-authenticate']).toContain('Basic')
  for (const headers of [{ authorization: `Bearer ${apiKey}` }, { 'x-api-key': apiKey }, { authorization: basic('anybody', apiKey) }]) {
    expect((await app.inject({ url: '/metrics', headers })).statusCode).toBe(200)
  }
})

test('wrong, partial and misplaced keys are refused', async () => {
  const { app } = await makeApp()
  const wrong: Record<string, string>[] = [
    { authorization: 'Bearer wrong' },
    { authorization: `Bearer ${apiKey}x` },
    { authorization: `Bearer ${apiKey.slice(0, -1)}` },
    { authorization: apiKey },
    { authorization: 'Bearer ' },
    { authorization: basic(apiKey, '') },
    { authorization: `Basic ${Buffer.from(apiKey).toString('base64')}` },
    { 'x-api-key': '' },
    { 'x-api-key': apiKey.toUpperCase() },
  ]
  for (const headers of wrong) expect((await app.inject({ url: '/metrics', headers })).statusCode, JSON.stringify(headers)).toBe(401)
  expect((await app.inject(`/metrics?token=${apiKey}`)).statusCode).toBe(401)
  expect((await app.inject('/no-such-place')).statusCode, 'unknown addresses do not tell strangers that they are unknown').toBe(401)
})

test('with API_AUTH=none nobody is asked for a key', async () => {
  const { app } = await makeApp({ key: null })
  expect((await app.inject('/metrics')).statusCode).toBe(200)
})

test('a foreign Host header is refused on loopback, and elsewhere names that others own', async () => {
  const { app } = await makeApp({ key: null })
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:8080']) {
    const response = await app.inject({ url: '/health', headers: { host } })
    expect([response.statusCode, response.json().error.code], host).toEqual([403, 'host_refused'])
  }
  for (const host of ['localhost', 'LOCALHOST:8080', '127.0.0.1:8080', '127.8.8.8', '[::1]:8080']) {
    expect((await app.inject({ url: '/health', headers: { host } })).statusCode, host).toBe(200)
  }
  // Names with a dot can be pointed anywhere by whoever owns them; addresses and the names of containers cannot.
  const { app: open } = await makeApp({ loopback: false, over: { allowedHosts: ['chats.example'] } })
  for (const host of ['192.0.2.7:8080', '[2001:db8::1]:8080', 'app:8080', 'chats.example', 'Chats.Example.:443', 'localhost']) {
    expect((await open.inject({ url: '/health', headers: { host } })).statusCode, host).toBe(200)
  }
  for (const host of ['evil.example', 'chats.example.evil.example', '192.0.2.7.evil.example']) {
    expect((await open.inject({ url: '/health', headers: { host } })).statusCode, host).toBe(403)
  }
})

test('metrics come in the text format of Prometheus, under the names of the contract', async () => {
  const { app } = await makeApp({ key: null })
  const { body, headers } = await app.inject('/metrics')
  expect(headers['content-type']).toContain('text/plain')
  expect(body).toContain('# TYPE whatsapp_sync_cycle_seconds histogram')
})

test('an unknown address is 404, a known one with another method 405 with what it takes', async () => {
  const { app } = await makeApp({ key: null })
  const missing = await app.inject('/no-such-place')
  expect([missing.statusCode, missing.json()]).toEqual([404, { error: { code: 'not_found', message: 'there is nothing at this address' } }])
  const wrong = await app.inject({ method: 'POST', url: '/health?x=1' })
  expect([wrong.statusCode, wrong.json().error.code, wrong.headers.allow]).toEqual([405, 'method_not_allowed', 'GET, HEAD'])
  const nested = await app.inject({ method: 'DELETE', url: '/things/7/' })
  expect([nested.statusCode, nested.headers.allow]).toEqual([405, 'GET, HEAD'])
})

test('bodies that are too large, not JSON or of another type are refused in the shape of the contract', async () => {
  const { app } = await makeApp({ key: null })
  const post = (payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url: '/things', payload, headers: { 'content-type': type } })
  const answers = [await post(`"${'x'.repeat(300 * 1024)}"`), await post('{"a":'), await post('<a/>', 'application/xml')]
  expect(answers.map(answer => [answer.statusCode, answer.json().error.code])).toEqual([
    [413, 'too_large'],
    [400, 'bad_request'],
    [415, 'unsupported_media_type'],
  ])
  expect((await post('{"a":1}')).json()).toEqual({ a: 1 })
})

test('a body that is empty is none, whatever type it says that it is', async () => {
  const { app } = await makeApp({ key: null })
  for (const type of ['application/json', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded']) {
    const response = await app.inject({ method: 'DELETE', url: '/things', headers: { 'content-type': type } })
    expect([response.statusCode, response.json()], type).toEqual([200, { body: null }])
  }
})

test('probes and scrapers are answered whatever they put behind the address', async () => {
  const { app } = await makeApp({ key: null })
  for (const path of ['/health', '/livez', '/readyz', '/metrics']) expect((await app.inject(`${path}?x=1&x=2`)).statusCode, path).toBe(200)
})

test('a database that does not answer is 503, so that clients come back, and its query stays inside', async () => {
  const { app } = await makeApp({ key: null })
  const response = await app.inject('/away')
  expect([response.statusCode, response.json().error.code]).toEqual([503, 'database_not_ready'])
  expect(response.body).not.toContain('secret')
})

test('a stop lets an answer end that is on its way', async () => {
  const gate = new EventEmitter()
  const slow: FastifyPluginAsync = async app => {
    app.get('/slow', async () => {
      gate.emit('asked')
      await once(gate, 'answer')
      return { ok: true }
    })
  }
  const { app } = await makeApp({ key: null, over: { routes: [slow] } })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const asked = once(gate, 'asked')
  const response = fetch(`${url}/slow`)
  await asked
  const closed = app.close()
  const status = () =>
    fetch(`${url}/slow`).then(
      ({ status }) => status,
      () => 503,
    )
  await expect.poll(status, 'nothing new is taken').toBe(503)
  gate.emit('answer')
  expect(await (await response).json()).toEqual({ ok: true })
  await closed
})

test('an address that cannot be decoded is 400 in the shape of the contract', async () => {
  const { app } = await makeApp({ key: null })
  const response = await app.inject('/things/%E0%A4%A')
  expect([response.statusCode, response.json().error.code]).toEqual([400, 'bad_request'])
})

test('an unexpected error is 500 without its message; the log has its place and the route, and not the message either', async () => {
  const { app, lines } = await makeApp({ key: null })
  const response = await app.inject('/broken?name=Somebody')
  expect([response.statusCode, response.json().error.code]).toEqual([500, 'internal'])
  expect(response.body).not.toContain('secret inner detail')
  expect(lines.join('')).toMatch(/"err":\{"type":"Error".*app\.test\.ts:\d+.*"route":"\/broken"/)
  expect(lines.join('')).not.toContain('secret inner detail')
  expect(lines.join('')).not.toContain('Somebody')
})

test('an answer that breaks off while it is sent stands in the log, without its message', async () => {
  const broken: FastifyPluginAsync = async app => {
    app.get('/stream', async (_, reply) =>
      reply.send(
        Readable.from(
          (async function* () {
            yield 'begun'
            throw new Error('secret inner detail')
          })(),
          { objectMode: false },
        ),
      ),
    )
  }
  const { app, lines } = await makeApp({ key: null, over: { routes: [broken] } })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  await expect(fetch(`${url}/stream`).then(response => response.text())).rejects.toThrow()
  await app.close()
  expect(lines.filter(line => line.includes('an answer broke off'))).toHaveLength(1)
  expect(lines.join()).toContain('/stream')
  expect(lines.join()).not.toContain('secret')
})

test('an error that was written for people keeps its sentence', async () => {
  const { app } = await makeApp({ key: null })
  const response = await app.inject('/unpaired')
  expect([response.statusCode, response.json().error.code]).toEqual([409, 'login_required'])
  expect(response.json().error.message).toContain('whatsapp-etl pair')
})

test('every answer forbids caching, framing and guessing, refusals too', async () => {
  const { app } = await makeApp()
  for (const url of ['/health', '/metrics', '/no-such-place', '/things/%E0%A4%A']) {
    expect((await app.inject(url)).headers, url).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    })
  }
})

test('what is not HTTP is answered in the shape of the contract and the connection closed', async () => {
  const { app } = await makeApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  try {
    const { port } = app.server.address() as { port: number }
    const answer = await new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => void socket.write('NONSENSE\r\n\r\n'))
      socket.on('data', chunk => {
        text += String(chunk)
      })
      socket.on('end', () => resolve(text))
      socket.on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('{"error":{"code":"bad_request"')
  } finally {
    await app.close()
  }
})

test('a page of another origin may not ask, whatever it asks for', async () => {
  const { app } = await makeApp({ key: null })
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:3000' },
    { origin: 'http://localhost.evil.example:80' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  ]
  for (const headers of foreign) {
    for (const method of ['GET', 'POST', 'OPTIONS'] as const) {
      const refused = await app.inject({ method, url: '/things', headers: { host: 'localhost:8080', ...headers } })
      expect([refused.statusCode, refused.json().error.code], JSON.stringify(headers)).toEqual([403, 'origin_refused'])
      expect(refused.headers['access-control-allow-origin']).toBeUndefined()
    }
  }
  for (const headers of [
    { origin: 'http://localhost:8080' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' },
  ] as Record<string, string>[]) {
    expect((await app.inject({ url: '/things/1', headers: { host: 'localhost:8080', ...headers } })).statusCode).toBe(200)
  }
})

test('pages of origins that are named may ask, with the key that they bring', async () => {
  const { app } = await makeApp({ over: { corsOrigins: ['https://dash.example'] } })
  const origin = 'https://dash.example'
  const asked = await app.inject({
    method: 'OPTIONS',
    url: '/things/1',
    headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
  })
  expect([asked.statusCode, asked.body]).toEqual([204, ''])
  expect(asked.headers).toMatchObject({
    'access-control-allow-origin': origin,
    vary: 'Origin',
    'access-control-allow-methods': 'GET, POST, DELETE',
  })
  expect(asked.headers['access-control-allow-credentials']).toBeUndefined()
  expect((await app.inject({ url: '/things/1', headers: { origin } })).statusCode).toBe(401)
  const given = await app.inject({ url: '/things/1', headers: { origin, 'x-api-key': apiKey } })
  expect([given.statusCode, given.headers['access-control-allow-origin']]).toEqual([200, origin])
  expect((await app.inject({ url: '/things/1', headers: { origin: 'https://evil.example', 'x-api-key': apiKey } })).statusCode).toBe(403)
})

test('who guesses the key is not looked at for a while; an old key that knocks on and on locks nobody out', async () => {
  let now = 0
  const { app } = await makeApp({ over: { clock: () => now } })
  const ask = (key: string, remoteAddress = '192.0.2.1', url = '/things/1') =>
    // What a client says of its address counts for nothing.
    app.inject({ url, remoteAddress, headers: { 'x-api-key': key, 'x-forwarded-for': key } }).then(({ statusCode }) => statusCode)
  for (let n = 0; n < 30; n++) expect(await ask('an old key')).toBe(401)
  expect(await ask(apiKey)).toBe(200)
  // Also where the key is not needed, but changes the answer.
  for (let n = 0; n < 9; n++) expect(await ask(`guess ${n}`, '192.0.2.1', '/health')).toBe(200)
  expect(await ask(apiKey)).toBe(429)
  const blocked = await app.inject({ url: '/things/1', remoteAddress: '192.0.2.1', headers: { 'x-api-key': apiKey } })
  expect([blocked.json().error.code, Number(blocked.headers['retry-after']) > 800]).toEqual(['too_many_attempts', true])
  expect(await ask(apiKey, '192.0.2.2')).toBe(200)
  for (let n = 0; n < 10; n++) await ask(`guess ${n}`, `2001:db8:1:2:${n}::1`)
  expect(await ask(apiKey, '2001:db8:1:2:ffff::9')).toBe(429)
  expect(await ask(apiKey, '2001:db8:1:3::1')).toBe(200)
  now += 15 * 60_000
  expect(await ask(apiKey)).toBe(200)
})

test('one address may ask so often and no more, health left out', async () => {
  let now = 0
  const { app } = await makeApp({ key: null, over: { requestsPerMinute: 60, clock: () => now } })
  const ask = (url: string, remoteAddress = '192.0.2.1') => app.inject({ url, remoteAddress })
  for (let n = 0; n < 60; n++) expect((await ask('/things/1')).statusCode).toBe(200)
  const refused = await ask('/things/1')
  expect([refused.statusCode, refused.json().error.code, refused.headers['retry-after']]).toEqual([429, 'too_many_requests', '1'])
  expect((await ask('/health')).statusCode).toBe(200)
  expect((await ask('/things/1', '192.0.2.2')).statusCode).toBe(200)
  now += 1000
  expect([(await ask('/things/1')).statusCode, (await ask('/things/1')).statusCode]).toEqual([200, 429])
})

test('headers and addresses that are too large are refused', async () => {
  const { app } = await makeApp({ key: null })
  await app.listen({ host: '127.0.0.1', port: 0 })
  try {
    const { port } = app.server.address() as { port: number }
    const at = `http://127.0.0.1:${port}`
    expect((await fetch(`${at}/things/${'x'.repeat(20_000)}`)).status).toBe(431)
    expect((await fetch(`${at}/things/1`, { headers: { 'x-api-key': 'k'.repeat(20_000) } })).status).toBe(431)
    expect((await fetch(`${at}/things/${'x'.repeat(600)}`)).status).toBe(414)
  } finally {
    await app.close()
  }
})
