import { expect, test } from '@playwright/test'
import type { Page } from 'playwright'
import type { RawChatList, RawConversation } from '../../src/raw.ts'
import type { Guard } from '../../src/web/guard.ts'
import { openListedChat, titleFits } from '../../src/web/open-chat.ts'

function shown(title: string | null, composer?: string): RawConversation {
  const pane = { open: true, subtitle: null, lang: 'en', dir: 'ltr' as const, items: [], scroll: { top: 0, height: 0, client: 0 } }
  return {
    ...pane,
    title,
    banner: { shape: 'none', text: '' },
    fields: composer === undefined ? {} : { composer: { c: 0, v: [composer] } },
  }
}
const chat = (title: string, isSelf = false) => ({ title, community: null, isSelf, y: 0 })

test('a chat is open when the header names it, whatever padding the page puts around the name', () => {
  expect(titleFits(shown('Ana\u00a0 Lima'), chat('\u202aAna Lima\u202c'))).toBe(true)
  expect(titleFits(shown('Ana'), chat('Ana Lima'))).toBe(false)
  expect(titleFits(shown(null), chat('Ana'))).toBe(false)
})

test('a row that may not be opened any more, since something came after the list was walked, is not pressed', async () => {
  const clicks: string[] = []
  const row = { y: 76, fields: { title: { c: 0, v: ['Ana'] }, unread: { c: 0, v: ['2'] } } } as unknown as RawChatList['rows'][number]
  const opening = openListedChat(
    {
      page: { evaluate: async () => JSON.stringify({ x: 10, y: 100, selected: false }) } as unknown as Page,
      guard: { click: async kind => void clicks.push(kind) } as Partial<Guard> as Guard,
      rowSelectors: [],
      readListAt: async () => ({ rows: [row] }) as unknown as RawChatList,
      readShown: async () => shown(null),
      readConversation: async () => shown(null),
      mayOpen: ({ fields }) => fields.unread === undefined,
      signal: new AbortController().signal,
      now: () => 0,
    },
    { ...chat('Ana'), y: 76 },
  )
  await expect(opening).rejects.toMatchObject({ code: 'retryable', message: expect.stringContaining('unread') })
  expect(clicks).toEqual([])
})

test('the chat with oneself may be called "(You)" in the header, other chats may not', () => {
  expect(titleFits(shown('Ana (You)'), chat('Ana', true))).toBe(true)
  expect(titleFits(shown('Ana (You)'), chat('Ana'))).toBe(false)
})

test('an unsaved number that the header calls unknown is known by the composer, as a whole name only', () => {
  expect(titleFits(shown('Unknown number', 'Type to +55 11 90000-0003'), chat('+55 11 90000-0003'))).toBe(true)
  expect(titleFits(shown('Marta', 'Type to Marta'), chat('Mar'))).toBe(false)
  expect(titleFits(shown('Marta', 'Type to Marta'), chat(''))).toBe(false)
})
