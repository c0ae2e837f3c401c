/** Which threads hold these messages: keys alone are read, no rows (reference: storage §5.2). */
import type { StorageDoor } from './read-storage.ts'

/** Looks at the newest `depth` keys of each thread along the index `internalId`. `found`: thread → ids of those asked for. */
export function findInThreads(
  door: StorageDoor,
  { ids, threads, depth, chunk }: { ids: string[]; threads: string[]; depth: number; chunk: number },
): Promise<string> {
  return door.within(async database => {
    const found: Record<string, string[]> = {}
    const wanted = new Set(ids)
    if (!database.objectStoreNames.contains('message')) return { found }
    if (!database.transaction('message', 'readonly').objectStore('message').indexNames.contains('internalId')) return { found }
    for (const thread of threads) {
      let before: string | null = `${thread}_g`
      for (let seen = 0; seen < depth && before !== null && !door.late(); seen += chunk) {
        const range = IDBKeyRange.bound(`${thread}_/`, before, true, true)
        const last = await door.walk(
          database,
          'message',
          { index: 'internalId', range, direction: 'prev', count: chunk, keysOnly: true },
          cursor => {
            const [, remote, id] = /^(?:true|false)_([^_]+)_([^_]+)/.exec(String(cursor.primaryKey)) ?? []
            if (remote !== undefined && id !== undefined && wanted.has(id)) {
              found[remote] ??= []
              found[remote].push(id)
            }
            return (found[thread]?.length ?? 0) < wanted.size
          },
        )
        before = typeof last === 'string' && (found[thread]?.length ?? 0) < wanted.size ? last : null
      }
    }
    return { found }
  })
}

/** The first key under each of the prefixes (`true_<group>_`): the key of an own message of a group names the account's own id. */
export function firstKeys(door: StorageDoor, { prefixes }: { prefixes: string[] }): Promise<string> {
  return door.within(async database => {
    const keys: string[] = []
    if (!database.objectStoreNames.contains('message')) return { keys }
    for (const prefix of prefixes) {
      if (door.late()) break
      const found = await door.keys(database, 'message', IDBKeyRange.bound(prefix, `${prefix}\uffff`), 1)
      keys.push(...found.filter(key => typeof key === 'string'))
    }
    return { keys }
  })
}

/** Looks at all keys after the key `after`, at most `max`; `next` is the key to go on from, null at the end. */
export function findInKeys(
  door: StorageDoor,
  { ids, after, max, chunk }: { ids: string[]; after: string | null; max: number; chunk: number },
): Promise<string> {
  return door.within(async database => {
    const found: Record<string, string[]> = {}
    const wanted = new Set(ids)
    let next = after
    if (!database.objectStoreNames.contains('message')) return { found, next: null }
    for (let seen = 0; seen < max && !door.late(); seen += chunk) {
      const keys: IDBValidKey[] = await door.keys(database, 'message', next === null ? null : IDBKeyRange.lowerBound(next, true), chunk)
      for (const key of keys) {
        const [, remote, id] = /^(?:true|false)_([^_]+)_([^_]+)/.exec(String(key)) ?? []
        if (remote === undefined || id === undefined || !wanted.has(id)) continue
        found[remote] ??= []
        found[remote].push(id)
      }
      const last = keys.at(-1)
      if (keys.length < chunk || typeof last !== 'string') return { found, next: null }
      next = last
    }
    return { found, next }
  })
}
