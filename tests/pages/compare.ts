/** What a page should say against what `inspect` says of it, value by value. */

/** One value, or one row, that is not as expected. `expected` holds every value that would do; empty where nothing should stand. */
export interface Difference {
  page: string
  /** `messages[3] 3EB0…`, `chats[0] "Rowing"`; empty for values of the page itself. */
  row: string
  /** Name of the value; empty where the whole row is missing or too many. */
  field: string
  expected: unknown[]
  found: unknown
}

export type Values = Record<string, unknown>

/** Not part of an expectation: the file's name, and counters that tell how a set found something rather than what stands on the page. */
const left = new Set(['file', 'fields', 'not_messages_with_id'])
const isValues = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Every difference; none when all is as expected. `NAME_any` lists values that are as good as `NAME`. Without `whole`, a value that is missing among
 * the expected ones was not established and is not compared; with it, every value of the page counts.
 */
export function differences(page: string, expected: Values, found: object, { whole }: { whole: boolean }): Difference[] {
  const actual = found as Values
  const out: Difference[] = []
  const values = (row: string, want: Values, have: Values): void => {
    for (const name of new Set([...Object.keys(want), ...(whole ? Object.keys(have) : [])])) {
      if (left.has(name) || name.endsWith('_any')) continue
      if ((name === 'messages' || name === 'chats') && row === '') continue
      const good = name in want ? [want[name], ...((want[`${name}_any`] as unknown[] | undefined) ?? [])] : []
      if (good.length > 0 && isValues(want[name]) && isValues(have[name]))
        values(row === '' ? name : `${row}.${name}`, want[name], have[name])
      else if (!good.some(one => same(name, one, have[name]))) out.push({ page, row, field: name, expected: good, found: have[name] })
    }
  }
  values('', expected, actual)
  for (const name of ['chats', 'messages'] as const) {
    const [want, have] = [expected[name], actual[name]].map(list => list as Values[] | undefined)
    if (want === undefined && !whole) continue
    const key = name === 'messages' ? 'message_id' : 'title'
    const pairs = paired(want ?? [], have ?? [], name === 'messages' ? key : null)
    for (const { index, expected: one, found: other } of pairs) {
      const named = (one ?? other)?.[key]
      const row = `${name}[${index}]${named === undefined || named === null ? '' : ` ${name === 'chats' ? JSON.stringify(named) : named}`}`
      if (one && other) values(row, one, other)
      else out.push({ page, row, field: '', expected: one ? [one] : [], found: other })
    }
    const order = (rows: Values[]): unknown[] => rows.map(one => one[key])
    const sameRows = pairs.every(pair => pair.expected && pair.found) && (want ?? []).every(one => one[key] !== undefined)
    if (sameRows && name === 'messages' && JSON.stringify(order(want ?? [])) !== JSON.stringify(order(have ?? [])))
      out.push({ page, row: name, field: 'order', expected: [order(want ?? [])], found: order(have ?? []) })
  }
  return out
}

/** Rows with an id are compared by it, so that one lost row is one difference; others by their place. */
function paired(want: Values[], have: Values[], key: string | null): { index: number; expected?: Values; found?: Values }[] {
  const rest = new Set(have.keys())
  const pairs: { index: number; expected?: Values; found?: Values }[] = want.map((one, index) => {
    const id = key === null ? undefined : one[key]
    const at = typeof id === 'string' ? [...rest].find(place => have[place]?.[key ?? ''] === id) : rest.has(index) ? index : undefined
    const found = at === undefined ? undefined : have[at]
    if (at !== undefined) rest.delete(at)
    return { index, expected: one, ...(found ? { found } : {}) }
  })
  return [...pairs, ...[...rest].map(index => ({ index, found: have[index] as Values }))]
}

function same(name: string, expected: unknown, found: unknown): boolean {
  if (name === 'ts' && typeof expected === 'string' && typeof found === 'string') return Date.parse(expected) === Date.parse(found)
  return JSON.stringify(expected) === JSON.stringify(found)
}

/** A difference for a terminal: where it is, and both values below each other. */
export function inWords({ page, row, field, expected, found }: Difference): string {
  const say = (value: unknown): string => (value === undefined ? '(nothing)' : JSON.stringify(value))
  const good = expected.length === 0 ? '(nothing)' : expected.map(say).join('\n         or ')
  return `${[page, row, field].filter(part => part !== '').join(' · ')}\n   expected ${good}\n   found    ${say(found)}`
}
