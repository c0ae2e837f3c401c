/** A place on a map: name and address as drawn, coordinates out of the links to the map (reference §5; its markup is known from modules only). */
import type { MessageDetails } from '../model.ts'
import type { RawFields } from '../raw.ts'
import { all, has, one } from './fields.ts'
import { fold, stripBidi } from './fold.ts'
import type { Labels } from './locales.ts'

/**
 * A shared place links to the map and bears its name and address or nothing; one that moves has no link, or no name and yet a line of words.
 * Null where nothing is shown.
 */
export function locationOf(fields: RawFields, labels: Labels): MessageDetails['location'] | null {
  const links = [...all(fields, 'locationLinks'), ...all(fields, 'locationPlain')]
  const point = [...links, ...all(fields, 'locationMap')].map(coordinates).find(found => found !== null)
  const name = one(fields, 'locationName')
  const address = one(fields, 'locationAddress')
  const lines = all(fields, 'locationLines').map(fold)
  const live =
    has(fields, 'locationLive') ||
    (links.length === 0 && has(fields, 'locationMap')) ||
    (name === null && address === null && lines.length > 0) ||
    labels.liveLocation.some(word => lines.includes(fold(word)))
  if (name === null && address === null && !point && !live) return null
  return {
    name: name === null ? null : stripBidi(name),
    address: address === null ? null : stripBidi(address),
    latitude: point?.latitude ?? null,
    longitude: point?.longitude ?? null,
    live,
  }
}

const pair = '(-?\\d{1,2}(?:\\.\\d+)?),\\s*(-?\\d{1,3}(?:\\.\\d+)?)'
/** The whole value of a parameter, or what stands behind the name of a place. */
const inValue = new RegExp(`^(?:loc:)?${pair}$|@${pair}$`)
const inPath = new RegExp(`/@${pair}(?:,|/|$)`)
const parameters = ['q', 'query', 'll', 'center', 'destination', 'daddr', 'markers']

/** Degrees of an address of a map, or null. A number in the name of a place is no coordinate. */
export function coordinates(link: string): { latitude: number; longitude: number } | null {
  let url: URL
  try {
    url = new URL(link)
  } catch {
    return null
  }
  const values = parameters.flatMap(name => url.searchParams.getAll(name)).map(value => value.split('|').at(-1)?.trim() ?? '')
  const found = values.map(value => inValue.exec(value)).find(match => match !== null) ?? inPath.exec(url.pathname)
  if (!found) return null
  const [latitude, longitude] = [Number(found[1] ?? found[3]), Number(found[2] ?? found[4])]
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null
}
