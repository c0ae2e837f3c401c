/** Who wrote a row, and what it is, where the page says so without a word of its language. */
import { expect, test } from '@playwright/test'
import type { ParseContext } from '../../src/parse/context.ts'
import { parseItems } from '../../src/parse/message.ts'
import type { RawRow } from '../../src/raw.ts'

const context: ParseContext = {
  locale: 'xx',
  zone: 'UTC',
  now: '2026-03-10T12:00:00Z',
  order: 'dmy',
  dir: 'ltr',
  chatTitle: 'Ada',
  ownName: null,
  ownId: '447700900999@c.us',
  openTop: false,
}

function row(fields: Record<string, string>, run: number | null = 1): RawRow {
  const raw = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { c: 0, v: [value] }]))
  return { type: 'row', run, shell: false, geometry: null, fields: raw }
}

const messages = (...rows: RawRow[]) =>
  parseItems([{ type: 'day', text: '10/3/2026' }, ...rows], context).map(one => (one.type === 'message' ? one.message : one.type))

test('a row without a name is of whom the other rows of its run name', () => {
  const first = row({ id: 'A', stamp: '[10:00, 10/3/2026] Ada: ', text: 'x', label: 'Ada:', tail: 'in' })
  const picture = row({ id: 'B', time: '10:01', image: '' })
  expect(messages(first, picture)[1]).toMatchObject({ senderId: 'Ada', senderName: 'Ada' })
  const number = row({ id: 'C', stamp: '[10:00, 10/3/2026] +44 7700 900104: ', text: 'x', tail: 'in' })
  expect(messages(number, picture)[1]).toMatchObject({ senderId: '447700900104@c.us', senderName: '+44 7700 900104' })
})

test('a run whose rows name two people names nobody', () => {
  const ada = row({ id: 'A', stamp: '[10:00, 10/3/2026] Ada: ', text: 'x', tail: 'in' })
  const bea = row({ id: 'B', stamp: '[10:00, 10/3/2026] Bea: ', text: 'x' })
  expect(messages(ada, bea, row({ id: 'C', time: '10:01', image: '' }))[2]).toMatchObject({ senderId: null, senderName: null })
})

test('what comes into a chat with one person is that person’s, what goes out is the account’s', () => {
  const incoming = row({ id: 'false_447700900104@c.us_AAAA', time: '10:01', image: '' }, null)
  expect(messages(incoming)[0]).toMatchObject({ senderId: '447700900104@c.us', senderName: 'Ada' })
  const own = row({ id: 'true_447700900104@c.us_AAAB', time: '10:01', image: '' }, null)
  expect(messages(own)[0]).toMatchObject({ senderId: '447700900999@c.us', senderName: null })
  const group = row({ id: 'false_120363@g.us_AAAC', time: '10:01', image: '' }, null)
  expect(messages(group)[0]).toMatchObject({ senderId: null, senderName: null })
})

test('a word both beside the time and in the invisible copy of the meta line marks an edit in any language', () => {
  const edited = (fields: Record<string, string>) =>
    messages(row({ id: 'A', stamp: '[10:00, 10/3/2026] Ada: ', text: 'x', tail: 'in', ...fields })).map(
      one => typeof one === 'object' && one.edited,
    )
  expect(edited({ metaWords: 'zmieniono', spacerWord: 'zmieniono' })).toEqual([true])
  expect(edited({ metaWords: 'zmieniono' })).toEqual([false])
  expect(edited({ metaWords: 'AI', spacerWord: 'AI' })).toEqual([false])
})

test('a picture outside of a frame is a sticker where it is described, and a photo where it is not', () => {
  const kind = (fields: Record<string, string>) =>
    messages(row({ id: 'A', time: '10:00', tail: 'in', anyImage: '', ...fields })).map(one => typeof one === 'object' && one.kind)
  expect(kind({ imageAlt: 'Naklejka' })).toEqual(['sticker'])
  expect(kind({})).toEqual(['image'])
})
