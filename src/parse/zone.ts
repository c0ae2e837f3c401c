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

const offsets = new Map<string, number>()

/** Milliseconds to add to UTC for the zone's wall clock at an instant. Offsets change on quarter hours only. */
function offsetAt(zone: string, ms: number): number {
  const quarter = Math.floor(ms / 900_000)
  const key = `${zone}:${quarter}`
  let offset = offsets.get(key)
  if (offset === undefined) {
    const at = quarter * 900_000
    const wall = fields(zone, at)
    offset = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second) - at
    if (offsets.size > 20_000) offsets.clear()
    offsets.set(key, offset)
  }
  return offset
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
  const { second: _, ...wall } = fields(zone, ms)
  return wall
}

/**
 * The instant (ISO 8601 UTC) of a wall-clock time. A time that the clock shows twice (autumn) is the earlier of the two; a time that it skips (spring)
 * is moved on by the length of the gap, as `Date` does. Throws RangeError for an unknown zone.
 */
export function toInstant(wall: Wall, zone: string): string {
  const local = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute)
  const before = offsetAt(zone, local - 86_400_000)
  const after = offsetAt(zone, local + 86_400_000)
  const candidates = [local - before, local - after].filter(ms => ms + offsetAt(zone, ms) === local)
  return new Date(candidates.length > 0 ? Math.min(...candidates) : local - before).toISOString()
}
