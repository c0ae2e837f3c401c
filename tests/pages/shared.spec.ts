/** Pages of real structure that lie beside a checkout, where they do: every expected value, with no exception for a file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { inspectReading } from '../../src/commands/inspection.ts'
import { loadConfig } from '../../src/config.ts'
import { openSavedPages, type SavedPages } from '../../src/web/saved-page.ts'
import { loadSelectorSets } from '../../src/web/selectors.ts'
import { differences, inWords, type Values } from './compare.ts'

const root = resolve(import.meta.dirname, '../../../shared/pages')
const files = [root, join(root, 'rows')].flatMap(dir =>
  existsSync(dir)
    ? readdirSync(dir)
        .filter(name => name.endsWith('.html'))
        .map(name => join(dir, name))
    : [],
)

test.describe('pages of real structure', () => {
  let pages: SavedPages
  const { sets } = loadSelectorSets()

  test.beforeAll(async () => {
    pages = await openSavedPages(loadConfig({ CHROMIUM_PATH: process.env.CHROMIUM_PATH, WHATSAPP_TIMEZONE: 'UTC' }))
  })
  test.afterAll(async () => {
    await pages.close()
  })

  for (const file of files) {
    test(`${file.slice(root.length + 1)} gives every expected value`, async () => {
      const expected = JSON.parse(readFileSync(file.replace(/\.html$/, '.expected.json'), 'utf8')) as Values
      const found = inspectReading(file, await pages.read(file, sets), { timezone: 'UTC' })
      expect(differences(file.slice(root.length + 1), expected, found, { whole: false }).map(inWords)).toEqual([])
    })
  }
})
