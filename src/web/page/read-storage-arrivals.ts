/** Messages in the order in which they came to this browser, whatever their own time is (reference: storage §4.1 `rowId`, §5.4). */
import type { StorageDoor } from './read-storage.ts'

/**
 * Rows outside of what `after` names, the newest first, at most `max` (`more`: there are others), none where it is null; and `mark`, how far the rows
 * reach now. Live rows count up from a thousand million. Which way the rows of the phone's history count, below that, nobody knows: both ends are looked at.
 */
export function readStorageArrivals(
  door: StorageDoor,
  arg: { after: { live: number; oldest: number | null; newest: number | null } | null; max: number; chunk: number },
): Promise<string> {
  return door.within(async database => {
    const liveFrom = 1_000_000_000
    const { after, max, chunk } = arg
    const index = 'rowId'
    const rows: unknown[] = []
    if (!database.objectStoreNames.contains('message')) return { rows, mark: null, more: false }
    if (!database.transaction('message', 'readonly').objectStore('message').indexNames.contains(index))
      return { rows, mark: null, more: false }
    const end = async (range: IDBKeyRange, direction: 'prev' | 'next'): Promise<number | null> => {
      const key = await door.walk(database, 'message', { index, range, direction, count: 1, keysOnly: true }, () => false)
      return typeof key === 'number' ? key : null
    }
    const history = IDBKeyRange.upperBound(liveFrom, true)
    const live = (await end(IDBKeyRange.lowerBound(liveFrom), 'prev')) ?? liveFrom - 1
    const mark = { live, oldest: await end(history, 'next'), newest: await end(history, 'prev') }
    if (after === null) return { rows, mark, more: false }
    const news: [low: number, high: number][] = [[after.live, Number.MAX_SAFE_INTEGER]]
    if (after.newest !== null) news.push([after.newest, liveFrom])
    news.push([Number.MIN_SAFE_INTEGER, after.oldest ?? liveFrom])
    for (const [low, high] of news) {
      let before = high
      for (;;) {
        if (rows.length >= max || door.late()) return { rows, mark, more: true }
        const range = IDBKeyRange.bound(low, before, true, true)
        const count = Math.min(chunk, max - rows.length)
        const last = await door.walk(database, 'message', { index, range, direction: 'prev', count, keysOnly: false }, cursor => {
          rows.push(door.pick('message', (cursor as IDBCursorWithValue).value))
          return true
        })
        if (typeof last !== 'number') break
        before = last
      }
    }
    return { rows, mark, more: false }
  })
}
