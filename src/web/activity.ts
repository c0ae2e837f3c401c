/** When something last happened in a chat, as the time label of its row tells it. Pure. */

import type { DateOrder } from '../model.ts'
import { addDays } from '../parse/calendar.ts'
import { listTimeRange, parseListTime } from '../parse/list-time.ts'
import { dayIn, toInstant } from '../parse/zone.ts'

const MINUTE = 60_000

/**
 * The instants that a label may mean, ISO 8601 UTC, both ends included; null for a label that says nothing. A clock time is
 * today's minute, or yesterday's where today's has not come yet.
 */
export function activityOf(
  label: string | null,
  options: { locale: string; zone: string; now: string; order: DateOrder | null },
): { earliest: string; latest: string } | null {
  if (label === null || label.trim() === '') return null
  const time = parseListTime(label, options)
  if (time.type === 'clock') {
    const today = dayIn(options.zone, options.now)
    const at = (day: typeof today) => Date.parse(toInstant({ ...day, hour: time.hour, minute: time.minute }, options.zone))
    const start = at(today) > Date.parse(options.now) + MINUTE ? at(addDays(today, -1)) : at(today)
    return { earliest: new Date(start).toISOString(), latest: new Date(start + MINUTE - 1).toISOString() }
  }
  const range = listTimeRange(time, options)
  return range && { earliest: range.from, latest: new Date(Date.parse(range.to) - 1).toISOString() }
}
