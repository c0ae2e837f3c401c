import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { canonicalJid, externalId, isGroupJid, isLidJid, isPhoneJid, parseRowId } from '../../src/parse/ids.ts'

const nothing = { fromMe: null, chatJid: null, participant: null, self: false, items: [] }

test.describe('parseRowId', () => {
  test('takes a packed id of a 1:1 chat apart', () => {
    expect(parseRowId('true_5511900000001@c.us_3EB0F4A1B2C3D4E5F6A7')).toEqual({
      ...nothing,
      kind: 'message',
      messageId: '3EB0F4A1B2C3D4E5F6A7',
      fromMe: true,
      chatJid: '5511900000001@c.us',
    })
    expect(parseRowId('false_100000000000001@lid_AC12')).toEqual({
      ...nothing,
      kind: 'message',
      messageId: 'AC12',
      fromMe: false,
      chatJid: '100000000000001@lid',
    })
    expect(parseRowId('false_5511900000001:12@s.whatsapp.net_AC12').chatJid).toBe('5511900000001@c.us')
  })

  test('takes a packed id of a group apart, with and without participant', () => {
    const group = '120363000000000001@g.us'
    expect(parseRowId(`false_${group}_3A00_5511900000002@c.us`)).toEqual({
      ...nothing,
      kind: 'message',
      messageId: '3A00',
      fromMe: false,
      chatJid: group,
      participant: '5511900000002@c.us',
    })
    expect(parseRowId(`true_${group}_3A00_100000000000001@lid`).participant).toBe('100000000000001@lid')
    expect(parseRowId(`true_${group}_3A00`).participant).toBeNull()
    expect(parseRowId('false_5511900000001-1500000000@g.us_3A00_5511900000002@c.us').chatJid).toBe('5511900000001-1500000000@g.us')
  })

  test('knows the chat with oneself by its suffix', () => {
    expect(parseRowId('true_5511900000001@c.us_3EB0A1_out')).toEqual({
      ...nothing,
      kind: 'message',
      messageId: '3EB0A1',
      fromMe: true,
      chatJid: '5511900000001@c.us',
      self: true,
    })
    expect(parseRowId('true_100000000000001@lid_3EB0A1_out').self).toBe(true)
  })

  test('knows every server', () => {
    for (const server of ['c.us', 'lid', 'hosted', 'hosted.lid', 'g.us', 'broadcast', 'newsletter'])
      expect(parseRowId(`false_123@${server}_AC1`), server).toMatchObject({ kind: 'message', messageId: 'AC1', chatJid: `123@${server}` })
    expect(parseRowId('false_status@broadcast_AC1_5511900000001@c.us')).toMatchObject({
      chatJid: 'status@broadcast',
      participant: '5511900000001@c.us',
    })
  })

  test('takes a bare id as it is, with or without the test id around it', () => {
    for (const id of ['3EB0F4A1B2C3D4E5F6A7', 'ACE90BD42E71', 'not_hex-at.all']) {
      expect(parseRowId(id)).toEqual({ ...nothing, kind: 'message', messageId: id })
      expect(parseRowId(`conv-msg-${id}`)).toEqual({ ...nothing, kind: 'message', messageId: id })
    }
  })

  test('takes albums and grouped stickers as what they are, under the id of their first item', () => {
    expect(parseRowId('album-3EB0A1-3EB0B2-7')).toEqual({ ...nothing, kind: 'album', messageId: '3EB0A1', items: ['3EB0A1', '3EB0B2'] })
    expect(
      parseRowId('album-false_120363000000000001@g.us_3A01_5511900000002@c.us-false_120363000000000001@g.us_3A02_5511900000002@c.us-4'),
    ).toEqual({
      kind: 'album',
      messageId: '3A01',
      fromMe: false,
      chatJid: '120363000000000001@g.us',
      participant: '5511900000002@c.us',
      self: false,
      items: ['3A01', '3A02'],
    })
    expect(parseRowId('album-true_5511900000001-1500000000@g.us_3A01_1@lid-true_5511900000001-1500000000@g.us_3A02_1@lid-2').items).toEqual(
      ['3A01', '3A02'],
    )
    expect(parseRowId('grouped-sticker--3EB0A1-3EB0B2')).toEqual({
      ...nothing,
      kind: 'grouped-sticker',
      messageId: '3EB0A1',
      items: ['3EB0A1', '3EB0B2'],
    })
  })

  test('calls anything else unknown', () => {
    for (const id of [
      '',
      '   ',
      'a b',
      'true_',
      'false_x',
      'true_5511900000001@example.com_AC1',
      '5511900000001@c.us',
      'false_@c.us_AC1',
      'album-',
      'album--',
      'album-3',
      'grouped-sticker-',
      'x'.repeat(501),
    ]) {
      expect(parseRowId(id), id.slice(0, 40)).toEqual({ ...nothing, kind: 'unknown', messageId: '' })
    }
  })

  test('gives the parts of every packed id back', () => {
    const digits = fc.stringMatching(/^[1-9]\d{6,17}$/)
    const person = fc.tuple(digits, fc.constantFrom('c.us', 'lid', 'hosted', 'hosted.lid')).map(parts => parts.join('@'))
    const group = fc.tuple(digits, fc.option(digits)).map(([a, b]) => `${b ? `${a}-${b}` : a}@g.us`)
    const stanza = fc.stringMatching(/^(3EB0|AC|A5|3A|2A)[0-9A-F]{16,40}$/)
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.oneof(person, group),
        stanza,
        fc.option(person),
        fc.boolean(),
        (fromMe, chatJid, messageId, participant, self) => {
          const id = [fromMe, chatJid, messageId, ...(participant ? [participant] : []), ...(self ? ['out'] : [])].join('_')
          assert.deepEqual(parseRowId(id), { kind: 'message', messageId, fromMe, chatJid, participant, self, items: [] })
          const album = parseRowId(`album-${id}-${id.replace(messageId, `${messageId}0`)}-9`)
          assert.deepEqual(album, { kind: 'album', messageId, fromMe, chatJid, participant, self, items: [messageId, `${messageId}0`] })
        },
      ),
    )
  })

  test('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^(true|false|album|grouped-sticker|conv-msg)?[-_]?[\w@.-]*$/)),
        id => void parseRowId(id),
      ),
    )
  })
})

