import { expect, test } from '@playwright/test'
import { withoutForeignIds } from '../../src/parse/foreign-ids.ts'
import { parseRowId } from '../../src/parse/ids.ts'
import type { RawConversation } from '../../src/raw.ts'

function conversation(...ids: string[]): RawConversation {
  const items = ids.map(id => ({
    type: 'row' as const,
    run: null,
    shell: false,
    geometry: null,
    fields: { id: { c: 0, v: [id] } },
  }))
  const empty = { banner: { shape: 'none' as const, text: '' }, scroll: { top: 0, height: 0, client: 0 }, fields: {} }
  return { open: true, title: 'Ana', subtitle: null, lang: 'en', dir: 'ltr', items, ...empty }
}
const told = (raw: RawConversation) =>
  withoutForeignIds(raw).items.map(item => {
    const { kind, messageId, chatJid } = parseRowId(item.type === 'row' ? (item.fields.id?.v[0] ?? '') : '')
    return [kind, messageId, chatJid]
  })

const victim = '447700900102@c.us'
const bare = ['AC01', '3EB002', '3A03']

for (const spoofed of [
  `false_${victim}_AC01`,
  `true_${victim}_3EB002_${victim}`,
  `album-false_${victim}_A-false_${victim}_B-2`,
  `grouped-sticker--false_${victim}_A`,
  `${victim}`,
  'true_x',
  'AC"] [data-id',
]) {
  test(`among bare ids ${spoofed} is an id as it stands, and names neither a chat nor another message`, () => {
    expect(told(conversation(...bare, spoofed))).toEqual([...bare, spoofed].map(id => ['message', id, null]))
    expect(told(conversation(...bare, `conv-msg-${spoofed}`)).at(-1)).toEqual(['message', spoofed, null])
  })
}

test('where most ids are of no known form the page has changed: they stay unknown', () => {
  expect(told(conversation('AC01', 'x@y 1', 'x@y 2'))).toEqual([
    ['message', 'AC01', null],
    ['unknown', '', null],
    ['unknown', '', null],
  ])
})

test('where the ids are packed, or all bare, they stay as they are', () => {
  const packed = bare.map(id => `false_${victim}_${id}`)
  const albums = ['album-AC01-AC02-2', 'album-AC03-AC04-2', 'album-AC05-AC06-3', 'album-AC07-AC08-2']
  for (const ids of [bare, packed, [...packed, ...albums], []]) {
    const raw = conversation(...ids)
    expect(withoutForeignIds(raw)).toBe(raw)
  }
})
