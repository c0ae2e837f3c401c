/** A `model-storage` of the test's own on a page of the test's own: stores, indexes and rows as the test says (reference: storage §4). */
import type { Page } from 'playwright'

/** Stands wherever nobody may read. */
export const forbidden = 'FORBIDDEN-NEVER-READ'

export interface StoreSpec {
  key: string
  indexes?: string[]
  rows: Record<string, unknown>[]
}

/** Columns that hold a secret or a text, in every row of every store. */
const secrets = {
  mediaKey: forbidden,
  mediaKeyTimestamp: 1,
  directPath: `/${forbidden}`,
  deprecatedMms3Url: forbidden,
  staticUrl: forbidden,
  thumbnailDirectPath: forbidden,
  thumbnail: forbidden,
  thumbnailSha256: forbidden,
  thumbnailEncSha256: forbidden,
  encFilehash: forbidden,
  messageSecret: forbidden,
  botMessageSecret: forbidden,
  tcToken: forbidden,
  senderKey: forbidden,
  rotateKey: forbidden,
  chatRowOpaqueData: { _data: forbidden, iv: forbidden, _keyId: 1, _scheme: 1 },
  msgRowOpaqueData: { _data: forbidden, iv: forbidden, _keyId: 1, _scheme: 1 },
  quotedMsg: { type: 'image', mediaKey: forbidden, directPath: forbidden },
  body: forbidden,
  caption: forbidden,
  footer: forbidden,
  vcardFormattedName: forbidden,
}

/** Hex digits that sort as the number does, as the page writes them into `internalId`. */
export function sortable(value: number): string {
  const hex = value.toString(16)
  return `${(hex.length - 1).toString(16)}${hex}`
}

let serial = 999_900_000

/** A message row; `n` orders it in its thread. */
export function messageRow(
  own: boolean,
  thread: string,
  id: string,
  t: number,
  more: Record<string, unknown> & { participant?: string } = {},
): Record<string, unknown> {
  const { participant, ...columns } = more
  serial += 1
  return {
    id: `${own}_${thread}_${id}${participant === undefined ? '' : `_${participant}`}`,
    internalId: `${thread}_${sortable(serial)}_m`,
    rowId: serial,
    t,
    type: 'chat',
    ...secrets,
    ...columns,
  }
}

/** The stores as builds of 2026 have them, empty where nothing is given. */
export function stores(
  rows: Partial<Record<'message' | 'chat' | 'contact' | 'group-metadata' | 'participant', Record<string, unknown>[]>>,
) {
  const all = (list: Record<string, unknown>[] | undefined) => (list ?? []).map(row => ({ ...secrets, ...row }))
  const made: Record<string, StoreSpec> = {
    message: { key: 'id', indexes: ['internalId', 'rowId'], rows: rows.message ?? [] },
    chat: { key: 'id', rows: all(rows.chat) },
    contact: { key: 'id', indexes: ['phoneNumber'], rows: all(rows.contact) },
    'group-metadata': { key: 'id', rows: all(rows['group-metadata']) },
    participant: { key: 'groupId', rows: all(rows.participant) },
    'sync-keys': { key: 'id', rows: [{ id: 1, ...secrets }] },
  }
  return made
}

/** Makes the database anew. */
export async function fillStorage(page: Page, specs: Record<string, StoreSpec>, name = 'model-storage'): Promise<void> {
  await page.evaluate(
    ({ specs, name }) =>
      new Promise<void>((resolve, reject) => {
        const gone = indexedDB.deleteDatabase(name)
        gone.onerror = () => reject(gone.error)
        gone.onsuccess = () => {
          const request = indexedDB.open(name, 104)
          request.onupgradeneeded = () => {
            for (const [store, { key, indexes }] of Object.entries(specs)) {
              const made = request.result.createObjectStore(store, { keyPath: key })
              for (const index of indexes ?? []) made.createIndex(index, index)
            }
          }
          request.onerror = () => reject(request.error)
          request.onsuccess = () => {
            const database = request.result
            const transaction = database.transaction(Object.keys(specs), 'readwrite')
            for (const [store, { rows }] of Object.entries(specs)) for (const row of rows) transaction.objectStore(store).put(row)
            transaction.oncomplete = () => {
              database.close()
              resolve()
            }
            transaction.onabort = () => reject(transaction.error)
          }
        }
      }),
    { specs, name },
  )
}
