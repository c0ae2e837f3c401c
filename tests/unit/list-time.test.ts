import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { addDays, compareDays } from '../../src/parse/calendar.ts'
import { shippedLocales } from '../../src/parse/intl.ts'
import { listTimeRange, parseListTime } from '../../src/parse/list-time.ts'
import { dayIn } from '../../src/parse/zone.ts'

const date = (...days: string[]) => ({
  type: 'date',
  days: days.map(text => {
    const [year, month, day] = text.split('-').map(Number)
    return { year, month, day }
  }),
})

/** The values of the reference §3.4. */
const examples = [
  ['10:15 pm', 'en-GB', { type: 'clock', hour: 22, minute: 15 }],
  ['7:25 AM', 'en-US', { type: 'clock', hour: 7, minute: 25 }],
  ['08.23', 'id', { type: 'clock', hour: 8, minute: 23 }],
  ['3:25 p.\u00a0m.', 'es-MX', { type: 'clock', hour: 15, minute: 25 }],
  ['7:57', 'es-CO', { type: 'clock', hour: 7, minute: 57 }],
  ['Вчера', 'ru', { type: 'yesterday' }],
  ['yesterday', 'en', { type: 'yesterday' }],
  ['вторник', 'ru', { type: 'weekday', weekday: 2 }],
  ['segunda-feira', 'pt-BR', { type: 'weekday', weekday: 1 }],
  ['Hoje', 'pt-BR', { type: 'today' }],
  ['18/12/2022', 'en', date('2022-12-18')],
  ['8/27/2023', 'en', date('2023-08-27')],
  ['1/10/2023', 'en', date('2023-10-01', '2023-01-10')],
  ['23/7/2025', 'es', date('2025-07-23')],
  ['3/2/2026', 'en', date('2026-02-03', '2026-03-02')],
  ['03/03/2026', 'en', date('2026-03-03')],
  ['2026/9/8', 'zh-CN', date('2026-09-08')],
  ['', 'en', { type: 'other' }],
  ['typing…', 'en', { type: 'other' }],
] as const

test.describe('parseListTime', () => {
  for (const [label, locale, expected] of examples) {
    test(`reads "${label}" (${locale}) as ${expected.type}`, () => {
      expect(parseListTime(label, { locale, order: null })).toEqual(expected)
    })
  }

  test('gives one day once the order is known', () => {
    expect(parseListTime('1/10/2023', { locale: 'en', order: 'mdy' })).toEqual(date('2023-01-10'))
    expect(parseListTime('04/01/2026', { locale: 'en', order: 'dmy' })).toEqual(date('2026-01-04'))
  })
})

test.describe('listTimeRange', () => {
  /** Saturday noon in São Paulo. */
  const options = { zone: 'America/Sao_Paulo', now: '2026-11-21T15:00:00Z' }
  const range = (label: string) => listTimeRange(parseListTime(label, { locale: 'en', order: null }), options)

  test('spans the days that a label may mean, a day of slack for a page drawn before midnight', () => {
    expect(range('10:15')).toEqual({ from: '2026-11-20T03:00:00.000Z', to: '2026-11-22T03:00:00.000Z' })
    expect(range('Yesterday')).toEqual({ from: '2026-11-19T03:00:00.000Z', to: '2026-11-21T03:00:00.000Z' })
    expect(range('Monday')).toEqual({ from: '2026-11-16T03:00:00.000Z', to: '2026-11-17T03:00:00.000Z' })
    expect(range('Saturday')).toEqual({ from: '2026-11-14T03:00:00.000Z', to: '2026-11-22T03:00:00.000Z' })
  })

  test('spans both readings of an open date', () => {
    expect(range('1/10/2026')).toEqual({ from: '2026-01-10T03:00:00.000Z', to: '2026-10-02T03:00:00.000Z' })
  })

  test('says nothing about a label that is no time', () => {
    expect(range('typing…')).toBeNull()
  })

  test('always holds the day that the label was written for', () => {
    const today = dayIn(options.zone, options.now)
    fc.assert(
      fc.property(
        fc.constantFrom(...shippedLocales.filter(locale => locale !== 'ar-SA')),
        fc.integer({ min: 7, max: 800 }),
        (locale, back) => {
          const day = addDays(today, -back)
          const label = new Intl.DateTimeFormat(locale, { timeZone: 'UTC' }).format(Date.UTC(day.year, day.month - 1, day.day))
          const found = listTimeRange(parseListTime(label, { locale, order: null }), options)
          assert.ok(found, label)
          assert.ok(compareDays(dayIn(options.zone, found.from), day) <= 0 && compareDays(day, dayIn(options.zone, found.to)) < 0, label)
        },
      ),
    )
  })
})
