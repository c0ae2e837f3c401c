/** Selector sets: what stands in the files, how they merge, what flags do, and which one a page gets. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { z } from 'zod'
import { ConfigError } from '../../src/errors.ts'
import { engineVersion, SelectorSetFile } from '../../src/web/selector-schema.ts'
import { builtinSetsDir, chooseSet, detectSelectors, loadSelectorSets } from '../../src/web/selectors.ts'

const names = readdirSync(builtinSetsDir).filter(name => name.endsWith('.json'))
const setOf = (id: string) => loadSelectorSets({ pinned: id }).sets[0]

/** A directory with one set. */
function extra(json: object | string): string {
  const dir = mkdtempSync(join(tmpdir(), 'sets-'))
  writeFileSync(join(dir, 'set.json'), typeof json === 'string' ? json : JSON.stringify(json))
  return dir
}

for (const name of names) {
  test(`${name} is written as the schema says`, () => {
    const parsed = SelectorSetFile.safeParse(JSON.parse(readFileSync(join(builtinSetsDir, name), 'utf8')))
    expect(parsed.error?.issues ?? []).toEqual([])
    expect(`${parsed.data?.id}.json`).toBe(name)
  })
}

test('the published schema is the one in the code', () => {
  const written = JSON.parse(readFileSync(join(builtinSetsDir, 'schema/set.json'), 'utf8')) as object
  expect(written).toEqual({ title: 'A selector set', ...z.toJSONSchema(SelectorSetFile, { io: 'input' }) })
})

