/** Deciding the order of day and month from evidence of one session, never from the language (reference §4.8: English alone shows three forms). */
import type { DateOrder } from '../model.ts'
import { compareDays, type Day, dayNumber, weekdayOf } from './calendar.ts'
import { type DateParts, dateParts, readParts } from './dates.ts'
import { dayWordOf, parseDay } from './day.ts'
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

interface Tally {
  counts: Record<Candidate, Map<string, number>>
  yearFirst: number
  yearLast: number
}

/**
 * The day order of the session's dates, or null with the reason: nothing seen, everything readable both ways, or contradictory.
 * `now` (ISO 8601) lets dates in the future refute an order.
 */
export function calibrate(
  evidence: DateEvidence[],
  options: { locale: string; zone: string; now: string | null },
): { order: DateOrder | null; because: string } {
  const tally: Tally = { counts: { dmy: new Map(), mdy: new Map() }, yearFirst: 0, yearLast: 0 }
  const today = options.now === null ? null : dayIn(options.zone, options.now)
  for (const one of evidence) weigh(one, tally, today, options)
  return verdict(tally)
}

function verdict({ counts, yearFirst, yearLast }: Tally): { order: DateOrder | null; because: string } {
  const say = (order: Candidate): string => [...counts[order]].map(([why, count]) => `${why} (${count})`).join(', ')
  const [dmy, mdy] = [counts.dmy.size > 0, counts.mdy.size > 0]
  if (dmy && mdy) return { order: null, because: `contradictory: against dmy: ${say('dmy')}; against mdy: ${say('mdy')}` }
  if (mdy) return { order: 'dmy', because: say('mdy') }
  if (dmy) return { order: 'mdy', because: say('dmy') }
  if (yearLast > 0) return { order: null, because: `all of ${yearLast} dates can be read both ways` }
  return yearFirst > 0
    ? { order: 'ymd', because: `the year stands first (${yearFirst})` }
    : { order: null, because: 'no numeric date seen' }
}

/** Notes what refutes an order. A date is "against" an order when the order makes it impossible. */
function weigh(one: DateEvidence, tally: Tally, today: Day | null, options: { locale: string; zone: string }): void {
  const refute = (order: Candidate, why: string): void => {
    tally.counts[order].set(why, (tally.counts[order].get(why) ?? 0) + 1)
  }
  const see = (text: string): DateParts | null => {
    const date = dateParts(text)
    if (!date || date.yearAt === 0) {
      if (date) tally.yearFirst++
      return null
    }
    tally.yearLast++
    const read = candidates.filter(order => readParts(date, order) !== null)
    if (read.length === 1) refute(read[0] === 'dmy' ? 'mdy' : 'dmy', 'a part over 12')
    if (today && read.length === 2) {
      for (const order of candidates) if (dayNumber(readParts(date, order)!) > dayNumber(today) + 1) refute(order, 'a date in the future')
    }
    return read.length === 0 ? null : date
  }
  /** Exactly one order agrees: the other one is refuted. */
  const agree = (date: DateParts, test: (day: Day) => boolean, why: string): void => {
    const fit = candidates.filter(order => {
      const day = readParts(date, order)
      return day !== null && test(day)
    })
    if (fit.length === 1) refute(fit[0] === 'dmy' ? 'mdy' : 'dmy', why)
  }
  if (one.type === 'sequence') {
    sequence(one.stamps, see, refute)
    return
  }
  const date = see(one.type === 'label' ? one.value : dateOf(one.type === 'stamp' ? one.value : one.stamp))
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
function sequence(stamps: string[], see: (text: string) => DateParts | null, refute: (order: Candidate, why: string) => void): void {
  const dates = stamps.map(stamp => see(dateOf(stamp))).filter(date => date !== null)
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

function dateOf(stamp: string): string {
  return stamp.slice(stamp.search(/[,،、]/) + 1)
}
