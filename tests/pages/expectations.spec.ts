/** What the sets expect of their fields, held against every page there is: none of them is drift, and of none is a later candidate news. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadConfig } from '../../src/config.ts'
import { fieldsBelow, judgeChat } from '../../src/evidence.ts'
import { parseConversation } from '../../src/parse/message.ts'
import { RawConversation } from '../../src/raw.ts'
import { evidenceBook, listEvidenceOf } from '../../src/web/evidence.ts'
import { readConversation } from '../../src/web/page/read-conversation.ts'
import { readFeatures } from '../../src/web/page/read-features.ts'
import type { Reading } from '../../src/web/read-chat.ts'
import { openSavedPages, type SavedPages } from '../../src/web/saved-page.ts'
import { type CompiledSet, chooseSet, detectSelectors, loadSelectorSets } from '../../src/web/selectors.ts'
import { itemsOf, Timeline } from '../../src/web/timeline.ts'
import { type Profile, profiles, type Switches } from '../sim/app/switches.ts'
import { startSim } from '../sim/server.ts'
import { expectedRows } from '../sim/truth.ts'
import { expect, test } from '../support/chromium.ts'

const { sets } = loadSelectorSets()

/** The rows of an open chat as the reading loop would understand them, with what they gave. */
function read(set: CompiledSet, conversation: RawConversation, locale: string) {
  const timeline = new Timeline()
  timeline.merge(conversation.items, 0)
  const context = {
    locale,
    zone: 'UTC',
    now: null,
    order: 'dmy' as const,
    dir: conversation.dir,
    chatTitle: conversation.title,
    ownName: null,
    openTop: false,
  }
  const { rows } = parseConversation({ ...conversation, items: itemsOf(timeline.entries) }, context)
  const book = evidenceBook(set)
  book.note(
    timeline.entries,
    rows.map(
      (row): Reading =>
        row.type === 'message'
          ? { type: 'message', message: row.message }
          : row.type === 'reject'
            ? { type: 'reject', reject: row.reject }
            : { type: row.type },
    ),
  )
  return { evidence: book.evidence(), rows }
}

const beside = resolve(import.meta.dirname, '../../../shared/pages')
const files = [
  ...readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => join(import.meta.dirname, entry.name, 'page.html')),
  ...[beside, join(beside, 'rows')].flatMap(dir =>
    existsSync(dir)
      ? readdirSync(dir)
          .filter(name => name.endsWith('.html'))
          .map(name => join(dir, name))
      : [],
  ),
].filter(existsSync)
/** A page without any id is one of these by intention. */
const without: Record<string, string[]> = { 'e7-en-no-ids': ['id'] }

test('no saved page is judged to be drift', async () => {
  test.slow()
  const pages: SavedPages = await openSavedPages(loadConfig({ CHROMIUM_PATH: process.env.CHROMIUM_PATH }))
  try {
    const alarms: Record<string, string[]> = {}
    let judged = 0
    for (const file of files) {
      const name = file.endsWith('/page.html') ? (file.split('/').at(-2) ?? '') : (file.split('/').at(-1) ?? '')
      const { set, list, conversation, state } = await pages.read(file, sets)
      const { evidence } = read(set, conversation, state.lang || 'en')
      if (evidence.rows.messages >= 6) judged++
      const verdict = judgeChat(evidence, { held: false, previewed: true })
      const below = [...(verdict.type === 'not_understood' ? verdict.fields : []), ...fieldsBelow(listEvidenceOf(set, list.rows).fields)]
      const unexpected = below.filter(field => !without[name]?.includes(field))
      if (unexpected.length > 0) alarms[name] = unexpected
    }
    expect(alarms).toEqual({})
    expect(judged, 'pages with enough messages to judge by').toBeGreaterThan(3)
  } finally {
    await pages.close()
  }
})

