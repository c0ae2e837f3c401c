/**
 * `model-storage` as the page fills it (storage 4): everything but texts, with marker strings in the columns nobody may read. The rows
 * are written at start and kept current; the page keeps one connection of its own open and gives way to a change of version.
 */
import { page } from './dom.ts'
import { record } from './record.ts'
import { chatMessages, RowIds } from './storage/chat-rows.ts'
import type { Row } from './storage/message-row.ts'
import { answer, committed, ownDelete, ownOpen, ownTransaction } from './storage/native.ts'
import { chatRow, contactRows, groupRow, participantRow, reactionRows } from './storage/people-rows.ts'
import { type Filled, filled, makeStores, pack, versionOf } from './storage/schema.ts'
import { fillSecrets } from './storage/secrets.ts'
import { account } from './store.ts'
import type { Person, SimChat } from './types.ts'

const name = 'model-storage'
let connection: Promise<IDBDatabase> | null = null
let ids = new RowIds()
let live = false

/** The rows that the account has in this shape of the database, by store. */
export function accountRows(): Map<Filled, Row[]> {
  const { chats } = account().scenario
  const people = new Map<string, Person>()
  for (const chat of chats)
    for (const person of [...chat.participants, ...chat.messages.map(item => item.sender)]) people.set(person.lid, person)
  const { idb } = page.switches
  const rows = new Map<Filled, Row[]>(filled.map(store => [store, []]))
  if (idb === 'empty') return rows
  for (const chat of chats) for (const [store, row] of rowsOfChat(chat)) rows.get(store)?.push(row)
  for (const [n, person] of [...people.values()].entries())
    if (idb !== 'partial' || n % 2 === 0) rows.get('contact')?.push(...contactRows(person).map(shaped))
  rows.get('chat')?.push(shaped({ id: 'status@broadcast', t: 1_700_000_000, unreadCount: 0 }))
  return rows
}

const shaped = (row: Row) => (page.switches.idb === 'packed' ? pack(row) : row)

function rowsOfChat(chat: SimChat): [Filled, Row][] {
  const out: [Filled, Row][] = [['chat', chatRow(chat)]]
  for (const { row } of chatMessages(chat, ids, live))
    if (page.switches.idb !== 'partial' || Number(row.rowId) % 3 !== 0) out.push(['message', row])
  for (const row of reactionRows(chat)) out.push(['reactions', row])
  if (chat.kind === 'group') out.push(['group-metadata', groupRow(chat)], ['participant', participantRow(chat)])
  return out.map(([store, row]) => [store, shaped(row)])
}

/** The page's own connection; a database of another shape is dropped first. */
export function ownConnection(): Promise<IDBDatabase> {
  connection ??= connect()
  return connection
}

async function connect(): Promise<IDBDatabase> {
  const { idb } = page.switches
  const there = (await indexedDB.databases()).find(item => item.name === name)
  if (there && there.version !== versionOf(idb)) await drop()
  const request = ownOpen(name, versionOf(idb))
  request.onupgradeneeded = () => makeStores(request.result, idb)
  const database = await answer(request)
  database.onversionchange = () => void closeStorage()
  return database
}

/** Closes the page's own connection; the next write opens it again. */
export async function closeStorage(): Promise<void> {
  const open = connection
  connection = null
  if (open) (await open).close()
}

/** A connection that somebody else holds open and does not give up is in the way: said, and not waited for. */
function drop(): Promise<void> {
  return new Promise(resolve => {
    const request = ownDelete(name)
    request.onblocked = () => {
      record('storage', { detail: `blocked ${name}` })
      resolve()
    }
    request.onsuccess = request.onerror = () => resolve()
  })
}

/** Row ids that an earlier page load gave: rows are named by thread and stanza id, whatever form the keys had then. */
async function keepRowIds(transaction: IDBTransaction): Promise<void> {
  const chats = new Map(account().scenario.chats.flatMap(chat => [chat.id, chat.lid ?? chat.id].map(id => [id, chat] as const)))
  for (const row of await answer<Row[]>(transaction.objectStore('message').getAll())) {
    const [, thread = '', stanza = ''] = String(row.id).split('_')
    const chat = chats.get(thread)
    if (chat) ids.keep(chat.id, stanza, Number(row.rowId))
  }
}

/** Writes the account into the database, and the databases of keys beside it. */
export async function fillStorage(): Promise<void> {
  await fillSecrets()
  if (page.switches.idb === 'none') return clearStorage()
  const database = await ownConnection()
  const stores = filled.filter(store => database.objectStoreNames.contains(store))
  const transaction = ownTransaction(database, stores, 'readwrite')
  const done = committed(transaction)
  ids = new RowIds()
  await keepRowIds(transaction)
  // What came while no page was open arrives as new messages do.
  live = !ids.empty
  for (const store of stores) transaction.objectStore(store).clear()
  for (const [store, rows] of accountRows()) if (stores.includes(store)) for (const row of rows) transaction.objectStore(store).put(row)
  await done
  live = true
}

/** Keeps the database current while the page is open. */
export async function storeChat(chat: SimChat): Promise<void> {
  const { idb } = page.switches
  if (idb === 'none' || idb === 'empty') return
  const database = await ownConnection()
  const stores = filled.filter(store => database.objectStoreNames.contains(store))
  const transaction = ownTransaction(database, stores, 'readwrite')
  for (const [store, row] of rowsOfChat(chat)) if (stores.includes(store)) transaction.objectStore(store).put(row)
  await committed(transaction)
}

/** Drops the account's data, as a log-out does. */
export async function clearStorage(): Promise<void> {
  await closeStorage()
  await drop()
}
