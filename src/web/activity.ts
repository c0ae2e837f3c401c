/** When something last happened in a chat, as the time label of its row tells it. Pure. */

import type { DateOrder } from '../model.ts'
import { addDays } from '../parse/calendar.ts'
import { listTimeRange, parseListTime } from '../parse/list-time.ts'
import { dayIn, instantsOf } from '../parse/zone.ts'

const MINUTE = 60_000

/**
 * The instants that a label may mean, ISO 8601 UTC, both ends included; null for a label that says nothing. A clock time is the last minute that showed
 * it, today's or yesterday's; in the night when the clock is put back it may mean either of two.
 */
export function activityOf(
  label: string | null,
  options: { locale: string; zone: string; now: string; order: DateOrder | null },
): { earliest: string; latest: string } | null {
  if (label === null || label.trim() === '') return null
  const time = parseListTime(label, options)
  if (time.type === 'clock') {
    const today = dayIn(options.zone, options.now)
    const latestStart = Date.parse(options.now) + MINUTE
    for (const day of [today, addDays(today, -1)]) {
      const starts = instantsOf({ ...day, hour: time.hour, minute: time.minute }, options.zone)
        .map(instant => Date.parse(instant))
        .filter(ms => ms <= latestStart)
      const [first] = starts
      const last = starts.at(-1)
      if (first === undefined || last === undefined) continue
      return { earliest: new Date(first).toISOString(), latest: new Date(last + MINUTE - 1).toISOString() }
    }
    return null
  }
  const range = listTimeRange(time, options)
  return range && { earliest: range.from, latest: new Date(Date.parse(range.to) - 1).toISOString() }
}
