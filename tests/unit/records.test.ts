/** What the two witnesses of a chat come to: who knows which message, by kind, and no word of any of them in the log. */
import { PassThrough } from 'node:stream'
import { expect, test } from '@playwright/test'
import { pino } from 'pino'
import type { MessageKind } from '../../src/model.ts'
import type { Directory, StoredMessage } from '../../src/parse/stored.ts'
import { makeRecords } from '../../src/web/records.ts'
import type { Witness } from '../../src/web/witness.ts'

const chatJid = '5511900000001@c.us'
const since = '2026-09-01T00:00:00.000Z'
const row = (messageId: string, kind: MessageKind) =>
  ({ messageId, chatJid, kind, seconds: Date.parse('2026-09-03T10:00:00Z') / 1000, albumId: null }) as StoredMessage

const directory = {
  chats: new Map([[chatJid, { jid: chatJid, phone: chatJid, lid: null, isGroup: false, names: ['Ana'], participants: [] }]]),
  phones: new Map(),
  names: new Map(),
  owner: { phone: null, lid: null },
} as unknown as Directory

/** A chat that the page draws as `drawn` (id and kind) and IndexedDB holds as `stored`; null: it holds nothing of it. */
async function counted(drawn: [string, MessageKind][], stored: StoredMessage[] | null, until: string | null = since) {
  const witness: Witness = {
    probe: async () => ({ level: 'full', because: null }),
    directory: async () => directory,
    activities: async () => new Map(),
    arrivals: async () => null,
    chatOf: async () => (stored === null ? null : chatJid),
    messages: async () => new Map((stored ?? []).map(one => [one.messageId, one])),
  }
  const out = new PassThrough()
  const records = makeRecords(witness, pino({}, out))
  const ids = drawn.map(([id]) => id)
  const chat = await records.open(ids, ['Ana'])
  await chat.load(since)
  const heard = new Map(
    drawn.map(([id, kind]) => [
      id,
      {
        kind,
        ts: id === 'OLD' ? '2026-08-20T10:00:00.000Z' : '2026-09-03T10:00:00.000Z',
        disagreements: id === 'BOTH' ? (['ts'] as const) : [],
      },
    ]),
  )
  chat.count(heard, { ids: new Set(ids), albums: [] }, until)
  const { matched, pageOnly, storageOnly, disagreements } = records.totals()
  return { matched, pageOnly, storageOnly, disagreements, log: String(out.read() ?? '') }
}

test('messages are counted by kind: those that both have, that only the page shows, and that only IndexedDB lists', async () => {
  const drawn: [string, MessageKind][] = [
    ['BOTH', 'text'],
    ['DRAWN1', 'text'],
    ['DRAWN2', 'poll'],
  ]
  const { log, ...totals } = await counted(drawn, [row('BOTH', 'text'), row('LISTED1', 'image'), row('LISTED2', 'image')])
  expect(totals).toEqual({
    matched: { text: 1 },
    pageOnly: { text: 1, poll: 1 },
    storageOnly: { image: 2 },
    disagreements: { ts: 1 },
  })
  expect(JSON.parse(log)).toMatchObject({ unseen: '2 image', unlisted: '1 text, 1 poll', disagreed: 1 })
  for (const word of ['BOTH', 'DRAWN', 'LISTED', 'Ana', '55119']) expect(log).not.toContain(word)
})

test('what is drawn of the time before the window is none that IndexedDB lacks', async () => {
  const drawn: [string, MessageKind][] = [
    ['NEW', 'text'],
    ['OLD', 'text'],
  ]
  expect((await counted(drawn, [])).pageOnly).toEqual({ text: 1 })
})

test('where the two agree, or IndexedDB holds nothing of a chat, nothing is told of it', async () => {
  expect((await counted([['A', 'text']], [row('A', 'text')])).log).toBe('')
  expect(await counted([['A', 'text']], null)).toMatchObject({ matched: {}, pageOnly: { text: 1 }, storageOnly: {}, log: '' })
})

test('of what a reading did not come to nothing is missed', async () => {
  const stored = [row('BOTH', 'text'), row('BELOW', 'text')]
  expect((await counted([['BOTH', 'text']], stored)).storageOnly).toEqual({ text: 1 })
  expect((await counted([['BOTH', 'text']], stored, '2026-09-04T00:00:00.000Z')).storageOnly).toEqual({})
  expect((await counted([['BOTH', 'text']], stored, null)).storageOnly).toEqual({})
})

test('a message that the page shows and IndexedDB did not list is looked for again, once, and not for what is older than the window', async () => {
  let asked = 0
  const witness: Witness = {
    probe: async () => ({ level: 'full', because: null }),
    directory: async () => directory,
    activities: async () => new Map(),
    arrivals: async () => null,
    chatOf: async () => chatJid,
    messages: async () => new Map((asked++ === 0 ? [] : [row('LATE', 'text')]).map(one => [one.messageId, one])),
  }
  const chat = await makeRecords(witness, pino({ level: 'silent' })).open(['LATE'], ['Ana'])
  await chat.load(since)
  const heard = (id: string, ts: string) => new Map([[id, { kind: 'text' as const, ts, disagreements: [] }]])
  await chat.lookAgain(heard('OLD', '2026-08-20T10:00:00.000Z'))
  expect(asked).toBe(1)
  await chat.lookAgain(heard('LATE', '2026-09-03T10:00:00.000Z'))
  expect(chat.witness()?.message('LATE')).not.toBeNull()
  await chat.lookAgain(heard('NEVER', '2026-09-03T10:00:00.000Z'))
  expect(asked).toBe(2)
})
