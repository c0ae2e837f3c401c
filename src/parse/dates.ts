/** Reading a numeric date of the page. The order of its parts is never taken from the language (reference §4.8). */
import type { DateOrder } from '../model.ts'
import { bad, compareDays, type Day, dayFromNumber, dayNumber, isDay, ok, type Parsed } from './calendar.ts'
import { tidy } from './fold.ts'
import { calendarOf, startsWithYear, yearDayMonth } from './intl.ts'

const cjk = /^(\d{4}|\d{2}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일號号]?$/
const numeric = /^(\d{1,4})( ?[./\-–‐‑] ?| )(\d{1,2})( ?[./\-–‐‑] ?| )(\d{1,4})(?: ?(?:г|ж|р)?\.?)$/

/** Three parts of a numeric date as they stand, or null for other text. `yearAt`: where a part can only be the year, else null (two digits). */
export interface DateParts {
  parts: [number, number, number]
  yearAt: 0 | 2 | null
}

/** Splits `23/09/2022`, `16.10.2025`, `2026-09-18`, `18. 9. 2026`, `2026年9月18日`, `18.09.2026 г.` without reading meaning into the parts. */
export function dateParts(text: string): DateParts | null {
  const clean = tidy(text.slice(0, 60))
  const east = cjk.exec(clean)
  if (east) return { parts: [fullYear(east[1]!), Number(east[2]), Number(east[3])], yearAt: 0 }
  const found = numeric.exec(clean)
  if (!found || found[2]!.trim() !== found[4]!.trim()) return null
  const first = found[1]!
  const last = found[5]!
  if (first.length === 3 || last.length === 3 || (first.length === 4 && last.length === 4)) return null
  return { parts: [Number(first), Number(found[3]), Number(last)], yearAt: first.length === 4 ? 0 : last.length === 4 ? 2 : null }
}

function fullYear(digits: string): number {
  return digits.length <= 2 ? 2000 + Number(digits) : Number(digits)
}

/** WhatsApp began in 2009; a date before it, or after 2051, is a misreading. Two digits of 2009…2051 and of the same years in Thai spelling never meet. */
const firstYear = 2009
const lastYear = 2051

/**
 * The Gregorian day of a written one, or null. `Intl` writes Thai dates in the Buddhist calendar (2569 is 2026) and Persian ones in the Persian calendar
 * (1405 is 2026/27); years of other calendars are refused, and so are two digits that may be of either calendar.
 */
function gregorian(year: number, month: number, day: number, calendar: string): Day | null {
  if (year >= 1387 && year <= 1430) return fromPersian(year, month, day)
  if (year < 100 && calendar === 'persian')
    return year < 9 || year >= 87 ? fromPersian(year < 9 ? 1400 + year : 1300 + year, month, day) : null
  const buddhist = year > 2550 || (year < 100 && year > 51 && calendar === 'buddhist')
  return inRange({ year: year < 100 ? (buddhist ? 1957 : 2000) + year : buddhist ? year - 543 : year, month, day })
}

function inRange(day: Day): Day | null {
  return day.year >= firstYear && day.year <= lastYear && isDay(day) ? day : null
}

/** The first six Persian months have 31 days, the year begins near 21 March; `Intl` tells which of the days around is meant. */
function fromPersian(year: number, month: number, day: number): Day | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null
  const near = dayNumber({ year: year + 621, month: 3, day: 21 }) + (month - 1) * 30 + Math.min(month - 1, 6) + day - 1
  persian ??= new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', { timeZone: 'UTC', year: 'numeric', month: 'numeric', day: 'numeric' })
  for (const number of [near, near - 1, near + 1]) {
    const parts = persian.formatToParts(number * 86_400_000)
    const value = (type: string): number => Number.parseInt(parts.find(part => part.type === type)?.value ?? '', 10)
    if (value('year') === year && value('month') === month && value('day') === day) return inRange(dayFromNumber(number))
  }
  return null
}
let persian: Intl.DateTimeFormat | undefined

/** The orders in which a date of this form can be written at all. The locale only ever widens: a year that stands first settles the rest but in Kyrgyz. */
export function ordersOf({ yearAt }: DateParts, locale: string): DateOrder[] {
  if (yearAt === 2) return ['dmy', 'mdy']
  if (yearAt === 0) return yearDayMonth(locale) ? ['ymd', 'ydm'] : ['ymd']
  return startsWithYear(locale) ? ['dmy', 'mdy', 'ymd'] : ['dmy', 'mdy']
}

/** The day that the parts give when read in an order; null where that day does not exist. */
export function readParts({ parts: [a, b, c], yearAt }: DateParts, order: DateOrder, locale: string): Day | null {
  if (yearAt !== null && order.startsWith('y') !== (yearAt === 0)) return null
  const calendar = calendarOf(locale)
  if (order === 'ymd') return gregorian(a, b, c, calendar)
  if (order === 'ydm') return gregorian(a, c, b, calendar)
  return order === 'dmy' ? gregorian(c, b, a, calendar) : gregorian(c, a, b, calendar)
}

/** Every day that a numeric date can mean, with the order that gives it. */
export function readings(date: DateParts, locale: string): { order: DateOrder; day: Day }[] {
  return ordersOf(date, locale).flatMap(order => {
    const day = readParts(date, order, locale)
    return day ? [{ order, day }] : []
  })
}

/**
 * The day of a numeric date. With an order, that order; but a date that exists in one order only is that day whatever the order says.
 * Without one, only a date that cannot be read in two ways; else the reason is 'ambiguous day/month'.
 */
export function parseDate(text: string, options: { order: DateOrder | null; locale: string }): Parsed<Day> {
  const key = `${options.order}\n${options.locale}\n${text}`
  let parsed = cache.get(key)
  if (!parsed) {
    parsed = readDate(text, options)
    if (cache.size > 20_000) cache.clear()
    cache.set(key, parsed)
  }
  return parsed
}
const cache = new Map<string, Parsed<Day>>()

function readDate(text: string, options: { order: DateOrder | null; locale: string }): Parsed<Day> {
  const date = dateParts(text)
  if (!date) return bad('not a numeric date')
  const found = readings(date, options.locale)
  const only = found[0]
  if (!only) return bad('no such day in any order of its parts')
  if (found.every(one => compareDays(one.day, only.day) === 0)) return ok(only.day)
  const chosen = found.find(one => one.order === options.order)
  return chosen ? ok(chosen.day) : bad('ambiguous day/month')
}
