/**
 * What the mere shape of a date says of its order. The page writes dates as `Intl` does in some regional form of its language; where a language has
 * forms of both orders, a shape can belong to one of them only: `10:54 PM, 12/9/2025` in English is M/D (only the American forms write a capital PM
 * and no leading zero), a padded `04/05/2026` is D/M, `19:46, 8/11/2023` is either. A language with one order says nothing here, for that would be
 * the language alone (reference §4.8). Derived from `Intl`, weaker than anything the dates themselves say.
 */
import type { DateOrder } from '../model.ts'
import { knownLocale } from './intl.ts'

const regions = (
  'US GB AU CA IN IE NZ ZA PH SG HK MY AE IL KE NG GH UG TZ JM TT BZ BW ZW PK LK MT CY BE DE AT NL DK SE FI CH SI PR GU VI 001 150 BR PT AO MZ CV ' +
  'ES MX AR CO PE CL VE EC GT CU BO DO HN PY SV NI CR PA UY 419 ID RU KZ UA BY IT FR LU TR EG SA MA CN TW'
).split(' ')

interface Shape {
  order: DateOrder
  separator: string
  padded: [boolean, boolean]
  period: string
}

const cache = new Map<string, Shape[]>()

/** Shapes of all regional forms of a language, of 9 March in the afternoon. */
function shapesOf(language: string): Shape[] {
  const known = cache.get(language)
  if (known) return known
  const shapes: Shape[] = []
  for (const tag of [language, ...regions.map(region => `${language}-${region}`)]) {
    const date = new Intl.DateTimeFormat(`${tag}-u-ca-gregory-nu-latn`, { timeZone: 'UTC' })
    if (new Intl.Locale(date.resolvedOptions().locale).baseName !== tag) continue
    const at = Date.UTC(2026, 2, 9, 13, 5)
    const parts = date.formatToParts(at)
    const [first, second] = parts.filter(part => part.type !== 'literal')
    const clock = new Intl.DateTimeFormat(tag, { timeZone: 'UTC', hour12: true, hour: 'numeric', minute: 'numeric' }).formatToParts(at)
    shapes.push({
      order: first?.type === 'day' ? 'dmy' : first?.type === 'month' ? 'mdy' : second?.type === 'day' ? 'ydm' : 'ymd',
      separator: parts.find(part => part.type === 'literal')?.value ?? '',
      padded: [first?.value.length === 2, second?.value.length === 2],
      period: clock.find(part => part.type === 'dayPeriod')?.value ?? '',
    })
  }
  cache.set(language, shapes)
  return shapes
}

function shapesOfPage(locale: string): Shape[] {
  const language = /^[a-z]{2,3}/i.exec(knownLocale(locale) ?? '')?.[0].toLowerCase()
  return language ? shapesOf(language) : []
}

const dated = /(?:^|[\s,])(\d{1,2})([./-])(\d{1,2})\2\d{4}$/
/** Whether a written part can come of a form that pads, or that does not: a part of 10 and more tells nothing. */
const fits = (part: string, padded: boolean): boolean => (part.length === 2 && !part.startsWith('0')) || padded === (part.length === 2)

/** The one order in which a regional form of the page's language writes this stamp or date; null where there is none, or where the language has one order. */
export function orderByShape(text: string, locale: string): 'dmy' | 'mdy' | null {
  const found = dated.exec(text.slice(0, 80).trim())
  if (!found) return null
  const shapes = shapesOfPage(locale)
  if (!shapes.some(shape => shape.order === 'dmy') || !shapes.some(shape => shape.order === 'mdy')) return null
  const period = /^en/i.test(locale) ? (/\d ([AaPp])(\.?[Mm]\.?)/.exec(text.replace(/\s/g, ' '))?.[2] ?? null) : null
  const orders = new Set<'dmy' | 'mdy'>()
  for (const { order, separator, padded, period: word } of shapes) {
    if ((order !== 'dmy' && order !== 'mdy') || separator !== found[2]) continue
    if (!fits(found[1]!, padded[0]) || !fits(found[3]!, padded[1])) continue
    if (period === null || word.slice(1) === period) orders.add(order)
  }
  // M/D only where it is the language's own form: a rare region (Spanish of Panama) must not outvote what its neighbours may come to write.
  if (orders.size !== 1 || (orders.has('mdy') && shapes[0]?.order !== 'mdy')) return null
  return [...orders][0] ?? null
}

/**
 * The order that every regional form of a language shares (Portuguese: D/M), or null (English, Spanish, an unknown language). For telling what a page
 * without a single date would write; not evidence about dates that were seen, and no date is read by it.
 */
export function orderOfLanguage(locale: string): DateOrder | null {
  const shapes = shapesOfPage(locale)
  const [first] = shapes
  return first && shapes.every(shape => shape.order === first.order) ? first.order : null
}
