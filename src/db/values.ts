/** Values of any query, for people and for JSON: the same on both databases. */

/** One result set; values are JSON: text, numbers, booleans, null, arrays and objects. Instants are ISO 8601 UTC. */
export interface QueryResult {
  columns: string[]
  rows: unknown[][]
}

const timestamptz = 1184
const timestamp = 1114
const numeric = 1700
const json = [114, 3802]

/** Types (by OID) that are wanted as the server's own text, because a driver's value would say less: dates, times, intervals, numeric. */
export const textTypes = [1082, 1083, timestamp, timestamptz, 1186, 1266, numeric]

/** A driver's value of a column as JSON. */
export function plainValue(value: unknown, type: number): unknown {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') {
    if (type === timestamptz) return value.replace(' ', 'T').replace(/\+00$/, 'Z')
    return type === timestamp ? value.replace(' ', 'T') : value
  }
  if (json.includes(type)) return value
  return plain(value)
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  return Array.isArray(value) ? value.map(plain) : value
}
