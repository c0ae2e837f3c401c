/** The pairing as the browser profile keeps it: IndexedDB, which survives a killed browser, and the localStorage hint. */
import { answer, committed, ownOpen, ownTransaction } from './storage/native.ts'

function open(): Promise<IDBDatabase> {
  const request = ownOpen('wawc', 1)
  request.onupgradeneeded = () => request.result.createObjectStore('user', { keyPath: 'key' })
  return answer(request)
}

/** The stored token, or null. */
export async function readToken(): Promise<string | null> {
  const database = await open()
  const found = await answer<{ value: string } | undefined>(ownTransaction(database, 'user', 'readonly').objectStore('user').get('session'))
  database.close()
  return found?.value ?? null
}

/** Stores or (null) forgets the token; resolves when it is committed. */
export async function writeToken(token: string | null, phone: string | null): Promise<void> {
  if (token && phone) localStorage.setItem('last-wid-md', JSON.stringify(`${phone}:1@c.us`))
  else localStorage.removeItem('last-wid-md')
  const database = await open()
  const transaction = ownTransaction(database, 'user', 'readwrite', { durability: 'strict' })
  if (token) transaction.objectStore('user').put({ key: 'session', value: token })
  else transaction.objectStore('user').delete('session')
  await committed(transaction)
  database.close()
}
