/** Deciding the order of day and month from evidence of one session, never from the language alone (reference §4.8: English shows three forms). */
import type { DateOrder } from '../model.ts'
import { addDays, compareDays, type Day, dayNumber, weekdayOf } from './calendar.ts'
import { type DateParts, dateParts, ordersOf, readParts } from './dates.ts'
import { parseListTime } from './list-time.ts'
import { orderByShape } from './shape.ts'
import { dayIn } from './zone.ts'

/**
 * What a page shows that can tell the order. `stamp`: "time, date" of one message. `label`: a numeric date of the chat list or a separator.
 * `day-and-stamp`: the word or clock time of a separator or of a
 * chat's row, and a stamp that belongs to it. `sequence`: stamps of one chat in page order. `known`: a stamp and its exact Unix seconds.
 */
export type DateEvidence =
  | { type: 'stamp'; value: string }
  | { type: 'label'; value: string }
  | { type: 'day-and-stamp'; label: string; stamp: string }
  | { type: 'sequence'; stamps: string[] }
  | { type: 'known'; stamp: string; seconds: number }

/** Grades of evidence, strongest first: what dates prove by themselves, what two witnesses agree on, what is merely implausible, how dates look. */
const grades = {
  'a part over 12': 0,
  'exact seconds': 1,
  "a separator's weekday": 1,
  'a label of today or yesterday': 2,
  'dates run backwards': 2,
  'a date in the future': 2,
  'a numeric label for a day of this week': 2,
  'no form of the language writes dates of this shape': 3,
} as const
type Why = keyof typeof grades

interface Tally {
  /** By the order refuted: reasons and how often. */
  against: Map<DateOrder, Map<Why, number>>
  /** Dates of which more than one order is possible by their form, and the orders possible for any of them. */
  open: number
  openOrders: Set<DateOrder>
  yearFirst: number
}

/** What evidence says so far, taken in piece by piece. `now` (ISO 8601) lets dates in the future refute an order. */
export class Calibration {
  readonly #tally: Tally = { against: new Map(), open: 0, openOrders: new Set(), yearFirst: 0 }
  readonly #today: Day | null
  readonly #options: { locale: string; zone: string }

  constructor(options: { locale: string; zone: string; now: string | null }) {
    this.#options = options
    this.#today = options.now === null ? null : dayIn(options.zone, options.now)
  }

