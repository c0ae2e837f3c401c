/** Wall-clock time ↔ instant in a time zone, through `Intl`. */
import type { Day, Wall } from './calendar.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, format)
  }
  return format
}

function fields(zone: string, ms: number): Wall & { second: number } {
  const found = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 }
  for (const part of formatOf(zone).formatToParts(ms)) if (part.type in found) found[part.type as keyof typeof found] = Number(part.value)
  return found
}

const HOUR = 3_600_000
const offsets = new Map<number, number>()
let offsetsOf = ''

/** The offset at a full minute, asked of `Intl`. */
function measured(zone: string, at: number): number {
  const wall = fields(zone, at)
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second) - at
}

/**
 * Milliseconds to add to UTC for the zone's wall clock at an instant. Offsets change on full minutes (St. John's and Gaza did at 00:01), and not
 * twice in an hour: where both ends of the hour have the same one, it holds in between.
 */
function offsetAt(zone: string, ms: number): number {
  if (offsetsOf !== zone || offsets.size > 20_000) {
    offsets.clear()
    offsetsOf = zone
  }
  const kept = (at: number): number => {
    let offset = offsets.get(at)
    if (offset === undefined) {
      offset = measured(zone, at)
      offsets.set(at, offset)
    }
    return offset
  }
  const hour = Math.floor(ms / HOUR) * HOUR
  const first = kept(hour)
  return first === kept(hour + HOUR) ? first : kept(Math.floor(ms / 60_000) * 60_000)
}

/** The calendar day on which an instant (ISO 8601) falls in a zone. Throws RangeError for an unknown zone or a bad instant. */
export function dayIn(zone: string, instant: string): Day {
  const { year, month, day } = wallIn(zone, instant)
  return { year, month, day }
}

/** The wall-clock time that a zone shows at an instant (ISO 8601), seconds dropped. */
export function wallIn(zone: string, instant: string): Wall {
  const ms = Date.parse(instant)
  if (Number.isNaN(ms)) throw new RangeError(`not an instant: expected ISO 8601`)
  const local = new Date(ms + offsetAt(zone, ms))
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
  }
}

/**
 * The instants (ISO 8601 UTC) at which a zone's clock shows a time, earliest first: one; two where the clock is put back; none where it is put on.
 * Throws RangeError for an unknown zone.
 */
export function instantsOf(wall: Wall, zone: string): string[] {
  const local = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute)
  const offset = [offsetAt(zone, local - 86_400_000), offsetAt(zone, local + 86_400_000)]
  const found = new Set(offset.map(one => local - one).filter(ms => ms + offsetAt(zone, ms) === local))
  return [...found].sort((a, b) => a - b).map(ms => new Date(ms).toISOString())
}

/**
 * The instant (ISO 8601 UTC) of a wall-clock time. A time that the clock shows twice (autumn) is the earlier of the two; a time that it skips (spring)
 * is moved on by the length of the gap, as `Date` does. Throws RangeError for an unknown zone.
 */
export function toInstant(wall: Wall, zone: string): string {
  const [first] = instantsOf(wall, zone)
  if (first !== undefined) return first
  const local = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute)
  return new Date(local - offsetAt(zone, local - 86_400_000)).toISOString()
}
