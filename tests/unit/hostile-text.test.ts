/** Names, ids and texts as strangers choose them: lone surrogates, NUL, right-to-left overrides, letters that only look alike. */
import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { fromStored, toJson, toStored } from '../../src/db/text.ts'
import { asciiDigits, fold, stripBidi, tidy } from '../../src/parse/fold.ts'
import { canonicalJid, parseRowId } from '../../src/parse/ids.ts'
import { phoneJid, samePhone } from '../../src/parse/phone.ts'
import { parseStamp, splitPrePlain } from '../../src/parse/stamps.ts'
import { runs } from './locale-writer.ts'

/** Characters that break programs: halves of pairs, NUL, the marker of our own escapes, bidi controls, joiners, modifiers, maths letters, separators. */
const wicked = fc.constantFrom(
  ...[
    '\0',
    '\ud800',
    '\udbff',
    '\udc00',
    '\udfff',
    '\uf5c0',
    '\u202e',
    '\u202a',
    '\u202c',
    '\u2066',
    '\u2069',
    '\u200b',
    '\u200d',
    '\u200e',
  ],
  ...[
    '\u061c',
    '\ufeff',
    '\u00a0',
    '\u202f',
    '\u2028',
    '\ufe0f',
    '\u0301',
    'ı',
    'İ',
    'ß',
    'ς',
    'ﬁ',
    '𝐀',
    '𝟏',
    '٣',
    '०',
    '👩‍👩‍👧',
    '🇧🇷',
    ': ',
    '] ',
    '[',
    '~',
    '\n',
  ],
  ...['d800', 'f5c0', '\\u0000', '%00', "'", '"', '\\', '_', '@', '-'],
)
const text = fc
  .array(fc.oneof(wicked, fc.string({ unit: 'binary', maxLength: 3 }), fc.string({ maxLength: 3 })), { maxLength: 12 })
  .map(parts => parts.join(''))

test('what is stored comes back exactly, and what is stored can be stored', () => {
  fc.assert(
    fc.property(text, one => {
      const stored = toStored(one)
      assert.equal(fromStored(stored), one)
      assert.ok(!/[\0\ud800-\udfff]/u.test(stored))
      const json = toJson({ [one]: [one, { deep: one }] })
      assert.ok(!/[\0\ud800-\udfff]/u.test(json) && !/\\u(?:0000|d[89a-f])/i.test(json.replaceAll('\\\\', '')))
      assert.deepEqual(JSON.parse(json), { [toStored(one)]: [stored, { deep: stored }] })
    }),
    runs(2_000, 100_000),
  )
})

test('two texts are never stored as one', () => {
  fc.assert(
    fc.property(text, text, (a, b) => assert.equal(toStored(a) === toStored(b), a === b)),
    runs(2_000, 100_000),
  )
})

test('stripping, tidying and folding a second time change nothing', () => {
  fc.assert(
    fc.property(text, one => {
      for (const change of [stripBidi, asciiDigits, tidy, fold]) assert.equal(change(change(one)), change(one), change.name)
    }),
    runs(2_000, 100_000),
  )
})

test('stripping takes invisible marks only: names that differ in anything else stay different', () => {
  const invisible = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/
  fc.assert(
    fc.property(text, one => {
      const seen = Array.from({ length: one.length }, (_, index) => one.charAt(index)).filter(unit => !invisible.test(unit))
      assert.equal(stripBidi(one), seen.join(''))
    }),
    runs(2_000, 100_000),
  )
})

test('folding joins spellings of a word of the interface, and keeps other words apart', () => {
  for (const [a, b] of [
    ['PAZARTESİ', 'Pazartesi'],
    ['ΤΡΊΤΗ', 'Τρίτη'],
    ['MIÉRCOLES', 'miércoles'],
    ['\u202aYesterday\u202c', 'yesterday'],
    ['3 p.\u00a0m.', '3 P.\u202fM.'],
    ['SCHLIESSEN', 'schließen'],
  ] as const)
    expect(fold(a), a).toBe(fold(b))
  for (const [a, b] of [
    ['पिछला', 'पिछली'],
    ['ก่อน', 'กอน'],
    ['あり', 'ありが'],
    ['か', 'が'],
    ['\u05d0\u05b7', '\u05d0'],
  ] as const)
    expect(fold(a) === fold(b), `${a} ${b}`).toBe(false)
})

test('the digits of every script count from its zero', () => {
  const systems = Intl.supportedValuesOf('numberingSystem')
  let tried = 0
  for (const system of systems) {
    const format = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false })
    const written = format.format(9_876_543_210)
    if (!/^\p{Nd}{10}$/u.test(written)) continue
    tried++
    assert.equal(asciiDigits(written), '9876543210', system)
  }
  expect(tried).toBeGreaterThan(60)
})

test('a name comes back from a stamp as it stood, and no text breaks the parsers', () => {
  fc.assert(
    fc.property(text, name => {
      assert.deepEqual(splitPrePlain(`[10:00, 1/2/2026] ${name}: `), { stamp: '10:00, 1/2/2026', name })
      splitPrePlain(name)
      parseStamp(name, { locale: name, order: null })
      parseRowId(name)
      phoneJid(name)
      samePhone(name, name)
    }),
    runs(2_000, 100_000),
  )
})

