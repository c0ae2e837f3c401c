/** Rows of the chat list, without a page. */
import { expect, test } from '@playwright/test'
import { parseChatList, parseChatRow } from '../../src/parse/chat.ts'
import type { RawChatRow } from '../../src/raw.ts'

const row = (fields: Record<string, string | string[]>, y: number | null = 0): RawChatRow => ({
  y,
  height: 76,
  fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { c: 0, v: [value].flat() }])),
})
const parse = (fields: Record<string, string | string[]>, locale = 'en') => parseChatRow(row(fields), 0, { locale, archived: false })

test('rows stand in the order of the screen, not of the DOM', () => {
  const rows = [row({ title: 'C' }, 152), row({ title: 'A' }, 0), row({ title: 'B' }, 76)]
  expect(parseChatList({ rows }, { locale: 'en', archived: false }).listings.map(one => [one.position, one.title])).toEqual([
    [0, 'A'],
    [1, 'B'],
    [2, 'C'],
  ])
})

test('rows without a place keep the order of the DOM', () => {
  const rows = [row({ title: 'C' }, null), row({ title: 'A' }, null)]
  expect(parseChatList({ rows }, { locale: 'en', archived: false }).listings.map(one => one.title)).toEqual(['C', 'A'])
})

test('a row without a title is counted, not listed', () => {
  expect(parseChatList({ rows: [row({ time: '10:00' }), row({ title: 'A' })] }, { locale: 'en', archived: true })).toMatchObject({
    untitled: 1,
    listings: [{ title: 'A', position: 0, archived: true }],
  })
})

test('titles and previews lose their padding and nothing else', () => {
  expect(parse({ title: '\u202aAda  B\u202c', preview: '\u202b‏שלום\u202c', community: '\u202aTown\u202c' })).toMatchObject({
    title: 'Ada  B',
    preview: 'שלום',
    community: 'Town',
    isGroup: true,
  })
  expect(parse({ title: 'A', preview: '\u202a\u202c' })?.preview).toBeNull()
})

const unread: [string, string, number][] = [
  ['4 unread messages', 'en', 4],
  ['1.008 mensajes no leídos', 'es', 1008],
  ['1,008 unread messages', 'en', 1008],
  ['1 008 непрочитанных сообщений', 'ru', 1008],
  ['٤ رسائل غير مقروءة', 'ar', 4],
  ['۱۲ پیام', 'fa', 12],
  ['३ अपठित संदेश', 'hi', 3],
]
for (const [label, locale, count] of unread) {
  test(`"${label}" is ${count}`, () => {
    expect(parse({ title: 'A', unread: label }, locale)?.unread).toBe(count)
  })
}

test('a chat that was marked as unread by hand has no number', () => {
  expect(parse({ title: 'A', badges: ['Unread'] })?.unread).toBe(-1)
  expect(parse({ title: 'A', badges: ['Não lidas'] }, 'pt')?.unread).toBe(-1)
  expect(parse({ title: 'A', badges: ['Muted chat'] })).toMatchObject({ unread: 0, muted: true })
})
