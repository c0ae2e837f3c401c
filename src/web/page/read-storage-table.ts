/** Rows of one of the small stores: chats, people, groups. */
import type { StorageDoor } from './read-storage.ts'

/** Rows after the key `after`, at most `max`; `next` is the key to go on from, null at the end. A store that is not there has none. */
export function readStorageTable(
  door: StorageDoor,
  { store, after, max, chunk }: { store: string; after: string | null; max: number; chunk: number },
): Promise<string> {
  return door.within(async database => {
    const rows: unknown[] = []
    let next = after
    if (!database.objectStoreNames.contains(store)) return { rows, next: null }
    while (rows.length < max && !door.late()) {
      const found = await door.chunk(database, store, next === null ? null : IDBKeyRange.lowerBound(next, true), chunk)
      rows.push(...found.rows.map(row => door.pick(store, row)))
      const last = found.keys.at(-1)
      if (found.keys.length < chunk || typeof last !== 'string') return { rows, next: null }
      next = last
    }
    return { rows, next }
  })
}

/** Ids of the chats after the key `after` with their last activity, at most `max`; `next` is the key to go on from, null at the end. */
export function readStorageActivities(
  door: StorageDoor,
  { after, max, chunk }: { after: string | null; max: number; chunk: number },
): Promise<string> {
  return door.within(async database => {
    const activities: [string, number][] = []
    let next = after
    if (!database.objectStoreNames.contains('chat')) return { activities, next: null }
    for (let seen = 0; seen < max && !door.late(); seen += chunk) {
      const found = await door.chunk(database, 'chat', next === null ? null : IDBKeyRange.lowerBound(next, true), chunk)
      for (const row of found.rows) {
        const { id, t } = door.pick('chat', row)
        if (typeof id === 'string' && typeof t === 'number') activities.push([id, t])
      }
      const last = found.keys.at(-1)
      if (found.keys.length < chunk || typeof last !== 'string') return { activities, next: null }
      next = last
    }
    return { activities, next }
  })
}

/** The other ids of a person: the phone of a LID, the LIDs of a phone. Both are asked, so that a LID whose phone another one claims too is seen. */
export function readStoragePerson(door: StorageDoor, { jid }: { jid: string }): Promise<string> {
  return door.within(async database => {
    if (!database.objectStoreNames.contains('contact')) return { rows: [] }
    const one = await door.chunk(database, 'contact', IDBKeyRange.only(jid), 1)
    const rows = one.rows.map(row => door.pick('contact', row))
    const phone = jid.endsWith('lid') ? rows[0]?.phoneNumber : jid
    if (typeof phone !== 'string' || door.late()) return { rows }
    const indexed = database.transaction('contact', 'readonly').objectStore('contact').indexNames.contains('phoneNumber')
    if (!indexed) return { rows }
    await door.walk(
      database,
      'contact',
      { index: 'phoneNumber', range: IDBKeyRange.only(phone), direction: 'prev', count: 10, keysOnly: false },
      cursor => rows.push(door.pick('contact', (cursor as IDBCursorWithValue).value)) > 0,
    )
    return { rows }
  })
}
