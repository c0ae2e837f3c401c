/**
 * The day of rows that carry only a clock time: from stamps of neighbours, else from the separator above them. Stamps win, for separators
 * go stale when the page stays open over midnight (reference: trap 24).
 */
import type { Day } from './calendar.ts'
import { compareDays, dayFromNumber, dayNumber, weekdayOf } from './calendar.ts'
import type { ParseContext } from './context.ts'
import { dayWordOf, parseDay } from './day.ts'
import { dayIn, wallIn } from './zone.ts'

/** A row of the list: `stamped` its day by its own stamp, `minute` of the day that its clock shows (null: none). A separator: `label`. */
export type DatedItem = { type: 'row'; stamped: Day | null; minute: number | null } | { type: 'day'; label: string }

type DaysContext = Pick<ParseContext, 'locale' | 'zone' | 'now' | 'order'>

interface Segment {
  label: string | null
  days: { index: number; day: Day }[]
  /** The latest clock time of its rows, minute of the day. */
  latest: number
  /** What its stamps say: null without stamps or with several days. */
  stamped: Day | null
  /** Days (numbers since 1970) that the separator may mean on a page drawn today, and on one drawn up to six days before as well. Null: any day. */
  fresh: number[] | null
  stale: number[] | null
}

/**
 * Days of the rows among `items`, in their order. `null`: nothing tells it. A segment is what stands between two separators; days rise from one
 * to the next. Where all separators fit together as drawn today, they are; else each keeps only what fits the others, and one day must be left.
 */
export function daysOf(items: readonly DatedItem[], context: DaysContext): { day: Day | null; above: boolean }[] {
  const begin = (label: string | null): Segment => ({ label, days: [], latest: 0, stamped: null, fresh: null, stale: null })
  const segments: Segment[] = [begin(null)]
  const place: { segment: number; index: number }[] = []
  for (const item of items) {
    const last = segments.at(-1) as Segment
    if (item.type === 'day') segments.push(begin(item.label))
    else {
      place.push({ segment: segments.length - 1, index: place.length })
      if (item.stamped) last.days.push({ index: place.length - 1, day: item.stamped })
      last.latest = Math.max(last.latest, item.minute ?? 0)
    }
  }
  for (const segment of segments) {
    const first = segment.days[0]?.day
    if (first && segment.days.every(one => compareDays(one.day, first) === 0)) segment.stamped = first
    possibleDays(segment, context)
  }
  // A separator that its own stamps contradict tells that the page is not fresh.
  const drawnToday = segments.every(({ stamped, fresh }) => !stamped || !fresh || fresh.includes(dayNumber(stamped)))
  const found =
    (drawnToday ? rising(segments.map(segment => ({ ...span(segment), days: segment.fresh }))) : null) ??
    rising(segments.map(segment => ({ ...span(segment), days: segment.stale }))) ??
    segments.map(({ fresh, stale }) => (fresh === stale ? fresh : null))
  return place.map(({ segment: at, index }) => {
    const segment = segments[at] as Segment
    const left = found?.[at]
    const day = segment.stamped ?? (segment.days.length > 0 ? between(segment, index) : left?.length === 1 ? dayFromNumber(left[0]!) : null)
    return { day, above: at > 0 || segment.days.length > 0 }
  })
}

/** The first and the last day that stamps of a segment show. */
function span({ days }: Segment): { first: number | null; last: number | null } {
  const numbers = days.map(one => dayNumber(one.day))
  return numbers.length > 0 ? { first: Math.min(...numbers), last: Math.max(...numbers) } : { first: null, last: null }
}

/** Several days in one segment (no separator is drawn, or rows were cut out): only between two stamps of one day is a day certain. */
function between({ days }: Segment, index: number): Day | null {
  const before = days.findLast(one => one.index < index)
  const after = days.find(one => one.index > index)
  return before && after && compareDays(before.day, after.day) === 0 ? before.day : null
}

const oldest = 6
/** A row's clock this far ahead of now (minutes) is not of today: the rest is what a long cycle and late messages need. */
const ahead = 360

/** What the words of a separator may mean. A page that counts from an earlier day calls the days after it by their weekdays. */
function possibleDays(segment: Segment, { locale, zone, now, order }: DaysContext): void {
  const { label, latest } = segment
  if (label === null) return
  const word = dayWordOf(label, locale)
  if (!word) {
    const date = parseDay(label, { locale, order, today: { year: 2000, month: 1, day: 1 } })
    segment.fresh = segment.stale = date.ok ? [dayNumber(date.value)] : null
    return
  }
  if (now === null) return
  const today = dayNumber(dayIn(zone, now))
  const { hour, minute } = wallIn(zone, now)
  const past = (day: number): boolean => day < today || (day === today && latest <= hour * 60 + minute + ahead)
  const back = 'back' in word ? word.back : (weekdayOf(dayFromNumber(today)) - word.weekday + 7) % 7
  if ('back' in word) {
    segment.fresh = [today - back].filter(past)
    segment.stale = Array.from({ length: oldest + 1 }, (_, days) => today - days - back).filter(past)
  } else {
    segment.fresh = back >= 2 ? [today - back] : []
    segment.stale = [today - back, today - back - 7].filter(day => past(day) && day >= today - 2 * oldest)
  }
}

/** For each segment the days that leave room for a rising row of days, null where any would. Stamps stand fast. Null for all when there is no such row. */
function rising(segments: { first: number | null; last: number | null; days: number[] | null }[]): (number[] | null)[] | null {
  let low = Number.NEGATIVE_INFINITY
  const upward = segments.map(({ first, last, days }) => {
    const left = first !== null && last !== null ? [first] : days?.filter(day => day > low)
    if (left && left.length > 0) low = Math.max(low, last ?? Math.min(...left))
    return left ?? null
  })
  let high = Number.POSITIVE_INFINITY
  const both = upward.toReversed().map((left, fromEnd) => {
    const { first } = segments[segments.length - 1 - fromEnd]!
    const fit = first !== null ? left : (left?.filter(day => day < high) ?? null)
    if (fit && fit.length > 0) high = Math.min(high, Math.max(...fit))
    return fit
  })
  return both.some(left => left?.length === 0) ? null : both.toReversed()
}