test.describe('JIDs', () => {
  test('have one spelling', () => {
    expect(canonicalJid('5511900000001@s.whatsapp.net')).toBe('5511900000001@c.us')
    expect(canonicalJid('5511900000001:12@s.whatsapp.net')).toBe('5511900000001@c.us')
    expect(canonicalJid('5511900000001.0:12@c.us')).toBe('5511900000001@c.us')
    expect(canonicalJid('5511900000001_1:3@C.US')).toBe('5511900000001@c.us')
    expect(canonicalJid(' 100000000000001:5@LID ')).toBe('100000000000001@lid')
    expect(canonicalJid('5511900000001-1500000000@g.us')).toBe('5511900000001-1500000000@g.us')
    expect(canonicalJid('status@broadcast')).toBe('status@broadcast')
    expect(canonicalJid('nonsense')).toBe('nonsense')
  })

  test('reach the same spelling however often they pass', () => {
    fc.assert(fc.property(fc.string(), jid => assert.equal(canonicalJid(canonicalJid(jid)), canonicalJid(jid))))
  })

  test('tell what they name', () => {
    expect([
      isGroupJid('1@g.us'),
      isGroupJid('1@c.us'),
      isPhoneJid('5511900000001:3@s.whatsapp.net'),
      isPhoneJid('1@lid'),
      isLidJid('1@lid'),
      isLidJid('1@hosted.lid'),
      isLidJid('1@c.us'),
    ]).toEqual([true, false, true, false, true, true, false])
  })
})

test('the same message id in two chats is two external ids, each ending in the message id', () => {
  expect(externalId('a', '3EB0')).toBe('a/3EB0')
  expect(externalId('a', '3EB0')).not.toBe(externalId('b', '3EB0'))
})
