import { expect, test } from '@playwright/test'
import type { RawConversation } from '../../src/raw.ts'
import { rowDigests, showsNews } from '../../src/web/row-digests.ts'

type Item = RawConversation['items'][number]

function row(id: string, fields: Record<string, string>, shell = false): Item {
  const read = Object.fromEntries(Object.entries({ id, ...fields }).map(([name, value]) => [name, { c: 0, v: [value] }]))
  return { type: 'row', run: null, shell, geometry: null, fields: read } as unknown as Item
}
const digests = (...items: Item[]) => rowDigests({ items })
const before = digests({ type: 'day', text: 'Today' }, row('1', { text: 'one' }), row('2', { text: 'two' }))

test('a row that is new or says something else is news', () => {
  expect(showsNews(before, digests(row('1', { text: 'one' }), row('2', { text: 'two' }), row('3', { text: 'one' })))).toBe(true)
  expect(showsNews(before, digests(row('1', { text: 'one, edited' }), row('2', { text: 'two' })))).toBe(true)
  expect(showsNews(before, digests(row('1', { text: 'one', reactions: '❤️' })))).toBe(true)
})

test('rows that went, other separators, empty rows and addresses of pictures are none', () => {
  expect(showsNews(before, digests(row('2', { text: 'two' })))).toBe(false)
  expect(showsNews(before, digests({ type: 'day', text: 'Yesterday' }, row('1', { text: 'one' })))).toBe(false)
  expect(showsNews(before, digests(row('3', {}, true)))).toBe(false)
  const picture = (url: string) => row('4', { picture: JSON.stringify({ url, offered: false }) })
  expect(showsNews(digests(picture('blob:https://a/1')), digests(picture('blob:https://a/2')))).toBe(false)
})
