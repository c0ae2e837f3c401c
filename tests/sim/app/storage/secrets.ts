/** What nobody may read or copy (storage, first rule): every column and database of that kind holds one marker. */
import { account } from '../store.ts'
import { answer, committed, ownOpen, ownTransaction } from './native.ts'

/** A test that finds it in a row, a log or a file has found a leak. */
export const secret = 'SIM-SECRET-NEVER-READ'

/** An encrypted column: the marker stands where the ciphertext would. */
export const opaque = () => ({ _data: new TextEncoder().encode(secret), iv: new Uint8Array(16), _keyId: 1, _scheme: 1 })

/** Columns of a message row that must not be collected. */
export const messageSecrets = () => ({
  mediaKey: secret,
  mediaKeyTimestamp: secret,
  directPath: `/v/${secret}`,
  deprecatedMms3Url: `https://mmg.example/${secret}`,
  staticUrl: `https://static.example/${secret}`,
  thumbnailDirectPath: `/t/${secret}`,
  thumbnailSha256: secret,
  thumbnailEncSha256: secret,
  thumbnail: secret,
  messageSecret: secret,
  botMessageSecret: secret,
  msgRowOpaqueData: opaque(),
})

async function fillKeys(name: 'signal-storage' | 'wawc_db_enc', stores: string[]): Promise<void> {
  const request = ownOpen(name, 1)
  request.onupgradeneeded = () => {
    for (const store of stores) request.result.createObjectStore(store, { keyPath: 'id' })
  }
  const database = await answer(request)
  const transaction = ownTransaction(database, stores, 'readwrite')
  for (const store of stores) transaction.objectStore(store).put({ id: 1, key: secret })
  await committed(transaction)
  database.close()
}

/** The databases of keys, and the settings that a paired page keeps (storage 8): the own id, and secrets. */
export async function fillSecrets(): Promise<void> {
  const { phone } = account().scenario.account
  localStorage.setItem('last-wid-md', JSON.stringify(`${phone}:1@c.us`))
  for (const key of ['WANoiseInfo', 'WANoiseInfoIv', 'WebEncKeySalt']) localStorage.setItem(key, secret)
  await fillKeys('signal-storage', ['identity-store', 'session-store', 'prekey-store', 'senderkey-store'])
  await fillKeys('wawc_db_enc', ['keys', 'fts_hmac_keys'])
}
