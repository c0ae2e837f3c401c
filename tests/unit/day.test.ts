import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { addDays, compareDays, dayFromNumber, dayNumber, isDay, weekdayOf } from '../../src/parse/calendar.ts'
import { parseDay } from '../../src/parse/day.ts'
import { shippedLocales } from '../../src/parse/intl.ts'
import { dayIn, toInstant, wallIn } from '../../src/parse/zone.ts'

/** A Saturday. */
const today = { year: 2026, month: 11, day: 21 }
const back = (days: number) => ({ ok: true, value: addDays(today, -days) })

const examples: [label: string, locale: string, daysBack: number][] = [
  ['TODAY', 'en', 0],
  ['Today', 'en', 0],
  ['yesterday', 'en', 1],
  ['HOY', 'es', 0],
  ['AYER', 'es', 1],
  ['ayer', 'es', 1],
  ['HARI INI', 'id', 0],
  ['Kemarin', 'id', 1],
  ['СЕГОДНЯ', 'ru', 0],
  ['Вчера', 'ru', 1],
  ['вторник', 'ru', 4],
  ['ONTEM', 'pt-BR', 1],
  ['Hoje', 'pt-BR', 0],
  ['segunda-feira', 'pt-BR', 5],
  ['QUINTA-FEIRA', 'pt-BR', 2],
  ['LUNES', 'es-MX', 5],
  ['MIÉRCOLES', 'es-MX', 3],
  ['Senin', 'id', 5],
  ['Minggu', 'id', 6],
  ['Jumat', 'id', 1],
  ['היום', 'he', 0],
  ['אתמול', 'he', 1],
  ['今天', 'zh-CN', 0],
  ['昨天', 'zh-Hans', 1],
  ['昨日', 'ja', 1],
  ['星期五', 'zh-CN', 1],
  ['金曜日', 'ja', 1],
  ['الجمعة', 'ar', 1],
  ['DÜN', 'tr', 1],
  ['PAZARTESİ', 'tr', 5],
  ['SALI', 'tr', 4],
  ['Hôm qua', 'vi', 1],
  ['कल', 'hi', 1],
  ['\u202aYesterday\u202c', 'en', 1],
  ['\u200fאתמול\u200f', 'he', 1],
  ['  Monday ', 'en', 5],
  ['ΤΡΙΤΗ', 'el', 4],
  ['الإثنين', 'ar', 5],
  ['गुरूवार', 'hi', 2],
  ['வெள்ளிக்கிழமை', 'ta', 1],
  ['שישי', 'he', 1],
  ['יום שישי', 'he', 1],
]

test.describe('parseDay', () => {
  for (const [label, locale, days] of examples) {
    test(`reads "${label}" (${locale}) as ${days} days ago`, () => {
      expect(parseDay(label, { locale, order: null, today })).toEqual(back(days))
      expect(parseDay(label, { locale: 'en', order: null, today }), 'on a page that says it is English').toEqual(back(days))
    })
  }

  test("refuses today's own weekday: it may be today or a stale label of a week ago", () => {
    for (const [label, locale] of [
      ['Saturday', 'en'],
      ['SÁBADO', 'pt-BR'],
      ['суббота', 'ru'],
    ] as const) {
      expect(parseDay(label, { locale, order: null, today })).toEqual({ ok: false, reason: "today's own weekday: today or 7 days ago" })
    }
  })

  test('reads numeric dates as stamps are read', () => {
    expect(parseDay('16/12/2025', { locale: 'en', order: null, today })).toEqual({ ok: true, value: { year: 2025, month: 12, day: 16 } })
    expect(parseDay('6/12/2023', { locale: 'en', order: 'mdy', today })).toEqual({ ok: true, value: { year: 2023, month: 6, day: 12 } })
    expect(parseDay('03.10.2025', { locale: 'ru', order: 'dmy', today })).toEqual({ ok: true, value: { year: 2025, month: 10, day: 3 } })
    expect(parseDay('6/12/2023', { locale: 'en', order: null, today })).toEqual({ ok: false, reason: 'ambiguous day/month' })
  })

  test('refuses labels that name no day', () => {
    for (const label of ['', 'Photo', '4 unread messages', 'To', 'Mondays', '10:15', 'Today Yesterday'])
      expect(parseDay(label, { locale: 'en', order: 'dmy', today }).ok, label).toBe(false)
  })

  test('reads today, yesterday and the weekdays that Intl writes, in any case, in every locale', () => {
    for (const locale of shippedLocales) {
      const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
      const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' })
      for (let days = 0; days <= 6; days++) {
        const label = days < 2 ? relative.format(-days, 'day') : weekday.format(dayNumber(addDays(today, -days)) * 86_400_000)
        for (const text of [
          label,
          label.toUpperCase(),
          label.toLocaleUpperCase(locale),
          label[0]!.toUpperCase() + label.slice(1),
          `\u202b${label}\u202c`,
        ]) {
          assert.deepEqual(parseDay(text, { locale, order: null, today }), back(days), `${locale}: ${text}`)
        }
      }
    }
  })

  test('never guesses between locales: a word of another language is read only where all languages agree', () => {
    const meanings = new Map<string, Set<number>>()
    for (const locale of shippedLocales) {
      const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' })
      for (let day = 0; day < 7; day++) {
        const word = weekday.format(dayNumber(addDays(today, -day)) * 86_400_000)
        meanings.set(word, (meanings.get(word) ?? new Set()).add(day))
      }
    }
    for (const [word, days] of meanings) {
      const parsed = parseDay(word, { locale: 'xx', order: null, today })
      if (parsed.ok) assert.deepEqual(days, new Set([dayNumber(today) - dayNumber(parsed.value)]), word)
    }
  })

  test('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' })),
        fc.oneof(fc.constantFrom(...shippedLocales), fc.string()),
        (label, locale) => void parseDay(label, { locale, order: null, today }),
      ),
    )
  })
})

