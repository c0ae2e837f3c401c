/** Reading a numeric date of the page. The order of its parts is never taken from the language (reference §4.8). */
import type { DateOrder } from '../model.ts'
import { bad, compareDays, type Day, dayFromNumber, dayNumber, isDay, ok, type Parsed } from './calendar.ts'
import { tidy } from './fold.ts'
import { startsWithYear, yearDayMonth } from './intl.ts'

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

/** WhatsApp began in 2009; a date before it, or far ahead, is a misreading. */
const firstYear = 2009
const lastYear = 2199

/**
 * The Gregorian day of a written one, or null. `Intl` writes Thai dates in the Buddhist calendar (2569 is 2026) and Persian ones in the Persian calendar
 * (1405 is 2026/27); years of other calendars are refused.
 */
function gregorian(year: number, month: number, day: number): Day | null {
  if (year >= 1388 && year < 1432) return fromPersian(year, month, day)
  const full = year < 100 ? 2000 + year : year > 2550 && year < 2700 ? year - 543 : year
  if (full < firstYear || full > lastYear) return null
  const found = { year: full, month, day }
  return isDay(found) ? found : null
}

/** The first six Persian months have 31 days, the year begins near 21 March; `Intl` tells which of the days around is meant. */
function fromPersian(year: number, month: number, day: number): Day | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null
  const near = dayNumber({ year: year + 621, month: 3, day: 21 }) + (month - 1) * 30 + Math.min(month - 1, 6) + day - 1
  persian ??= new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', { timeZone: 'UTC', year: 'numeric', month: 'numeric', day: 'numeric' })
  for (const number of [near, near - 1, near + 1]) {
    const parts = persian.formatToParts(number * 86_400_000)
    const value = (type: string): number => Number.parseInt(parts.find(part => part.type === type)?.value ?? '', 10)
    if (value('year') === year && value('month') === month && value('day') === day) return dayFromNumber(number)
  }
  return null
}
let persian: Intl.DateTimeFormat | undefined

/** The day that the parts give when read in an order; null where that day does not exist. */
export function readParts({ parts: [a, b, c], yearAt }: DateParts, order: DateOrder): Day | null {
  if (yearAt !== null && (order === 'ymd') !== (yearAt === 0)) return null
  return order === 'ymd' ? gregorian(a, b, c) : order === 'dmy' ? gregorian(c, b, a) : gregorian(c, a, b)
}

/** Every day that a numeric date can mean, with the order that gives it. */
export function readings(date: DateParts, locale: string): { order: DateOrder; day: Day }[] {
  const orders: DateOrder[] =
    date.yearAt === 0 ? ['ymd'] : date.yearAt === 2 ? ['dmy', 'mdy'] : startsWithYear(locale) ? ['dmy', 'mdy', 'ymd'] : ['dmy', 'mdy']
  const found: { order: DateOrder; day: Day }[] = []
  for (const order of orders) {
    const day = readParts(date, order)
    if (day) found.push({ order, day })
  }
  if (date.yearAt === 0 && (yearDayMonth(locale) || found.length === 0)) {
    const [year, second, third] = date.parts
    const day = gregorian(year, third, second)
    if (day) found.push({ order: 'ymd', day })
  }
  return found
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
  const chosen = options.order && date.yearAt !== 0 ? readParts(date, options.order) : null
  return chosen ? ok(chosen) : bad('ambiguous day/month')
}
