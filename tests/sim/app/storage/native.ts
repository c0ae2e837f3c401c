/** IndexedDB as the page itself uses it, taken before `watch.ts` puts its wraps in the way: what goes by here is not reported. */
import type { StorageName } from './schema.ts'

const { open, deleteDatabase } = IDBFactory.prototype
const { transaction } = IDBDatabase.prototype

/** The page's own `indexedDB.open`. */
export function ownOpen(name: StorageName, version?: number): IDBOpenDBRequest {
  return open.call(indexedDB, name, version)
}

export function ownDelete(name: StorageName): IDBOpenDBRequest {
  return deleteDatabase.call(indexedDB, name)
}

export function ownTransaction(
  database: IDBDatabase,
  stores: string | string[],
  mode: IDBTransactionMode,
  options?: IDBTransactionOptions,
): IDBTransaction {
  return transaction.call(database, stores, mode, options)
}

/** The answer to one request. */
export function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Resolves when everything in the transaction is written. */
export function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
}