test.describe('days', () => {
  test('count without a gap over leap years', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 200_000 }), number => {
        const day = dayFromNumber(number)
        assert.ok(isDay(day))
        assert.equal(dayNumber(day), number)
        assert.equal(dayNumber(addDays(day, 1)), number + 1)
        assert.ok(compareDays(day, addDays(day, 1)) < 0)
        assert.equal((weekdayOf(day) + 1) % 7, weekdayOf(addDays(day, 1)))
      }),
    )
    expect(weekdayOf(today)).toBe(6)
    expect(isDay({ year: 2024, month: 2, day: 29 })).toBe(true)
    for (const day of [
      { year: 2025, month: 2, day: 29 },
      { year: 2100, month: 2, day: 29 },
      { year: 2026, month: 0, day: 1 },
      { year: 2026, month: 4, day: 31 },
      { year: 2026, month: 13, day: 1 },
    ])
      expect(isDay(day)).toBe(false)
  })
})

const at = (text: string) => {
  const [year, month, day, hour, minute] = text.split(/[- :]/).map(Number)
  return { year: year!, month: month!, day: day!, hour: hour!, minute: minute! }
}

test.describe('time zones', () => {
  test('a wall clock becomes the instant of its zone', () => {
    expect(toInstant(at('2026-11-21 09:30'), 'America/Sao_Paulo')).toBe('2026-11-21T12:30:00.000Z')
    expect(toInstant(at('2026-11-21 09:30'), 'Asia/Kolkata')).toBe('2026-11-21T04:00:00.000Z')
    expect(toInstant(at('2026-11-21 09:30'), 'Asia/Kathmandu')).toBe('2026-11-21T03:45:00.000Z')
    expect(toInstant(at('2026-11-21 09:30'), 'UTC')).toBe('2026-11-21T09:30:00.000Z')
    expect(toInstant(at('2026-07-01 00:00'), 'Pacific/Kiritimati')).toBe('2026-06-30T10:00:00.000Z')
  })

  test('an hour that the clock shows twice is the earlier one', () => {
    expect(toInstant(at('2026-11-01 01:30'), 'America/New_York')).toBe('2026-11-01T05:30:00.000Z')
    expect(toInstant(at('2026-10-25 02:30'), 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z')
    expect(toInstant(at('2026-04-05 01:45'), 'Australia/Lord_Howe')).toBe('2026-04-04T14:45:00.000Z')
  })

  test('a time that the clock skips is moved on by the length of the gap', () => {
    expect(toInstant(at('2026-03-08 02:30'), 'America/New_York')).toBe('2026-03-08T07:30:00.000Z')
    expect(toInstant(at('2026-03-29 02:30'), 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  })

  test('wall clock to instant and back is exact in every zone, whatever the season', () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
    fc.assert(
      fc.property(zones, fc.integer({ min: Date.UTC(2015, 0) / 60_000, max: Date.UTC(2035, 0) / 60_000 }), (zone, minute) => {
        const instant = new Date(minute * 60_000).toISOString()
        const wall = wallIn(zone, instant)
        const found = toInstant(wall, zone)
        assert.deepEqual(wallIn(zone, found), wall)
        assert.ok(Date.parse(found) <= minute * 60_000)
        assert.deepEqual(dayIn(zone, instant), { year: wall.year, month: wall.month, day: wall.day })
      }),
      { numRuns: 300 },
    )
  })
})
