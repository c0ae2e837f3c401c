/** Labels of the chat list and separators as the page writes them, in every language, around midnight and over changes of the clock. */
import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import type { DateOrder } from '../../src/model.ts'
import { addDays, dayNumber, type Wall } from '../../src/parse/calendar.ts'
import { parseDay } from '../../src/parse/day.ts'
import { listTimeRange, parseListTime } from '../../src/parse/list-time.ts'
import { dayIn, instantsOf, toInstant, wallIn } from '../../src/parse/zone.ts'
import { activityOf } from '../../src/web/activity.ts'
import { clockOf, dateOf, forms, locales, orderOf, runs } from './locale-writer.ts'

/** Half hours and quarters, half-hour summer time, clocks put on at midnight, changes at 00:01, both sides of the date line, a day that was left out. */
const zones = (
  'UTC America/Sao_Paulo America/New_York America/St_Johns America/Asuncion Europe/Berlin Europe/Dublin Africa/Casablanca Africa/Cairo Asia/Gaza ' +
  'Asia/Beirut Asia/Tehran Asia/Kolkata Asia/Kathmandu Asia/Pyongyang Australia/Lord_Howe Australia/Adelaide Pacific/Chatham Pacific/Apia ' +
  'Pacific/Kiritimati Pacific/Pago_Pago Pacific/Norfolk Antarctica/Troll Atlantic/Azores America/Havana'
).split(' ')

const MINUTE = 60_000
const DAY = 86_400_000

/** Offset of a zone at an instant, from another writing of `Intl` than the parsers use. */
function offsetOf(format: Intl.DateTimeFormat, ms: number): number {
  return Date.parse(`${format.format(ms).replace(' ', 'T')}Z`) - ms
}

const written = (zone: string) => new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })

interface Change {
  zone: string
  /** First instant of the new offset. */
  at: number
  before: number
  after: number
}

/** Every change of a zone's offset in a span, to the minute. */
function changesOf(zone: string, from: number, to: number): Change[] {
  const format = written(zone)
  const found: Change[] = []
  for (let ms = from; ms < to; ms += 7 * DAY) {
    const before = offsetOf(format, ms)
    const after = offsetOf(format, ms + 7 * DAY)
    if (before === after) continue
    let [low, high] = [ms, ms + 7 * DAY]
    while (high - low > MINUTE) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE
      if (offsetOf(format, middle) === before) low = middle
      else high = middle
    }
    found.push({ zone, at: high, before, after })
  }
  return found
}

const changes = zones.flatMap(zone => changesOf(zone, Date.UTC(2010, 0), Date.UTC(process.env.TEST_FULL === '1' ? 2037 : 2013, 0)))
const later = zones.flatMap(zone => changesOf(zone, Date.UTC(2025, 11), Date.UTC(2027, 0)))

test('every minute around a change of the clock has the instants that the zone shows it at: two when put back, none when put on', () => {
  expect(changes.length + later.length).toBeGreaterThan(100)
  for (const { zone, at, before, after } of [...changes, ...later]) {
    for (const minute of [-1441, -181, -121, -61, -60, -59, -31, -30, -29, -1, 0, 1, 29, 30, 31, 59, 60, 61, 119, 121, 181, 1441]) {
      const local = at + before + minute * MINUTE
      const date = new Date(local)
      const wall: Wall = {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
      }
      const right = [...new Set([local - before, local - after])]
        .filter(ms => (ms < at ? before : after) === local - ms)
        .sort((a, b) => a - b)
      const message = `${zone} ${date.toISOString().slice(0, 16)}`
      assert.deepEqual(
        instantsOf(wall, zone).map(text => Date.parse(text)),
        right,
        message,
      )
      const instant = toInstant(wall, zone)
      if (right[0] !== undefined) assert.equal(Date.parse(instant), right[0], message)
      else assert.equal(Date.parse(instant), local - before, `${message}: moved on by the length of the gap`)
    }
  }
})

