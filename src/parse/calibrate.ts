/** Deciding the order of day and month from evidence of one session, never from the language alone (reference §4.8: English shows three forms). */
import type { DateOrder } from '../model.ts'
import { compareDays, type Day, dayNumber, weekdayOf } from './calendar.ts'
import { type DateParts, dateParts, readParts } from './dates.ts'
import { dayWordOf, parseDay } from './day.ts'
import { orderByShape } from './shape.ts'
import { dayIn } from './zone.ts'

/**
 * What a page shows that can tell the order. `stamp`: "time, date" of one message. `label`: a numeric date of the chat list or a separator.
 * `day-and-stamp`: a word separator and a stamp below it. `sequence`: stamps of one chat in page order. `known`: a stamp and its exact Unix seconds.
 */
export type DateEvidence =
  | { type: 'stamp'; value: string }
  | { type: 'label'; value: string }
  | { type: 'day-and-stamp'; label: string; stamp: string }
  | { type: 'sequence'; stamps: string[] }
  | { type: 'known'; stamp: string; seconds: number }

type Candidate = 'dmy' | 'mdy'
const candidates: readonly Candidate[] = ['dmy', 'mdy']
const other = (order: Candidate): Candidate => (order === 'dmy' ? 'mdy' : 'dmy')

/** Grades of evidence, strongest first: what dates prove by themselves, what two witnesses agree on, what is merely implausible, how dates look. */
const grades = {
  'a part over 12': 0,
  'exact seconds': 1,
  "a separator's weekday": 1,
  'a separator of today or yesterday': 2,
  'dates run backwards': 2,
  'a date in the future': 2,
  'a numeric label for a day of this week': 2,
  'no form of the language writes dates of this shape': 3,
} as const
type Why = keyof typeof grades

interface Tally {
  /** By the order refuted: reasons and how often. */
  against: Record<Candidate, Map<Why, number>>
  yearFirst: number
  yearLast: number
}

/**
 * The day order of the session's dates, or null with the reason: nothing seen, everything readable both ways, or contradictory.
 * The strongest grade of evidence that is there decides; a contradiction within it decides nothing. `now` (ISO 8601) lets dates in the future refute
 * an order. `because` names no content.
 */
export function calibrate(
  evidence: DateEvidence[],
  options: { locale: string; zone: string; now: string | null },
): { order: DateOrder | null; because: string } {
  const tally: Tally = { against: { dmy: new Map(), mdy: new Map() }, yearFirst: 0, yearLast: 0 }
  const today = options.now === null ? null : dayIn(options.zone, options.now)
  for (const one of evidence) weigh(one, tally, today, options)
  return verdict(tally)
}

function verdict({ against, yearFirst, yearLast }: Tally): { order: DateOrder | null; because: string } {
  for (const grade of [0, 1, 2, 3]) {
    const say = (order: Candidate): string =>
      [...against[order]].flatMap(([why, count]) => (grades[why] === grade ? [`${why} (${count})`] : [])).join(', ')
    const [dmy, mdy] = [say('dmy'), say('mdy')]
    if (dmy && mdy) return { order: null, because: `contradictory: against dmy: ${dmy}; against mdy: ${mdy}` }
    if (dmy || mdy) return { order: mdy ? 'dmy' : 'mdy', because: dmy || mdy }
  }
  if (yearLast > 0) return { order: null, because: `all of ${yearLast} dates can be read both ways` }
  return yearFirst > 0
    ? { order: 'ymd', because: `the year stands first (${yearFirst})` }
    : { order: null, because: 'no numeric date seen' }
}

/** Notes what refutes an order. A date is "against" an order when the order makes it impossible. */
function weigh(one: DateEvidence, tally: Tally, today: Day | null, options: { locale: string; zone: string }): void {
  const refute = (order: Candidate, why: Why): void => {
    tally.against[order].set(why, (tally.against[order].get(why) ?? 0) + 1)
  }
  const see = (text: string): DateParts | null => {
    const date = dateParts(dateOf(text))
    if (!date || date.yearAt === 0) {
      if (date) tally.yearFirst++
      return null
    }
    tally.yearLast++
    const read = candidates.filter(order => readParts(date, order) !== null)
    if (read.length === 1) refute(other(read[0]!), 'a part over 12')
    const shape = orderByShape(text, options.locale)
    if (shape) refute(other(shape), 'no form of the language writes dates of this shape')
    if (today && read.length === 2) {
      for (const order of candidates) if (dayNumber(readParts(date, order)!) > dayNumber(today) + 1) refute(order, 'a date in the future')
    }
    return read.length === 0 ? null : date
  }
  /** Exactly one order agrees: the other one is refuted. */
  const agree = (date: DateParts, test: (day: Day) => boolean, why: Why): void => {
    const fit = candidates.filter(order => {
      const day = readParts(date, order)
      return day !== null && test(day)
    })
    if (fit.length === 1) refute(other(fit[0]!), why)
  }
  if (one.type === 'sequence') {
    sequence(one.stamps, see, refute)
    return
  }
  const date = see('value' in one ? one.value : one.stamp)
  if (!date) return
  if (one.type === 'known') {
    if (!(Math.abs(one.seconds) < 1e10)) return
    const day = dayIn(options.zone, new Date(one.seconds * 1000).toISOString())
    agree(date, found => compareDays(found, day) === 0, 'exact seconds')
  } else if (one.type === 'day-and-stamp') {
    const word = dayWordOf(one.label, options.locale)
    if (word && 'weekday' in word) agree(date, found => weekdayOf(found) === word.weekday, "a separator's weekday")
    else if (word && today) {
      const day = parseDay(one.label, { locale: options.locale, order: null, today })
      if (day.ok) agree(date, found => compareDays(found, day.value) === 0, 'a separator of today or yesterday')
    }
  } else if (one.type === 'label' && today) {
    // Labels of the last 6 days are words (reference §3.4); one day of slack for a page drawn before midnight.
    for (const order of candidates) {
      const day = readParts(date, order)
      if (day && dayNumber(day) <= dayNumber(today) && dayNumber(day) > dayNumber(today) - 6)
        refute(order, 'a numeric label for a day of this week')
    }
  }
}

/** Dates of one chat do not run backwards; two days of slack for messages that arrived late. */
function sequence(stamps: string[], see: (text: string) => DateParts | null, refute: (order: Candidate, why: Why) => void): void {
  const dates = stamps.map(see).filter(date => date !== null)
  for (const order of candidates) {
    let latest = Number.NEGATIVE_INFINITY
    for (const date of dates) {
      const day = readParts(date, order)
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
