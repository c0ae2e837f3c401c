/** Who else touches the page's databases, as far as the page's own world sees it: told in `storage` records. */
import { record } from '../record.ts'
import { databases } from './schema.ts'

const say = (detail: string) => record('storage', { detail })
const known: readonly string[] = databases

/**
 * Wraps `indexedDB.open`, `deleteDatabase` and `transaction`: what does not go by `native.ts` is told (`open NAME`, `version NAME`,
 * `create NAME`, `delete NAME`, `write NAME STORES`, `keys NAME`). A reader in an isolated world is not seen here: `check.ts` finds what
 * it left behind.
 */
export function watchStorage(): void {
  const { open, deleteDatabase } = IDBFactory.prototype
  const { transaction } = IDBDatabase.prototype
  IDBFactory.prototype.open = function (name: string, version?: number) {
    const request = version === undefined ? open.call(this, name) : open.call(this, name, version)
    say(`${version === undefined ? 'open' : 'version'} ${name}`)
    if (known.includes(name) && name !== 'model-storage') say(`keys ${name}`)
    request.addEventListener('upgradeneeded', () => say(`create ${name}`))
    return request
  }
  IDBFactory.prototype.deleteDatabase = function (name: string) {
    say(`delete ${name}`)
    return deleteDatabase.call(this, name)
  }
  IDBDatabase.prototype.transaction = function (
    stores: string | Iterable<string>,
    mode?: IDBTransactionMode,
    options?: IDBTransactionOptions,
  ) {
    if (mode === 'readwrite') say(`write ${this.name} ${typeof stores === 'string' ? stores : [...stores].join(',')}`)
    return transaction.call(this, stores, mode, options)
  }
}
