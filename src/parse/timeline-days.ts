/**
 * The day of rows that carry only a clock time: from stamps of neighbours, else from the separator above them. Stamps win, for separators
 * go stale when the page stays open over midnight (reference: trap 24).
 */
import type { Day } from './calendar.ts'
import { addDays, compareDays, dayNumber, weekdayOf } from './calendar.ts'
import type { ParseContext } from './context.ts'
import { dayWordOf, parseDay } from './day.ts'
import { dayIn } from './zone.ts'

/** A row of the list: `stamped` its day by its own stamp. A separator: `label`. */
export type DatedItem = { type: 'row'; stamped: Day | null } | { type: 'day'; label: string }

interface Segment {
  label: string | null
  days: { index: number; day: Day }[]
  /** The one day of its stamps, null without stamps or with several days. */
  stamped: Day | null
  day: Day | null
}

/**
 * Days of the rows among `items`, in their order. `null`: nothing tells it. A segment is what stands between two separators; days rise from one
 * to the next.
 */
export function daysOf(
  items: readonly DatedItem[],
  context: Pick<ParseContext, 'locale' | 'zone' | 'now' | 'order'>,
): { day: Day | null; above: boolean }[] {
  const segments: Segment[] = [{ label: null, days: [], stamped: null, day: null }]
  const place: { segment: number; index: number }[] = []
  for (const item of items) {
    const last = segments.at(-1) as Segment
    if (item.type === 'day') segments.push({ label: item.label, days: [], stamped: null, day: null })
    else {
      place.push({ segment: segments.length - 1, index: place.length })
      if (item.stamped) last.days.push({ index: place.length - 1, day: item.stamped })
    }
  }
  for (const segment of segments) {
    const first = segment.days[0]?.day
    if (first && segment.days.every(one => compareDays(one.day, first) === 0)) segment.stamped = first
    segment.day = segment.stamped
  }
  for (const [index, segment] of segments.entries()) {
    if (segment.label !== null && segment.days.length === 0) segment.day = byLabel(segments, index, context)
  }
  return place.map(({ segment: at, index }) => {
    const segment = segments[at] as Segment
    return { day: segment.day ?? between(segment, index), above: at > 0 || segment.days.length > 0 }
  })
}

/** Several days in one segment (no separator is drawn, or rows were cut out): only between two stamps of one day is a day certain. */
function between({ days }: Segment, index: number): Day | null {
  const before = days.findLast(one => one.index < index)
  const after = days.find(one => one.index > index)
  return before && after && compareDays(before.day, after.day) === 0 ? before.day : null
}

function byLabel(
  segments: Segment[],
  at: number,
  { locale, zone, now, order }: Pick<ParseContext, 'locale' | 'zone' | 'now' | 'order'>,
): Day | null {
  const { label } = segments[at] as Segment
  if (label === null) return null
  const word = dayWordOf(label, locale)
  if (!word) {
    const date = parseDay(label, { locale, order, today: { year: 2000, month: 1, day: 1 } })
    return date.ok ? date.value : null
  }
  const below = segments.slice(0, at).findLast(one => one.day)?.day
  const above = segments.slice(at + 1).find(one => one.stamped)?.stamped
  const fits = (day: Day): boolean => (!below || compareDays(day, below) > 0) && (!above || compareDays(day, above) < 0)
  if (now === null) return null
  const today = dayIn(zone, now)
  const drawn = (on: Day): Day | null => {
    const parsed = parseDay(label, { locale, order, today: on })
    return parsed.ok ? parsed.value : null
  }
  const fresh = drawn(today)
  if (fresh) {
    if (fits(fresh)) return fresh
    // Drawn yesterday and never again.
    const stale = drawn(addDays(today, -1))
    return stale && fits(stale) ? stale : null
  }
  // Today's own weekday stands on a label drawn before midnight by a page that calls it so: today, or seven days ago.
  const week = 'weekday' in word && weekdayOf(today) === word.weekday ? [today, addDays(today, -7)].filter(fits) : []
  return week.length === 1 && below && dayNumber(today) - dayNumber(below) < 7 ? (week[0] ?? null) : null
}
