/** Stamps as `Intl` writes them: whatever the page may show comes back to the minute, or is refused where two days share a spelling. */
import assert from 'node:assert/strict'
import { test } from '@playwright/test'
import fc from 'fast-check'
import type { DateOrder } from '../../src/model.ts'
import { isDay, type Wall } from '../../src/parse/calendar.ts'
import { asciiDigits, stripBidi } from '../../src/parse/fold.ts'
import { shippedLocales } from '../../src/parse/intl.ts'
import { periodOf } from '../../src/parse/periods.ts'
import { parseStamp } from '../../src/parse/stamps.ts'
import { clockOf, dateOf, forms, locales, minutes, orderOf, runs } from './locale-writer.ts'

const wallOf = (ms: number): Wall => {
  const at = new Date(ms)
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
  }
}

/** How many days the three numbers of a date can mean, years of two digits in any century of the page's calendars. */
function meanings(date: string): number {
  const [a, b, c] = (asciiDigits(stripBidi(date)).match(/\d+/g) ?? []).map(Number) as [number, number, number]
  const years = (year: number): number[] => [year, year + 2000, year + 1957, year - 543, year + 621, year + 622, year + 2021, year + 2022]
  const days = [
    [c, b, a],
    [c, a, b],
    [a, b, c],
    [a, c, b],
  ].flatMap(([written, month, day]) => years(written!).map(year => ({ year, month: month!, day: day! })))
  return new Set(days.filter(day => isDay(day) && day.year >= 2009 && day.year <= 2052).map(day => JSON.stringify(day))).size
}

test.describe('a stamp as Intl writes it', () => {
  for (const locale of locales) {
    test(`comes back exact in ${locale}: 12 and 24 h, digits, padding, years, spaces, marks`, () => {
      fc.assert(
        fc.property(minutes, forms, (minute, form) => {
          const at = minute * 60_000
          const date = dateOf(locale, form, 'UTC', at)
          const stamp = `${clockOf(locale, form, 'UTC', at)}, ${date}`
          const parsed = parseStamp(stamp, { locale, order: orderOf(locale, form) as DateOrder })
          const blind = parseStamp(stamp, { locale, order: null })
          const right = { ok: true, value: wallOf(at) }
          if (parsed.ok || form.year === 'numeric') assert.deepEqual(parsed, right, stamp)
          if (blind.ok) assert.deepEqual(blind, right, stamp)
          else assert.ok(meanings(date) > 1, `${stamp}: refused, but it means one day only: ${blind.reason}`)
        }),
        runs(120, 4_000),
      )
    })
  }

  test('in the calendar of Mecca is refused', () => {
    fc.assert(
      fc.property(minutes, forms, (minute, form) => {
        const wide = { ...form, year: 'numeric' as const }
        const stamp = `${clockOf('ar-SA', wide, 'UTC', minute * 60_000)}, ${dateOf('ar-SA-u-ca-islamic-umalqura', wide, 'UTC', minute * 60_000)}`
        assert.equal(parseStamp(stamp, { locale: 'ar-SA', order: 'dmy' }).ok, false, stamp)
      }),
      runs(200, 4_000),
    )
  })
})

test('no word of the day means the morning in one language and the afternoon in another', () => {
  for (const locale of [...shippedLocales, ...locales]) {
    const format = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: 'numeric', hour12: true, timeZone: 'UTC' })
    for (const hour of [0, 8, 11, 12, 13, 18, 23]) {
      const word = format.formatToParts(Date.UTC(2026, 0, 1, hour)).find(part => part.type === 'dayPeriod')?.value
      if (word === undefined) continue
      for (const reader of [locale, 'en', 'xx'])
        assert.equal(periodOf(word, reader), hour < 12 ? 'am' : 'pm', `${locale}: ${word}, read in ${reader}`)
    }
  }
})
