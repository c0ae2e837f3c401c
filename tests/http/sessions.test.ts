import { purgeMessages } from '../../src/db/purge.ts'
import type { SyncControl } from '../../src/http/api.ts'
import { message, writing } from '../db/given.ts'
import { expect, onBoth, test } from '../support/database.ts'
import { asking, now, sessionOn } from './asking.ts'

onBoth('conversations are listed newest first, found by every id they were known by, and walked once while messages come', async given => {
  const chats = []
  for (let index = 0; index < 7; index++) {
    const chat = await writing(given.store, { title: `Chat ${index}`, jid: `1555010000${index}@c.us` })
    await chat.save([message(`M${index}`, { ts: `2026-02-1${index}T10:00:00.000Z` })])
    chats.push(chat)
  }
  await writing(given.store, { title: 'Never read' })
  const choir = await writing(given.store, { title: 'Хор 100%' })
  await choir.save([message('K1', { ts: '2026-02-01T10:00:00.000Z' })])
  const { get } = await asking(sessionOn(given))
  const all = [...[6, 5, 4, 3, 2, 1, 0].map(index => `Chat ${index}`), 'Хор 100%']
  const { conversations } = await get('/conversations')
  expect(conversations.map((chat: { name: string }) => chat.name)).toEqual(all)
  const walked: string[] = []
  let cursor = ''
  do {
    const page = await get(`/conversations?limit=3${cursor}`)
    walked.push(...page.conversations.map((chat: { name: string }) => chat.name))
    cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`
    await chats[walked.length % 7]?.save([message(`L${walked.length}`, { ts: `2026-02-20T10:0${walked.length}:00.000Z` })])
  } while (cursor !== '')
  expect(walked).toEqual(all)
  expect((await get('/conversations?q=cHAT%204')).conversations.map((chat: { name: string }) => chat.name)).toEqual(['Chat 4'])
  for (const q of ['хор', 'ХОР 1', '0%']) {
    const found = await get(`/conversations?q=${encodeURIComponent(q)}`)
    expect(
      found.conversations.map((chat: { name: string }) => chat.name),
      q,
    ).toEqual(['Хор 100%'])
  }
  expect((await get('/conversations?archived=true')).conversations).toEqual([])
  expect(await get('/conversations/15550100003@c.us')).toMatchObject({ name: 'Chat 3', last_message: { text: expect.any(String) } })
  expect((await get('/conversations/nobody', 404)).error.code).toBe('unknown_conversation')
  expect((await get('/conversations/..%2f..%2fetc', 404)).error.code).toBe('unknown_conversation')
})

onBoth('sync lists runs and the coverage of every chat; a request begins a cycle or names the one that runs', async given => {
  const { save, runId } = await writing(given.store, { title: 'Ana' })
  await save([message('M1')], { coverage: { from: '2026-02-01T00:00:00.000Z', to: '2026-02-10T10:00:00.000Z', fromEdge: 'chat_start' } })
  let outcome: ReturnType<SyncControl['request']> = 'running'
  const sync: SyncControl = {
    running: () => true,
    nextRunAt: () => now,
    lastSuccessfulSyncAt: async () => null,
    request: () => outcome,
  }
  const { get } = await asking(sessionOn(given, { sync }))
  const listed = await get('/sync')
  expect(listed.runs).toMatchObject([{ id: runId, status: 'running', trigger: 'command', finished_at: null }])
  expect(listed.coverage).toMatchObject([
    { name: 'Ana', intervals: [{ from: '2026-02-01T00:00:00.000Z', to: '2026-02-10T10:00:00.000Z', from_edge: 'chat_start' }] },
  ])
  expect(await get('/sync', 409, { method: 'POST' })).toMatchObject({
    error: { code: 'sync_running' },
    run: { id: runId, status: 'running' },
  })
  await given.store.finishRun(runId, { status: 'complete', counts: { messages: { seen: 1 } } })
  expect((await get('/sync?limit=1&coverage=false')).runs).toMatchObject([{ status: 'complete', counts: { messages: { seen: 1 } } }])
  outcome = 'begun'
  expect(await get('/sync', 202, { method: 'POST' })).toMatchObject({ run: { id: null, status: 'running', started_at: now } })
  outcome = 'closed'
  expect((await get('/sync', 503, { method: 'POST' })).error.code).toBe('not_running')
})

test('initialize starts the session and shows the code while there is one; a browser is led to the page', async ({ sharedDatabase }) => {
  let started = 0
  let qrCode: string | null = 'data:image/png;base64,AAAA'
  let status: 'pairing' | 'logged_in' = 'pairing'
  const control = { status: () => ({ status, since: now }), start: () => void started++, qrCode: async () => qrCode }
  const { get, app } = await asking(sessionOn(await sharedDatabase('embedded'), { control }))
  expect(await get('/initialize')).toEqual({ ready: false, qrCode, status: 'pairing' })
  expect(started).toBe(1)
  const page = await app.inject({ url: '/initialize', headers: { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' } })
  expect([page.statusCode, page.headers.location]).toEqual([302, '/#/pair'])
  ;[status, qrCode] = ['logged_in', null]
  expect(await get('/initialize')).toEqual({ ready: true, qrCode: null, status: 'logged_in' })
  expect(await get('/status')).toMatchObject({ ready: true, status: 'logged_in', since: now, session_id: 'default', version: '1.2.3' })
})

onBoth('what was purged is nowhere any more', async given => {
  const bea = await writing(given.store, { title: 'Bea' })
  const dora = await writing(given.store, { title: 'Dora' })
  const carl = await writing(given.store, { title: 'Carl' })
  for (const [chat, id] of [
    [bea, 'B1'],
    [dora, 'D1'],
    [carl, 'C1'],
  ] as const) {
    await chat.save([message(id, { text: `secret words of ${id}` })])
    await given.store.finishRun(chat.runId, { status: 'incomplete', counts: { incomplete: [{ chat: chat.chat.title, reason: 'gap' }] } })
  }
  const { get } = await asking(sessionOn(given))
  const everything = async () => {
    const [messages, search, chats, sync] = [
      await get('/messages'),
      await get('/search?q=secret'),
      await get('/conversations'),
      await get('/sync'),
    ]
    return JSON.stringify([messages, search, chats, sync])
  }
  const purge = (chatIds: number[] | null) =>
    purgeMessages(
      given.database,
      { accountId: 'default', chatIds, olderThan: null, now: '2026-03-01T00:00:00.000Z' },
      new AbortController(),
    )
  for (const name of ['Dora', 'Bea', 'Carl']) expect(await everything()).toContain(name)
  await purge([dora.chat.id])
  expect(await everything()).not.toContain('Dora')
  expect(await everything()).toContain('Bea')
  await get(`/conversations/${encodeURIComponent(dora.chat.externalId)}`, 404)
  await purge(null)
  expect(await everything()).not.toMatch(/Dora|Bea|Carl|secret/)
})
