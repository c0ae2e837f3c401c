/** Selector sets: read, checked, merged with what they extend, and chosen by what is on the page. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import { ConfigError } from '../errors.ts'
import type { Plan, PlanCandidate, PlanFields, PlanPart } from './page/plan.ts'
import { applyFlags } from './selector-flags.ts'
import { type Expectation, engineVersion, type Fields, SelectorSetFile } from './selector-schema.ts'

/** A set with everything that it extends merged in, flags applied: ready for the page. */
export interface CompiledSet {
  id: string
  about: string
  since: string
  detect: NonNullable<SelectorSetFile['detect']>
  /** The argument of `readConversation`, `readChatList` and `readState`: JSON of `parts`. */
  plan: string
  parts: Plan
  /** How often fields hit while the page is understood: what drift is judged by. A field that is switched off is not expected. */
  expect: { chatList: Record<string, Expectation>; conversation: Record<string, Expectation> }
  /** Selectors that others than the readers need, in order of preference. */
  conversation: { scroller: string[]; header: string[] }
  chatList: { scroller: string[]; grid: string[]; row: string[]; archived: string[] }
  message: { downloadButton: string; readMore: string }
}

/** What is gathered before the flags are applied. */
interface Draft {
  id: string
  about: string
  since: string
  detect: CompiledSet['detect']
  plan: Plan
  expect: CompiledSet['expect']
}

export interface LoadOptions {
  /** Directory of the sets that come with the program; default: found beside the code. */
  builtinDir?: string | undefined
  /** SELECTORS_DIR. A set there replaces a built-in one of the same id. */
  extraDir?: string | null | undefined
  /** Id of the one set to use, or `auto`. */
  pinned?: string | undefined
  /** WHATSAPP_SELECTOR_FLAGS by field: `off` or the index of the only candidate left. */
  flags?: Readonly<Record<string, string>> | undefined
}

/** Where the built-in sets lie: two levels above `src/web` and `dist/web`. */
export const builtinSetsDir = fileURLToPath(new URL('../../selectors', import.meta.url))

/**
 * Reads, checks and compiles all sets; newest first. Files of SELECTORS_DIR that cannot be used are skipped with a warning,
 * so that one bad file does not stop the worker. Throws ConfigError for a bad flag, an unknown pinned id or a bad built-in set.
 */
export function loadSelectorSets(options: LoadOptions = {}): { sets: CompiledSet[]; warnings: string[] } {
  const warnings: string[] = []
  const files = new Map<string, SelectorSetFile>()
  for (const [dir, own] of [
    [options.builtinDir ?? builtinSetsDir, true],
    [options.extraDir ?? null, false],
  ] as const) {
    if (dir === null) continue
    for (const found of readDir(dir)) {
      const file = typeof found.problem === 'string' ? null : found.file
      if (file) files.set(file.id, file)
      else if (own) throw new ConfigError([`selector set ${found.path}: ${found.problem}`])
      else warnings.push(`selector set ${found.path} is not used: ${found.problem}`)
    }
  }
  const sets: Draft[] = []
  for (const file of files.values()) {
    if (file.abstract) continue
    try {
      sets.push(compile(file, files))
    } catch (error) {
      warnings.push(`selector set "${file.id}" is not used: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  sets.sort((a, b) => (a.since < b.since ? 1 : a.since > b.since ? -1 : a.id.localeCompare(b.id)))
  const usable = options.pinned && options.pinned !== 'auto' ? sets.filter(set => set.id === options.pinned) : sets
  if (usable.length === 0) {
    throw new ConfigError([
      `WHATSAPP_SELECTOR_SET is "${options.pinned ?? 'auto'}": expected auto or one of ${sets.map(set => set.id).join(', ') || '(no set could be loaded)'}`,
    ])
  }
  applyFlags(usable, options.flags ?? {})
  return { sets: usable.map(finish), warnings }
}

export function finish({ plan, expect, ...rest }: Draft): CompiledSet {
  const { elements } = plan.conversation
  const list = plan.chatList.elements
  const grid = list.grid ?? []
  return {
    ...rest,
    plan: JSON.stringify(plan),
    parts: plan,
    expect: { chatList: present(expect.chatList, plan.chatList), conversation: present(expect.conversation, plan.conversation) },
    conversation: { scroller: [...(elements.scroller ?? []), ...(elements.list ?? [])], header: elements.header ?? [] },
    chatList: {
      scroller: list.scroller ?? [],
      grid,
      // Below the grid, so that they can be asked of the whole page.
      row: (list.row ?? []).flatMap(selector =>
        grid.map(one =>
          selector
            .split(', ')
            .map(part => `${one} ${part.replace(/^:scope\s*/, '')}`)
            .join(', '),
        ),
      ),
      archived: list.archived ?? [],
    },
    message: { downloadButton: (elements.downloadButton ?? []).join(', '), readMore: (elements.readMore ?? []).join(', ') },
  }
}

/** Expectations of fields that the set looks for. */
function present(expect: Record<string, Expectation>, { fields }: PlanPart): Record<string, Expectation> {
  return Object.fromEntries(Object.entries(expect).filter(([field]) => (fields[field] ?? []).length > 0))
}

type Found = { path: string; file: SelectorSetFile; problem?: undefined } | { path: string; file?: undefined; problem: string }

function readDir(dir: string): Found[] {
  let names: string[]
  try {
    names = readdirSync(dir)
      .filter(name => name.endsWith('.json'))
      .sort()
  } catch (error) {
    return [{ path: dir, problem: `the directory cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})` }]
  }
  return names.map(name => {
    const path = join(dir, name)
    try {
      const json = JSON.parse(readFileSync(path, 'utf8')) as { engine?: unknown }
      if (typeof json.engine === 'number' && json.engine > engineVersion)
        return { path, problem: `it needs engine ${json.engine}, this program has ${engineVersion}: update the program` }
      const parsed = SelectorSetFile.safeParse(json)
      if (parsed.success) return { path, file: parsed.data }
      const [issue] = parsed.error.issues
      return { path, problem: `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not a selector set'}` }
    } catch (error) {
      return { path, problem: error instanceof Error ? error.message : String(error) }
    }
  })
}

