/** Messages of one thread, without their texts, from the newest backwards (reference: storage §5.3). */
import type { StorageDoor } from './read-storage.ts'

/**
 * At most `max` rows along the index `internalId`, starting below the key `before`. Their order is nearly that of time: it ends after `slack`
 * rows in a row that are older than `sinceSeconds`. `next` is the key to go on from, null at the end; `older` the run of old rows so far;
 * `seen` the rows looked at.
 */
export function readStorageThread(
  door: StorageDoor,
  arg: { thread: string; sinceSeconds: number; before: string | null; older: number; slack: number; max: number; chunk: number },
): Promise<string> {
  return door.within(async database => {
    const rows: unknown[] = []
    const { thread, sinceSeconds, slack, max, chunk } = arg
    let { before, older } = arg
    let seen = 0
    const done = (next: string | null) => ({ rows, next, older, seen })
    if (!database.objectStoreNames.contains('message')) return done(null)
    if (!database.transaction('message', 'readonly').objectStore('message').indexNames.contains('internalId')) return done(null)
    while (seen < max && !door.late()) {
      const range = IDBKeyRange.bound(`${thread}_/`, before ?? `${thread}_g`, true, true)
      const last = await door.walk(
        database,
        'message',
        { index: 'internalId', range, direction: 'prev', count: chunk, keysOnly: false },
        cursor => {
          const row = door.pick('message', (cursor as IDBCursorWithValue).value)
          seen += 1
          if (typeof row.t === 'number' && row.t < sinceSeconds) older += 1
          else {
            older = 0
            rows.push(row)
          }
          return older < slack
        },
      )
      if (typeof last !== 'string' || older >= slack) return done(null)
      before = last
    }
    return done(before)
  })
}

/** The same by the primary key, for builds whose rows are not in that index: all rows under `prefix` (`true_<thread>_`) after the key `after`. */
export function readStoragePrefix(
  door: StorageDoor,
  arg: { prefix: string; sinceSeconds: number; after: string | null; max: number; chunk: number },
): Promise<string> {
  return door.within(async database => {
    const rows: unknown[] = []
    const { prefix, sinceSeconds, max, chunk } = arg
    let { after } = arg
    let seen = 0
    if (!database.objectStoreNames.contains('message')) return { rows, next: null, seen }
    while (seen < max && !door.late()) {
      const range = IDBKeyRange.bound(after ?? prefix, `${prefix}\uffff`, true, true)
      const found = await door.chunk(database, 'message', range, chunk)
      seen += found.keys.length
      for (const stored of found.rows) {
        const row = door.pick('message', stored)
        if (typeof row.t !== 'number' || row.t >= sinceSeconds) rows.push(row)
      }
      const last = found.keys.at(-1)
      if (found.keys.length < chunk || typeof last !== 'string') return { rows, next: null, seen }
      after = last
    }
    return { rows, next: after, seen }
  })
}