  add(evidence: DateEvidence): void {
    weigh(evidence, this.#tally, this.#today, this.#options)
  }

  /**
   * The day order of the session's dates, or null with the reason: nothing seen, everything readable both ways, or contradictory.
   * The strongest grade of evidence that is there decides; a contradiction within it decides nothing. `because` names no content.
   */
  verdict(): { order: DateOrder | null; because: string } {
    return verdict(this.#tally)
  }
}

/** The verdict on all of this evidence. */
export function calibrate(
  evidence: readonly DateEvidence[],
  options: { locale: string; zone: string; now: string | null },
): { order: DateOrder | null; because: string } {
  const calibration = new Calibration(options)
  for (const one of evidence) calibration.add(one)
  return calibration.verdict()
}

function verdict({ against, open, openOrders, yearFirst }: Tally): { order: DateOrder | null; because: string } {
  let left = [...openOrders]
  for (const grade of [0, 1, 2, 3]) {
    const say = (order: DateOrder): string =>
      [...(against.get(order) ?? [])].flatMap(([why, count]) => (grades[why] === grade ? [`${why} (${count})`] : [])).join(', ')
    const refuted = left.filter(order => say(order) !== '')
    if (refuted.length > 0 && refuted.length === left.length)
      return { order: null, because: `contradictory: ${refuted.map(order => `against ${order}: ${say(order)}`).join('; ')}` }
    left = left.filter(order => say(order) === '')
    if (left.length === 1 && refuted[0]) return { order: left[0] ?? null, because: say(refuted[0]) }
  }
  if (open > 0) return { order: null, because: `all of ${open} dates can be read both ways` }
  return yearFirst > 0
    ? { order: 'ymd', because: `the year stands first (${yearFirst})` }
    : { order: null, because: 'no numeric date seen' }
}

/** Notes what refutes an order. A date is "against" an order when the order makes it impossible. */
function weigh(one: DateEvidence, tally: Tally, today: Day | null, options: { locale: string; zone: string }): void {
  const refute = (order: DateOrder, why: Why): void => {
    const reasons = tally.against.get(order) ?? new Map<Why, number>()
    tally.against.set(order, reasons.set(why, (reasons.get(why) ?? 0) + 1))
  }
  const read = (date: DateParts, order: DateOrder): Day | null => readParts(date, order, options.locale)
  const see = (text: string): DateParts | null => {
    const date = dateParts(dateOf(text))
    if (!date) return null
    const possible = ordersOf(date, options.locale)
    if (possible.length === 1) {
      tally.yearFirst++
      return null
    }
    const days = possible.flatMap(order => {
      const day = read(date, order)
      return day ? [{ order, day }] : []
    })
    if (days.length === 0) return null
    tally.open++
    for (const order of possible) {
      tally.openOrders.add(order)
      if (!days.some(one => one.order === order)) refute(order, 'a part over 12')
    }
    const shape = orderByShape(text, options.locale)
    if (shape) refute(shape === 'dmy' ? 'mdy' : 'dmy', 'no form of the language writes dates of this shape')
    const future = today ? days.filter(({ day }) => dayNumber(day) > dayNumber(today) + 1) : []
    if (future.length < days.length) for (const { order } of future) refute(order, 'a date in the future')
    return date
  }
  /** Some orders agree: the other ones are refuted. */
  const agree = (date: DateParts, test: (day: Day) => boolean, why: Why): void => {
    const possible = ordersOf(date, options.locale)
    const wrong = possible.filter(order => {
      const day = read(date, order)
      return day === null || !test(day)
    })
    if (wrong.length < possible.length) for (const order of wrong) refute(order, why)
  }
  if (one.type === 'sequence') {
    sequence(one.stamps.map(see), read, refute)
    return
  }
  const date = see('value' in one ? one.value : one.stamp)
  if (!date) return
  if (one.type === 'known') {
    if (!(Math.abs(one.seconds) < 1e10)) return
    const day = dayIn(options.zone, new Date(one.seconds * 1000).toISOString())
    agree(date, found => compareDays(found, day) === 0, 'exact seconds')
  } else if (one.type === 'day-and-stamp') {
    const label = parseListTime(one.label, { locale: options.locale, order: null })
    const { type } = label
    if (type === 'weekday') agree(date, found => weekdayOf(found) === label.weekday, "a separator's weekday")
    else if (today && (type === 'today' || type === 'yesterday' || type === 'clock')) {
      const day = addDays(today, type === 'yesterday' ? -1 : 0)
      agree(date, found => compareDays(found, day) === 0, 'a label of today or yesterday')
    }
  } else if (one.type === 'label' && today) {
    // Labels of the last 6 days are words (reference §3.4); one day of slack for a page drawn before midnight.
    const young = (day: Day): boolean => dayNumber(day) <= dayNumber(today) && dayNumber(day) > dayNumber(today) - 6
    agree(date, day => !young(day), 'a numeric label for a day of this week')
  }
}

/** Dates of one chat do not run backwards; two days of slack for messages that arrived late. */
function sequence(
  dates: (DateParts | null)[],
  read: (date: DateParts, order: DateOrder) => Day | null,
  refute: (order: DateOrder, why: Why) => void,
): void {
  for (const order of ['dmy', 'mdy', 'ymd', 'ydm'] as const) {
    let latest = Number.NEGATIVE_INFINITY
    for (const date of dates) {
      const day = date && read(date, order)
      if (!day) continue
      if (dayNumber(day) < latest - 2) {
        refute(order, 'dates run backwards')
        break
      }
      latest = Math.max(latest, dayNumber(day))
    }
  }
}

/** The date of "time, date", or the whole of a bare date. */
function dateOf(stamp: string): string {
  return stamp.slice(stamp.search(/[,،、]/) + 1)
}
