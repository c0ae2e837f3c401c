/** Reading a clock time of the page: 12 and 24 h, any digits, the period word before or after (reference §4.8). */
import { bad, ok, type Parsed } from './calendar.ts'
import { tidy } from './fold.ts'
import { periodOf } from './periods.ts'

/** Hours, separator, minutes, seconds that are ignored. Separators: colon, dot (id, da, fi), h (fr-CA), 時/时/点/시 (CJK), Arabic and ratio colons. */
const time = /(?<!\d)(\d{1,2})(?: ?[:.：٫∶h] ?|[時时点點시] ?)(\d{2})(?!\d)(?:[:.](\d{2})(?!\d))?/
/** Words around a clock that carry no period: hi बजे, bg ч., fi klo, da kl., nl uur, CJK 分, th น. */
const filler = /^(?:बजे|ч\.?|ч|klo|kl\.?|uur|uhr|분|分|น\.?|h)$/

const cache = new Map<string, Parsed<{ hour: number; minute: number }>>()

/**
 * The wall-clock time that a text such as `8:46 pm`, `11.37`, `下午1:23`, `१:२३ बजे` or `24:05` shows. A text with anything but a clock and
 * a known period word is refused. `24:05` is 00:05 of the day it stands on. The locale only chooses which words are tried first.
 */
export function parseClock(text: string, locale: string): Parsed<{ hour: number; minute: number }> {
  const key = `${locale}\n${text}`
  let parsed = cache.get(key)
  if (!parsed) {
    parsed = readClock(text, locale)
    if (cache.size > 20_000) cache.clear()
    cache.set(key, parsed)
  }
  return parsed
}

function readClock(text: string, locale: string): Parsed<{ hour: number; minute: number }> {
  const clean = tidy(text.slice(0, 80))
  const found = time.exec(clean)
  if (!found) return bad('no clock time')
  let hour = Number(found[1])
  const minute = Number(found[2])
  if (minute > 59 || hour > 24 || Number(found[3] ?? 0) > 59) return bad('no such clock time')
  const words = [clean.slice(0, found.index), clean.slice(found.index + found[0].length)]
    .map(part => part.trim())
    .filter(part => part !== '')
  const word = withoutFiller(words)
  if (word === null) return bad('words on both sides of the clock')
  if (word === '') {
    if (hour === 24) hour = 0
    return ok({ hour, minute })
  }
  const period = periodOf(word, locale)
  if (!period) return bad('unknown word beside the clock')
  if (hour > 12) return period === 'am' || hour === 24 ? bad('a 24 h time with a morning word') : ok({ hour, minute })
  if (period === 'am') return ok({ hour: hour % 12, minute })
  if (period === 'pm') return ok({ hour: (hour % 12) + 12, minute })
  if (period === 'noon') return ok({ hour: hour >= 10 ? hour : hour + 12, minute })
  return ok({ hour: hour % 12 < 6 ? hour % 12 : (hour % 12) + 12, minute })
}

/** The one word left beside the clock once fillers are gone; '' for none, null for words on both sides. */
function withoutFiller(words: string[]): string | null {
  const left = words
    .map(word =>
      word
        .split(' ')
        .filter(piece => !filler.test(piece))
        .join(' '),
    )
    .filter(word => word !== '')
  return left.length > 1 ? null : (left[0] ?? '')
}
