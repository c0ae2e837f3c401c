/** What it costs to read the rows that are mounted: the program's one function in the page, against element handles and Locators. */
import { chromium, type Page } from 'playwright'
import { loadConfig } from '../../src/config.ts'
import { RawConversation } from '../../src/raw.ts'
import { contextOptions, findChromium, launchOptions } from '../../src/web/browser.ts'
import { readConversation } from '../../src/web/page/read-conversation.ts'
import { readFeatures } from '../../src/web/page/read-features.ts'
import { chooseSet, detectSelectors, loadSelectorSets } from '../../src/web/selectors.ts'
import { expect, test } from '../e2e/account.ts'
import { account as accountOf, ada, direct, talk } from '../e2e/scene.ts'
import { startSim } from '../sim/server.ts'
import { figure, median, method, quick } from './figure.ts'
import { scrollUp } from './null-scroller.ts'
import { byElementHandles, byLocators, type Fields } from './six-fields.ts'

const group = 'Extraction'
const mounted = 95
const passes = quick ? 1 : 5

/** A page in the shape of the sixth era, whose rows say direction and status outright, with a chat open and about a hundred texts mounted. */
async function opened(work: (page: Page) => Promise<void>): Promise<void> {
  const messages = talk(ada, 300, 1, 1)
  const sim = await startSim({ paired: true, profile: 'E6', scenario: accountOf(direct(ada, messages)), latency: { bootMs: 100 } })
  const config = loadConfig({})
  const browser = await chromium.launch(launchOptions(config, await findChromium(process.env.CHROMIUM_PATH ?? null)))
  try {
    const page = await (await browser.newContext(contextOptions(config))).newPage()
    await page.goto(sim.url)
    await page.locator('#pane-side [role="row"]').first().click()
    await page.locator('#main [data-id]').first().waitFor()
    await page.evaluate(scrollUp, [messages.at(-mounted)?.id ?? ''])
    await work(page)
  } finally {
    await browser.close()
    await sim.close()
  }
}

/** Runs in the page: milliseconds of one reading, without the way there and back. */
function timeInPage({ source, plan, times }: { source: string; plan: string; times: number }): number {
  const read = new Function(`return (${source})`)() as (plan: string) => string
  read(plan)
  const started = performance.now()
  for (let n = 0; n < times; n++) read(plan)
  return (performance.now() - started) / times
}

/** Median milliseconds of so many readings, and what the last one gave. */
async function many<T>(read: () => Promise<T>, times: number): Promise<{ ms: number; last: T }> {
  const all: { ms: number; last: T }[] = []
  for (let n = 0; n < times; n++) {
    const started = performance.now()
    const last = await read()
    all.push({ ms: performance.now() - started, last })
  }
  return { ms: median(all.map(({ ms }) => ms)), last: all.at(-1)?.last as T }
}

test('reading a hundred mounted rows', async ({}, info) => {
  info.setTimeout(300_000)
  method(
    info,
    group,
    'About a hundred text messages mounted in one chat; id, stamp, text, time, direction and status of each. The program: one call of the function it sends to the page (which gives some thirty fields, separators and the state of the pane besides), the answer parsed and checked. Element handles and Locators: as one would write it for these six fields, on selectors that fit at once. Medians.',
  )
  await opened(async page => {
    const { sets } = loadSelectorSets()
    const features = JSON.parse(await page.evaluate(readFeatures, JSON.stringify(detectSelectors(sets)))) as string[]
    const { plan } = chooseSet(sets, new Set(features)).set
    const ours = await many(async () => RawConversation.parse(JSON.parse(await page.evaluate(readConversation, plan))), 20)
    const handles = await many(() => byElementHandles(page), passes)
    const locators = await many(() => byLocators(page), passes)
    const rows = ours.last.items.flatMap(item => (item.type === 'row' && !item.shell && item.fields.id ? [item] : []))
    const ids = (found: Fields[]) => found.map(({ id }) => id)
    const read = rows.map(({ fields }) => fields.id?.v[0] ?? null)
    expect(ids(handles.last)).toEqual(read)
    expect(ids(locators.last)).toEqual(read)
    expect(read.length).toBeGreaterThanOrEqual(mounted)
    expect(handles.last.filter(row => row.text === null || row.stamp === null || row.direction === null)).toEqual([])
    const inPage = await page.evaluate(timeInPage, { source: `${readConversation}`, plan, times: 20 })
    const perRow = (ms: number) => (1000 * ms) / read.length
    figure(info, { group, name: 'in the page alone', value: perRow(inPage), unit: 'µs/row' })
    figure(info, { group, name: 'with the way there and back, parsed and checked', value: perRow(ours.ms), unit: 'µs/row' })
    figure(info, { group, name: 'by element handles', value: perRow(handles.ms), unit: 'µs/row' })
    figure(info, { group, name: 'by Locators', value: perRow(locators.ms), unit: 'µs/row' })
    figure(info, {
      group,
      name: 'element handles : the program',
      value: handles.ms / ours.ms,
      unit: '×',
      target: { atLeast: 20 },
      band: 0.3,
    })
    figure(info, { group, name: 'Locators : the program', value: locators.ms / ours.ms, unit: '×', target: { atLeast: 100 }, band: 0.3 })
  })
})
