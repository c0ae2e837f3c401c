/** Reading a numeric date of the page. The order of its parts is never taken from the language (reference §4.8). */
import type { DateOrder } from '../model.ts'
import { type Day, type Parsed, bad, compareDays, isDay, ok } from './calendar.ts'
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

/** Years of the Buddhist calendar (Thai dates) as Gregorian years: 2569 is 2026. */
function gregorian(year: number): number {
  const full = year < 100 ? 2000 + year : year
  return full >= 2500 && full < 2700 ? full - 543 : full
}

/** The day that the parts give when read in an order; null where that day does not exist. */
export function readParts({ parts: [a, b, c], yearAt }: DateParts, order: DateOrder): Day | null {
  if (yearAt !== null && (order === 'ymd') !== (yearAt === 0)) return null
  const day =
    order === 'ymd'
      ? { year: gregorian(a), month: b, day: c }
      : order === 'dmy'
        ? { year: gregorian(c), month: b, day: a }
        : { year: gregorian(c), month: a, day: b }
  return isDay(day) ? day : null
}

/** Every day that a numeric date can mean, with the order that gives it. */
export function readings(date: DateParts, locale: string): { order: DateOrder; day: Day }[] {
  const orders: DateOrder[] = date.yearAt === 0 ? ['ymd'] : date.yearAt === 2 ? ['dmy', 'mdy'] : startsWithYear(locale) ? ['dmy', 'mdy', 'ymd'] : ['dmy', 'mdy']
  const found: { order: DateOrder; day: Day }[] = []
  for (const order of orders) {
    const day = readParts(date, order)
    if (day) found.push({ order, day })
  }
  if (date.yearAt === 0 && (yearDayMonth(locale) || found.length === 0)) {
    const [year, second, third] = date.parts
    const day = { year: gregorian(year), month: third, day: second }
    if (isDay(day)) found.push({ order: 'ymd', day })
  }
  return found
}

/**
 * The day of a numeric date. With an order, that order; but a date that exists in one order only is that day whatever the order says.
 * Without one, only a date that cannot be read in two ways; else the reason is 'ambiguous day/month'.
 */
export function parseDate(text: string, options: { order: DateOrder | null; locale: string }): Parsed<Day> {
  const date = dateParts(text)
  if (!date) return bad('not a numeric date')
  const found = readings(date, options.locale)
  const only = found[0]
  if (!only) return bad('no such day in any order of its parts')
  if (found.every(one => compareDays(one.day, only.day) === 0)) return ok(only.day)
  const chosen = options.order && date.yearAt !== 0 ? readParts(date, options.order) : null
  return chosen ? ok(chosen) : bad('ambiguous day/month')
}
