/** The API as a worker serves it: by the examples of docs/api.md, and by a client that knows only what such clients have always been told. */
import { readFileSync } from 'node:fs'
import { makeLive } from '../../src/commands/live.ts'
import { makeWebhooks } from '../../src/commands/webhooks.ts'
import { runWorker } from '../../src/commands/worker.ts'
import { loadConfig } from '../../src/config.ts'
import { makeReader } from '../../src/db/reader.ts'
import { makeBus } from '../../src/events.ts'
import { makeFileStore } from '../../src/files.ts'
import { makeLogger } from '../../src/log.ts'
import { makeMetrics } from '../../src/metrics.ts'
import { defaultAccount } from '../../src/model.ts'
import { newResult } from '../../src/sync/result.ts'
import { image, message, writing } from '../db/given.ts'
import { test as base, expect, type TestDatabase } from '../support/database.ts'
import { Follower } from '../support/followers.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

interface Worker {
  url: string
  given: TestDatabase
  say(text: string): Promise<void>
}

/** A worker on the account of docs/api.md, paired, its first cycle over; who asks needs no key. */
const test = base.extend<{ worker: Worker }>({
  worker: async ({ makeDatabase }, use) => {
    const given = await makeDatabase('postgres')
    const bytes = Buffer.from('\x89PNG of a test', 'latin1')
    const file = await makeFileStore(`${given.dataDir}/attachments`).put(bytes, 'png')
    const ada = await writing(given.store, { title: 'Ada Wintermoor', jid: '15550100001@c.us' })
    const club = await writing(given.store, { title: 'Chess club', isGroup: true, jid: '120363000000000001@g.us' })
    const from = { senderId: '15550100001@c.us', senderName: 'Ada', tsPrecision: 'second' as const }
    await ada.save([
      message('3EB0A1', {
        ...from,
        ts: '2026-02-10T10:00:00.000Z',
        text: 'Shall we meet at the station on Friday?',
        reactions: [{ emoji: '👍', count: 1 }],
      }),
      message('3EB0A3', { ...from, ts: '2026-02-11T08:00:00.000Z', text: 'The train leaves at nine' }),
      message('3EB0A2', {
        ts: '2026-02-12T09:00:00.000Z',
        direction: 'out',
        senderId: null,
        senderName: null,
        text: 'On my way: https://maps.example/station',
      }),
    ])
    const picture = image(file.checksum, { filePath: file.path, sizeBytes: bytes.byteLength, mediaType: 'image/png' })
    await club.save([
      message('3EB0C1', {
        ts: '2026-02-11T18:30:00.000Z',
        senderId: '15550100002@c.us',
        text: null,
        kind: 'image',
        attachments: [picture],
      }),
    ])
    await given.store.finishRun(ada.runId, { status: 'complete', counts: {} })

    const log = makeLogger({ level: 'silent', pretty: false })
    const [metrics, bus, stop] = [makeMetrics({ processMetrics: false }), makeBus(), new AbortController()]
    const live = makeLive({ bus, log, metrics, outbox: () => given.store, code: () => null })
    const webhooks = makeWebhooks({ bus, log, metrics, allowPrivate: false, store: () => null })
    let over = () => {}
    const cycleOver = new Promise<void>(resolve => {
      over = resolve
    })
    let done: Promise<number> = Promise.resolve(0)
    const url = await new Promise<string>((resolve, reject) => {
      const config = loadConfig({ DATA_DIR: given.dataDir, HTTP_PORT: '0', API_AUTH: 'none' })
      const now = () => Date.parse('2026-02-28T12:00:00.000Z')
      const open = async () => ({
        reader: makeReader(given.database),
        session: { attend: () => {}, code: () => null },
        latest: () => given.store.latest(defaultAccount),
        ping: () => given.database.ping(),
        close: async () => {},
        cycle: async () => {
          setImmediate(over)
          return { ...newResult('7'), status: 'complete' as const }
        },
      })
      done = runWorker(
        { config, log, metrics, bus, version, routes: [live.routes, webhooks.routes], onListening: resolve, open, now },
        stop.signal,
      )
      done.catch(reject)
    })
    await Promise.race([cycleOver, done])
    const say = async (text: string) => {
      await ada.save([message(`L-${text}`, { ts: '2026-02-27T12:00:00.000Z', text })])
      live.wake()
    }
    await use({ url, given, say })
    stop.abort()
    await done
  },
})

