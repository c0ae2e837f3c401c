/** Whether IndexedDB has the shape that this reader knows, in words for a person (reference: storage §3, §4, §14.5). */
import type { RawProbe } from '../raw-storage.ts'
import { parseRowId } from './ids.ts'
import type { StorageCapability } from './stored.ts'

/** Stores that are read, their key, the columns that any of their rows must show, and the indexes that a walk goes along. */
const wanted: Readonly<Record<string, { key: string; columns: readonly string[]; indexes: readonly string[] }>> = {
  message: { key: 'id', columns: ['id', 't', 'type'], indexes: ['internalId'] },
  chat: { key: 'id', columns: ['id', 't'], indexes: [] },
  contact: { key: 'id', columns: ['id'], indexes: ['phoneNumber'] },
  'group-metadata': { key: 'id', columns: ['id'], indexes: [] },
  participant: { key: 'groupId', columns: ['groupId'], indexes: [] },
}

/** Names of the stores that are looked at. */
export const probedStores: readonly string[] = Object.keys(wanted)

/** What the probe found out; `raw` is null where there is no database. */
export function capabilityOf(raw: RawProbe | null): StorageCapability {
  if (raw === null) return { level: 'none', because: 'the page has no database named model-storage' }
  const problems: string[] = []
  const broken = new Set<string>()
  const say = (store: string, problem: string, unreadable: boolean): void => {
    problems.push(problem)
    if (unreadable) broken.add(store)
  }
  for (const [name, { key, columns, indexes }] of Object.entries(wanted)) {
    const store = raw.stores[name]
    if (!store) {
      say(name, `there is no store ${name}`, true)
      continue
    }
    if (store.key !== key) say(name, `store ${name} has the key ${store.key ?? '(none)'} instead of ${key}`, true)
    const missing = store.columns.length === 0 ? [] : columns.filter(column => !store.columns.includes(column))
    const packed = store.columns.filter(column => column.length <= 2 && column !== 'id' && column !== 't').length
    if (missing.length > 0) {
      const how = packed * 2 > store.columns.length ? ': its columns are packed under short names' : ''
      say(name, `rows of ${name} have no ${missing.join(', ')}${how}`, true)
    }
    const unindexed = indexes.filter(index => !store.indexes.includes(index))
    if (unindexed.length > 0) say(name, `store ${name} has no index ${unindexed.join(', ')}`, false)
  }
  judgeMessages(raw, say)
  const level = problems.length === 0 ? 'full' : broken.size === probedStores.length || isUseless(broken) ? 'none' : 'partial'
  return { level, because: problems.length === 0 ? null : problems.join('; ') }
}

/** Neither messages nor chats: nothing is left that anybody asks for. */
function isUseless(broken: ReadonlySet<string>): boolean {
  return broken.has('message') && broken.has('chat')
}

/** Keys and times of the sample. */
function judgeMessages({ stores, messages }: RawProbe, say: (store: string, problem: string, unreadable: boolean) => void): void {
  if (!stores.message) return
  if (messages.length === 0) {
    say('message', 'no message is stored yet', false)
    return
  }
  const odd = messages.filter(({ id }) => id === undefined || parseRowId(id).chatJid === null).length
  if (odd > 0) say('message', `${odd} of ${messages.length} sampled message keys have a form that is not known`, odd === messages.length)
  const timeless = messages.filter(({ t }) => t === undefined).length
  if (timeless === messages.length) say('message', 'sampled messages have no time', false)
}
