/** Days and wall-clock times without a zone: the proleptic Gregorian calendar, pure arithmetic. */

/** Outcome of a parser: a value, or why there is none (the reason names the value's shape, never message text). */
export type Parsed<T> = { ok: true; value: T } | { ok: false; reason: string }

/** A calendar day; `month` and `day` count from 1. */
export interface Day {
  year: number
  month: number
  day: number
}

/** A wall-clock time as the page shows it: minutes, no zone. */
export interface Wall extends Day {
  hour: number
  minute: number
}

export const ok = <T>(value: T): Parsed<T> => ({ ok: true, value })
export const bad = (reason: string): { ok: false; reason: string } => ({ ok: false, reason })

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether such a day exists. */
export function isDay({ year, month, day }: Day): boolean {
  if (!Number.isInteger(year) || year < 1 || year > 9999 || !(month >= 1 && month <= 12) || !(day >= 1)) return false
  const leap = month === 2 && ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0)
  return day <= lengths[month - 1]! + (leap ? 1 : 0)
}

/** Days since 1970-01-01. */
export function dayNumber({ year, month, day }: Day): number {
  return Math.round(Date.UTC(year, month - 1, day) / 86_400_000)
}

/** The inverse of `dayNumber`. */
export function dayFromNumber(number: number): Day {
  const date = new Date(number * 86_400_000)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

export function addDays(day: Day, count: number): Day {
  return dayFromNumber(dayNumber(day) + count)
}

/** Negative when `a` is before `b`, 0 when they are one day: for sort(). */
export function compareDays(a: Day, b: Day): number {
  return a.year - b.year || a.month - b.month || a.day - b.day
}

/** 0 = Sunday … 6 = Saturday. */
export function weekdayOf(day: Day): number {
  return (((dayNumber(day) + 4) % 7) + 7) % 7
}
