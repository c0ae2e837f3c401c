/** Instants as a person reads them: in the viewer's zone and language. Pure. */

export interface Times {
  /** The day that an instant falls on, `YYYY-MM-DD`. */
  day(instant: string): string
  /** A day in words: today, yesterday, or its date with the day of the week. */
  dayLabel(instant: string, now: string): string
  /** Hours and minutes. */
  clock(instant: string): string
  /** As a list shows it: the time today, else the date. */
  brief(instant: string, now: string): string
  /** Date and time. */
  whole(instant: string): string
  /** Where a day of the viewer begins, ISO 8601 UTC; `day` as `YYYY-MM-DD`. */
  startOf(day: string): string
}

export function makeTimes({ locale, zone }: { locale?: string; zone?: string } = {}): Times {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const made = new Intl.DateTimeFormat(locale, { ...options, ...(zone !== undefined && { timeZone: zone }) })
    return (instant: string) => made.format(new Date(instant))
  }
  // Sweden writes dates as ISO 8601 does.
  const iso = new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit', ...(zone && { timeZone: zone }) })
  const day = (instant: string) => iso.format(new Date(instant))
  const long = format({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' })
  const date = format({ year: '2-digit', month: 'numeric', day: 'numeric' })
  const clock = format({ hour: '2-digit', minute: '2-digit' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  return {
    day,
    clock,
    whole: format({ dateStyle: 'medium', timeStyle: 'short' }),
    dayLabel(instant, now) {
      const ago = Math.round((Date.parse(day(now)) - Date.parse(day(instant))) / 86_400_000)
      return ago === 0 || ago === 1 ? relative.format(-ago, 'day') : long(instant)
    },
    brief: (instant, now) => (day(instant) === day(now) ? clock(instant) : date(instant)),
    startOf(wanted) {
      // Zones are at most 14 hours off; the first instant of the day is where the name of the day changes.
      let [before, after] = [Date.parse(wanted) - 15 * 3_600_000, Date.parse(wanted) + 15 * 3_600_000]
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2)
        if (day(new Date(middle).toISOString()) < wanted) before = middle
        else after = middle
      }
      return new Date(after).toISOString()
    },
  }
}
