/** Expected values of a page against what `inspect` says. A value that is missing among the expected ones was not established. */
import type { Inspection } from '../../src/commands/inspection.ts'

export type Expected = Record<string, unknown>

/** Every difference as a line; empty when all expected values were found. `NAME_any` lists values that are as good as `NAME`. */
export function differences(expected: Expected, found: Inspection): string[] {
  const out: string[] = []
  const actual = found as unknown as Record<string, unknown>
  for (const [name, value] of Object.entries(expected)) {
    if (name === 'file' || name.endsWith('_any') || name === 'not_messages_with_id') continue
    if (Array.isArray(value)) out.push(...rows(name, value as Expected[], (actual[name] ?? []) as Expected[]))
    else if (name === 'chat' && value !== null) out.push(...values('chat', value as Expected, (actual.chat ?? {}) as Expected))
    else out.push(...values('', only(expected, name), actual))
  }
  return out
}

function only(expected: Expected, name: string): Expected {
  return Object.fromEntries(Object.entries(expected).filter(([key]) => key === name || key === `${name}_any`))
}

function rows(name: string, expected: Expected[], actual: Expected[]): string[] {
  const out: string[] = []
  if (expected.length !== actual.length) out.push(`${name}: ${expected.length} expected, ${actual.length} found`)
  const key = name === 'messages' ? 'message_id' : 'title'
  for (const [index, row] of expected.entries()) {
    // Rows with an id are compared by it, so that one lost row is one difference.
    const id = row[key]
    const match = id === undefined ? actual[index] : (actual.find(one => one[key] === id && name === 'messages') ?? actual[index])
    out.push(...values(`${name}[${index}]`, row, match ?? {}))
  }
  const order = (list: Expected[]): string => list.map(one => String(one[key])).join('\n')
  if (expected.every(row => row[key] !== undefined) && order(expected) !== order(actual)) out.push(`${name}: another order, or other rows`)
  return out
}

function values(path: string, expected: Expected, actual: Expected): string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    if (name.endsWith('_any')) return []
    const any = [value, ...((expected[`${name}_any`] as unknown[] | undefined) ?? [])]
    const found = actual[name]
    if (any.some(one => same(name, one, found))) return []
    return [`${path}.${name}: expected ${any.map(one => JSON.stringify(one)).join(' or ')}, found ${JSON.stringify(found)}`]
  })
}

function same(name: string, expected: unknown, found: unknown): boolean {
  if (name === 'ts' && typeof expected === 'string' && typeof found === 'string') return Date.parse(expected) === Date.parse(found)
  return JSON.stringify(expected) === JSON.stringify(found)
}
