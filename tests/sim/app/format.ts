/** Times and dates as the page writes them: Intl for the locale, then the switches (reference §3.4, §4.8). */
import { now, page } from './dom.ts'

/** Locales in which the page takes 24 h by itself (reference §4.8, the module's list); the others have 12 h. */
const clock24 = new Set(
  'af az ca cs da de el et fi fr he hr hu id it kk lt mk nb pl pt pt-BR ro ru sk sl sr sv th tr uk'
    .split(' ')
    .map(tag => tag.split('-')[0]),
)

/** Languages whose 12 h clock names the part of the day rather than its half, before the clock (reference §4.8: the page's own forms of zh and hi). */
const partOfDay = new Set(['zh', 'hi'])

function code(): string {
  return page.words.intl.split('-')[0] as string
}

/** `9:47 PM`, `8:46 pm`, `15:56`, `09.46`, `下午1:23`, `٩:٠٥ م`. */
export function timeText(date: Date): string {
  const { clock, nbspAmPm } = page.switches
  const hour12 = clock === 12 || (clock === 'auto' && !clock24.has(code()))
  const words = hour12 && partOfDay.has(code())
  const format: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: 'numeric', hour12, ...(words && { dayPeriod: 'short' }) }
  const text = new Intl.DateTimeFormat(page.words.intl, format).format(date)
  const shown = words && code() === 'hi' ? `${text} बजे` : text
  if (!nbspAmPm) return shown.replace(/[\u202f\u00a0]/g, ' ')
  const space = nbspAmPm === 'narrow' ? '\u202f' : '\u00a0'
  const dotted = /([ap]\.)(?=m\.)/
  return dotted.test(shown) ? shown.replace(dotted, `$1${space}`) : shown.replace(/[\u202f\u00a0 ]/g, space)
}

/** `10/13/2025`, `23/09/2022`, `2026-02-01`, `16.10.2025`, `2026年9月18日`: the same in stamps and separators. */
export function dateText(date: Date): string {
  const { dateOrder } = page.switches
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(page.words.intl, { minimumIntegerDigits: digits, useGrouping: false }).format(value)
  const [y, m, d] = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
  if (dateOrder === 'ymd') return `${number(y, 4)}-${number(m, 2)}-${number(d, 2)}`
  if (dateOrder === 'mdy') return `${number(m, 1)}/${number(d, 1)}/${number(y, 4)}`
  if (dateOrder === 'dmy') return `${number(d, 2)}/${number(m, 2)}/${number(y, 4)}`
  if (code() === 'zh') return `${number(y, 4)}年${number(m, 1)}月${number(d, 1)}日`
  return new Intl.DateTimeFormat(page.words.intl).format(date)
}

function daysAgo(date: Date): number {
  const start = (value: Date) => Date.UTC(value.getFullYear(), value.getMonth(), value.getDate())
  return Math.round((start(now()) - start(date)) / 86_400_000)
}

/** `stale`: how many days ago the page looked at its clock; what came since is named by its weekday (trap 24). */
function relative(date: Date, stale = 0): string | null {
  const ago = daysAgo(date) - stale
  if (ago < 0 && stale > 0) return weekday(date)
  if (ago <= 0) return page.words.today
  if (ago === 1) return page.words.yesterday
  return ago < 7 ? weekday(date) : null
}

/** Today, Yesterday, a weekday (2 to 6 days), else the date. */
export function dayText(date: Date): string {
  const text = relative(date, page.switches.staleDays) ?? dateText(date)
  return page.switches.separatorsUpper ? text.toLocaleUpperCase(page.words.intl) : text
}

/** The chat list: today's clock, Yesterday, weekday, date. Its Yesterday was written small until 2024 (reference §3.4). */
export function listTime(date: Date): string {
  const ago = daysAgo(date)
  if (ago <= 0) return timeText(date)
  const text = relative(date) ?? dateText(date)
  return ago === 1 && page.switches.headerTitleAttr ? text.toLocaleLowerCase(page.words.intl) : text
}

function weekday(date: Date): string {
  return new Intl.DateTimeFormat(page.words.intl, { weekday: 'long' }).format(date)
}

/** `[9:47 PM, 10/13/2025] NAME: `. */
export function stampText(date: Date, name: string): string {
  return `[${timeText(date)}, ${dateText(date)}] ${name}: `
}

/** Text among marks that hold its direction, as previews are padded (trap 6). */
export function padded(text: string): string {
  return `${page.switches.rtl ? '\u202b' : '\u202a'}${text}\u202c`
}

/** One key per calendar day of the browser's zone. */
export function dayKey(date: Date): string {
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`
}
