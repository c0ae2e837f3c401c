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
