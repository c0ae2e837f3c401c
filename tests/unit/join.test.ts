/** The two witnesses: what IndexedDB adds to a row of the page, confirms and corrects. */
import { expect, test } from '@playwright/test'
import type { Message } from '../../src/model.ts'
import { type ChatWitness, joinMessage, kindWith, type PageReading, unshown } from '../../src/parse/join.ts'
import type { StoredMessage } from '../../src/parse/stored.ts'
import { storedMessage } from '../support/stored-message.ts'

const at = (iso: string) => Date.parse(iso) / 1000
const chatJid = '111111111111111@lid'

const stored = (over: Partial<StoredMessage> = {}): StoredMessage =>
  storedMessage({ messageId: 'M1', chatJid, seconds: at('2026-09-03T10:20:37Z'), ...over })

function message(over: Partial<Message> = {}): Message {
  return {
    messageId: 'M1',
    chatJid: null,
    direction: 'in',
    kind: 'text',
    senderId: 'Ada',
    senderName: 'Ada',
    text: 'hello',
    ts: '2026-09-03T10:20:00.000Z',
    tsPrecision: 'minute',
    quoted: null,
    forwarded: false,
    forwardedMany: false,
    edited: false,
    deleted: false,
    reactions: [],
    status: null,
    fileName: null,
    durationS: null,
    albumSize: null,
    details: {},
    witnesses: {},
    attachments: [],
    ...over,
  }
}

const witness: ChatWitness = {
  message: () => null,
  phoneOf: lid => ({ [chatJid]: '15550100001@c.us', '222222222222222@lid': '15550100002@c.us' })[lid] ?? null,
  nameOf: jid => ({ '15550100002@c.us': 'Bo' })[jid] ?? null,
  owner: { phone: '15550100009@c.us', lid: '999999999999999@lid' },
}
const told: PageReading = { direction: 'in', ts: '2026-09-03T10:20:00.000Z', kind: 'text' }
const join = (row: Message, from: StoredMessage, page: PageReading = told, zone = 'UTC') => joinMessage(row, page, from, { witness, zone })

test('a row that both know is exact to the second, with the phone number of its sender, and both vouch for its minute', () => {
  const { message: joined, disagreements } = join(message(), stored())
  expect(joined).toMatchObject({
    ts: '2026-09-03T10:20:37.000Z',
    tsPrecision: 'second',
    senderId: '15550100001@c.us',
    senderName: 'Ada',
    chatJid,
  })
  expect(joined.witnesses).toEqual({ direction: 'both', ts: 'both', kind: 'both', chatJid: 'storage', senderId: 'storage' })
  expect(disagreements).toEqual([])
})

test('what the page did not say is told by IndexedDB alone', () => {
  const silent: PageReading = { direction: null, ts: null, kind: 'unknown' }
  const row = message({ direction: 'out', kind: 'image', senderId: null, senderName: null })
  const { message: joined, disagreements } = join(row, stored({ fromMe: true, kind: 'image' }), silent)
  expect(joined).toMatchObject({ direction: 'out', ts: '2026-09-03T10:20:37.000Z', senderId: '15550100009@c.us' })
  expect(joined.witnesses).toMatchObject({ direction: 'storage', ts: 'storage', kind: 'storage', senderId: 'storage' })
  expect(disagreements).toEqual([])
})

test('a contradiction in time, direction, kind or sender is named, and IndexedDB stands', () => {
  const row = message({ senderId: '15550100077@c.us', kind: 'image' })
  const page: PageReading = { direction: 'in', ts: '2026-03-09T10:20:00.000Z', kind: 'document' }
  const { message: joined, disagreements } = join(row, stored({ fromMe: true, kind: 'image' }), page)
  expect(joined).toMatchObject({ direction: 'out', ts: '2026-09-03T10:20:37.000Z', senderId: '15550100009@c.us' })
  expect(disagreements.sort()).toEqual(['direction', 'kind', 'senderId', 'ts'])
})

test('in the hour that a time change repeats the page may have meant the other one of the two', () => {
  const page: PageReading = { direction: 'in', ts: '2026-10-25T00:30:00.000Z', kind: 'text' }
  const late = stored({ seconds: at('2026-10-25T01:30:12Z') })
  expect(join(message(), late, page, 'Europe/Berlin').disagreements).toEqual([])
  expect(join(message(), late, page, 'UTC').disagreements).toEqual(['ts'])
})