const digits = fc.stringMatching(/^[1-9]\d{6,14}$/)
const server = fc.constantFrom('c.us', 'lid', 'hosted', 'hosted.lid')
const device = fc.constantFrom('', ':0', ':12', ':99')
const agent = fc.constantFrom('', '.0', '.1', '_1')
const stanza = fc.oneof(
  fc.stringMatching(/^(3EB0|AC|A5|3A|2A)[0-9A-F]{14,40}$/),
  fc.stringMatching(/^[0-9A-F]{18}$/),
  fc.stringMatching(/^[0-9A-Z]{20}$/),
  fc.stringMatching(/^[0-9A-F]{32}$/),
)
const person = fc.tuple(digits, server)
const group = fc.tuple(digits, fc.option(fc.stringMatching(/^1[3-7]\d{8}$/))).map(([a, b]) => (b === null ? `${a}@g.us` : `${a}-${b}@g.us`))

test('an id of every form is taken apart into what it was put together from', () => {
  const chat = fc.oneof(
    person.map(([user, host]) => ({ written: `${user}@${host}`, jid: `${user}@${host}` })),
    fc
      .tuple(
        digits,
        agent.filter(one => one !== '_1'),
        device,
        fc.constantFrom('s.whatsapp.net', 'c.us'),
      )
      .map(([user, agent, device, host]) => ({
        written: `${user}${agent}${device}@${host}`,
        jid: `${user}@c.us`,
      })),
    group.map(jid => ({ written: jid, jid })),
    fc.constantFrom('status@broadcast', '120363000000000001@newsletter').map(jid => ({ written: jid, jid })),
  )
  const whole = fc.record({
    fromMe: fc.boolean(),
    chat,
    messageId: stanza,
    participant: fc.option(
      fc.tuple(digits, device, server).map(([user, device, host]) => ({ written: `${user}${device}@${host}`, jid: `${user}@${host}` })),
    ),
    self: fc.boolean(),
    prefix: fc.constantFrom('', 'conv-msg-'),
  })
  fc.assert(
    fc.property(whole, fc.array(stanza, { maxLength: 4 }), ({ fromMe, chat, messageId, participant, self, prefix }, more) => {
      const compose = (id: string): string =>
        [fromMe, chat.written, id, participant?.written, self ? 'out' : undefined].filter(part => part !== undefined).join('_')
      const facts = { fromMe, chatJid: chat.jid, participant: participant?.jid ?? null, self }
      assert.deepEqual(parseRowId(prefix + compose(messageId)), { kind: 'message', messageId, items: [], ...facts })
      const none = { fromMe: null, chatJid: null, participant: null, self: false }
      assert.deepEqual(parseRowId(prefix + messageId), { kind: 'message', messageId, items: [], ...none })
      const items = [messageId, ...more].slice(0, 4)
      assert.deepEqual(parseRowId(`album-${items.join('-')}-${items.length}`), { kind: 'album', messageId, items, ...none })
      assert.deepEqual(parseRowId(`grouped-sticker--${items.join('-')}`), { kind: 'grouped-sticker', messageId, items, ...none })
      const two = items.slice(0, 2)
      assert.deepEqual(parseRowId(`album-${two.map(compose).join('-')}-${two.length}`), { kind: 'album', messageId, items: two, ...facts })
      assert.deepEqual(parseRowId(`grouped-sticker--${two.map(compose).join('-')}`), {
        kind: 'grouped-sticker',
        messageId,
        items: two,
        ...facts,
      })
    }),
    runs(1_000, 50_000),
  )
})

test('a JID has one spelling, with and without agent and device, and two people never share it', () => {
  const host = fc.constantFrom('s.whatsapp.net', 'c.us', 'lid', 'hosted', 'hosted.lid', 'C.US', 'LID')
  fc.assert(
    fc.property(digits, digits, agent, device, host, (user, other, agent, device, host) => {
      const one = canonicalJid(`${user}${agent}${device}@${host}`)
      assert.equal(one, `${user}@${host.toLowerCase().replace('s.whatsapp.net', 'c.us')}`)
      assert.equal(canonicalJid(one), one)
      assert.equal(canonicalJid(`${other}${agent}${device}@${host}`) === one, other === user)
    }),
    runs(1_000, 50_000),
  )
  fc.assert(
    fc.property(text, one => {
      for (const jid of [one, `${one}@c.us`, `${one}@s.whatsapp.net`, `1:${one}@lid`, ` ${one}@g.us `])
        assert.equal(canonicalJid(canonicalJid(jid)), canonicalJid(jid), JSON.stringify(jid))
    }),
    runs(2_000, 100_000),
  )
})

test('folding gives plain text the key that the same words have in other spellings', () => {
  for (const [text, key] of [
    ["Aujourd'hui", 'aujourdhui'],
    ["a ' b ` c", 'a b c'],
    ['`', ''],
  ] as const) {
    expect(fold(text), text).toBe(key)
    expect(fold(`${text.replaceAll("'", '’')}\u200e`), text).toBe(key)
  }
})
