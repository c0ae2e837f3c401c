import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { addDays, compareDays, type Day, dayNumber } from '../../src/parse/calendar.ts'
import { calibrate, type DateEvidence } from '../../src/parse/calibrate.ts'
import { orderOfLanguage } from '../../src/parse/shape.ts'
import { toInstant } from '../../src/parse/zone.ts'

const options = { locale: 'en', zone: 'America/Sao_Paulo', now: '2026-11-21T15:00:00Z' }
const orderOf = (evidence: DateEvidence[], more: Partial<typeof options> = {}) => calibrate(evidence, { ...options, ...more }).order

test.describe('calibrate', () => {
  test('one part over 12 settles the order, whatever the language', () => {
    for (const locale of ['en-US', 'en-GB', 'pt-BR', 'xx']) {
      expect(orderOf([{ type: 'stamp', value: '8:46 pm, 23/09/2022' }], { locale })).toBe('dmy')
      expect(orderOf([{ type: 'stamp', value: '9:47 PM, 10/13/2025' }], { locale })).toBe('mdy')
      expect(orderOf([{ type: 'label', value: '8/27/2023' }], { locale })).toBe('mdy')
      expect(orderOf([{ type: 'label', value: '18.12.2022' }], { locale })).toBe('dmy')
    }
  })

  test('the weekday of a separator settles the order of the stamps below it', () => {
    // 9 March 2026 was a Monday, 3 September 2026 a Thursday.
    expect(orderOf([{ type: 'day-and-stamp', label: 'MONDAY', stamp: '7:54 PM, 3/9/2026' }])).toBe('mdy')
    expect(orderOf([{ type: 'day-and-stamp', label: 'quinta-feira', stamp: '19:54, 3/9/2026' }], { locale: 'pt-BR' })).toBe('dmy')
  })

  test('Today and Yesterday settle it where the page is as young as its label says, and say nothing where it is stale', () => {
    const stamp = '19:54, 3/9/2026'
    expect(orderOf([{ type: 'day-and-stamp', label: 'Today', stamp }], { now: '2026-09-03T23:30:00Z' })).toBe('dmy')
    expect(orderOf([{ type: 'day-and-stamp', label: 'TODAY', stamp }], { now: '2026-03-09T23:30:00Z' })).toBe('mdy')
    expect(orderOf([{ type: 'day-and-stamp', label: 'Ontem', stamp }], { now: '2026-09-04T23:30:00Z', locale: 'pt' })).toBe('dmy')
    expect(orderOf([{ type: 'day-and-stamp', label: 'Today', stamp }])).toBeNull()
  })

  test("IndexedDB's seconds settle it, in the page's own time zone", () => {
    // 23:30 on 3 September in São Paulo is already the 4th in UTC.
    const seconds = Date.parse('2026-09-04T02:30:00Z') / 1000
    expect(orderOf([{ type: 'known', stamp: '23:30, 3/9/2026', seconds }])).toBe('dmy')
    expect(orderOf([{ type: 'known', stamp: '23:30, 9/3/2026', seconds }])).toBe('mdy')
  })

  test('dates of one chat that would run backwards refute an order', () => {
    const stamps = ['10:00, 9/10/2026', '10:00, 10/10/2026', '10:00, 1/11/2026', '10:00, 2/11/2026']
    expect(orderOf([{ type: 'sequence', stamps }])).toBe('dmy')
    expect(orderOf([{ type: 'sequence', stamps: ['10:00, 10/9/2026', '10:00, 10/10/2026', '10:00, 11/1/2026'] }])).toBe('mdy')
  })

  test('a message that arrived a day late does not refute the right order', () => {
    expect(orderOf([{ type: 'sequence', stamps: ['10:00, 9/10/2026', '10:00, 8/10/2026', '10:00, 1/11/2026'] }])).toBe('dmy')
  })

  test('a date in the future refutes an order', () => {
    expect(orderOf([{ type: 'stamp', value: '10:00, 5/12/2026' }])).toBe('mdy')
    expect(orderOf([{ type: 'stamp', value: '10:00, 12/5/2026' }])).toBe('dmy')
    expect(calibrate([{ type: 'stamp', value: '10:00, 5/12/2026' }], { ...options, now: null }).order).toBeNull()
  })

  test('the chat list writes days of this week as words, so a numeric date is not one of them', () => {
    // As D/M 11/10 is in October; as M/D it would be 10 November, eleven days ago; 11/8 as M/D is 13 days ago, 11/17 four.
    expect(orderOf([{ type: 'label', value: '11/10/2026' }], { now: '2026-11-12T15:00:00Z' })).toBe('dmy')
  })

  test('says so when the year stands first', () => {
    expect(calibrate([{ type: 'stamp', value: '下午1:23, 2026年9月18日' }], options)).toEqual({
      order: 'ymd',
      because: 'the year stands first (1)',
    })
    expect(orderOf([{ type: 'label', value: '2026-09-05' }])).toBe('ymd')
  })

  test('tells dates with two digits of the year apart, the year first or last', () => {
    expect(orderOf([{ type: 'stamp', value: '10:00, 26-09-05' }], { locale: 'sv' })).toBe('ymd')
    expect(orderOf([{ type: 'stamp', value: '10:00, 26-09-12' }], { locale: 'sv' })).toBeNull()
    expect(orderOf([{ type: 'day-and-stamp', label: 'lördag', stamp: '10:00, 26-09-12' }], { locale: 'sv' })).toBe('ymd')
    expect(orderOf([{ type: 'stamp', value: '10:00, 23/9/26' }], { locale: 'en' })).toBe('dmy')
    expect(orderOf([{ type: 'stamp', value: '10:00, 9/23/26' }], { locale: 'en' })).toBe('mdy')
  })

  test('tells where the day stands in Kyrgyz dates, whose year comes first', () => {
    expect(orderOf([{ type: 'stamp', value: '10:00, 2026-18-09' }], { locale: 'ky' })).toBe('ydm')
    expect(orderOf([{ type: 'stamp', value: '10:00, 2026-09-18' }], { locale: 'ky' })).toBe('ymd')
    expect(orderOf([{ type: 'stamp', value: '10:00, 2026-05-09' }], { locale: 'ky' })).toBeNull()
    expect(orderOf([{ type: 'stamp', value: '10:00, 2026-05-09' }], { locale: 'sv' })).toBe('ymd')
  })

  test("the label of a chat's row in the list tells the day of its newest message", () => {
    const newest = (label: string, stamp: string) => orderOf([{ type: 'day-and-stamp', label, stamp }], { now: '2026-09-03T23:30:00Z' })
    expect(newest('19:54', '19:54, 3/9/2026')).toBe('dmy')
    expect(newest('7:54 PM', '19:54, 9/3/2026')).toBe('mdy')
    expect(newest('Yesterday', '19:54, 2/9/2026')).toBe('dmy')
    expect(newest('3/9/2026', '19:54, 3/9/2026')).toBeNull()
  })

  test('gives no order, and the reason, for no evidence, for open evidence and for contradictions', () => {
    expect(calibrate([], options)).toEqual({ order: null, because: 'no numeric date seen' })
    expect(
      calibrate(
        [
          { type: 'stamp', value: 'nonsense' },
          { type: 'label', value: 'Yesterday' },
        ],
        options,
      ),
    ).toEqual({ order: null, because: 'no numeric date seen' })
    expect(calibrate([{ type: 'stamp', value: '10:00, 3/9/2026' }], options)).toEqual({
      order: null,
      because: 'all of 1 dates can be read both ways',
    })
    const both = calibrate(
      [
        { type: 'stamp', value: '10:00, 23/9/2026' },
        { type: 'stamp', value: '10:00, 9/23/2026' },
      ],
      options,
    )
    expect(both.order).toBeNull()
    expect(both.because).toMatch(/^contradictory: /)
  })

  test('what dates prove outweighs what is merely implausible', () => {
    const jumbled = { type: 'sequence' as const, stamps: ['10:00, 5/10/2026', '10:00, 2/3/2026'] }
    expect(orderOf([jumbled, { type: 'stamp', value: '10:00, 9/23/2026' }])).toBe('mdy')
    expect(orderOf([jumbled, { type: 'stamp', value: '10:00, 23/9/2026' }])).toBe('dmy')
  })

  test('the shape of dates decides where it belongs to one order and nothing stronger speaks', () => {
    const shaped = (value: string, locale: string) => calibrate([{ type: 'stamp', value }], { locale, zone: 'UTC', now: null }).order
    expect(shaped('10:54 PM, 12/9/2025', 'en')).toBe('mdy')
    expect(shaped('2:10\u202fPM, 6/8/2021', 'en-GB')).toBe('mdy')
    expect(shaped('4:26 pm, 03/02/2023', 'en')).toBe('dmy')
    expect(shaped('1:23 pm, 3/10/2026', 'en-US')).toBe('dmy')
    expect(shaped('01:15, 04/05/2026', 'en')).toBe('dmy')
    expect(shaped('12:33 a. m., 6/8/2026', 'es')).toBe('dmy')
    // English with 24 h writes M/D and D/M alike; Spanish pads in both orders; an unknown language says nothing.
    expect(shaped('19:46, 8/11/2023', 'en')).toBeNull()
    expect(shaped('19:46, 08/11/2023', 'es')).toBeNull()
    expect(shaped('19:46, 08/11/2023', 'xx')).toBeNull()
    expect(
      calibrate(
        [
          { type: 'stamp', value: '10:54 PM, 12/9/2025' },
          { type: 'stamp', value: '10:54 pm, 12/9/2025' },
        ],
        { locale: 'en', zone: 'UTC', now: null },
      ).order,
    ).toBeNull()
  })

  test('a language whose dates have one order only says nothing: that would be the language alone', () => {
    for (const [value, locale] of [
      ['01:15, 04/05/2026', 'pt'],
      ['10.11, 5/2/2026', 'id'],
      ['19:04, 06.10.2025', 'ru'],
      ['10:00, 04/05/2026', 'it'],
      ['10:00, 4.5.2026', 'de'],
      ['10:00, 4/5/2026', 'hi'],
    ] as const)
      expect(calibrate([{ type: 'stamp', value }], { locale, zone: 'UTC', now: null }), value).toEqual({
        order: null,
        because: 'all of 1 dates can be read both ways',
      })
  })

  test('stronger evidence outweighs the shape', () => {
    expect(
      orderOf([
        { type: 'stamp', value: '10:54 PM, 3/9/2026' },
        { type: 'day-and-stamp', label: 'Thursday', stamp: '10:54 PM, 3/9/2026' },
      ]),
    ).toBe('dmy')
  })

  test('never settles on the wrong order, whatever true evidence it is shown', () => {
    const now = { year: 2026, month: 11, day: 21 }
    const days = fc
      .array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 })
      .map(back => back.sort((a, b) => b - a).map(count => addDays(now, -count)))
    fc.assert(
      fc.property(days, fc.constantFrom('dmy' as const, 'mdy' as const), fc.boolean(), (list, order, pad) => {
        const two = (n: number) => (pad ? String(n).padStart(2, '0') : String(n))
        const write = ({ year, month, day }: Day) =>
          order === 'dmy' ? `${two(day)}/${two(month)}/${year}` : `${two(month)}/${two(day)}/${year}`
        const weekday = (day: Day) =>
          new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(dayNumber(day) * 86_400_000)
        const evidence: DateEvidence[] = [
          { type: 'sequence', stamps: list.map(day => `10:00, ${write(day)}`) },
          ...list.flatMap((day): DateEvidence[] => [
            { type: 'stamp', value: `10:00, ${write(day)}` },
            {
              type: 'known',
              stamp: `10:00, ${write(day)}`,
              seconds: Date.parse(toInstant({ ...day, hour: 10, minute: 0 }, options.zone)) / 1000,
            },
            compareDays(day, addDays(now, -7)) <= 0
              ? { type: 'label', value: write(day) }
              : { type: 'day-and-stamp', label: compareDays(day, now) === 0 ? 'Today' : weekday(day), stamp: `10:00, ${write(day)}` },
          ]),
        ]
        // An unknown language: English pads D/M only, so a padded M/D has no true shape there.
        const found = calibrate(evidence, { ...options, locale: 'xx' })
        const telling = list.some(day => day.day !== day.month)
        if (telling || found.order !== null) assert.equal(found.order, order, found.because)
      }),
      { numRuns: 1000 },
    )
  })

  test('never throws, whatever the page shows', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^\d{1,2}:\d\d, \d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}$/))
    const evidence = fc.oneof(
      fc.record({ type: fc.constant('stamp' as const), value: text }),
      fc.record({ type: fc.constant('label' as const), value: text }),
      fc.record({ type: fc.constant('day-and-stamp' as const), label: text, stamp: text }),
      fc.record({ type: fc.constant('sequence' as const), stamps: fc.array(text) }),
      fc.record({ type: fc.constant('known' as const), stamp: text, seconds: fc.oneof(fc.double(), fc.integer()) }),
    )
    fc.assert(fc.property(fc.array(evidence), all => void calibrate(all, options)))
  })
})

test('a language has an order of its own only where all its regions agree', () => {
  for (const [locale, order] of [
    ['pt', 'dmy'],
    ['pt-BR', 'dmy'],
    ['ru', 'dmy'],
    ['it', 'dmy'],
    ['id', 'dmy'],
    ['en', null],
    ['en-US', null],
    ['es', null],
    ['zh-CN', null],
    ['ja', 'ymd'],
    ['xx', null],
    ['', null],
  ] as const) {
    expect(orderOfLanguage(locale), locale).toBe(order)
  }
})
