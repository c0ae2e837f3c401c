/** Pages of our own, in the shape of each era: `<name>/page.html` and what it says in `<name>/expected.json`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { inspectReading } from '../../src/commands/inspection.ts'
import { loadConfig } from '../../src/config.ts'
import { openSavedPages, type SavedPages } from '../../src/web/saved-page.ts'
import { loadSelectorSets } from '../../src/web/selectors.ts'
import { differences, type Expected } from './compare.ts'

const here = import.meta.dirname
const names = readdirSync(here, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name)

test.describe('pages of our own', () => {
  let pages: SavedPages
  const { sets } = loadSelectorSets()
  test.beforeAll(async () => {
    pages = await openSavedPages(loadConfig({ CHROMIUM_PATH: process.env.CHROMIUM_PATH, WHATSAPP_TIMEZONE: 'UTC' }))
  })
  test.afterAll(async () => {
    await pages.close()
  })

  for (const name of names) {
    test(`${name} gives every expected value`, async () => {
      const expected = JSON.parse(readFileSync(join(here, name, 'expected.json'), 'utf8')) as Expected
      const found = inspectReading(name, await pages.read(join(here, name, 'page.html'), sets), { timezone: 'UTC' })
      expect(differences(expected, found)).toEqual([])
    })
  }

  test('a set that fits another era reads the page all the same', async () => {
    for (const name of names) {
      const expected = JSON.parse(readFileSync(join(here, name, 'expected.json'), 'utf8')) as Expected
      for (const set of sets) {
        const found = inspectReading(name, await pages.read(join(here, name, 'page.html'), [set]), { timezone: 'UTC' })
        expect(differences({ ...expected, selector_set: set.id }, found), set.id).toEqual([])
      }
    }
  })
})