/** Whether an answer is what the document shows: `…` is any text, or any rest of one; what the document leaves out of `message` is not looked at. */
function asShown(shown: unknown, given: unknown, where = ''): void {
  if (typeof shown === 'string' && shown.endsWith('…')) {
    expect(given, where).toEqual(expect.stringContaining(shown.slice(0, -1)))
  } else if (typeof shown === 'object' && shown !== null) {
    const rest = where.endsWith('.message') ? Object.keys(shown) : Object.keys(given as object)
    expect(Object.keys(shown).sort(), where).toEqual(rest.sort())
    for (const [key, value] of Object.entries(shown)) asShown(value, (given as Record<string, unknown>)[key], `${where}.${key}`)
  } else expect(given, where).toEqual(shown)
}

test('the examples of docs/api.md are what a worker answers', async ({ worker }) => {
  const blocks = [...readFileSync('docs/api.md', 'utf8').matchAll(/```sh\n(.*?)\n```(?:\n```json\n(.*?)\n```)?/gs)]
  expect(blocks.length).toBeGreaterThan(7)
  for (const [, command = '', json] of blocks) {
    const path = /'http:\/\/127\.0\.0\.1:8080([^']*)'/.exec(command)?.[1]
    const method = /-X (\w+)/.exec(command)?.[1] ?? 'GET'
    const range = /-r (\S+)/.exec(command)?.[1]
    const response = await fetch(worker.url + path, { method, headers: range ? { range: `bytes=${range}` } : {} })
    const text = await response.text()
    if (json === undefined) expect([command, response.ok]).toEqual([command, true])
    else asShown(JSON.parse(json), JSON.parse(text), path)
  }
})

test('a client that knows the shapes of such services alone initialises, lists, fetches, follows and sees health', async ({ worker }) => {
  const get = async (path: string) => (await fetch(worker.url + path)).json() as Promise<Record<string, never>>
  expect(await get('/initialize')).toMatchObject({ ready: true, qrCode: null })
  expect(await get('/status')).toMatchObject({ ready: true, status: 'logged_in' })
  interface Full {
    conversations: {
      id: string
      name: string
      last_message: { id: string; date: string; text: string }
      last_updated: string
      total_messages: number
    }[]
    messages: {
      id: string
      conversation_id: string
      date: string
      text: string
      from_user: boolean
      sender_id: string
      conversation_name: string
      source: string
    }[]
  }
  const full = (await get('/messages')) as unknown as Full
  expect(full.messages.map(({ id }) => id.split('/')[1])).toEqual(['3EB0A1', '3EB0A3', '3EB0C1', '3EB0A2'])
  for (const { conversation_id, source, conversation_name } of full.messages) {
    const chat = full.conversations.find(({ id }) => id === conversation_id)
    expect([source, chat?.name]).toEqual(['whatsapp', conversation_name])
  }
  for (const chat of full.conversations) {
    const own = full.messages.filter(({ conversation_id }) => conversation_id === chat.id)
    expect(chat).toMatchObject({ total_messages: own.length, last_updated: own.at(-1)?.date, last_message: { id: own.at(-1)?.id } })
  }
  const later = (await get(`/messages?since=${Date.parse('2026-02-11T18:00:00Z') / 1000}`)) as unknown as Full
  expect(later.messages).toEqual(full.messages.slice(2))
  const range = (await get('/messages?since=2026-02-11T00:00:00%2B00:00&until=2026-02-12')) as unknown as Full
  expect(range.messages).toEqual(full.messages.slice(1, 3))
  const follower = await new Follower(worker.url, '?since_id=0').open()
  await worker.say('hello there')
  const frames = await follower.until(all => all.some(({ data }) => data.text === 'hello there'))
  const newest = ((await get('/messages?order=desc&limit=1')) as unknown as Full).messages[0]
  expect(frames.at(-1)).toMatchObject({ type: 'message', data: newest })
  follower.socket.close()
  expect(await get('/health')).toHaveProperty('status')
})

test('a worker serves the document that is committed', async ({ worker }) => {
  expect(await (await fetch(`${worker.url}/openapi.json`)).json()).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')))
})

test('a worker serves the page, and leads browsers that ask for /initialize to it', async ({ worker }) => {
  const html = { accept: 'text/html,application/xhtml+xml;q=0.9' }
  const led = await fetch(`${worker.url}/initialize`, { headers: html, redirect: 'manual' })
  expect([led.status, led.headers.get('location')]).toEqual([302, '/#/pair'])
  expect(await (await fetch(worker.url, { headers: html })).text()).toContain('<section id="pair-view"')
})
