/** What `model-storage` is made of: names of stores, indexes and columns, and the ids of a few messages; no values beside them (reference: storage §14.5). */
import type { StorageDoor } from './read-storage.ts'

export function probeStorage(door: StorageDoor, { stores, samples }: { stores: string[]; samples: number }): Promise<string> {
  return door.within(async database => {
    const found: Record<string, { key: string | null; indexes: string[]; columns: string[] }> = {}
    const schemes = new Set<number>()
    const messages: unknown[] = []
    for (const store of stores.filter(name => database.objectStoreNames.contains(name))) {
      const source = database.transaction(store, 'readonly').objectStore(store)
      const key = typeof source.keyPath === 'string' ? source.keyPath : null
      const indexes = [...source.indexNames]
      // Some from each end: rows of the first days and of today may differ.
      const { rows } = await door.chunk(database, store, null, samples)
      await door.walk(database, store, { index: null, range: null, direction: 'prev', count: samples, keysOnly: false }, cursor => {
        rows.push((cursor as IDBCursorWithValue).value)
        return true
      })
      const columns = new Set<string>()
      for (const row of rows) {
        if (typeof row !== 'object' || row === null) continue
        for (const column of Object.keys(row).slice(0, 300)) if (/^\w{1,60}$/.test(column)) columns.add(column)
        if (store !== 'message') continue
        messages.push(door.pick(store, row))
        const scheme: unknown = (row as { msgRowOpaqueData?: { _scheme?: unknown } }).msgRowOpaqueData?._scheme
        if (typeof scheme === 'number') schemes.add(scheme)
      }
      found[store] = { key, indexes, columns: [...columns].sort() }
    }
    return { version: database.version, storeCount: database.objectStoreNames.length, stores: found, schemes: [...schemes], messages }
  })
}
