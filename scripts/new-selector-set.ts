/**
 * The beginnings of a selector set: the set itself, a page that it is for, and an expectation that fails until somebody has written it.
 * Nothing of a saved page but its structure is copied. Reads with the built program (`npm run selectors:new` builds it first).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { inspectReading } from '../dist/commands/inspection.js'
import { loadConfig } from '../dist/config.js'
import { launchThrowaway } from '../dist/web/browser.js'
import { pageStructure } from '../dist/web/page/snapshot.js'
import { inertPage, readPage } from '../dist/web/saved-page.js'
import { loadSelectorSets } from '../dist/web/selectors.js'
import { fillIn, fixtureIn, type Meta, slugsIn } from '../tests/pages/fixture.ts'

const usage = `npm run selectors:new -- ID [--from SET] [--page saved.html]

Writes selectors/ID.json, and below tests/pages a page with meta.json and an expected.json that fails until it is filled in.
  --from SET    the set that the new one begins with; the newest one without it
  --page FILE   a page saved from the browser: its structure becomes the page, nothing that stands in it
  --root DIR    another project folder with selectors/ and tests/pages/`

class Wrong extends Error {}

/** What the page is written from, and what is known of it. */
interface Start {
  html: string
  locale: string
  meta: Pick<Meta, 'era' | 'build'>
  notes: string[]
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { from: { type: 'string' }, page: { type: 'string' }, root: { type: 'string' }, help: { type: 'boolean' } },
  })
  if (values.help) return say(usage)
  const [id = '', ...more] = positionals
  if (!/^[a-z0-9][a-z0-9-]*$/.test(id) || more.length > 0)
    throw new Wrong(`expected one id of small letters, digits and hyphens.\n\n${usage}`)
  const root = values.root ?? fileURLToPath(new URL('..', import.meta.url))
  const [setsDir, pagesDir] = [join(root, 'selectors'), join(root, 'tests/pages')]
  const file = join(setsDir, `${id}.json`)
  const { sets } = loadSelectorSets({ builtinDir: setsDir })
  const from = values.from === undefined ? sets[0] : sets.find(set => set.id === values.from)
  if (!from) throw new Wrong(`--from is "${values.from}": expected one of ${sets.map(set => set.id).join(', ')}`)
  if (existsSync(file)) throw new Wrong(`selectors/${id}.json is there already and was left as it is`)
  const start = values.page === undefined ? ownPage(pagesDir, from.id) : await savedPage(values.page)
  const slug = `${id}-${start.locale.toLowerCase()}-first`
  if (existsSync(join(pagesDir, slug))) throw new Wrong(`tests/pages/${slug} is there already and was left as it is`)

  const today = new Date().toISOString().slice(0, 10)
  const prefer =
    (JSON.parse(readFileSync(join(setsDir, `${from.id}.json`), 'utf8')) as { detect?: { prefer?: object[] } }).detect?.prefer ?? []
  writeJson(file, {
    $schema: './schema/set.json',
    id,
    engine: 1,
    about: 'FILL IN: which pages it is for, in a sentence.',
    since: today.slice(0, 7),
    extends: from.id,
    // Required, so that the set takes no page from the one that it extends before somebody has said what tells them apart.
    detect: { require: ['[data-testid="FILL-IN-what-these-pages-have-and-older-ones-have-not"]'], prefer },
    conversation: { fields: {} },
  })
  mkdirSync(join(pagesDir, slug), { recursive: true })
  writeFileSync(join(pagesDir, slug, 'page.html'), start.html)
  const meta: Meta = {
    shows: 'FILL IN: what is on the page, in a sentence or two.',
    ...start.meta,
    date: today,
    locale: start.locale,
    zone: 'UTC',
    traps: [],
  }
  writeJson(join(pagesDir, slug, 'meta.json'), meta)
  writeJson(join(pagesDir, slug, 'expected.json'), { fill_in: fillIn(slug) })
  return say(`written:
  selectors/${id}.json                        begins as ${from.id}
  tests/pages/${slug}/page.html
  tests/pages/${slug}/meta.json
  tests/pages/${slug}/expected.json  fails until it is filled in
${start.notes.map(note => `${note}\n`).join('')}next:
  1. page.html: make it the page of the new era, a few rows with made-up texts and names
  2. selectors/${id}.json: what detects it, then candidates for the fields that changed (selectors/README.md)
  3. expected.json and meta.json: by hand, from what the page shows
  4. npm run pages:update -- ${slug}      shows what is not as expected
  5. the table of selectors/README.md, and npm run check`)
}

/** One of our own pages that the set reads, as a page to change: the one with chats and messages, English where there is one. */
function ownPage(dir: string, set: string): Start {
  const fitting = slugsIn(dir)
    .map(slug => fixtureIn(dir, slug))
    .filter(({ expected }) => expected?.selector_set === set && countOf(expected.messages) > 0)
    .map(one => ({ ...one, fits: (one.meta.locale === 'en' ? 2 : 0) + (countOf(one.expected?.chats) > 0 ? 1 : 0) }))
    .sort((a, b) => b.fits - a.fits)
  const [best] = fitting
  if (!best) throw new Wrong(`no page below ${dir} is read by the set "${set}": give one by --page`)
  const { era, build, locale } = best.meta
  return { html: readFileSync(best.page, 'utf8'), locale, meta: { era, build }, notes: [`page.html is that of ${best.slug}: change it`] }
}

const countOf = (rows: unknown): number => (Array.isArray(rows) ? rows.length : 0)

/** The structure of a saved page, and how today's sets read it. */
async function savedPage(file: string): Promise<Start> {
  if (!existsSync(file)) throw new Wrong(`"${file}" cannot be read: expected a page saved from the browser`)
  const { context, close } = await launchThrowaway(loadConfig(process.env))
  try {
    const page = await inertPage(context)
    await page.setContent(readFileSync(file, 'utf8'), { waitUntil: 'domcontentloaded' })
    const html = JSON.parse(await page.evaluate(pageStructure, JSON.stringify({ most: 400_000, children: 6 }))) as string
    const reading = await readPage(page, loadSelectorSets().sets)
    const read = inspectReading(file, reading, { timezone: 'UTC' })
    const missed = Object.entries(read.fields).flatMap(([name, { hit }]) => (hit === 0 ? [name] : []))
    return {
      html: `<!DOCTYPE html>\n${html}`,
      locale: read.locale || 'en',
      meta: { era: ['E7'], build: `2.3000.${reading.state.build ?? '1000000000'}` },
      notes: [
        `the saved page is read by ${reading.set.id}${reading.warning ? ' (no set fits it)' : ''}: ${read.state}, ${read.chats.length} chats, ${read.messages.length} messages`,
        `fields without a hit: ${missed.join(', ') || 'none'}`,
        'page.html holds its structure only: write made-up texts, names and times where "·", "x" and "#" stand, and throw out what is not needed',
      ],
    }
  } finally {
    await close()
  }
}

function writeJson(path: string, value: object): void {
  const text = JSON.stringify(value, null, 2).replace(/\[\n\s+("[^"\n]*")\n\s+\]/g, '[$1]')
  writeFileSync(path, `${text}\n`)
}

function say(text: string, status = 0): number {
  process.stdout.write(`${text}\n`)
  return status
}

process.exitCode = await main().catch((error: unknown) => {
  const unknownOption = error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
  if (!(error instanceof Wrong) && !unknownOption) throw error
  return say((error as Error).message, 64)
})
