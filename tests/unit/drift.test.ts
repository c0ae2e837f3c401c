/** What is drift, what is an early warning, and above all what is neither. */
import { expect, test } from '@playwright/test'
import { type Baseline, DriftWatch, pauseMinutes, shiftOf } from '../../src/drift.ts'
import {
  type ChatVerdict,
  doubtfulFields,
  type Evidence,
  type FieldEvidence,
  isBelow,
  judgeChat,
  type ReadToEnd,
} from '../../src/evidence.ts'
import { countExpected } from '../../src/parse/expected.ts'

const field = (hit: number, miss: number, extra: Partial<FieldEvidence> = {}): FieldEvidence => ({
  hit,
  miss,
  by_candidate: hit > 0 ? { 0: hit } : {},
  min: 0.9,
  sample: 4,
  severity: 'drift',
  ...extra,
})
const chat = (rows: Partial<Evidence['rows']>, fields: Evidence['fields'] = {}): Evidence => ({
  set: 'e7',
  fields,
  rows: { messages: 0, unreadable: 0, notices: 0, unexplained: 0, shells: 0, ...rows },
})
const busy = chat({ messages: 40 }, { id: field(40, 0), text: field(38, 0) })
const blind = chat({ messages: 40 }, { id: field(40, 0), text: field(0, 38) })
const before = (extra: Partial<Baseline> = {}): Baseline => ({
  listed: 12,
  sets: { e7: { id: { hit: 500, miss: 0, by_candidate: { 0: 500 } }, text: { hit: 400, miss: 3, by_candidate: { 0: 400 } } } },
  shifted: [],
  odd: [],
  ...extra,
})

test('a field is below its rate when more rows miss it than chance explains', () => {
  const table: [number, number, boolean][] = [
    [0, 3, false],
    [0, 4, true],
    [1, 3, true],
    [2, 2, false],
    [40, 4, false],
    [90, 12, false],
    [90, 13, true],
    [5000, 0, false],
    [0, 0, false],
  ]
  for (const [hit, miss, below] of table) expect(isBelow(field(hit, miss)), `${hit} of ${hit + miss}`).toBe(below)
})

test('few rows that all lack a required field are doubtful, a field that is only watched never is', () => {
  expect(doubtfulFields({ id: field(0, 2), text: field(1, 1), stamp: field(0, 3, { severity: 'warning' }), time: field(0, 0) })).toEqual([
    'id',
  ])
})

const cases: [string, Evidence, ReadToEnd | null, ChatVerdict['type']][] = [
  ['an empty chat', chat({}), { held: false, previewed: false }, 'understood'],
  ['a chat of one row', chat({ messages: 1 }, { id: field(1, 0) }), null, 'understood'],
  [
    'a chat of media only, where no row should have a text',
    chat({ messages: 9 }, { id: field(9, 0), text: field(0, 0) }),
    null,
    'understood',
  ],
  ['two odd rows among many', chat({ messages: 30 }, { text: field(28, 2) }), null, 'understood'],
  ['a new group with nothing but notices', chat({ notices: 12 }), { held: false, previewed: true }, 'understood'],
  ['a chat that its owner cleared', chat({}), { held: true, previewed: false }, 'understood'],
  ['a chat that was cleared and then got a notice', chat({ notices: 1 }), { held: true, previewed: true }, 'emptied'],
  ['a chat whose rows the page keeps empty', chat({ shells: 20 }), { held: true, previewed: true }, 'understood'],
  ['days that cannot be told', chat({ messages: 30, unreadable: 0 }), null, 'understood'],
  ['two rows without an id', chat({ messages: 2 }, { id: field(0, 2) }), null, 'doubtful'],
  ['forty texts without their text', blind, null, 'not_understood'],
  ['most rows without a direction', chat({ messages: 20, unreadable: 12 }), null, 'not_understood'],
  ['a few rows without a direction', chat({ messages: 20, unreadable: 6 }), null, 'understood'],
  ['no row in a chat with stored messages and a preview', chat({}), { held: true, previewed: true }, 'not_understood'],
  [
    'rows of which nothing is known in a chat with stored messages',
    chat({ unexplained: 8 }),
    { held: true, previewed: true },
    'not_understood',
  ],
  ['rows of which nothing is known in a chat without any', chat({ unexplained: 8 }), { held: false, previewed: true }, 'unexplained'],
  ['the same while it is still being read', chat({ unexplained: 8 }), null, 'understood'],
]
for (const [what, evidence, end, verdict] of cases) {
  test(`${what}: ${verdict.replace('_', ' ')}`, () => {
    expect(judgeChat(evidence, end).type).toBe(verdict)
  })
}

/** A cycle over these chats. */
function cycle(baseline: Baseline | null, ...chats: Evidence[]): DriftWatch {
  const watch = new DriftWatch(baseline)
  for (const one of chats) watch.chat(one, judgeChat(one, { held: true, previewed: true }), 'Ben')
  return watch
}

test('one odd chat among many is no drift; as many odd ones as others, or the only chat that was read, are', () => {
  expect(cycle(before(), busy, busy, blind).verdict()).toEqual([])
  expect(cycle(before(), busy, blind).verdict()).toEqual(['text'])
  expect(cycle(null, blind).verdict()).toEqual(['text'])
  expect(cycle(null).verdict()).toEqual([])
})

test('a chat that was odd before, in a cycle that was no drift, says nothing new; another one beside it does', () => {
  const known = before({ odd: ['Ben'] })
  expect(cycle(known, blind).verdict()).toEqual([])
  expect(cycle(known, blind, blind, blind, blind, blind).certain).toBe(false)
  const watch = cycle(known, blind)
  watch.chat(blind, judgeChat(blind, null), 'Cleo')
  expect(watch.verdict()).toEqual(['text'])

  const unnamed = (...titles: string[]) => {
    const opened = new DriftWatch(known)
    for (const title of titles) opened.unnamed(title)
    return opened.verdict()
  }
  expect(unnamed('Ben', 'Ben')).toEqual([])
  expect(unnamed('Ann', 'Cleo')).toEqual(['header.title'])
})

