/** The databases of the origin and the stores of `model-storage` with their keys and indexes (storage 2, 4). */
import type { Switches } from '../switches.ts'

/** Every database that the page makes; any other one was made by somebody else. */
export const databases = ['wawc', 'model-storage', 'signal-storage', 'wawc_db_enc'] as const
export type StorageName = (typeof databases)[number]

interface StoreShape {
  key: string | string[]
  indexes?: string[]
  unique?: string[]
  many?: string[]
  composite?: string[][]
}

const flags = ['isStarred', 'isMediaMsg', 'isDocMsg', 'hasLink', 'isCarouselMsg', 'isEventMsg', 'isCallLogMsg']

const stores: Record<string, StoreShape> = {
  message: {
    key: 'id',
    unique: ['internalId', 'rowId'],
    indexes: ['isStarred', 'expiredTimestamp', 'messageRangeIndex', 'latestEditMsgKey', 'isCallLogMsg', 'callOutcome'],
    many: ['vcardWAids', 'internalThreadIDs'],
    composite: [...flags.map(flag => ['internalId', flag]), ['from', 'pendingReadReceipt'], ['typeFlag', 't', 'internalId']],
  },
  chat: { key: 'id', unique: ['accountLid', 'historyChatId'], indexes: ['tcTokenTimestamp', 'ephemeralDuration'] },
  contact: {
    key: 'id',
    indexes: ['isAddressBookContact', 'isContactSyncCompleted', 'contactHash', 'phoneNumber', 'pnContactHash', 'textStatusExpiryTs'],
  },
  'group-metadata': { key: 'id', indexes: ['parentGroup', 'ephemeralDuration'] },
  participant: { key: 'groupId', many: ['participants'] },
  reactions: { key: ['parentMsgKey', 'senderUserJid'] },
  'message-info': { key: ['msgKey', 'receiverUserJid'] },
  'lid-pn-mapping': { key: 'id' },
  'lid-display-name-mapping': { key: 'id' },
}

/** The stores that hold rows of the account. */
export const filled = ['message', 'chat', 'contact', 'group-metadata', 'participant', 'reactions'] as const
export type Filled = (typeof filled)[number]

/** Stores that a broken database lacks. */
const missing = new Set(['contact', 'group-metadata', 'lid-pn-mapping'])

/** The database's version, another one for each shape: a page that finds the wrong one starts anew. */
export function versionOf(idb: Switches['idb']): number {
  return idb === 'broken' ? 1730 : idb === 'packed' ? 1720 : 1710
}

/** Makes the stores in the shape of the switch. */
export function makeStores(database: IDBDatabase, idb: Switches['idb']): void {
  for (const [name, shape] of Object.entries(stores)) {
    if (idb === 'broken' && missing.has(name)) continue
    const store = database.createObjectStore(name, { keyPath: shape.key })
    if (idb === 'broken') continue
    for (const column of shape.unique ?? []) store.createIndex(column, column, { unique: true })
    for (const column of shape.indexes ?? []) store.createIndex(column, column)
    for (const column of shape.many ?? []) store.createIndex(column, column, { multiEntry: true })
    for (const columns of shape.composite ?? []) store.createIndex(`[${columns.join('+')}]`, columns)
  }
}

/** Columns that keep their names when the others are packed: keys and what the message store is ordered by. */
const keys = new Set(['id', 'groupId', 'parentMsgKey', 'senderUserJid', 'internalId', 'rowId'])
const short = new Map<string, string>()
/** Without `t`: a short name that means another column by chance is not what this is about. */
const letters = 'abcdefghijklmnopqrsuvwxyz'

/** A row under short column names, the same ones for every row of the account (storage 3, "column packing"). */
export function pack(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (keys.has(column)) return [column, value]
      const known = short.get(column) ?? letters.charAt(short.size % letters.length).repeat(1 + Math.floor(short.size / letters.length))
      short.set(column, known)
      return [known, value]
    }),
  )
}