const noPart = { elements: {}, fields: {} }

function compile(file: SelectorSetFile, files: ReadonlyMap<string, SelectorSetFile>, seen: string[] = []): Draft {
  if (seen.includes(file.id)) throw new Error(`it extends itself: ${[...seen, file.id].join(' > ')}`)
  const parent = file.extends === undefined ? null : files.get(file.extends)
  if (parent === undefined) throw new Error(`it extends "${file.extends}", which is not there`)
  const below = parent ? compile(parent, files, [...seen, file.id]) : null
  const under = below?.plan
  const plan: Plan = {
    set: file.id,
    geometry: true,
    state: places(under?.state ?? {}, file.state),
    chatList: part(under?.chatList ?? noPart, file.chatList),
    conversation: {
      ...part(under?.conversation ?? noPart, file.conversation),
      header: fields(under?.conversation.header ?? {}, file.conversation?.header),
    },
  }
  const expect = {
    chatList: { ...below?.expect.chatList, ...file.chatList?.expect },
    conversation: { ...below?.expect.conversation, ...file.conversation?.expect },
  }
  return { id: file.id, about: file.about, since: file.since ?? '', detect: file.detect ?? {}, plan, expect }
}

function part(
  under: PlanPart,
  own: { elements?: Record<string, string[]> | undefined; fields?: z.infer<typeof Fields> | undefined } | undefined,
): PlanPart {
  return { elements: places(under.elements, own?.elements), fields: fields(under.fields, own?.fields) }
}

/** Selectors by name; `"..."` stands for those of the set that is extended, as among the candidates of a field. */
function places(under: Record<string, string[]>, own: Record<string, string[]> = {}): Record<string, string[]> {
  const merged = { ...under }
  for (const [name, list] of Object.entries(own)) merged[name] = list.flatMap(one => (one === '...' ? (under[name] ?? []) : [one]))
  return merged
}

function fields(under: PlanFields, own: z.infer<typeof Fields> | undefined): PlanFields {
  const merged: PlanFields = { ...under }
  for (const [name, candidates] of Object.entries(own ?? {})) {
    const list = candidates.flatMap(one => (one === '...' ? (under[name] ?? []) : [one]))
    merged[name] = list.map((one, i) => ({ ...one, i }) as PlanCandidate)
  }
  return merged
}

/** The selectors whose presence on the page tells the sets apart: what `readFeatures` is asked. */
export function detectSelectors(sets: readonly CompiledSet[]): string[] {
  return [
    ...new Set(
      sets.flatMap(({ detect }) => [...(detect.require ?? []), ...(detect.absent ?? []), ...(detect.prefer ?? []).map(one => one.css)]),
    ),
  ]
}

/**
 * The set that fits the page best, by features and never by date. Nothing fits (the page has not loaded, or it is of a new era): the newest
 * set, with a warning that says so.
 */
export function chooseSet(
  sets: readonly CompiledSet[],
  features: ReadonlySet<string>,
): { set: CompiledSet; score: number; warning: string | null } {
  const fitting = sets.filter(
    ({ detect: { require = [], absent = [] } }) => require.every(css => features.has(css)) && !absent.some(css => features.has(css)),
  )
  let best: { set: CompiledSet; score: number } | null = null
  for (const set of fitting) {
    const score = (set.detect.prefer ?? []).reduce((sum, one) => sum + (features.has(one.css) ? one.score : 0), 0)
    if (score > (best?.score ?? 0)) best = { set, score }
  }
  if (best) return { ...best, warning: null }
  const newest = fitting[0] ?? sets[0]
  if (!newest) throw new ConfigError(['no selector set could be loaded'])
  return {
    set: newest,
    score: 0,
    warning: sets.length > 1 ? `no selector set fits the page; the newest one (${newest.id}) is tried` : null,
  }
}
