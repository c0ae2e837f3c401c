/** Times and dates as the page writes them: Intl for the locale, then the switches (reference 4.8). */
import { now, page } from './dom.ts'

/** `9:47 PM`, `8:46 pm`, `15:56`. */
export function timeText(date: Date): string {
  const { clock, nbspAmPm } = page.switches
  const twelve = clock === 12 || (clock === 'auto' && page.words.lang === 'en')
  const text = new Intl.DateTimeFormat(page.words.intl, { hour: 'numeric', minute: 'numeric', hour12: twelve }).format(date)
  return text.replace(/[\u202f\u00a0 ]/g, nbspAmPm ? '\u00a0' : ' ')
}

/** `10/13/2025`, `23/09/2022`, `2026-02-01`: the same in stamps and separators. */
export function dateText(date: Date): string {
  const { dateOrder } = page.switches
  const [y, m, d] = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
  const two = (value: number) => String(value).padStart(2, '0')
  if (dateOrder === 'ymd') return `${y}-${two(m)}-${two(d)}`
  if (dateOrder === 'mdy' || (dateOrder === 'auto' && page.words.intl === 'en-US')) return `${m}/${d}/${y}`
  return `${two(d)}/${two(m)}/${y}`
}

function daysAgo(date: Date): number {
  const start = (value: Date) => Date.UTC(value.getFullYear(), value.getMonth(), value.getDate())
  return Math.round((start(now()) - start(date)) / 86_400_000)
}

/** Today, Yesterday, a weekday (2 to 6 days), else the date. */
export function dayText(date: Date): string {
  const ago = daysAgo(date)
  const text = ago <= 0 ? page.words.today : ago === 1 ? page.words.yesterday : ago < 7 ? weekday(date) : dateText(date)
  return page.switches.separatorsUpper ? text.toUpperCase() : text
}

/** The chat list: today's clock, Yesterday, weekday, date. */
export function listTime(date: Date): string {
  const ago = daysAgo(date)
  return ago <= 0 ? timeText(date) : ago === 1 ? page.words.yesterday : ago < 7 ? weekday(date) : dateText(date)
}

function weekday(date: Date): string {
  return new Intl.DateTimeFormat(page.words.intl, { weekday: 'long' }).format(date)
}

/** `[9:47 PM, 10/13/2025] NAME: `. */
export function stampText(date: Date, name: string): string {
  return `[${timeText(date)}, ${dateText(date)}] ${name}: `
}

/** One key per calendar day of the browser's zone. */
export function dayKey(date: Date): string {
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`
}
