/** Direction by the order of the evidence (reference §4.6): each sign alone, each against a weaker one, and what cannot be decided. */
import { expect, test } from '@playwright/test'
import type { Direction } from '../../src/model.ts'
import type { ParseContext } from '../../src/parse/context.ts'
import { type DirectedRow, directionsOf } from '../../src/parse/direction.ts'
import type { RawRow } from '../../src/raw.ts'

const context: ParseContext = {
  locale: 'en',
  zone: 'UTC',
  now: '2026-03-10T12:00:00Z',
  order: 'dmy',
  dir: 'ltr',
  chatTitle: 'Ada',
  ownName: null,
  openTop: false,
}

type Signs = Partial<Record<'id' | 'inOut' | 'label' | 'receipt' | 'receiptIcon' | 'author' | 'tail' | 'stamp', string>>
interface Given extends Signs {
  run?: number
  left?: number
  right?: number
  apart?: boolean
  message?: boolean
}

function rowOf({ run, left, right, apart = false, message = true, ...signs }: Given): DirectedRow {
  const row: RawRow = {
    type: 'row',
    run: run ?? null,
    shell: false,
    geometry: left === undefined || right === undefined ? null : { left, right },
    fields: Object.fromEntries(Object.entries(signs).map(([name, value]) => [name, { c: 0, v: [value] }])),
  }
  return { row, message, apart }
}

const by = (name: string) => `[10:00, 9/3/2026] ${name}: `
const read = (rows: Given[], more: Partial<ParseContext> = {}): (Direction | null)[] =>
  directionsOf(rows.map(rowOf), { ...context, ...more })

/** Signs of §4.6 from the strongest to the weakest, as they stand in a row of ours and in one of theirs. */
const signs: { name: string; out: Given | null; in: Given | null }[] = [
  { name: 'the packed id', out: { id: 'true_4477@c.us_AAAA' }, in: { id: 'false_4477@c.us_AAAA' } },
  { name: 'the class', out: { inOut: 'out' }, in: { inOut: 'in' } },
  { name: 'the label', out: { label: 'You:' }, in: { label: 'Ada:' } },
  { name: 'the receipt', out: { receipt: ' Read ' }, in: null },
  { name: 'the receipt icon', out: { receiptIcon: 'msg-dblcheck' }, in: null },
  { name: 'the author block', out: null, in: { author: 'Ada' } },
  { name: 'the tail', out: { tail: 'out' }, in: { tail: 'in' } },
  { name: 'the place', out: { left: 400, right: 67 }, in: { left: 62, right: 400 } },
]
/** These three stand in rows of one direction only, so that none outranks another. */
const equals = new Set(['the label', 'the receipt', 'the receipt icon', 'the author block'])

test.describe('one row', () => {
  for (const { name, out, in: theirs } of signs) {
    test(`${name} alone tells it`, () => {
      if (out) expect(read([{ stamp: by('Robin'), ...out }])).toEqual(['out'])
      if (theirs) expect(read([{ stamp: by('Ada'), ...theirs }])).toEqual(['in'])
    })
  }

  for (const [index, strong] of signs.entries()) {
    for (const weak of signs.slice(index + 1)) {
      const rivals = equals.has(strong.name) && equals.has(weak.name)
      for (const [direction, first, second] of [
        ['out', strong.out, weak.in],
        ['in', strong.in, weak.out],
      ] as const) {
        if (!first || !second) continue
        test(`${strong.name} ${rivals ? 'and' : 'outranks'} ${weak.name}${rivals ? ' that contradict each other tell nothing' : ''} (${direction})`, () => {
          expect(read([{ ...second, ...first }])).toEqual([rivals ? null : direction])
        })
      }
    }
  }

  test('what contradicts itself is settled by what is left', () => {
    expect(read([{ label: 'Ada:', receipt: ' Read ', tail: 'out' }])).toEqual(['out'])
    expect(read([{ label: 'You:', author: 'Ada', left: 62, right: 400 }])).toEqual(['in'])
  })

  test('a row without a sign, a bubble in the middle and a star tell nothing', () => {
    expect(read([{}, { left: 100, right: 120 }, { receipt: ' Starred ' }, { stamp: by('Robin') }])).toEqual([null, null, null, null])
  })

  test('a row that is no message has no direction', () => {
    expect(read([{ tail: 'in', message: false }])).toEqual([null])
  })
})

test.describe('right to left', () => {
  test('tails have the other name and bubbles stand at the other side; ids, classes, labels and receipts mean the same', () => {
    for (const { name, out, in: theirs } of signs) {
      const turned = name === 'the tail' || name === 'the place'
      if (out) expect(read([out], { dir: 'rtl' }), name).toEqual([turned ? 'in' : 'out'])
      if (theirs) expect(read([theirs], { dir: 'rtl' }), name).toEqual([turned ? 'out' : 'in'])
    }
  })
})

