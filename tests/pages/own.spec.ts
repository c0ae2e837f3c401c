/** Pages of our own, in the shape of each era: everything that `inspect --json` says of them, but how a set found it. */
import { expect, test } from '@playwright/test'
import { isUnderstood } from '../../src/commands/inspect.ts'
import { inspectReading } from '../../src/commands/inspection.ts'
import { loadConfig } from '../../src/config.ts'
import { openSavedPages, type SavedPages } from '../../src/web/saved-page.ts'
import { loadSelectorSets } from '../../src/web/selectors.ts'
import { differences, inWords } from './compare.ts'
import { asExpected, fillIn, fixtureIn, slugsIn } from './fixture.ts'

const here = import.meta.dirname
/** Every set in the full run, else the newest and the oldest. */
const full = process.env.TEST_FULL === '1'

test.describe('pages of our own', () => {
  let pages: SavedPages
  const { sets } = loadSelectorSets()
  test.beforeAll(async () => {
    pages = await openSavedPages(loadConfig({ CHROMIUM_PATH: process.env.CHROMIUM_PATH }))
  })
  test.afterAll(async () => {
    await pages.close()
  })

  for (const slug of slugsIn(here)) {
    test(`${slug} gives every expected value`, async () => {
      const { page, meta, expected } = fixtureIn(here, slug)
      if (expected === null) throw new Error(fillIn(slug))
      const reading = await pages.read(page, sets)
      const found = inspectReading(slug, reading, { timezone: meta.zone })
      expect(differences(slug, expected, asExpected(found, reading.warning), { whole: true }).map(inWords)).toEqual([])
      expect(found.locale, 'meta.json names the language of the page').toBe(meta.locale)
      const understood = isUnderstood(found, reading.conversation.items.length)
      expect(understood, 'inspect ends with status 4 where the page is unknown, and only there').toBe(expected.state !== 'unknown')
    })

    test(`${slug} reads the same by the set of another era`, async () => {
      const { page, meta, expected } = fixtureIn(here, slug)
      if (expected === null) throw new Error(fillIn(slug))
      for (const set of full ? sets : [sets[0], sets.at(-1)]) {
        if (!set) throw new Error('no selector set')
        const found = inspectReading(slug, await pages.read(page, [set]), { timezone: meta.zone })
        expect(differences(slug, { ...expected, selector_set: set.id }, found, { whole: true }).map(inWords), set.id).toEqual([])
      }
    })
  }
})
