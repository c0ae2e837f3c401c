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

/** Writes the account into `model-storage`. `partial`: every third message and every second contact is missing; `none`: no database. */
export async function fillStorage(): Promise<void> {
  const { switches } = page
  if (switches.idb === 'none') return
  const { scenario } = account()
  const partial = switches.idb === 'partial'
  const database = await openStorage()
  database.onversionchange = () => database.close()
  const transaction = database.transaction(['message', 'chat', 'contact', 'group-metadata', 'participant'], 'readwrite')
  const put = (store: string, row: Record<string, unknown>) => transaction.objectStore(store).put(row)
  for (const store of transaction.objectStoreNames) transaction.objectStore(store).clear()
  let rowId = 999_900_000
  const people = new Map<string, Person>()
  for (const chat of scenario.chats) {
    put('chat', chatRow(chat))
    for (const person of chat.participants) people.set(person.lid, person)
    for (const message of chat.messages)
      if (!partial || rowId % 3 !== 0) put('message', messageRow(chat, message, ++rowId))
      else rowId++
    if (chat.kind !== 'group') continue
    put('group-metadata', {
      id: chat.id,
      subject: chat.title,
      creation: 1_700_000_000,
      size: chat.participants.length,
      isLidAddressingMode: switches.lidAuthors,
    })
    put('participant', {
      groupId: chat.id,
      participants: chat.participants.map(person => (switches.lidAuthors ? person.lid : `${person.phone}@c.us`)),
      admins: [],
      senderKey: secret,
    })
  }
  for (const [n, person] of [...people.values()].entries())
    if (!partial || n % 2 === 0) for (const row of contactRows(person)) put('contact', row)
  await new Promise<void>(resolve => {
    transaction.oncomplete = () => resolve()
  })
  database.close()
}

/** Drops the account's data, as a log-out does. */
export function clearStorage(): Promise<void> {
  return new Promise(resolve => {
    const request = indexedDB.deleteDatabase('model-storage')
    request.onsuccess = request.onerror = request.onblocked = () => resolve()
  })
}
