/** The pairing as the browser profile keeps it: IndexedDB, which survives a killed browser, and the localStorage hint. */

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('wawc', 1)
    request.onupgradeneeded = () => request.result.createObjectStore('user', { keyPath: 'key' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** The stored token, or null. */
export async function readToken(): Promise<string | null> {
  const database = await open()
  return new Promise(resolve => {
    const request = database.transaction('user').objectStore('user').get('session')
    request.onsuccess = () => {
      database.close()
      resolve((request.result as { value: string } | undefined)?.value ?? null)
    }
  })
}

/** Stores or (null) forgets the token; resolves when it is committed. */
export async function writeToken(token: string | null, phone: string | null): Promise<void> {
  if (token && phone) localStorage.setItem('last-wid-md', JSON.stringify(`${phone}:1@c.us`))
  else localStorage.removeItem('last-wid-md')
  const database = await open()
  await new Promise<void>(resolve => {
    const transaction = database.transaction('user', 'readwrite', { durability: 'strict' })
    if (token) transaction.objectStore('user').put({ key: 'session', value: token })
    else transaction.objectStore('user').delete('session')
    transaction.oncomplete = () => resolve()
  })
  database.close()
}
