/** `model-storage` as the page fills it: everything but texts, with marker strings in the columns nobody may read (storage 4). */
import { page } from './dom.ts'
import { account } from './store.ts'
import type { Kind, Person, SimChat, SimMessage, Status } from './types.ts'

/** Stands in every secret column: a test that finds it in a row, a log or a file has found a leak. */
export const secret = 'SIM-SECRET-NEVER-READ'

const ack: Record<Status, number> = { pending: 0, sent: 1, delivered: 2, read: 3, played: 4 }
const types: Record<Kind, string> = {
  text: 'chat',
  image: 'image',
  video: 'video',
  gif: 'video',
  audio: 'audio',
  voice: 'ptt',
  document: 'document',
  sticker: 'sticker',
  album: 'album',
  call: 'call_log',
  contact: 'vcard',
  location: 'location',
  poll: 'poll_creation',
  event: 'event_creation',
  deleted: 'revoked',
  waiting: 'ciphertext',
  system: 'e2e_notification',
}

/** Hex digits that sort as the number does: one digit for the length, then the number. */
function sortableHex(value: number): string {
  const hex = value.toString(16)
  return `${(hex.length - 1).toString(16)}${hex}`
}

function threadOf(chat: SimChat): string {
  return chat.kind !== 'group' && page.switches.idShape !== 'packed' && chat.lid ? chat.lid : chat.id
}

const rowIds = new Map<string, number>()
let live = false

/** Below 1e9: came with the history; above: came while the page was open. */
function rowIdOf(chat: SimChat, message: SimMessage): number {
  const key = `${chat.id} ${message.id}`
  const known = rowIds.get(key) ?? (live ? 1_000_000_000 : 999_900_000) + rowIds.size
  rowIds.set(key, known)
  return known
}

/** One message row. There is no `fromMe` column: it is the key's prefix. */
function messageRow(chat: SimChat, message: SimMessage, rowId: number): Record<string, unknown> {
  const remote = threadOf(chat)
  const who = page.switches.lidAuthors ? message.sender.lid : `${message.sender.phone}@c.us`
  const participant = chat.kind === 'group' ? `_${who}` : ''
  const image = message.images[0]
  return {
    id: `${message.direction === 'out'}_${remote}_${message.id}${participant}`,
    internalId: `${remote}_${sortableHex(rowId)}_m`,
    rowId,
    t: Math.floor(Date.parse(message.sentAt) / 1000),
    type: types[message.kind],
    from: message.direction === 'out' ? `${account().scenario.account.lid}` : remote,
    to: message.direction === 'out' ? remote : account().scenario.account.lid,
    ...(chat.kind === 'group' ? { author: who } : {}),
    ...(message.status ? { ack: ack[message.status] } : {}),
    ...(message.forwarded ? { isForwarded: true, forwardingScore: message.forwarded === 2 ? 127 : 1 } : {}),
    ...(message.quoted ? { quotedStanzaID: message.quoted.id, quotedMsg: { type: 'chat' } } : {}),
    ...(message.edited ? { latestEditMsgKey: `${message.id}E`, latestEditSenderTimestampMs: Date.parse(message.sentAt) + 60_000 } : {}),
    ...(message.mentions.length ? { mentionedJidList: message.mentions.map(person => person.lid) } : {}),
    ...(message.file ? { filename: message.file.name, mimetype: 'application/octet-stream' } : {}),
    ...(message.durationS !== null ? { duration: message.durationS } : {}),
    ...(image
      ? {
          mimetype: image.mime,
          size: image.size,
          width: image.width,
          height: image.height,
          filehash: btoa(
            image.sha256
              .match(/../g)!
              .map(pair => String.fromCharCode(Number.parseInt(pair, 16)))
              .join(''),
          ),
          isMediaMsg: 1,
        }
      : {}),
    mediaKey: secret,
    mediaKeyTimestamp: 1,
    directPath: `/${secret}`,
    messageSecret: secret,
    msgRowOpaqueData: { _data: new TextEncoder().encode(secret), iv: new Uint8Array(16), _keyId: 1, _scheme: 1 },
  }
}

