/** Rows that were worked out before: what is recalled is what would be worked out anew, however the look, the neighbours and the witness changed. */
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import type { ParseContext } from '../../src/parse/context.ts'
import type { ChatWitness } from '../../src/parse/join.ts'
import { makeParseMemory } from '../../src/parse/memory.ts'
import { parseItems } from '../../src/parse/message.ts'
import type { RawFields, RawItem } from '../../src/raw.ts'
import { storedMessage } from '../support/stored-message.ts'

const context: ParseContext = {
  locale: 'en',
  zone: 'America/Sao_Paulo',
  now: '2026-03-10T12:00:00Z',
  order: 'dmy',
  dir: 'ltr',
  chatTitle: 'Ada',
  ownName: null,
  openTop: true,
}

const field = (value: string | undefined): RawFields[string] | undefined => (value === undefined ? undefined : { c: 0, v: [value] })
const fieldsOf = (values: Record<string, string | undefined>): RawFields =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, field(value)!]])))

/** Rows that need their neighbours (a clock time alone, a run that names the sender once) among such as tell everything. */
const anyFields: fc.Arbitrary<RawFields> = fc
  .record({
    id: fc.option(
      fc.integer({ min: 0, max: 30 }).map(n => `3EB0${String(n).padStart(16, '0')}`),
      { nil: undefined, freq: 8 },
    ),
    stamp: fc.option(fc.constantFrom('[8:46 pm, 9/3/2026] Ada: ', '[10:01, 2/3/2026] Bela: '), { nil: undefined }),
    time: fc.option(fc.constantFrom('20:46', '10:01', '09:15'), { nil: undefined, freq: 6 }),
    text: fc.option(fc.constantFrom('hello', 'see https://example.org', '37'), { nil: undefined }),
    image: fc.option(fc.constant(''), { nil: undefined, freq: 1 }),
    label: fc.option(fc.constantFrom('Ada:', 'You:'), { nil: undefined }),
    author: fc.option(fc.constantFrom('Ada', 'Bela'), { nil: undefined, freq: 1 }),
    tail: fc.option(fc.constantFrom('in', 'out'), { nil: undefined }),
    system: fc.option(fc.constant(''), { nil: undefined, freq: 1 }),
    metaWords: fc.option(fc.constant('Edited'), { nil: undefined, freq: 1 }),
  })
  .map(fieldsOf)

const stored = (messageId: string, seconds: number | null) => storedMessage({ messageId, chatJid: '15550100001@c.us', seconds })
const witnessOf = (seconds: number | null): ChatWitness => ({
  message: id => (id.endsWith('7') ? stored(id, seconds) : null),
  phoneOf: () => null,
  nameOf: () => 'Ada from the book',
  owner: { phone: null, lid: null },
})
const witnesses: (ChatWitness | null)[] = [null, witnessOf(Date.parse('2026-03-09T23:46:12Z') / 1000), witnessOf(null)]

test('what is recalled is what would be worked out anew', () => {
  const looks = fc.record({
    places: fc.array(
      fc.record({ row: fc.nat(9), run: fc.option(fc.nat(2)), shell: fc.boolean(), day: fc.option(fc.constantFrom('Today', '8/3/2026')) }),
    ),
    order: fc.constantFrom(null, 'dmy' as const, 'mdy' as const),
    openTop: fc.boolean(),
    witness: fc.nat(2),
  })
  fc.assert(
    fc.property(fc.array(anyFields, { minLength: 10, maxLength: 10 }), fc.array(looks, { minLength: 2, maxLength: 6 }), (pool, seen) => {
      const memory = makeParseMemory()
      for (const { places, order, openTop, witness } of seen) {
        const items = places.flatMap(({ row, run, shell, day }): RawItem[] => [
          ...(day === null ? [] : [{ type: 'day' as const, text: day }]),
          { type: 'row', run, shell: shell && row > 7, geometry: null, fields: pool[row]! },
        ])
        const of = { ...context, order, openTop, witness: witnesses[witness]! }
        expect(parseItems(items, { ...of, memory })).toEqual(parseItems(items, of))
      }
    }),
    { numRuns: 300 },
  )
})

test('a row that stays as it is among the same neighbours is not worked out again; one that changed is', () => {
  const item = (over: Record<string, string> = {}): RawItem => ({
    type: 'row',
    run: null,
    shell: false,
    geometry: null,
    fields: fieldsOf({ id: '3EB00000000000000001', stamp: '[8:46 pm, 9/3/2026] Ada: ', text: 'hello', label: 'Ada:', ...over }),
  })
  const of = { ...context, memory: makeParseMemory() }
  const row = item()
  const [first] = parseItems([row], of)
  const [again] = parseItems([{ ...row }], of)
  expect(again).toBe(first)
  const [changed] = parseItems([item({ text: 'hello again' })], of)
  expect(changed).toMatchObject({ type: 'message', message: { text: 'hello again' } })
})
