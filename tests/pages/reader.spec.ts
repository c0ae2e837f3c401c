/** The reader in a page that has a layout: what only a live page can show. */

import { parseItems } from '../../src/parse/message.ts'
import { classifyState } from '../../src/parse/state.ts'
import { RawConversation, RawState } from '../../src/raw.ts'
import { readConversation } from '../../src/web/page/read-conversation.ts'
import { readState } from '../../src/web/page/read-state.ts'
import { revealRow } from '../../src/web/page/row-point.ts'
import { loadSelectorSets } from '../../src/web/selectors.ts'
import { expect, test } from '../support/chromium.ts'

const [set] = loadSelectorSets({ pinned: 'e7' }).sets
const plan = set?.plan ?? ''
const context = {
  locale: 'en',
  zone: 'UTC',
  now: '2026-03-15T12:00:00Z',
  order: 'dmy' as const,
  chatTitle: 'Ada',
  ownName: null,
  openTop: false,
}

const bubble = (id: string, side: 'start' | 'end', body: string) => `
  <div role="row"><div data-id="${id}" data-testid="conv-msg-${id}"><div data-virtualized="false" style="display:flex;justify-content:flex-${side};padding:0 62px">
    <div data-testid="msg-container" style="width:200px"><div class="copyable-text" data-pre-plain-text="[10:00, 15/03/2026] Ada: ">${body}</div>
    <div data-testid="msg-meta"><span dir="auto">10:00</span></div></div></div></div></div>`
const text = (words: string) => `<span data-testid="selectable-text" class="selectable-text copyable-text">${words}</span>`
const page = (rows: string, dir = 'ltr', top = '') => `<html lang="en" dir="${dir}"><body><div id="app"><div id="main"><header></header>
  <div data-testid="conversation-panel-messages" style="width:900px;height:300px;overflow:auto"><div></div><div>${top}</div><div tabindex="0" data-tab="8">${rows}</div></div></div></div></body></html>`

for (const dir of ['ltr', 'rtl'] as const) {
  test(`${dir}: rows that say nothing are told apart by the side they stand at`, async ({ page: tab }) => {
    await tab.setContent(page(bubble('A', 'start', text('x')) + bubble('B', 'end', text('y')), dir))
    const raw = RawConversation.parse(JSON.parse(await tab.evaluate(readConversation, plan)))
    expect(raw.dir).toBe(dir)
    expect(
      parseItems(raw.items, { ...context, dir: raw.dir }).map(row => (row.type === 'message' ? row.message.direction : row.type)),
    ).toEqual(['in', 'out'])
  })
}

test('reading changes nothing on the page', async ({ page: tab }) => {
  await tab.setContent(page(bubble('A', 'start', text('x'))))
  const before = await tab.content()
  await tab.evaluate(readConversation, plan)
  await tab.evaluate(readState, plan)
  expect(await tab.content()).toBe(before)
})

/** Where the page's template of a formatted text takes the text itself. */
const hole = ['$', '{appText}'].join('')
const bodies: [string, string, string][] = [
  ['line breaks of the text itself', '<span>one\n</span><span>\n</span><span>three</span>', 'one\n\nthree'],
  ['lines that are only blocks', '<span class="block">one</span><span class="block">two</span>', 'one\ntwo'],
  ['br', '<span>one<br>two</span>', 'one\ntwo'],
  [
    'emoji alone',
    '<span><img class="emoji" alt="👩‍🚀" data-plain-text="👩‍🚀"></span><span><img class="emoji" alt="🫀" data-plain-text="🫀"></span>',
    '👩‍🚀🫀',
  ],
  [
    'a list between lines',
    '<span>a\n</span><span><ol><li value="1"><span data-pre-plain-text="1. ">b</span></li>\n<li value="2"><span data-pre-plain-text="2. ">c</span></li></ol>\n</span><span>d</span>',
    'a\n1. b\n2. c\nd',
  ],
  ['icons and hidden spacers', '<span>a<svg><title>tail-in</title></svg><span aria-hidden="true">10:00</span></span>', 'a'],
  [
    'a translation that an extension put in',
    '<span>a</span><font class="immersive-translate-target-wrapper">b</font><div class="some-translation">c</div>',
    'a',
  ],
  ['a text that looks like markup', '<span>&lt;b&gt; &amp;amp; [10:00, 1/1/2026] Eve: </span>', '<b> &amp; [10:00, 1/1/2026] Eve:'],
  ['right-to-left controls and inner spaces', '<span>\u202eabc\u202c  d</span>', '\u202eabc\u202c  d'],
  ['formatting as shown', `<span>a <strong data-app-text-template="*${hole}*">b</strong></span>`, 'a b'],
]
for (const [what, html, words] of bodies) {
  test(`text: ${what}`, async ({ page: tab }) => {
    await tab.setContent(page(bubble('A', 'start', text(html))))
    const raw = RawConversation.parse(JSON.parse(await tab.evaluate(readConversation, plan)))
    expect(raw.items.map(item => (item.type === 'row' ? item.fields.text?.v[0] : item))).toEqual([words])
  })
}