function chatRow(chat: SimChat): Record<string, unknown> {
  const end = { start: 1, phone_has_more: 0, phone_unavailable: 2 }[chat.historyEnd]
  return {
    id: threadOf(chat),
    t: Math.floor(Date.parse(chat.activityAt) / 1000),
    unreadCount: chat.unread,
    archive: chat.archived,
    ...(chat.pinned ? { pin: 1 } : {}),
    muteExpiration: chat.muted ? -1 : 0,
    ...(chat.kind === 'group' ? { name: chat.title } : {}),
    endOfHistoryTransferType: end,
    ...(chat.lid ? { accountLid: chat.lid } : {}),
    chatRowOpaqueData: secret,
    tcToken: secret,
  }
}

function contactRows(person: Person): Record<string, unknown>[] {
  const name = person.saved ? { name: person.name, shortName: person.name.split(' ')[0], isAddressBookContact: 1 } : {}
  return [
    { id: person.lid, phoneNumber: `${person.phone}@c.us`, pushname: person.name, ...name },
    { id: `${person.phone}@c.us`, pushname: person.name, ...name },
  ]
}

function upgrade(database: IDBDatabase): void {
  const message = database.createObjectStore('message', { keyPath: 'id' })
  message.createIndex('internalId', 'internalId', { unique: true })
  message.createIndex('rowId', 'rowId', { unique: true })
  const chat = database.createObjectStore('chat', { keyPath: 'id' })
  chat.createIndex('accountLid', 'accountLid', { unique: true })
  const contact = database.createObjectStore('contact', { keyPath: 'id' })
  contact.createIndex('phoneNumber', 'phoneNumber')
  database.createObjectStore('group-metadata', { keyPath: 'id' })
  database.createObjectStore('participant', { keyPath: 'groupId' }).createIndex('participants', 'participants', { multiEntry: true })
  database.createObjectStore('lid-pn-mapping', { keyPath: 'id' })
}

function openStorage(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('model-storage', 1)
    request.onupgradeneeded = () => upgrade(request.result)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

const stores = ['message', 'chat', 'contact', 'group-metadata', 'participant']

function putChat(transaction: IDBTransaction, chat: SimChat): void {
  const { lidAuthors, idb } = page.switches
  const put = (store: string, row: Record<string, unknown>) => transaction.objectStore(store).put(row)
  put('chat', chatRow(chat))
  for (const message of chat.messages) {
    const rowId = rowIdOf(chat, message)
    if (idb === 'full' || rowId % 3 !== 0) put('message', messageRow(chat, message, rowId))
  }
  if (chat.kind !== 'group') return
  const size = chat.participants.length
  put('group-metadata', { id: chat.id, subject: chat.title, creation: 1_700_000_000, size, isLidAddressingMode: lidAuthors })
  const participants = chat.participants.map(person => (lidAuthors ? person.lid : `${person.phone}@c.us`))
  put('participant', { groupId: chat.id, participants, admins: [], senderKey: secret })
}

async function write(act: (transaction: IDBTransaction) => void): Promise<void> {
  const database = await openStorage()
  database.onversionchange = () => database.close()
  const transaction = database.transaction(stores, 'readwrite')
  act(transaction)
  await new Promise<void>(resolve => {
    transaction.oncomplete = () => resolve()
  })
  database.close()
}

/** Writes the account into `model-storage`. `partial`: every third message and every second contact is missing; `none`: no database. */
export async function fillStorage(): Promise<void> {
  const { idb } = page.switches
  if (idb === 'none') return
  const { chats } = account().scenario
  const people = new Map(chats.flatMap(chat => chat.participants).map(person => [person.lid, person]))
  await write(transaction => {
    for (const store of stores) transaction.objectStore(store).clear()
    for (const chat of chats) putChat(transaction, chat)
    for (const [n, person] of [...people.values()].entries()) {
      if (idb === 'full' || n % 2 === 0) for (const row of contactRows(person)) transaction.objectStore('contact').put(row)
    }
  })
  live = true
}

/** Keeps `model-storage` current while the page is open. */
export async function storeChat(chat: SimChat): Promise<void> {
  if (page.switches.idb !== 'none') await write(transaction => putChat(transaction, chat))
}

/** Drops the account's data, as a log-out does. */
export function clearStorage(): Promise<void> {
  return new Promise(resolve => {
    const request = indexedDB.deleteDatabase('model-storage')
    request.onsuccess = request.onerror = request.onblocked = () => resolve()
  })
}
