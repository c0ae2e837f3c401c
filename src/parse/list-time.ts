/** The time label of a chat row (reference §3.4): what it is, and which instants it may mean. It is not the list's sort key (trap 9). */
import type { DateOrder } from '../model.ts'
import { addDays, compareDays, type Day, weekdayOf } from './calendar.ts'
import { parseClock } from './clock.ts'
import { dateParts, readings } from './dates.ts'
import { dayWordOf } from './day.ts'
import { dayIn, toInstant } from './zone.ts'

/** `date` holds every day that the label can mean: two where day and month are open. */
export type ListTime =
  | { type: 'clock'; hour: number; minute: number }
  | { type: 'today' }
  | { type: 'yesterday' }
  | { type: 'weekday'; weekday: number }
  | { type: 'date'; days: Day[] }
  | { type: 'other' }

/** Reads a label of the chat list. With an order, `date` has one day; `other` is a label that is none of these. */
export function parseListTime(label: string, options: { locale: string; order: DateOrder | null }): ListTime {
  const date = dateParts(label)
  if (date) {
    const found = readings(date, options.locale)
    const chosen = found.filter(one => one.order === options.order)
    const days = (chosen.length > 0 ? chosen : found).map(one => one.day)
    const distinct = days.filter((day, index) => days.findIndex(other => compareDays(other, day) === 0) === index)
    if (distinct.length > 0) return { type: 'date', days: distinct }
  }
  const clock = parseClock(label, options.locale)
  if (clock.ok) return { type: 'clock', ...clock.value }
  const word = dayWordOf(label, options.locale)
  if (!word) return { type: 'other' }
  if ('weekday' in word) return { type: 'weekday', weekday: word.weekday }
  return word.back === 0 ? { type: 'today' } : { type: 'yesterday' }
}

/**
 * The instants that a label may mean, `from <= t < to` (ISO 8601 UTC), when the page was drawn at most a day before `now`; null for a label that says
 * nothing. For planning: a range that ends before the window's edge cannot hold a message of the window.
 */
export function listTimeRange(time: ListTime, options: { zone: string; now: string }): { from: string; to: string } | null {
  const today = dayIn(options.zone, options.now)
  const span = (first: Day, last: Day): { from: string; to: string } => ({
    from: toInstant({ ...first, hour: 0, minute: 0 }, options.zone),
    to: toInstant({ ...addDays(last, 1), hour: 0, minute: 0 }, options.zone),
  })
  if (time.type === 'other') return null
  if (time.type === 'clock' || time.type === 'today') return span(addDays(today, -1), today)
  if (time.type === 'yesterday') return span(addDays(today, -2), addDays(today, -1))
  if (time.type === 'weekday') {
    const back = (weekdayOf(today) - time.weekday + 7) % 7
    // Today's own weekday: 7 days ago, or today where the page counts from the day before (reference: trap 24).
    return back === 0 ? span(addDays(today, -7), today) : span(addDays(today, -back), addDays(today, -back))
  }
  const days = [...time.days].sort(compareDays)
  return span(days[0]!, days.at(-1)!)
}
