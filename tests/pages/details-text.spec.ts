/** Texts, exact: what the page shows, what was typed, who is named, where links lead (reference §4.9 and its traps 2, 13–18, 22), in every era. */
import { expect, test } from '../support/chromium.ts'
import { type Era, eras, icon, readRows, row, selectable, testid, text } from './rows.ts'

const hole = ['$', '{appText}'].join('')
const mark = (era: Era, tag: string, typed: string, inner: string) =>
  `<${tag} ${selectable(era)} data-app-text-template="${typed}${hole}${typed}">${inner}</${tag}>`
const emoji = (shape: string) => `<img class="b61 emoji wa" alt="${shape}" data-plain-text="${shape}" src="data:image/gif;base64,R0lGOD">`
const item = (era: Era, marker: string, inner: string) =>
  `<li dir="auto"><span ${selectable(era)} data-pre-plain-text="${marker} ">${inner}</span></li>`
const quoted = (era: Era, inner: string) =>
  `<blockquote dir="ltr" ${selectable(era)} data-pre-plain-text="> "><div class="bar"></div><div>${inner}</div></blockquote>`
const mention = (era: Era, name: string, digits: string) => {
  const kept =
    era === 'e7' || era === 'e6'
      ? `data-app-text-template="\u200b${digits}@lid\u200b"`
      : `data-jid="${digits}@c.us" data-display="${name}" data-app-text-template="${digits}@c.us"`
  return `<span role="button"><span dir="auto" ${selectable(era, 'select-all')} data-plain-text="@${name}" ${kept}>@<span dir="ltr">${name}</span></span></span>`
}
const link = (era: Era, href: string, words = href) =>
  `<a dir="ltr" href="${href}" title="${href}" target="_blank" ${selectable(era)}>${words}</a>`
const server = (era: Era) => (era === 'e6' || era === 'e7' ? 'lid' : 'c.us')

const texts: [what: string, html: (era: Era) => string, shown: string, details: (era: Era) => object][] = [
  [
    'bold, italic, struck and code',
    era =>
      `<span>a ${mark(era, 'strong', '*', 'b')} ${mark(era, 'em', '_', 'c')} ${mark(era, 'del', '~', 'd')} ${mark(era, 'code', '`', 'e')}</span>`,
    'a b c d e',
    () => ({ typed: 'a *b* _c_ ~d~ `e`' }),
  ],
  [
    'marks inside marks',
    era => `<span>${mark(era, 'strong', '*', `x ${mark(era, 'em', '_', mark(era, 'del', '~', 'y'))}`)}</span>`,
    'x y',
    () => ({ typed: '*x _~y~_*' }),
  ],
  [
    'a block of code with a line break',
    era => `<span>${mark(era, 'code', '```', 'if (a)\n  b()')}</span>`,
    'if (a)\n  b()',
    () => ({ typed: '```if (a)\n  b()```' }),
  ],
  [
    'a numbered list in the midst: its markers are no stamps',
    era =>
      `<span class="x">Buy\n</span><span><ol dir="ltr">${item(era, '1.', 'milk')}\n${item(era, '2.', `${mark(era, 'strong', '*', 'bread')}`)}</ol>\n</span><span>today</span>`,
    'Buy\n1. milk\n2. bread\ntoday',
    () => ({ typed: 'Buy\n1. milk\n2. *bread*\ntoday' }),
  ],
  ['a bulleted list', era => `<span><ul>${item(era, '-', 'milk')}\n${item(era, '-', 'bread')}</ul></span>`, '- milk\n- bread', () => ({})],
  [
    'a quoted passage and an answer',
    era => `<span>${quoted(era, 'Shall we?')}\n</span><span>Yes</span>`,
    'Shall we?\nYes',
    () => ({ typed: '> Shall we?\nYes' }),
  ],
  [
    'a bold word in a quoted passage',
    era => `<span>${quoted(era, `so ${mark(era, 'strong', '*', 'be')} it`)}</span>`,
    'so be it',
    () => ({ typed: '> so *be* it' }),
  ],
  [
    'somebody who is named, twice',
    era =>
      `<span>${mention(era, 'Ada Lindt', '100000000000001')} and ${mention(era, 'Ada Lindt', '100000000000001')}, ${mention(era, '~ Bo', '100000000000002')}</span>`,
    '@Ada Lindt and @Ada Lindt, @~ Bo',
    era => ({
      mentions: [
        { name: 'Ada Lindt', id: `100000000000001@${server(era)}` },
        { name: '~ Bo', id: `100000000000002@${server(era)}` },
      ],
    }),
  ],
  [
    'links, each once, in their order; what would run is none',
    era =>
      `<span>${link(era, 'https://b.example/2?q=1&amp;r=2')} ${link(era, 'mailto:ada@example.org', 'ada@example.org')} ${link(era, 'https://b.example/2?q=1&amp;r=2')} ${link(era, 'java\nscript:alert(1)', 'x')} ${link(era, '#', 'y')}</span>`,
    'https://b.example/2?q=1&r=2 ada@example.org https://b.example/2?q=1&r=2 x y',
    () => ({ links: ['https://b.example/2?q=1&r=2', 'mailto:ada@example.org'] }),
  ],
  [
    'emoji of every shape',
    () => `<span>a ${emoji('👍🏽')}${emoji('🇧🇷')}${emoji('👩‍🚀')}${emoji('🏴󠁧󠁢󠁥󠁮󠁧󠁿')}${emoji('1️⃣')} b</span>`,
    'a 👍🏽🇧🇷👩‍🚀🏴󠁧󠁢󠁥󠁮󠁧󠁿1️⃣ b',
    () => ({}),
  ],
  [
    'line breaks and empty lines',
    () => '<span class="x">one\n</span><span class="x">\n</span><span>three</span>',
    'one\n\nthree',
    () => ({}),
  ],
  ['right-to-left text with a number', () => '<span>שלום 10:20 עולם</span>', 'שלום 10:20 עולם', () => ({})],
  [
    'words that look like markup',
    () => '<span>&lt;b data-id="x"&gt; &amp;amp; *no mark*</span>',
    '<b data-id="x"> &amp; *no mark*',
    () => ({}),
  ],
  ['words that look like a stamp', () => '<span>[10:20, 1/2/2026] Ana: hi</span>', '[10:20, 1/2/2026] Ana: hi', () => ({})],
  [
    'words that are a time, an "Edited", a "Read more"',
    () => '<span class="x">10:20\n</span><span class="x">Edited\n</span><span>Read more</span>',
    '10:20\nEdited\nRead more',
    () => ({}),
  ],
  [
    'a translation and a button that an extension put in',
    () => '<span>hola</span><font class="immersive-translate-target-wrapper">hello</font><div>hello</div><button>Translate</button>',
    'hola',
    () => ({}),
  ],
  ['the names of icons', era => `<span>a${icon(era, 'msg-dblcheck')}<svg><title>forward-refreshed</title></svg></span>`, 'a', () => ({})],
]

