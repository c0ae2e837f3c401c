/** The stamp of a message, `[8:46 pm, 23/09/2022] NAME: ` in `data-pre-plain-text` (reference §4.8). */
import type { DateOrder } from '../model.ts'
import { bad, ok, type Parsed, type Wall } from './calendar.ts'
import { parseClock } from './clock.ts'
import { parseDate } from './dates.ts'

/**
 * Splits `[stamp] name: ` at the first `] ` and the last `: `: names hold colons, brackets, dots and double spaces, and come back as they stand.
 * Null for a value that does not start with `[`: list items carry `1. ` in the same attribute (reference: trap 2).
 */
export function splitPrePlain(value: string): { stamp: string; name: string } | null {
  const start = /^[\u200e\u200f\u202a-\u202e\u2066-\u2069]*\[/.exec(value)
  if (!start) return null
  const body = value.slice(start[0].length)
  const end = body.indexOf('] ')
  if (end < 0) return null
  const rest = body.slice(end + 2)
  const colon = rest.endsWith(':') ? rest.length - 1 : rest.lastIndexOf(': ')
  if (colon < 0) return null
  return { stamp: body.slice(0, end), name: rest.slice(0, colon) }
}

/**
 * The wall-clock time of a stamp `time, date`. Without an order only unambiguous dates are read (a part over 12, the year first, day = month);
 * the reason is then 'ambiguous day/month'. Never throws.
 */
export function parseStamp(stamp: string, options: { order: DateOrder | null; locale: string }): Parsed<Wall> {
  const match = /^([^,،、]*)[,،、]\s*([^,،、]*)$/.exec(stamp)
  if (!match) return bad('not of the shape "time, date"')
  const clock = parseClock(match[1]!, options.locale)
  if (!clock.ok) return clock
  const date = parseDate(match[2]!, options)
  if (!date.ok) return date
  return ok({ ...date.value, ...clock.value })
}
