/** What it costs to read the rows that are mounted: the program's reader in the page, against element handles and Locators. */
import { chromium, type Page } from 'playwright'
import { loadConfig } from '../../src/config.ts'
import { contextOptions, findChromium, launchOptions } from '../../src/web/browser.ts'
import { followConversation } from '../../src/web/followed-conversation.ts'
import { readConversation } from '../../src/web/page/read-conversation.ts'
import { readFeatures } from '../../src/web/page/read-features.ts'
import { chooseSet, detectSelectors, loadSelectorSets } from '../../src/web/selectors.ts'
import { expect, test } from '../e2e/account.ts'
import { account as accountOf, ada, direct, talk } from '../e2e/scene.ts'
import { startSim } from '../sim/server.ts'
import { figure, method } from './figure.ts'
import { scrollUp } from './null-scroller.ts'
import { byElementHandles, byLocators, type Fields, row } from './six-fields.ts'

const group = 'Extraction'
const mounted = 95

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

/** Takes the time of the same kind of work done again and again. */
function stopwatch() {
  let ms = 0
  let times = 0
  return {
    mean: () => ms / times,
    async run<T>(work: () => Promise<T>): Promise<T> {
      const started = performance.now()
      const given = await work()
      ms += performance.now() - started
      times++
      return given
    },
  }
}

test('reading a hundred mounted rows', async ({}, info) => {
  info.setTimeout(300_000)
  method(
    info,
    group,
    'About a hundred text messages mounted in one chat; id, stamp, text, time, direction and status of each. The program: one question to the reader that it keeps in the page, as at the opening of a chat: every row is read anew (some thirty fields, separators and the state of the pane besides), the answer is parsed and checked. Element handles and Locators: as one would write it for these six fields, on selectors that fit at once. Means of as many turns as there are rows: a reading of all rows by the program, then one row by handles and by Locators.',
  )
  await opened(async page => {
    const { sets } = loadSelectorSets()
    const features = JSON.parse(await page.evaluate(readFeatures, JSON.stringify(detectSelectors(sets)))) as string[]
    const { set } = chooseSet(sets, new Set(features))
    const cdp = await page.context().newCDPSession(page)
    const handles = await page.$$(row)
    const clocks = { ours: stopwatch(), handles: stopwatch(), locators: stopwatch() }
    const byHandle: Fields[] = []
    const byLocator: Fields[] = []
    let read: string[] = []
    // In turns, so that whatever else the machine does falls on all three alike.
    for (const [n, handle] of handles.entries()) {
      // Whoever follows the conversation anew is told everything.
      const { raw } = await clocks.ours.run(() => followConversation(cdp, () => set, 0).read())
      byHandle.push(await clocks.handles.run(() => byElementHandles(handle)))
      byLocator.push(await clocks.locators.run(() => byLocators(page.locator(row).nth(n))))
      read = raw.items.flatMap(item => (item.type === 'row' && !item.shell && item.fields.id ? item.fields.id.v : []))
    }
    const ids = (found: Fields[]) => found.map(({ id }) => id)
    expect(ids(byHandle)).toEqual(read)
    expect(ids(byLocator)).toEqual(read)
    expect(read.length).toBeGreaterThanOrEqual(mounted)
    expect(byHandle.filter(({ text, stamp, direction }) => text === null || stamp === null || direction === null)).toEqual([])
    const inPage = await page.evaluate(timeInPage, { source: `${readConversation}`, plan: set.plan, times: 50 })
    const ours = (1000 * clocks.ours.mean()) / read.length
    const handle = 1000 * clocks.handles.mean()
    const locator = 1000 * clocks.locators.mean()
    figure(info, { group, name: 'in the page alone', value: (1000 * inPage) / read.length, unit: 'µs/row' })
    figure(info, { group, name: 'with the way there and back, parsed and checked', value: ours, unit: 'µs/row' })
    figure(info, { group, name: 'by element handles', value: handle, unit: 'µs/row' })
    figure(info, { group, name: 'by Locators', value: locator, unit: 'µs/row' })
    figure(info, { group, name: 'element handles : the program', value: handle / ours, unit: '×', target: { atLeast: 20 }, band: 0.3 })
    figure(info, { group, name: 'Locators : the program', value: locator / ours, unit: '×', target: { atLeast: 100 }, band: 0.3 })
  })
})