for (const era of eras) {
  test(`${era}: texts are as shown, with what was typed, who is named and where links lead`, async ({ page: tab }) => {
    const rows = texts.map(([, html], n) =>
      row(era, { id: `3EB0${String(n).padStart(16, '0')}`, body: text(era, html(era)), stamped: true }),
    )
    const { messages, rest } = await readRows(tab, era, rows)
    expect(rest).toEqual([])
    for (const [n, [what, , shown, details]] of texts.entries()) {
      expect(messages[n], what).toMatchObject({ kind: 'text', text: shown, direction: 'in', edited: false, ts: '2026-03-15T10:20:00.000Z' })
      expect(messages[n]?.details, what).toEqual(details(era))
    }
  })

  test(`${era}: nothing is doubled and nothing leaks: preview, quote, caption, edit, forward, reactions`, async ({ page: tab }) => {
    const url = 'https://www.trips.example/seven?id=7'
    const preview = `<div${testid(era, 'link-preview-container')} class="_ahy5"><div><div title="Seven days 🌊"${testid(era, 'link-preview-title')}><span dir="ltr">Seven days ${emoji('🌊')}</span></div>
      <div><span dir="ltr" title="A tour by boat"${testid(era, 'link-description')}>A tour by boat</span></div><div><span dir="ltr"${testid(era, 'url-element')}>trips.example</span></div></div></div>`
    const quote = `<div${testid(era, 'quoted-message')} class="_aju3" role="button" aria-label="Quoted message"><div><div role="" class="_ahxj"><span dir="auto"${testid(era, 'author')}>Bo</span></div>
      <div dir="ltr"><span dir="auto" class="quoted-mention"${era > 'e4' ? ' data-testid="selectable-text"' : ''}>${mark(era, 'strong', '*', 'Old')} ${link(era, 'https://old.example/')} ${mention(era, 'Cy', '1')}</span></div></div></div>`
    const caption = '<span>On <b>the</b> pier</span>'
    const image = `<div role="button" aria-label="Open picture"${testid(era, 'image-thumb')} style="width: 330px; height: 200px;"><img alt="On the pier" src="data:image/jpeg;base64,AA=="><img alt="On the pier" src="blob:https://web.whatsapp.com/1"></div>`
    const forwarded = `<div${testid(era, 'forwarded-header')}>${icon(era, 'forward-refreshed')}<span>Forwarded</span></div>`
    const reaction = `<button aria-haspopup="true" aria-label="Reactions 👍🏽, ❤️ 4 in total">${emoji('👍🏽')}${emoji('❤️')}<span>4</span></button>`
    const { messages, rest } = await readRows(tab, era, [
      row(era, {
        id: 'AAAA0000000000000001',
        body: preview + text(era, `<span>Look ${link(era, 'https://other.example/')} ${link(era, url)}</span>`),
        stamped: true,
      }),
      row(era, { id: 'AAAA0000000000000002', body: quote + text(era, '<span>Agreed</span>'), stamped: true, own: true }),
      row(era, { id: 'AAAA0000000000000003', body: image + text(era, caption), stamped: true, beside: reaction }),
      row(era, {
        id: 'AAAA0000000000000004',
        body: text(era, '<span>Put right</span>', '<span>Edited</span><span>10:20</span>'),
        stamped: true,
        own: true,
        meta: '<span>Edited</span>',
      }),
      row(era, { id: 'AAAA0000000000000005', body: forwarded + text(era, '<span>Sent on</span>'), stamped: true, author: 'Ada' }),
    ])
    expect(rest).toEqual([])
    expect(messages.map(one => [one.kind, one.text, one.edited, one.forwarded])).toEqual([
      ['text', `Look https://other.example/ ${url}`, false, false],
      ['text', 'Agreed', false, false],
      ['image', 'On the pier', false, false],
      ['text', 'Put right', true, false],
      ['text', 'Sent on', false, true],
    ])
    expect(messages.map(one => one.details)).toEqual([
      { links: ['https://other.example/', url], linkPreview: { title: 'Seven days 🌊', description: 'A tour by boat', url } },
      {},
      {},
      {},
      {},
    ])
    expect(messages[1]?.quoted).toEqual({ text: 'Old https://old.example/ @Cy', sender: 'Bo', messageId: null })
    expect(messages[2]?.reactions).toEqual([
      { emoji: '👍🏽', count: null },
      { emoji: '❤️', count: null },
    ])
  })
}

