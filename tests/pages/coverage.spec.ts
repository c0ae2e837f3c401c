/** The suite of pages as a whole: which traps, eras, kinds, states and rows it holds. A page that is taken out leaves a hole that is named here. */
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import type { InspectedChat, InspectedMessage } from '../../src/commands/inspection.ts'
import { messageKinds } from '../../src/model.ts'
import { fixtureIn, slugsIn } from './fixture.ts'
import { traps } from './traps.ts'

const fixtures = slugsIn(import.meta.dirname).map(slug => {
  const { page, meta, expected } = fixtureIn(import.meta.dirname, slug)
  const { state, chats, messages } = (expected ?? { state: '', chats: [], messages: [] }) as {
    state: string
    chats: InspectedChat[]
    messages: InspectedMessage[]
  }
  return { slug, meta, html: readFileSync(page, 'utf8'), state, chats, messages }
})
const chats = fixtures.flatMap(one => one.chats)
const messages = fixtures.flatMap(one => one.messages)

for (const [number, trap] of Object.entries(traps)) {
  const on = fixtures.filter(one => one.meta.traps.includes(Number(number)))
  test(`trap ${number}, ${trap.what}: ${[...on.map(one => one.slug), ...(trap.test ? [trap.test.file] : [])].join(', ') || 'no page'}`, () => {
    expect(on.length > 0 || trap.test !== undefined, 'a page names the trap in its meta.json, or a test is named in traps.ts').toBe(true)
    const { mark = () => true } = trap
    const without = on.filter(one => !(mark instanceof RegExp ? mark.test(one.html) : mark(one)))
    expect(
      without.map(one => one.slug),
      'pages that name a trap which they do not hold',
    ).toEqual([])
    if (trap.test) expect(readFileSync(trap.test.file, 'utf8')).toContain(trap.test.title)
  })
}

test('the table of traps is the one of the reference: 1 to 25', () => {
  expect(Object.keys(traps).map(Number)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1))
})

for (const era of ['E2', 'E3', 'E4', 'E5', 'E6', 'E7'] as const) {
  test(`${era} has a conversation and a list, and so have the builds beside it`, () => {
    const own = fixtures.filter(one => one.meta.era.length === 1 && one.meta.era[0] === era)
    expect(own.filter(one => one.messages.length > 1).map(one => one.slug)).not.toEqual([])
    expect(own.filter(one => one.chats.length > 1 && one.messages.length === 0).map(one => one.slug)).not.toEqual([])
  })
}

test('three builds stand between two eras', () => {
  const between = new Set(fixtures.filter(one => one.meta.era.length === 2).map(one => one.meta.era.join()))
  expect([...between].sort()).toEqual(['E4,E5', 'E5,E6', 'E6,E7'])
})

test('every kind of message stands on a page', () => {
  expect(messageKinds.filter(kind => !messages.some(one => one.kind === kind))).toEqual([])
})

test('every state of the application stands on a page', () => {
  const states = ['loading', 'qr', 'ready', 'chat_open', 'dialog', 'other_window', 'logged_out', 'unsupported', 'unknown']
  expect(states.filter(state => !fixtures.some(one => one.state === state))).toEqual([])
})

test('everything that a message can carry stands on a page, in both directions', () => {
  const carried: Record<string, (one: InspectedMessage) => boolean> = {
    'a quote': one => one.quoted_text !== null,
    'a forward': one => one.forwarded,
    'an edit': one => one.edited,
    'a file name': one => one.file_name !== null,
    'a duration': one => one.duration_s !== null,
    'an album size': one => one.album_size !== null,
    'one reaction': one => one.reactions.length === 1,
    'several reactions': one => one.reactions.length > 1,
    'several lines': one => one.text?.includes('\n') ?? false,
    'no id': one => one.message_id === null,
    'no time': one => one.ts === null,
    ...Object.fromEntries(
      ['pending', 'sent', 'delivered', 'read'].map(status => [`status ${status}`, (one: InspectedMessage) => one.status === status]),
    ),
  }
  expect(Object.keys(carried).filter(name => !messages.some(one => carried[name]?.(one)))).toEqual([])
  for (const direction of ['in', 'out'] as const) expect(messages.filter(one => one.direction === direction).length).toBeGreaterThan(20)
})

test('every sort of chat row stands on a page', () => {
  const title = (one: InspectedChat): boolean =>
    fixtures.some(({ chats: list }) => list.filter(other => other.title === one.title).length > 1)
  const sorts: Record<string, (one: InspectedChat) => boolean> = {
    pinned: one => one.pinned,
    muted: one => one.muted,
    'of a community': one => one.community !== null,
    'marked as unread': one => one.unread === -1,
    'over a thousand unread': one => one.unread > 1000,
    'with a preview of nothing': one => one.preview === null,
    'of a title that another chat has too': title,
    'an unsaved number': one => /^\+\d/.test(one.title),
  }
  expect(Object.keys(sorts).filter(name => !chats.some(one => sorts[name]?.(one)))).toEqual([])
  const unread = new Set(fixtures.filter(one => one.chats.some(chat => chat.unread > 0)).map(one => one.meta.locale))
  expect(unread.size, 'unread counts in many languages').toBeGreaterThanOrEqual(9)
})

test('the pages speak the languages that differ most', () => {
  const spoken = new Set(fixtures.map(one => one.meta.locale.split('-')[0]))
  expect(['en', 'pt', 'es', 'id', 'ru', 'it', 'de', 'fr', 'tr', 'he', 'ar', 'hi', 'zh', 'ja'].filter(one => !spoken.has(one))).toEqual([])
})

test('every page is whole: as many tags closed as opened, and nothing that could run or load', () => {
  for (const { slug, html } of fixtures) {
    for (const tag of ['div', 'span', 'button', 'svg', 'header', 'footer', 'ol', 'li', 'strong', 'a']) {
      const opened = html.match(new RegExp(`<${tag}[\\s>]`, 'g'))?.length ?? 0
      expect(html.split(`</${tag}>`).length - 1, `${slug}: <${tag}>`).toBe(opened)
    }
    expect(html, slug).not.toMatch(/<script|<iframe|<link|\son[a-z]+=|src="https?:/)
  }
})