test('no set names a hashed class or a word of the page', () => {
  for (const name of names) {
    const text = readFileSync(join(builtinSetsDir, name), 'utf8')
    expect(text.match(/\.x[0-9a-z]{4,8}\b/g) ?? [], name).toEqual([])
    expect(text.match(/\[(?:aria-label|title|alt)[*^$~|]?=(?!\\"\\")/g) ?? [], `${name}: words of the page differ by language`).toEqual([])
  }
})

test('newer eras come first and every set knows the fields of the common part', () => {
  const { sets, warnings } = loadSelectorSets()
  expect(warnings).toEqual([])
  expect(sets.map(set => set.id)).toEqual(['e7', 'e6', 'e5', 'e4', 'e3', 'e2'])
  const fields = Object.keys(sets[0]?.parts.conversation.fields ?? {})
  for (const set of sets) expect(Object.keys(set.parts.conversation.fields), set.id).toEqual(fields)
})

test('what a candidate is asked for depends on fields that stand further up in every set', () => {
  for (const { id, parts } of loadSelectorSets().sets) {
    for (const { fields } of [parts.chatList, parts.conversation]) {
      const above: string[] = []
      for (const [name, candidates] of Object.entries(fields)) {
        for (const { when, unless = [] } of candidates)
          expect([...above], `${id} ${name}`).toEqual(expect.arrayContaining(when ? [when, ...unless] : unless))
        above.push(name)
      }
    }
  }
})

test('a set adds its candidates before those that it extends', () => {
  const author = setOf('e5')?.parts.conversation.fields.author ?? []
  expect(author[0]?.css).toBe('._ahxj > span[dir="auto"]')
  expect(author.map(one => one.i)).toEqual(author.map((_, index) => index))
  expect(author.length).toBe((setOf('e7')?.parts.conversation.fields.author?.length ?? 0) + 1)
})

test('a flag switches a field off, or leaves one candidate under its old number', () => {
  const { sets } = loadSelectorSets({ flags: { receipt: 'off', text: '1', 'chatList.title': '0', 'header.title': '1' } })
  for (const { parts } of sets) {
    expect(parts.conversation.fields.receipt).toEqual([])
    expect(parts.conversation.fields.text?.map(one => one.i)).toEqual([1])
    expect(parts.chatList.fields.title?.map(one => one.i)).toEqual([0])
    expect(parts.conversation.header.title?.map(one => one.i)).toEqual([1])
  }
})

test('a flag for an unknown field or candidate is refused by name', () => {
  expect(() => loadSelectorSets({ flags: { colour: 'off' } })).toThrow(/"colour" is no field/)
  expect(() => loadSelectorSets({ flags: { text: '99' } })).toThrow(/text=99: expected off or the number of a candidate/)
  expect(() => loadSelectorSets({ flags: { 'header.colour': 'off' } })).toThrow(ConfigError)
})

test('a pinned set is the only one, an unknown id is refused with the known ones', () => {
  expect(loadSelectorSets({ pinned: 'e5' }).sets.map(set => set.id)).toEqual(['e5'])
  expect(() => loadSelectorSets({ pinned: 'e99' })).toThrow(/expected auto or one of e7, e6/)
})

test('a set of SELECTORS_DIR joins the others and replaces one of the same id', () => {
  const set = {
    id: 'mine',
    engine: 1,
    about: 'a test',
    since: '2027-01',
    extends: 'common',
    detect: { prefer: [{ css: '.new', score: 9 }] },
  }
  expect(loadSelectorSets({ extraDir: extra(set) }).sets.map(one => one.id)[0]).toBe('mine')
  const { sets } = loadSelectorSets({ extraDir: extra({ ...set, id: 'e7', about: 'replaced' }) })
  expect(sets.find(one => one.id === 'e7')?.about).toBe('replaced')
})

test('a file of SELECTORS_DIR that cannot be used is told of and left out', () => {
  const reasons: [object | string, RegExp][] = [
    ['{', /JSON/],
    [{ id: 'x', engine: engineVersion + 1 }, /needs engine 2/],
    [{ id: 'x', engine: 1 }, /about/],
    [{ id: 'x', engine: 1, about: 'a', extends: 'nowhere' }, /extends "nowhere"/],
    [{ id: 'x', engine: 1, about: 'a', extends: 'x' }, /extends itself/],
    [{ id: 'x', engine: 1, about: 'a', conversation: { fields: { text: [{ take: 'body' }] } } }, /"css" and "icon"/],
    [{ id: 'x', engine: 1, about: 'a', conversation: { fields: { text: [{ icon: '(', take: 'icon' }] } } }, /regular expression/],
  ]
  for (const [json, reason] of reasons) {
    const { sets, warnings } = loadSelectorSets({ extraDir: extra(json) })
    expect(sets.map(set => set.id)).not.toContain('x')
    expect(warnings.join()).toMatch(reason)
  }
  expect(loadSelectorSets({ extraDir: '/nowhere/at/all' }).warnings.join()).toMatch(/ENOENT/)
})

test('features choose the set; a page that shows none gets the newest, with a warning', () => {
  const { sets } = loadSelectorSets()
  const known = new Set(detectSelectors(sets))
  const packed = '[data-id^="true_"], [data-id^="false_"]'
  expect(known.has(packed)).toBe(true)
  expect(
    chooseSet(
      sets,
      new Set([
        packed,
        '[data-testid="selectable-text"]._aupe, [data-testid="selectable-text"]._ao3e',
        '#pane-side ._ak8l, div#main ._amk4',
      ]),
    ),
  ).toMatchObject({
    set: { id: 'e5' },
    warning: null,
  })
  expect(chooseSet(sets, new Set(['[data-testid="cell-frame-title"]'])).set.id).toBe('e7')
  const blank = chooseSet(sets, new Set())
  expect(blank.set.id).toBe('e7')
  expect(blank.warning).toMatch(/no selector set fits/)
})

test('a set that requires or forbids a feature is not chosen against it', () => {
  const base = { engine: 1, about: 'a test', extends: 'common' }
  const needs = {
    ...base,
    id: 'needs',
    since: '2028-01',
    detect: { require: ['.must'], absent: ['.never'], prefer: [{ css: '.any', score: 50 }] },
  }
  const { sets } = loadSelectorSets({ extraDir: extra(needs) })
  expect(chooseSet(sets, new Set(['.any'])).set.id).not.toBe('needs')
  expect(chooseSet(sets, new Set(['.any', '.must', '.never'])).set.id).not.toBe('needs')
  expect(chooseSet(sets, new Set(['.any', '.must'])).set.id).toBe('needs')
})
