import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { rowsOf } from '../../src/db/client.ts'
import { fromStored, toStored } from '../../src/db/text.ts'
import { expect, onBoth, test } from '../support/database.ts'
import { message, writing } from './given.ts'

const texts = [
  'NUL \0 in the middle',
  'lone high \ud800 and low \udfff',
  'the mark itself \uf5c0 and \uf5c00000',
  "'); drop table messages; --",
  '\\u0000 written out, \\x00, %s, $1',
  '<b onclick="x">[10:00, 01/02/2026] Ana: </b>',
  '\u202eright to left\u202c \u2066isolated\u2069',
  '👩‍👩‍👧‍👦 ✌🏽 ﷽ Z͑ͫ̓',
  'x'.repeat(65_536),
  ' leading, trailing and\nbreaks\r\n\t ',
  '{"a": [1, "b"]}',
]

onBoth('any text is stored and comes back exactly, in every column and in the outbox’s ids', async ({ store, database }) => {
  const { save } = await writing(store, { title: 'Te\0am/%\ud800', participants: ['a\0b', '\udc00'] })
  const saved = await save(
    texts.map((text, n) =>
      message(`id\0${n}\ud800`, {
        text,
        senderName: text,
        quoted: { text, sender: text, messageId: null },
        fileName: text,
        reactions: [{ emoji: `\0${n}`, count: 1 }],
      }),
    ),
    { rejects: [{ rowKey: 'r\0', field: 'ts', reason: 'bad \ud800', raw: { 'k\0': ['v\0', '\udfff'] } }] },
  )
  expect(saved).toMatchObject({ inserted: texts.length, rejected: 1 })
  const rows = await rowsOf<Record<string, string>>(
    database.db,
    sql`select content_snippet, sender_name, quoted_text, file_name, message_id from messages order by id`,
  )
  for (const column of ['content_snippet', 'sender_name', 'quoted_text', 'file_name']) {
    expect(rows.map(row => fromStored(row[column]!))).toEqual(texts)
  }
  expect(rows.map(row => fromStored(row.message_id!))).toEqual(texts.map((_, n) => `id\0${n}\ud800`))
  const [reject] = await rowsOf<{ raw: Record<string, string[]> }>(database.db, sql`select raw from rejects`)
  expect(Object.entries(reject!.raw).map(([key, value]) => [fromStored(key), value.map(fromStored)])).toEqual([['k\0', ['v\0', '\udfff']]])
})

onBoth('hostile text read a second time is unchanged', async ({ store }) => {
  const { save } = await writing(store)
  const messages = texts.map((text, n) => message(`id\0${n}`, { text }))
  await save(messages)
  expect(await save(messages)).toMatchObject({ inserted: 0, updated: 0, unchanged: texts.length })
})

test('what is stored can always be turned back, and ordinary text is stored as it is', () => {
  const anything = fc.string({ unit: fc.nat(0xffff).map(code => String.fromCharCode(code)), maxLength: 40 })
  fc.assert(
    fc.property(anything, text => {
      const stored = toStored(text)
      return fromStored(stored) === text && !/[\ud800-\udfff]/u.test(stored) && !stored.includes('\0')
    }),
    { examples: texts.map(text => [text] as [string]) },
  )
  for (const text of ['plain', 'emoji 👩‍👩‍👧‍👦', '']) expect(toStored(text)).toBe(text)
})

/** Chosen to run into another chat's: equal, longer, shorter, with the separators of our own ids, with what looks like a chat's key. */
const collidingIds = [
  'AC01',
  'AC01/',
  '/AC01',
  'x/AC01',
  '../AC01',
  'AC01#2',
  'AC0',
  'AC011',
  '%2FAC01',
  'AC01%2F',
  'b@c.us/AC01',
  '1',
  'null',
]

onBoth(
  'ids that senders chose to be another chat’s are rows of their own in each chat, under ids that nobody shares',
  async ({ store, database }) => {
    // Titles with separators: the key of one chat never runs into the message id of another.
    const titles = ['a', 'a/x', 'a/', 'a%2Fx', 'b@c.us', 'title:a', 'a#2', '../a']
    for (const title of titles) {
      const { save } = await writing(store, { title })
      const saved = await save(collidingIds.map(id => message(id, { text: `${id} in ${title}` })))
      expect(saved, title).toMatchObject({ inserted: collidingIds.length, updated: 0, rejected: 0 })
    }
    const rows = await rowsOf<{ title: string; id: string; text: string; external_id: string }>(
      database.db,
      sql`select c.title, m.message_id as id, m.content_snippet as text, m.external_id from messages m join chats c on c.id = m.chat_id`,
    )
    expect(rows).toHaveLength(titles.length * collidingIds.length)
    for (const row of rows) {
      expect(row.text).toBe(`${row.id} in ${row.title}`)
      expect(row.external_id.endsWith(`/${row.id}`)).toBe(true)
    }
    expect(new Set(rows.map(row => row.external_id)).size).toBe(rows.length)
  },
)

onBoth('a contact with the owner’s name, or with another contact’s, is nobody but the one the page says', async ({ store, database }) => {
  const chats = ['447700900555@c.us', '447700900556@c.us', null].map(jid => ({ title: 'Robin Amsel', jid }))
  for (const { title, jid } of chats) {
    const { save } = await writing(store, { title, jid, messageIds: [`M-${jid}`] })
    await save([message(`M-${jid}`, { text: `of ${jid}`, senderName: title, direction: 'in' })])
  }
  const rows = await rowsOf<{ text: string; out: boolean; chat: string }>(
    database.db,
    sql`select m.content_snippet as text, m.is_outgoing as out, c.external_id as chat from messages m join chats c on c.id = m.chat_id order by m.id`,
  )
  expect(rows.map(({ text, out }) => [text, out])).toEqual(chats.map(({ jid }) => [`of ${jid}`, false]))
  expect(new Set(rows.map(({ chat }) => chat)).size).toBe(3)
})
