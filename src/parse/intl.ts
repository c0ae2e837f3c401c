/** The locales that WhatsApp ships, and what `Intl` knows of their dates. */

/** UI languages of WhatsApp, with the regional forms whose dates or day periods differ. */
export const shippedLocales: readonly string[] = (
  'en en-GB en-AU en-CA en-IN en-IE pt-BR pt-PT es es-MX es-AR es-CO es-US id ru it he ar ar-EG ar-SA ar-AE hi zh-CN zh-HK zh-TW ja ko bn fa ur mr ta te gu kn ml ' +
  'pa th tr uk vi zu sw af sq am az be bg ca hr cs da nl et fil fi fr fr-CA ka de de-AT el ha hu ga kk km ky lo lv lt mk ms nb pl ro rw ' +
  'sr si sk sl sv uz'
).split(' ')

/**
 * A tag that `Intl` really knows, or null: an unknown one would silently answer in the host's language.
 * Accepts `pt_BR`.
 */
export function knownLocale(locale: string): string | null {
  const cached = known.get(locale)
  if (cached !== undefined) return cached
  let tag: string | null = null
  try {
    tag = Intl.DateTimeFormat.supportedLocalesOf(locale.replace(/_/g, '-'))[0] ?? null
  } catch {
    tag = null
  }
  if (known.size < 1000) known.set(locale, tag)
  return tag
}
const known = new Map<string, string | null>()

const yearFirst = new Map<string, boolean>()

/** Whether any of the locale's own numeric dates, padded or not, with a long or a short year, starts with the year. Only ever widens what is possible. */
export function startsWithYear(locale: string): boolean {
  const tag = knownLocale(locale)
  if (!tag) return true
  let first = yearFirst.get(tag)
  if (first === undefined) {
    const styles = ['numeric', '2-digit'] as const
    first = styles.some(year =>
      styles.some(style => {
        const format = new Intl.DateTimeFormat(tag, { timeZone: 'UTC', year, month: style, day: style })
        return format.formatToParts(0).find(part => part.type !== 'literal')?.type === 'year'
      }),
    )
    yearFirst.set(tag, first)
  }
  return first
}

/** Languages whose dates put the day between year and month (CLDR: Kyrgyz `2026-18-09`), so that a leading year does not settle the rest. */
export function yearDayMonth(locale: string): boolean {
  return /^ky\b/i.test(locale)
}

const calendars = new Map<string, string>()

/** The calendar in which `Intl` writes the locale's dates: `gregory`, `buddhist` (Thai), `persian`. An unknown locale: `gregory`. */
export function calendarOf(locale: string): string {
  let calendar = calendars.get(locale)
  if (calendar === undefined) {
    const tag = knownLocale(locale)
    calendar = tag ? new Intl.DateTimeFormat(tag, { timeZone: 'UTC' }).resolvedOptions().calendar : 'gregory'
    if (calendars.size < 1000) calendars.set(locale, calendar)
  }
  return calendar
}
