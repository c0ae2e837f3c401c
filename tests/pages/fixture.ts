/** A page of our own: `<slug>/page.html`, what it is in `meta.json`, what `inspect` should say of it in `expected.json`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Values } from './compare.ts'

/** What a page is. Facts of the reference are named by its own terms: eras E1 to E7, traps 1 to 25. */
export const Meta = z.strictObject({
  shows: z.string().min(20).describe('what is on the page, in a sentence or two'),
  era: z
    .array(z.string().regex(/^E[1-9]$/, { message: 'expected an era of the reference such as E7' }))
    .min(1)
    .describe('two where the page mixes them, as builds between two eras do'),
  build: z
    .string()
    .regex(/^2\.\d{4}\.\d+$/)
    .describe('the build whose structure it follows'),
  date: z.iso.date().describe('the day on which such a page was drawn'),
  locale: z.string().min(2).describe('html[lang]; empty texts are no language'),
  zone: z.string().refine(isZone, { message: 'expected a time zone such as Europe/Berlin' }).describe('where its clock times are of'),
  traps: z.array(z.int().min(1).max(25)).describe('traps of the reference, §1, that the page would lead a reader into'),
})
export type Meta = z.infer<typeof Meta>

/** A fixture as it lies on the disk. `expected` is null while nobody has filled it in. */
export interface Fixture {
  slug: string
  page: string
  meta: Meta
  expected: Values | null
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** Names of the fixture folders below `dir`, sorted. */
export function slugsIn(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
}

/** Reads a fixture. Throws an Error that names the file and what is wrong with it. */
export function fixtureIn(dir: string, slug: string): Fixture {
  const page = join(dir, slug, 'page.html')
  if (!existsSync(page))
    throw new Error(`${slug}/page.html is not there: every folder of tests/pages holds page.html, meta.json and expected.json`)
  const meta = Meta.safeParse(json(dir, slug, 'meta.json'))
  if (!meta.success) throw new Error(`${slug}/meta.json: ${z.prettifyError(meta.error)}`)
  const expected = json(dir, slug, 'expected.json') as Values
  return { slug, page, meta: meta.data, expected: 'fill_in' in expected ? null : expected }
}

function json(dir: string, slug: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(dir, slug, name), 'utf8'))
  } catch (error) {
    throw new Error(`${slug}/${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * What `inspect` says, as it is expected: a page on which no set finds its features is read by the newest one, whichever that is, and names none.
 * `warning`: why that set was taken.
 */
export function asExpected<T extends { selector_set: string }>(
  found: T,
  warning: string | null,
): Omit<T, 'selector_set'> & { selector_set: string | null } {
  return { ...found, selector_set: warning === null ? found.selector_set : null }
}

/** What to do about a fixture without expectation. */
export function fillIn(slug: string): string {
  return (
    `tests/pages/${slug}/expected.json is not filled in: write there by hand what page.html shows (the shape is that of the other folders), ` +
    `then compare by \`npm run pages:update -- ${slug}\``
  )
}
