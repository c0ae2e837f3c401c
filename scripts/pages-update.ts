/**
 * Compares the pages of tests/pages with what they are expected to say, and shows every difference; an expectation is changed by --write only.
 * Reads with the built program (`npm run pages:update` builds it first).
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { inspectReading } from '../dist/commands/inspection.js'
import { loadConfig } from '../dist/config.js'
import { openSavedPages } from '../dist/web/saved-page.js'
import { loadSelectorSets } from '../dist/web/selectors.js'
import { differences, inWords } from '../tests/pages/compare.ts'
import { asExpected, fillIn, fixtureIn, slugsIn } from '../tests/pages/fixture.ts'

const usage = `npm run pages:update -- [slug…] [--write]

Reads the pages of tests/pages (all, or those named) and prints, value by value, where they are not as expected.json says; exit status 1 then.
  --write      takes what was read as the expectation: only after every difference was looked at and is right
  --dir DIR    other fixtures than those of tests/pages
  --sets DIR   selector sets besides the built-in ones, as SELECTORS_DIR`

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { write: { type: 'boolean' }, dir: { type: 'string' }, sets: { type: 'string' }, help: { type: 'boolean' } },
  })
  if (values.help) return say(usage, 0)
  const dir = values.dir ?? fileURLToPath(new URL('../tests/pages', import.meta.url))
  const known = slugsIn(dir)
  const strange = positionals.filter(slug => !known.includes(slug))
  if (strange.length > 0) return say(`no such folder in ${dir}: ${strange.join(', ')}`, 64)
  const config = loadConfig(process.env)
  const { sets, warnings } = loadSelectorSets({ extraDir: values.sets ?? config.selectors.dir, flags: config.selectors.flags })
  for (const warning of warnings) say(warning)
  const pages = await openSavedPages(config)
  let changed = 0
  try {
    for (const slug of positionals.length > 0 ? positionals : known) {
      const { page, meta, expected } = fixtureIn(dir, slug)
      const reading = await pages.read(page, sets)
      const found = asExpected(inspectReading(slug, reading, { timezone: meta.zone }), reading.warning)
      const said = Object.fromEntries(Object.entries(found).filter(([name]) => name !== 'file' && name !== 'fields'))
      const lines = expected ? differences(slug, expected, said, { whole: true }).map(inWords) : [fillIn(slug), json(said)]
      if (lines.length === 0) continue
      changed++
      say(lines.join('\n'))
      if (values.write) {
        writeFileSync(join(dir, slug, 'expected.json'), `${json(said)}\n`)
        say(`  written: ${slug}/expected.json`)
      }
    }
  } finally {
    await pages.close()
  }
  if (changed === 0) return say('every page is as expected', 0)
  return values.write
    ? say(`${changed} expectations changed: read the diff before you commit it`, 0)
    : say(`${changed} pages are not as expected`, 1)
}

const json = (value: unknown): string => JSON.stringify(value, null, 2)

function say(text: string, status = 0): number {
  process.stdout.write(`${text}\n`)
  return status
}

process.exitCode = await main().catch((error: unknown) => say(error instanceof Error ? error.message : String(error), 64))