test('a page of our own is drift as soon as one attribute that matters has another name', async ({ browser }) => {
  const page = await browser.newPage()
  const [set] = loadSelectorSets({ pinned: 'e7' }).sets
  const html = readFileSync(join(import.meta.dirname, 'e7-en-group/page.html'), 'utf8')
  const fields: Record<string, string[]> = {}
  for (const [what, from, to] of [
    ['as it is', /$^/g, ''],
    ['ids', /data-id=|conv-msg-/g, 'data-zz='],
    ['stamps', /data-pre-plain-text=/g, 'data-zz='],
  ] as const) {
    await page.setContent(html.replaceAll(from, to))
    const plan = JSON.stringify({ ...set!.parts, geometry: false })
    const conversation = RawConversation.parse(JSON.parse(await page.evaluate(readConversation, plan)))
    const verdict = judgeChat(read(set!, conversation, 'en').evidence, null)
    fields[what] = verdict.type === 'not_understood' || verdict.type === 'doubtful' ? verdict.fields : []
  }
  expect(fields['as it is']).toEqual([])
  expect(fields.ids).toContain('id')
  expect(fields.stamps).toContain('stamp')
  await page.close()
})

/** What stands before "Read more". */
const start = (text: string | null) => text?.slice(0, 1_000) ?? null

/** Builds between two eras: parts of the one beside parts of the other, as accounts get them for weeks (reference §0). */
const between: [string, Profile, Partial<Switches>][] = [
  ['ids of E7 in the markup of E3', 'E3', { idShape: 'bare' }],
  ['test ids of E7 beside the packed ids and classes of E5', 'E5', { testids: 'all', textClass: 'both' }],
  [
    'E6 without test ids, with the text classes of E4 and the ticks of E7',
    'E6',
    { testids: 'none', textClass: 'both', ticks: 'label+title' },
  ],
  ['E7 with the texts of E5, the ids of E4 and rows without runs', 'E7', { textClass: 'aupe', idShape: 'packed', runWrappers: false }],
  [
    'E4 with the list of E2 and the direction marks of E7',
    'E4',
    { chatRowRole: 'listitem', rowHeight: 72, domOrder: 'scrambled', inOutClass: false },
  ],
  [
    'E2 with the virtual rows of E7 and LID authors',
    'E2',
    { virtualized: true, runWrappers: true, idShape: 'packed-lid', lidAuthors: true },
  ],
]
for (const [what, profile, switches] of between) {
  test(`${what}: every message is read, and nothing is taken for drift`, async ({ browser }) => {
    const sim = await startSim({
      paired: true,
      profile,
      switches: { ...profiles[profile], ...switches, locale: 'en-GB', shellPx: 1_000_000, lateFillMs: 0 },
      account: { chats: 1, messages: 30, older: 0, seed: 77 },
      latency: { bootMs: 10, pageMs: 1, subtitleMs: 1 },
    })
    const context = await browser.newContext({ viewport: { width: 1280, height: 24_000 }, locale: 'en-GB', timezoneId: 'UTC' })
    try {
      const page = await context.newPage()
      await page.goto(sim.url)
      await page.locator('#pane-side [aria-selected]').first().waitFor()
      for (const title of [
        'Every kind of thing',
        sim.scenario.chats.find(one => one.kind === 'direct' && one.messages.length > 10)?.title ?? '',
      ]) {
        const opened = sim.next('chat_opened')
        await page.locator('#pane-side [aria-selected]', { has: page.locator(`span[title="${title}"]`) }).click()
        await opened
        const truth = expectedRows(sim.scenario, { since: new Date(0) }).filter(row => row.chatTitle === title)
        const features = JSON.parse(await page.evaluate(readFeatures, JSON.stringify(detectSelectors(sets)))) as string[]
        const { set } = chooseSet(sets, new Set(features))
        await expect
          .poll(async () => {
            const raw = RawConversation.parse(JSON.parse(await page.evaluate(readConversation, set.plan)))
            const { rows, evidence } = read(set, raw, 'en-GB')
            expect(judgeChat(evidence, null), set.id).toEqual({ type: 'understood' })
            return rows.flatMap(row =>
              'shown' in row
                ? [{ id: row.shown.messageId, direction: row.shown.direction, kind: row.shown.kind, text: start(row.shown.text) }]
                : [],
            )
          })
          .toEqual(truth.map(row => ({ id: row.messageId, direction: row.direction, kind: row.kind, text: start(row.text) })))
      }
    } finally {
      await context.close()
      await sim.close()
    }
  })
}
