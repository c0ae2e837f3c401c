/**
 * What Postgres cannot hold in `text` and `jsonb`: NUL and lone surrogates. Each becomes U+F5C0 and its four hex digits, and so does
 * U+F5C0 itself, so that nothing is lost and any other text is stored as it is.
 */
const mark = '\u{f5c0}'
const unstorable = /[\0\u{f5c0}\u{d800}-\u{dfff}]/u
const each = /[\0\u{f5c0}\u{d800}-\u{dfff}]/gu
const escaped = /\u{f5c0}([0-9a-f]{4})/gu

/** JSON that may hold such a character: NUL and lone surrogates stand in it as escapes. */
const suspicious = /\u{f5c0}|\\u(?:0000|d[89a-f])/u

/** The text as it is stored. */
export function toStored(text: string): string {
  if (!unstorable.test(text)) return text
  return text.replace(each, char => mark + char.charCodeAt(0).toString(16).padStart(4, '0'))
}

/** The text as it was before `toStored`. */
export function fromStored(text: string): string {
  return text.replace(escaped, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/** A value as the JSON of a `$1::text::jsonb` parameter, every string and key of it storable. */
export function toJson(value: unknown): string {
  // Nearly always nothing needs another spelling, and looking at the text is much quicker than at each value.
  const plain = JSON.stringify(value) ?? 'null'
  if (!suspicious.test(plain)) return plain
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'string') return toStored(part)
    if (typeof part !== 'object' || part === null || Array.isArray(part) || !Object.keys(part).some(key => unstorable.test(key)))
      return part
    return Object.fromEntries(Object.entries(part).map(([key, held]) => [toStored(key), held]))
  })
}

/** The value of a JSON that the database wrote, as it was before `toJson`. */
export function parseStored<T>(json: string): T {
  const value = JSON.parse(json) as T
  return json.includes(mark) ? fromJson(value) : value
}

/** A stored JSON value as it was before `toJson`: every string and key of it. */
export function fromJson<T>(value: T): T {
  return unescaped(value) as T
}

function unescaped(value: unknown): unknown {
  if (typeof value === 'string') return value.includes(mark) ? fromStored(value) : value
  if (Array.isArray(value)) return value.map(unescaped)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [fromStored(key), unescaped(held)]))
}