/** A moment of reading and a message some time before it, close to midnight and to changes of the clock more often than chance has them. */
const moments = fc
  .record({
    zone: fc.constantFrom(...zones),
    change: fc.nat(),
    near: fc.boolean(),
    minute: fc.integer({ min: Date.UTC(2010, 1) / MINUTE, max: Date.UTC(2049, 0) / MINUTE }),
    shift: fc.integer({ min: -2_000, max: 12_000 }),
    /** Days back, and the minute of that day. */
    days: fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 400 })),
    atMinute: fc.oneof(fc.constantFrom(0, 1, 719, 720, 1439), fc.integer({ min: 0, max: 1439 })),
  })
  .map(({ zone, change, near, minute, shift, days, atMinute }) => {
    const own = changes.filter(one => one.zone === zone)
    const base = near && own.length > 0 ? own[change % own.length]!.at / MINUTE : minute
    const now = (base + shift) * MINUTE
    const today = dayIn(zone, new Date(now).toISOString())
    const day = addDays(today, -days)
    const wall = { ...day, hour: Math.floor(atMinute / 60), minute: atMinute % 60 }
    const instants = instantsOf(wall, zone).map(text => Date.parse(text))
    return { zone, now, today, days, day, instants }
  })
  .filter(({ instants, now, zone, day }) => {
    const at = instants.at(-1)
    return at !== undefined && at <= now && dayNumber(dayIn(zone, new Date(at).toISOString())) === dayNumber(day)
  })

const cases = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toUpperCase(),
  (text: string, locale: string) => text.toLocaleUpperCase(locale),
  (text: string) => text.charAt(0).toUpperCase() + text.slice(1),
  (text: string) => `\u202a${text}\u202c`,
)

const words = new Map<string, { relative: Intl.RelativeTimeFormat; weekday: Intl.DateTimeFormat }>()
function wordFor(locale: string, days: number, day: number): string {
  let found = words.get(locale)
  if (!found) {
    found = {
      relative: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
      weekday: new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }),
    }
    words.set(locale, found)
  }
  return days < 2 ? found.relative.format(-days, 'day') : found.weekday.format(day * DAY)
}

test.describe('a label of the chat list or a separator', () => {
  for (const locale of locales) {
    test(`means the right day and minute in ${locale}`, () => {
      fc.assert(
        fc.property(moments, forms, cases, ({ zone, now, today, days, day, instants }, written, cased) => {
          const form = { ...written, year: 'numeric' as const }
          const at = instants.at(-1)!
          const order = orderOf(locale, form) as DateOrder
          const numeric = dateOf(locale, form, 'UTC', dayNumber(day) * DAY)
          const separator = days < 7 ? cased(wordFor(locale, days, dayNumber(day)), locale) : numeric
          const context = `${separator} on ${new Date(now).toISOString()} in ${zone}`
          assert.deepEqual(parseDay(separator, { locale, order, today }), { ok: true, value: day }, context)
          const blind = parseDay(separator, { locale, order: null, today })
          if (blind.ok) assert.deepEqual(blind.value, day, context)

          const label = days === 0 ? clockOf(locale, form, zone, at) : separator
          const iso = new Date(now).toISOString()
          for (const known of [order, null]) {
            const range = listTimeRange(parseListTime(label, { locale, order: known }), { zone, now: iso })
            assert.ok(range && Date.parse(range.from) <= at && at < Date.parse(range.to), `${label}, ${context}`)
            const active = activityOf(label, { locale, zone, now: iso, order: known })
            assert.ok(active && Date.parse(active.earliest) <= at && at <= Date.parse(active.latest), `${label}, ${context}`)
            if (days === 0) assert.ok(Date.parse(active.latest) - Date.parse(active.earliest) <= 3 * 60 * MINUTE, `${label}, ${context}`)
          }
        }),
        runs(60, 2_000),
      )
    })
  }
})

test('the wall clock of an instant leads back to it, or to the other instant of a repeated hour', () => {
  fc.assert(
    fc.property(moments, ({ zone, now }) => {
      const minute = Math.floor(now / MINUTE) * MINUTE
      const found = instantsOf(wallIn(zone, new Date(minute).toISOString()), zone).map(text => Date.parse(text))
      assert.ok(found.includes(minute) && found.length <= 2, `${zone} ${new Date(minute).toISOString()}`)
    }),
    runs(400, 20_000),
  )
})