test.describe('labels', () => {
  const label = (text: string, name: string | null, more: Partial<ParseContext> = {}) =>
    read([{ label: text, ...(name === null ? {} : { stamp: by(name) }) }], more)[0]

  test('"You" in the language of the page is ours, with any spelling of the colon', () => {
    for (const [text, locale] of [
      ['You:', 'en'],
      ['Você:', 'pt-BR'],
      ['Tú:', 'es'],
      ['Anda:', 'id'],
      ['Вы:', 'ru'],
      ['Tu:', 'it'],
      ['את/ה:', 'he'],
      ['\u202aYou\u202c:\u200f', 'en'],
      ['You：', 'zh-CN'],
    ] as const)
      expect(label(text, 'Robin', { locale }), text).toBe('out')
  })

  test('a contact saved as "You" is not the owner', () => {
    expect(label('You:', 'You')).toBeNull()
    expect(label('You:', null, { chatTitle: 'You' })).toBeNull()
    expect(label('YOU:', '\u202aYou\u202c')).toBeNull()
    expect(label('Você:', 'Voce', { locale: 'pt-BR' })).toBeNull()
    expect(read([{ label: 'You:', stamp: by('You'), tail: 'in' }])).toEqual(['in'])
    // The owner's own row in that chat: the stamp carries the profile's name, the chat the contact's.
    expect(read([{ label: 'You:', stamp: by('Robin'), receipt: ' Read ' }], { chatTitle: 'You' })).toEqual(['out'])
  })

  test('a contact named like another language\'s "You" is a contact', () => {
    for (const [text, locale] of [
      ['Tu:', 'en'],
      ['Anda:', 'pt'],
      ['Tú:', 'ru'],
    ] as const)
      expect(label(text, text.slice(0, -1), { locale }), text).toBe('in')
  })

  test('where nobody knows the word for "You", a label is a name only if the stamp or the chat shows it too', () => {
    for (const locale of ['', 'xx', 'tlh']) {
      expect(label('Ada:', 'Ada', { locale }), locale).toBe('in')
      expect(label('Ada:', null, { locale }), locale).toBe('in')
      expect(label('\u202bAda\u202c:', 'Ada', { locale, chatTitle: null }), locale).toBe('in')
      expect(label('Zelf:', 'Robin', { locale, chatTitle: 'Ada' }), locale).toBeNull()
      expect(label('Zelf:', null, { locale, chatTitle: null }), locale).toBeNull()
    }
  })
})

test.describe('runs', () => {
  test('what one row of a wrapper says holds for all its rows, in either direction', () => {
    expect(read([{ run: 1, tail: 'in' }, { run: 1 }, { run: 1 }, { run: 2, receipt: ' Sent ' }, { run: 2 }, { run: 3 }])).toEqual([
      'in',
      'in',
      'in',
      'out',
      'out',
      null,
    ])
    expect(read([{ run: 1 }, { run: 1 }, { run: 1, left: 62, right: 400 }])).toEqual(['in', 'in', 'in'])
  })

  test('within a wrapper a strong sign outranks tails, and tails outrank the place', () => {
    expect(read([{ run: 1, tail: 'in' }, { run: 1, receipt: ' Read ' }, { run: 1 }])).toEqual(['out', 'out', 'out'])
    expect(read([{ run: 1, left: 62, right: 400 }, { run: 1, tail: 'out' }, { run: 1 }])).toEqual(['out', 'out', 'out'])
  })

  test('a wrapper whose rows contradict each other gives nothing to those that say nothing', () => {
    expect(read([{ run: 1, label: 'You:' }, { run: 1, label: 'Ada:' }, { run: 1 }])).toEqual(['out', 'in', null])
    expect(read([{ run: 1, tail: 'in' }, { run: 1, tail: 'out' }, { run: 1 }])).toEqual(['in', 'out', null])
    expect(read([{ run: 1, left: 62, right: 400 }, { run: 1, left: 400, right: 67 }, { run: 1 }])).toEqual(['in', 'out', null])
  })

  test('in a flat list a row without a tail goes on from the row above, not across a separator, a notice, or another name', () => {
    expect(read([{ tail: 'in' }, {}, {}])).toEqual(['in', 'in', 'in'])
    expect(read([{ tail: 'in' }, { apart: true }])).toEqual(['in', null])
    expect(read([{ tail: 'in' }, { message: false }, {}])).toEqual(['in', null, null])
    expect(read([{ tail: 'in', stamp: by('Ada') }, { stamp: by('Robin') }])).toEqual(['in', null])
    expect(read([{ tail: 'in', stamp: by('Ada') }, {}, { stamp: by('Ada') }])).toEqual(['in', 'in', 'in'])
    // A list that draws no tails at all has no runs to go on.
    expect(read([{ label: 'Ada:' }, {}])).toEqual(['in', null])
  })
})

test.describe("the owner's name in the stamp", () => {
  const own = { ownName: 'Robin' }

  test('is the last resort', () => {
    expect(read([{ stamp: by('Robin') }], own)).toEqual(['out'])
    expect(read([{ stamp: by('Robin'), tail: 'in' }], own)).toEqual(['in'])
    expect(read([{ stamp: by('robin') }], own)).toEqual([null])
  })

  test('tells nothing where the chat or one of its members bears it too', () => {
    expect(read([{ stamp: by('Robin') }], { ...own, chatTitle: 'Robin' })).toEqual([null])
    expect(read([{ stamp: by('Robin') }, { stamp: by('Robin'), author: 'Robin' }], { ...own, chatTitle: 'Group' })).toEqual([null, 'in'])
  })
})