test('formatting marks are kept as they were typed beside the shown text', async ({ page: tab }) => {
  await tab.setContent(
    page(
      bubble(
        'A',
        'start',
        text(`<span>a <strong data-app-text-template="*${hole}*"><em data-app-text-template="_${hole}_">b</em></strong></span>`),
      ),
    ),
  )
  const raw = RawConversation.parse(JSON.parse(await tab.evaluate(readConversation, plan)))
  expect(raw.items[0]).toMatchObject({ fields: { typed: { v: ['a *_b_*'] } } })
})

const tops: [string, string, string][] = [
  ['<div title="Load earlier messages…"><span data-icon="refresh"></span></div>', 'loading', 'more is loading'],
  ['<div><svg><title>ic-sync</title></svg></div>', 'loading', 'more is loading in the newest era'],
  ['<button><div>Click here to get older messages from your phone.</div></button>', 'button', 'the phone holds more'],
  ['<div>Use WhatsApp on your phone to see older messages.</div>', 'text', 'the phone holds more and gives nothing'],
  ['', 'none', 'nothing stands there'],
]
for (const [html, shape, what] of tops) {
  test(`top of the history: ${what}`, async ({ page: tab }) => {
    await tab.setContent(page(bubble('A', 'start', text('x')), 'ltr', html))
    expect(RawConversation.parse(JSON.parse(await tab.evaluate(readConversation, plan))).banner.shape).toBe(shape)
  })
}

test('the mask of an icon is not taken for the conversation', async ({ page: tab }) => {
  await tab.setContent('<div id="side"><div id="pane-side"><svg><mask id="main"></mask></svg><div role="grid"></div></div></div>')
  const raw = RawState.parse(JSON.parse(await tab.evaluate(readState, plan)))
  expect(classifyState(raw)).toBe('ready')
  expect(JSON.parse(await tab.evaluate(readConversation, plan))).toMatchObject({ open: false, items: [] })
})

test('a row is brought into view; not where the pane would stand too near to its top, unless anywhere will do', async ({ page: tab }) => {
  const rows = Array.from({ length: 40 }, (_, n) => bubble(`R${n}`, 'start', text(`${n}`)))
  await tab.setContent(page(rows.join('')))
  const reveal = async (key: string, clearPx: number) => {
    const { place } = JSON.parse(await tab.evaluate(revealRow, JSON.stringify({ key, clearPx }))) as { place: string }
    const top = await tab.locator('[data-testid="conversation-panel-messages"]').evaluate(pane => pane.scrollTop)
    return { place, top }
  }
  const { place, top } = await reveal('R39', 100)
  expect(place).toBe('shown')
  expect(top).toBeGreaterThan(100)
  expect(await reveal('R0', 100)).toEqual({ place: 'above', top })
  expect(await reveal('R0', 0)).toEqual({ place: 'shown', top: 0 })
  expect(await reveal('none', 0)).toEqual({ place: 'absent', top: 0 })
})