test('a member of a group is known by number where the number is known, else by LID', () => {
  const group = { chatJid: '120363000000000001@g.us' }
  expect(join(message(), stored({ ...group, participant: '222222222222222@lid' })).message.senderId).toBe('15550100002@c.us')
  expect(join(message(), stored({ ...group, participant: '333333333333333@lid' })).message.senderId).toBe('333333333333333@lid')
  expect(join(message({ senderName: null }), stored({ ...group, participant: '222222222222222@lid' })).message.senderName).toBe('Bo')
  const shown = message({ senderId: '15550100005@c.us' })
  expect(join(shown, stored({ ...group, participant: '333333333333333@lid' })).message.senderId).toBe('15550100005@c.us')
})

test('a quote gets its id and keeps the text and the name that the page shows', () => {
  const row = message({ quoted: { text: 'what?', sender: 'Bo', messageId: null } })
  expect(join(row, stored({ quotedId: 'Q1', quotedSender: '222222222222222@lid' })).message.quoted).toEqual({
    text: 'what?',
    sender: 'Bo',
    messageId: 'Q1',
  })
  expect(join(message(), stored({ quotedId: 'Q1', quotedSender: '222222222222222@lid' })).message.quoted).toEqual({
    text: null,
    sender: 'Bo',
    messageId: 'Q1',
  })
})

test('an own message keeps the furthest of the two ticks', () => {
  const own: PageReading = { ...told, direction: 'out' }
  const row = (status: Message['status']) => message({ direction: 'out', status })
  expect(join(row('delivered'), stored({ fromMe: true, status: 'read' }), own).message.status).toBe('read')
  expect(join(row('read'), stored({ fromMe: true, status: 'sent' }), own).message.status).toBe('read')
  expect(join(row(null), stored({ fromMe: true, status: 'sent' }), own).message.status).toBe('sent')
})

test('a mention gets the one id that is left over, and none where it would be a guess', () => {
  const mentions = (...ids: (string | null)[]) => message({ details: { mentions: ids.map((id, n) => ({ name: `P${n}`, id })) } })
  const one = join(mentions(null, '222222222222222@lid'), stored({ mentions: ['222222222222222@lid', chatJid] }))
  expect(one.message.details.mentions?.map(found => found.id)).toEqual(['15550100001@c.us', '15550100002@c.us'])
  const two = join(mentions(null, null), stored({ mentions: ['222222222222222@lid', chatJid] }))
  expect(two.message.details.mentions?.map(found => found.id)).toEqual([null, null])
})

test('the kind is what IndexedDB says, unless the page draws a placeholder or IndexedDB does not know', () => {
  const kinds = (page: Parameters<typeof kindWith>[0], kind: StoredMessage['kind']) => kindWith(page, stored({ kind }))
  expect(kinds('unknown', 'video')).toBe('video')
  expect(kinds('text', 'image')).toBe('image')
  expect(kinds('system', 'poll')).toBe('poll')
  expect(kinds('empty', 'waiting')).toBe('waiting')
  expect(kinds('deleted', 'text')).toBe('deleted')
  expect(kinds('waiting', 'text')).toBe('waiting')
  expect(kinds('text', 'waiting')).toBe('text')
  expect(kinds('album', 'image')).toBe('album')
  expect(kinds('text', null)).toBe('text')
  expect(kinds('text', 'system')).toBe('text')
  expect(kinds('unknown', 'system')).toBe('system')
  expect(kindWith('voice', null)).toBe('voice')
})

test('messages that only IndexedDB holds are counted inside of what was read, notices and items of albums left out', () => {
  const since = at('2026-09-01T00:00:00Z')
  const later = (seconds: number) => since + 5 * 24 * 60 * 60 + seconds
  const rows = [
    stored({ messageId: 'SHOWN' }),
    stored({ messageId: 'LOST' }),
    stored({ messageId: 'LOST2', kind: 'image' }),
    stored({ messageId: 'OLD', seconds: since - 1 }),
    stored({ messageId: 'NOTICE', kind: 'system' }),
    stored({ messageId: 'VOTE', kind: 'hidden' }),
    stored({ messageId: 'STRANGE', kind: null }),
    stored({ messageId: 'ITEM', kind: 'image', albumId: 'ALBUM' }),
    ...['A', 'MIDDLE', 'B'].map((messageId, n) => stored({ messageId, kind: 'image', seconds: later(n) })),
    stored({ messageId: 'BETWEEN', seconds: later(1) }),
    stored({ messageId: 'AFTER', kind: 'image', seconds: later(3) }),
  ]
  const drawn = { ids: new Set(['SHOWN', 'A', 'B']), albums: [['A', 'B']] }
  expect([...unshown(new Map(rows.map(row => [row.messageId, row])), drawn, since)]).toEqual([
    ['text', ['LOST', 'BETWEEN']],
    ['image', ['LOST2', 'AFTER']],
  ])
})
