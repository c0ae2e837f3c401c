/** Instants as people and programs write them in an address. */

const shape = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i

/**
 * ISO 8601 (a date, or date and time, with or without an offset; without one it is UTC) or seconds since 1970, as ISO 8601 UTC; undefined
 * when it is neither. A `+` that came as a space, because nobody encoded it, is understood.
 */
export function parseInstant(text: string): string | undefined {
  const given = text.trim()
  // Twelve digits before the point would be the year 33658: milliseconds, which are not asked for.
  if (/^-?\d{1,11}(\.\d{1,9})?$/.test(given)) return at(Number(given) * 1000)
  const parts = shape.exec(given.replace(/(:\d\d(?:[.,]\d+)?) (\d\d:?\d\d)$/, '$1+$2'))
  if (!parts) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = parts
  const fields = [year, month, day, hour, minute, second].map(Number) as [number, number, number, number, number, number]
  const date = new Date(0)
  // Date.UTC would take the years before 100 for those of the last century.
  date.setUTCFullYear(fields[0], fields[1] - 1, fields[2])
  const utc = date.setUTCHours(fields[3], fields[4], fields[5])
  // 30 February would silently become March.
  if (new Date(utc).getUTCDate() !== fields[2] || fields[1] < 1 || fields[1] > 12 || fields[3] > 23 || fields[4] > 59 || fields[5] > 59)
    return undefined
  const offset = offsetMinutes(zone)
  return offset === undefined ? undefined : at(utc + Number(`0.${fraction || '0'}`) * 1000 - offset * 60_000)
}

function offsetMinutes(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

function at(ms: number): string | undefined {
  const date = new Date(Math.round(ms))
  const year = date.getUTCFullYear()
  return year >= 1 && year <= 9999 ? date.toISOString() : undefined
}
