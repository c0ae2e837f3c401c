/** What somebody else left behind in the page's databases, whatever world it ran in. */
import { later, page } from '../dom.ts'
import { accountRows, closeStorage, ownConnection } from '../idb.ts'
import { record } from '../record.ts'
import { answer, ownOpen, ownTransaction } from './native.ts'
import { databases, versionOf } from './schema.ts'

const known: readonly string[] = databases

/** Databases that the page did not make. */
async function strangers(): Promise<string[]> {
  const there = await indexedDB.databases()
  return there.filter(item => !known.includes(item.name ?? '')).map(item => `create ${item.name}`)
}

/** Stores whose rows are not what the page wrote. */
async function changedRows(): Promise<string[]> {
  const database = await ownConnection()
  const changed: string[] = []
  for (const [store, rows] of accountRows()) {
    if (!database.objectStoreNames.contains(store)) continue
    const found = await answer<unknown[]>(ownTransaction(database, store, 'readonly').objectStore(store).getAll())
    const inOrder = (list: unknown[]) => list.map(row => JSON.stringify(row)).sort()
    if (JSON.stringify(inOrder(found)) !== JSON.stringify(inOrder(rows))) changed.push(`write model-storage ${store}`)
  }
  return changed
}

/** How long a connection that is being closed may still be in the way. */
const closingMs = 1000

/** Asks for a new version, as an update of the page does, and takes it back: whoever holds a connection is in the way. */
async function blocked(): Promise<string[]> {
  await closeStorage()
  return new Promise(resolve => {
    const request = ownOpen('model-storage', versionOf(page.switches.idb) + 1)
    request.onblocked = () => void later(closingMs).then(() => resolve(['blocked model-storage']))
    request.onupgradeneeded = () => request.transaction?.abort()
    request.onerror = event => {
      event.preventDefault()
      resolve([])
    }
  })
}

/** Records `checked` with what was found, as JSON; an empty list where nobody did anything. */
export async function checkStorage(): Promise<void> {
  const found = await strangers()
  if (page.switches.idb !== 'none') found.push(...(await changedRows()), ...(await blocked()))
  record('storage', { detail: `checked ${JSON.stringify(found)}` })
}