test('what no text should hold arrives as it is: a lone surrogate, NUL, 64 KiB', async ({ page: tab }) => {
  const endless = 'x'.repeat(65_536)
  await readRows(tab, 'e7', [])
  await tab.evaluate(
    ([html, words]) => {
      const list = document.querySelector('[data-tab="8"]')
      list?.insertAdjacentHTML('beforeend', html)
      for (const [n, one] of [...document.querySelectorAll('.hostile')].entries()) one.textContent = words[n] ?? ''
    },
    [
      row('e7', { id: 'A', body: text('e7', '<span class="hostile"></span>'), stamped: true }).repeat(3),
      ['a\ud83d b', 'a\0b', endless],
    ] as const,
  )
  const { messages } = await readRows(tab, 'e7', null)
  expect(messages.map(one => one.text)).toEqual(['a\ud83d b', 'a\0b', endless])
})

test('rows of one kind are not asked for what another kind carries', async ({ page: tab }) => {
  const { items } = await readRows(tab, 'e7', [
    row('e7', { id: 'A', body: text('e7', '<span>a <a href="https://b.example">b</a></span>'), stamped: true }),
  ])
  const found = items.flatMap(item => (item.type === 'row' ? Object.keys(item.fields) : []))
  expect(found).toEqual(expect.arrayContaining(['text', 'links']))
  for (const field of ['typed', 'pollQuestion', 'eventName', 'cardLines', 'callLines', 'notice']) expect(found).not.toContain(field)
})

test('a shell is not read as an empty message, and a row without words is none', async ({ page: tab }) => {
  const { rest, messages } = await readRows(tab, 'e7', [
    '<div role="row"><div data-id="3EB0AAAA"><div data-virtualized="true" style="min-height: 64px;"></div></div></div>',
    '<div role="row"><div data-id="3EB0BBBB"><div data-testid="msg-notification-container"><span data-testid="system_message">Bo muutti ryhmän kuvausta</span></div></div></div>',
    '<div role="row"><div data-id="3EB0CCCC"><div class="focusable-list-item"><div><span>Bo loi ryhmän</span></div></div></div></div>',
  ])
  expect(messages).toEqual([])
  expect(rest).toEqual(['shell', 'notMessage', 'notMessage'])
})
