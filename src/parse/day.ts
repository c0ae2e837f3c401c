/** Reading the day of a separator or a chat-list label: Today, Yesterday, a weekday, a numeric date (reference §3.4, §4.3). */
import type { DateOrder } from '../model.ts'
import { addDays, bad, type Day, ok, type Parsed, weekdayOf } from './calendar.ts'
import { parseDate } from './dates.ts'
import { type DayWord, dayWord } from './day-words.ts'
import { fold } from './fold.ts'
import { labelsOf } from './locales.ts'

/** What a label says of a day before it is tied to a today; null for a label that is no day word (a numeric date is none). */
export function dayWordOf(label: string, locale: string): DayWord | null {
  const key = fold(label)
  const labels = labelsOf(locale)
  if (labels.today.some(word => fold(word) === key)) return { back: 0 }
  if (labels.yesterday.some(word => fold(word) === key)) return { back: 1 }
  return dayWord(label, locale)
}

/**
 * The day of a label in any case and with any bidi controls. `today` is the day on which the page drew the label. A weekday lies 1 to 6 days back;
 * today's own weekday is refused, for it can only be a stale label of 7 days ago. Never throws.
 */
export function parseDay(label: string, options: { locale: string; order: DateOrder | null; today: Day }): Parsed<Day> {
  const text = label.slice(0, 80)
  if (/\p{Nd}/u.test(text)) return parseDate(text, options)
  const word = dayWordOf(text, options.locale)
  if (!word) return bad('not a day label')
  if ('back' in word) return ok(addDays(options.today, -word.back))
  const back = (weekdayOf(options.today) - word.weekday + 7) % 7
  return back === 0 ? bad("today's own weekday: today or 7 days ago") : ok(addDays(options.today, -back))
}
