/** How a selector set is written: the only source of its schema (`selectors/schema/set.json` is made from it). */
import { z } from 'zod'

/** What the engine in the page understands. A set that needs more is skipped. */
export const engineVersion = 1

/** Named strategies besides `attr:NAME`; each is a piece of the engine (`page/engine.ts`). */
const strategies = [
  'exists',
  'text',
  'own-text',
  'leaf',
  'icon',
  'body',
  'typed',
  'clock',
  'meta-words',
  'picture',
  'mention',
  'option',
] as const

const regex = z.string().min(1).refine(compiles, { message: 'expected a regular expression (flag u)' })
const take = z.union([z.enum(strategies), z.string().regex(/^attr:[a-z][a-z0-9-]*$/)])

const Candidate = z
  .strictObject({
    css: z.string().min(1).optional().describe('a CSS selector below the row, the row itself included'),
    icon: regex.optional().describe('a regular expression over names of icons: data-icon, or the title of an svg'),
    take: take.describe('how the element becomes a value: attr:NAME or a named strategy'),
    match: regex.optional().describe('only a value that matches counts; its first group, else the match, is the value'),
    group: z.number().int().nonnegative().optional(),
    all: z.boolean().optional().describe('the values of all elements, not only of the first'),
    not: z.string().min(1).optional().describe('elements inside this do not count'),
    in: z.literal('quote').optional().describe('look inside the quoted message; otherwise it is left out'),
    when: z.string().min(1).optional().describe('only in rows that have this field, which must stand further up'),
    unless: z.array(z.string().min(1)).optional().describe('only in rows that have none of these fields, which must stand further up'),
  })
  .refine(one => (one.css === undefined) !== (one.icon === undefined), { message: 'expected exactly one of "css" and "icon"' })

/** Ordered candidates; `"..."` stands for those of the set that is extended. */
const Field = z.array(z.union([Candidate, z.literal('...')]))
const Selectors = z.array(z.string().min(1))
export const Fields = z.record(z.string().regex(/^[a-z][A-Za-z]*$/), Field)
const Elements = z.record(z.string().regex(/^[a-z][A-Za-z]*$/), Selectors)

/** How often a field that matters hits while the page is understood, of the rows that should have it. */
const Expectation = z.strictObject({
  min: z.number().min(0).max(1).describe('share of rows that have the field in a page that is understood'),
  sample: z.number().int().positive().describe('rows below which nothing is said'),
  of: z.array(z.string()).optional().describe('only rows that have one of these fields'),
  unless: z.array(z.string()).optional().describe('rows that have one of these fields do not count'),
  severity: z.enum(['drift', 'warning']).optional().describe('warning: reading goes on without the field; default drift'),
})
export type Expectation = z.infer<typeof Expectation>
export const Expectations = z.record(z.string().regex(/^[a-z][A-Za-z]*$/), Expectation)

/** A set as it stands in a file. */
export const SelectorSetFile = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  engine: z.number().int().positive().describe('the engine version that the set needs'),
  about: z.string().min(1).describe('which pages it is for, in a sentence'),
  since: z
    .string()
    .regex(/^\d{4}-\d{2}$/)
    .optional()
    .describe('first month of the era; the newest set is the fallback'),
  abstract: z.boolean().optional().describe('only a part that others extend, never chosen'),
  extends: z.string().optional().describe('id of the set whose parts hold where this one says nothing'),
  detect: z
    .strictObject({
      require: Selectors.optional().describe('all of these must match'),
      absent: Selectors.optional().describe('none of these may match'),
      prefer: z.array(z.strictObject({ css: z.string().min(1), score: z.number().int() })).optional(),
    })
    .optional(),
  state: Elements.optional(),
  chatList: z.strictObject({ elements: Elements.optional(), fields: Fields.optional(), expect: Expectations.optional() }).optional(),
  conversation: z
    .strictObject({ elements: Elements.optional(), header: Fields.optional(), fields: Fields.optional(), expect: Expectations.optional() })
    .optional(),
})
export type SelectorSetFile = z.infer<typeof SelectorSetFile>
export type SelectorCandidate = z.infer<typeof Candidate>

function compiles(source: string): boolean {
  try {
    new RegExp(source, 'u')
    return true
  } catch {
    return false
  }
}
