/** Rows of IndexedDB as messages: what a column says, and what it does not. */
import { createHash } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { messagesById, storedMessage } from '../../src/parse/storage.ts'
import type { RawStoredMessage } from '../../src/raw-storage.ts'

const owner = { phone: '5511900000099@c.us', lid: '100000000000099@lid' }
const ada = '100000000000001@lid'
const group = '120363000000000001@g.us'
const row = (more: Partial<RawStoredMessage> = {}): RawStoredMessage => ({
  id: `false_${ada}_3EB0A1`,
  t: 1_760_000_000,
  type: 'chat',
  ...more,
})
const read = (more: Partial<RawStoredMessage>) => storedMessage(row(more), owner)

const keys: [string, string, boolean, string, string | null][] = [
  [`false_${ada}_3EB0A1`, ada, false, '3EB0A1', null],
  ['true_5511900000001@c.us_3EB0A1', '5511900000001@c.us', true, '3EB0A1', null],
  ['true_5511900000001@s.whatsapp.net_3EB0A1', '5511900000001@c.us', true, '3EB0A1', null],
  [`false_${group}_3EB0A1_${ada}`, group, false, '3EB0A1', ada],
  [
    'false_5511900000001-1600000000@g.us_3EB0A1_5511900000002:7@c.us',
    '5511900000001-1600000000@g.us',
    false,
    '3EB0A1',
    '5511900000002@c.us',
  ],
  [`true_${group}_3EB0A1`, group, true, '3EB0A1', null],
  ['true_100000000000099@lid_3EB0A1_out', '100000000000099@lid', true, '3EB0A1', null],
  ['false_100000000000001@hosted.lid_3EB0A1', '100000000000001@hosted.lid', false, '3EB0A1', null],
  ['false_status@broadcast_3EB0A1_5511900000002@c.us', 'status@broadcast', false, '3EB0A1', null],
  ['false_120363000000000005@newsletter_3EB0A1', '120363000000000005@newsletter', false, '3EB0A1', null],
]
for (const [id, chatJid, fromMe, messageId, participant] of keys) {
  test(`the key ${id} tells chat, direction and sender`, () => {
    expect(read({ id })).toMatchObject({ chatJid, fromMe, messageId, participant })
  })
}

for (const id of ['', '3EB0A1', 'a_b_c', `maybe_${ada}_3EB0A1`, 'false_ada_3EB0A1', '17']) {
  test(`a key of the form "${id}" is no message`, () => expect(read({ id })).toBeNull())
}

const kinds: [Partial<RawStoredMessage>, string | null][] = [
  [{ type: 'chat' }, 'text'],
  [{ type: 'ptt' }, 'voice'],
  [{ type: 'video' }, 'video'],
  [{ type: 'video', isGif: true }, 'gif'],
  [{ type: 'multi_vcard' }, 'contact'],
  [{ type: 'call_log' }, 'call'],
  [{ type: 'ciphertext' }, 'waiting'],
  [{ type: 'gp2' }, 'system'],
  [{ type: 'protocol', subtype: 'message_edit' }, 'hidden'],
  [{ type: 'chat', viewMode: 'VISIBLE' }, 'text'],
  [{ type: 'chat', viewMode: 'HIDDEN' }, 'hidden'],
  [{ type: 'chat', invis: true }, 'hidden'],
  [{ type: 'hologram' }, null],
  [{ type: 'constructor' }, null],
  [{}, 'text'],
]
for (const [columns, kind] of kinds) {
  test(`${JSON.stringify(columns)} is ${kind ?? 'not known'}`, () => expect(read(columns)?.kind).toBe(kind))
}
test('a row without a type is of no known kind', () => {
  const { type: _, ...rest } = row()
  expect(storedMessage(rest, owner)?.kind).toBeNull()
})

test('a status is told of own messages alone, and only one that is known', () => {
  const own = (ack: number | undefined, more = {}) => read({ id: `true_${ada}_A`, ...(ack === undefined ? {} : { ack }), ...more })?.status
  expect([0, 1, 2, 3, 4].map(ack => own(ack))).toEqual(['pending', 'sent', 'delivered', 'read', 'played'])
  expect([-1, -7].map(ack => own(ack))).toEqual(['failed', 'failed'])
  expect([5, 6, 1.5, undefined].map(ack => own(ack))).toEqual([null, null, null, null])
  expect(own(1, { isSendFailure: true })).toBe('failed')
  expect(read({ ack: 3 })?.status).toBeNull()
  expect(['call_log', 'revoked', 'gp2'].map(type => own(3, { type }))).toEqual([null, null, null])
})

test('a time that cannot be Unix seconds is no time', () => {
  expect([0, 12, 1_760_000_000_000, -5, Number.MAX_SAFE_INTEGER].map(t => read({ t })?.seconds)).toEqual([null, null, null, null, null])
  expect(read({ t: 1_760_000_000 })?.seconds).toBe(1_760_000_000)
})