test('chat after chat that is not understood ends the cycle early', () => {
  expect(cycle(null, busy, blind, blind, blind).certain).toBe(false)
  expect(cycle(null, busy, busy, busy, busy, busy, busy, blind, blind, blind, blind).certain).toBe(true)
  expect(cycle(null, busy, busy, busy, busy, busy, busy, blind, blind, blind, blind).verdict()).toEqual(['text'])
})

test('one chat without a message may have been cleared, two of them while nothing else could be read were not', () => {
  const emptied = chat({ notices: 1 })
  expect(cycle(before(), emptied).verdict()).toEqual([])
  expect(cycle(before(), emptied, emptied).verdict()).toEqual(['row'])
  expect(cycle(before(), emptied, emptied, busy).verdict()).toEqual([])
})

test('a list without a chat is drift where there were some, and an empty account where there never were', () => {
  expect(new DriftWatch(before()).list(undefined, 0)).toEqual(['chatList.row'])
  expect(new DriftWatch(before({ listed: 0 })).list(undefined, 0)).toEqual([])
  expect(new DriftWatch(null).list(undefined, 0)).toEqual([])
  const untitled = chat({}, { title: field(2, 10), time: field(0, 12, { severity: 'warning' }) })
  expect(new DriftWatch(null).list(untitled, 2)).toEqual(['chatList.title'])
  expect(new DriftWatch(null).list(chat({}, { title: field(12, 0), time: field(0, 12, { severity: 'warning' }) }), 12)).toEqual([])
})

test('a chat that is too small to judge is stored, kept back, or drift by what else is known', () => {
  const small = chat({ messages: 2 }, { id: field(0, 2), text: field(2, 0) })
  expect(cycle(null, small).settle('e7', ['id'], 'Ben')).toBe('store')
  expect(cycle(before(), small).settle('e7', ['id'], 'Ben')).toBe('withhold')
  expect(cycle(before(), small, busy).settle('e7', ['id'], 'Ben')).toBe('store')
  expect(cycle(before(), small, chat({ messages: 1 }, { id: field(0, 1) })).settle('e7', ['id'], 'Ben')).toBe('drift')
  expect(cycle(null, small, small).settle('e7', ['id'], 'Ben')).toBe('drift')
  expect(cycle(before(), small).settle('e7', [], 'Ben')).toBe('store')
})

test('chats that open without a name are drift when there is more than one and none could be read', () => {
  const watch = cycle(null)
  watch.unnamed('Ben')
  expect(watch.verdict()).toEqual([])
  watch.unnamed('Ben')
  expect(watch.verdict()).toEqual(['header.title'])
  watch.chat(busy, judgeChat(busy, null), 'Ben')
  expect(watch.verdict()).toEqual([])
})

test('hits that move to a later candidate are told, once, and stay told while a cycle has too few rows to say', () => {
  const counted = (by_candidate: Record<string, number>) => ({
    hit: Object.values(by_candidate).reduce((sum, hits) => sum + hits, 0),
    by_candidate,
  })
  expect(shiftOf(counted({ 1: 30 }), counted({ 0: 400 }))).toEqual({ from: 0, to: 1 })
  expect(shiftOf(counted({ 0: 20, 2: 15 }), counted({ 0: 400 }))).toEqual({ from: 0, to: 2 })
  expect(shiftOf(counted({ 0: 30, 1: 5 }), counted({ 0: 400 }))).toBeNull()
  expect(shiftOf(counted({ 0: 30 }), counted({ 1: 400 }))).toBeNull()
  expect(shiftOf(counted({ 1: 30 }), counted({ 1: 390, 0: 10 }))).toBeNull()
  expect(shiftOf(counted({ 1: 5 }), counted({ 0: 400 }))).toBeNull()
  expect(shiftOf(counted({ 1: 30 }), undefined)).toBeNull()

  const moved = chat({ messages: 30 }, { text: field(30, 0, { by_candidate: { 2: 30 } }) })
  const shift = { set: 'e7', field: 'text', from: 0, to: 2 }
  expect(cycle(before(), moved).newlyShifted).toEqual([shift])
  expect(cycle(before({ shifted: [shift] }), moved).newlyShifted).toEqual([])
  expect(cycle(before({ shifted: [shift] }), chat({ messages: 3 }, { text: field(3, 0) })).shifted).toEqual([shift])
  expect(cycle(before({ shifted: [shift] }), busy).shifted).toEqual([])
})

test('the pause grows from two intervals to six hours and is never shorter than an interval', () => {
  expect([1, 2, 3, 5, 6, 60].map(drifts => pauseMinutes(drifts, 10))).toEqual([20, 40, 80, 320, 360, 360])
  expect(pauseMinutes(1, 720)).toBe(720)
})

test('only rows of which a field is expected are counted, by the candidate that gave it', () => {
  const value = (c: number) => ({ c, v: ['x'] })
  const rows = [
    { stamp: value(0), text: value(2) },
    { stamp: value(0) },
    { stamp: value(0), image: value(0) },
    { text: value(0) },
    { image: value(0) },
  ]
  expect(countExpected(rows, { text: { min: 0.9, sample: 4, of: ['stamp'], unless: ['image'] } })).toEqual({
    text: { hit: 1, miss: 1, by_candidate: { 2: 1 }, min: 0.9, sample: 4, severity: 'drift' },
  })
})