test('a file is told with its hash in hex, its type without parameters, its sizes where they are sizes', () => {
  const digest = createHash('sha256').update('x').digest()
  expect(
    read({
      type: 'document',
      filename: 'plan.pdf',
      mimetype: 'Application/PDF; x=1',
      filehash: digest.toString('base64'),
      size: 9,
      pageCount: 2,
    }),
  ).toMatchObject({ fileName: 'plan.pdf', mimeType: 'application/pdf', fileHash: digest.toString('hex'), sizeBytes: 9, pages: 2 })
  expect(read({ filehash: digest.toString('base64url') })?.fileHash).toBe(digest.toString('hex'))
  expect(read({ filehash: 'AAAA', mimetype: 'nonsense', size: 0, width: -1, height: 1.5, duration: 0 })).toMatchObject({
    fileHash: null,
    mimeType: null,
    sizeBytes: null,
    width: null,
    height: null,
    durationS: null,
  })
})

const deletions: [Partial<RawStoredMessage>, string | null][] = [
  [{ subtype: 'sender' }, 'sender'],
  [{ subtype: 'sender', id: `true_${ada}_A` }, 'owner'],
  [{ subtype: 'admin', id: `true_${group}_A_${owner.lid}` }, 'admin'],
  [{ subtype: 'admin', id: `false_${group}_A_${ada}`, revokeSender: '100000000000007@lid' }, 'admin'],
  [{ subtype: 'admin', id: `false_${group}_A_${ada}`, revokeSender: owner.lid }, 'owner'],
  [{ subtype: 'admin', id: `false_${group}_A_${ada}`, revokeSender: '5511900000099:4@c.us' }, 'owner'],
  [{ subtype: 'admin', id: `false_${group}_A_${ada}` }, null],
  [{}, null],
]
for (const [columns, by] of deletions) {
  test(`a deleted row with ${JSON.stringify(columns)} was deleted by ${by ?? 'nobody can tell'}`, () => {
    expect(read({ type: 'revoked', ...columns })).toMatchObject({ kind: 'deleted', deleted: true, deletedBy: by })
  })
}
test('an admin is not told from the owner when the owner is not known by that kind of id', () => {
  const raw = row({ type: 'revoked', subtype: 'admin', id: `false_${group}_A_${ada}`, revokeSender: '100000000000007@lid' })
  expect(storedMessage(raw, { phone: owner.phone, lid: null })?.deletedBy).toBeNull()
})

test('two senders of one row that contradict each other are none; a phone beside a LID does not', () => {
  const id = `false_${group}_A_${ada}`
  expect(read({ id, author: '100000000000002@lid' })?.participant).toBeNull()
  expect(read({ id, author: ada })?.participant).toBe(ada)
  expect(read({ id, author: '5511900000001@c.us' })?.participant).toBe('5511900000001@c.us')
  expect(read({ id: `false_${group}_A`, author: ada })?.participant).toBe(ada)
})

test('marks: quoted, forwarded, edited, mentions, album, disappearing', () => {
  expect(
    read({
      quotedStanzaID: '3EB0Q',
      quotedParticipant: '5511900000002:3@s.whatsapp.net',
      isForwarded: true,
      forwardingScore: 127,
      latestEditMsgKey: true,
      mentionedJidList: [ada, 'nobody'],
      parentMsgKey: `false_${ada}_3EB0P`,
      associationType: '1',
      ephemeralDuration: 86_400,
      isViewOnce: true,
    }),
  ).toMatchObject({
    quotedId: '3EB0Q',
    quotedSender: '5511900000002@c.us',
    forwarded: true,
    forwardedMany: true,
    edited: true,
    mentions: [ada],
    albumId: '3EB0P',
    disappearsAfterS: 86_400,
    viewOnce: true,
  })
  expect(read({ parentMsgKey: `false_${ada}_3EB0P`, associationType: '2' })?.albumId).toBeNull()
  expect(read({})).toMatchObject({ forwarded: false, forwardedMany: false, edited: false, quotedId: null, albumId: null, viewOnce: false })
})

test('a message under both ids of a person is one; one id with two directions is none', () => {
  const phone = '5511900000001@c.us'
  const of = (id: string, more: Partial<RawStoredMessage> = {}) => storedMessage(row({ id, ...more }), owner)!
  const both = messagesById([of(`false_${phone}_A`), of(`false_${ada}_A`), of(`false_${phone}_B`)], ada)
  expect([...both.values()].map(one => [one.messageId, one.chatJid])).toEqual([
    ['A', ada],
    ['B', phone],
  ])
  expect(messagesById([of(`false_${ada}_A`), of(`true_${ada}_A`)], ada).size).toBe(0)
  const bela = '100000000000002@lid'
  expect(messagesById([of(`false_${group}_A_${ada}`), of(`false_${group}_A_${bela}`)], group).size).toBe(0)
  expect(messagesById([of(`false_${group}_A_${ada}`), of(`false_${group}_A_5511900000001@c.us`)], group).size).toBe(1)
  expect(messagesById([of(`false_${ada}_A`, { type: 'protocol' }), of(`true_${ada}_A`)], ada).get('A')?.fromMe).toBe(true)
})
