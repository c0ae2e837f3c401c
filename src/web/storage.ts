/**
 * The second witness: messages, chats and people as the page's own IndexedDB knows them (reference: storage). Read-only, in short transactions, the
 * connection closed after each question; whatever goes wrong leaves less knowledge, never an error: the page's text is enough to go on.
 */
import type { Logger } from 'pino'
import type { Page } from 'playwright'
import type { z } from 'zod'
import { isGroupJid, isLidJid, isPhoneJid } from '../parse/ids.ts'
import { messagesById, storedMessage } from '../parse/storage.ts'
import { chatOfVotes, chatsTitled, threadsOf } from '../parse/storage-chat.ts'
import { directoryOf, phonesOf } from '../parse/storage-directory.ts'
import { capabilityOf, probedStores } from '../parse/storage-probe.ts'
import type { Directory, StorageCapability } from '../parse/stored.ts'
import {
  RawAccount,
  RawAnswer,
  RawContact,
  RawFound,
  RawGroup,
  RawKeys,
  RawParticipants,
  RawProbe,
  RawRows,
  RawStoredChat,
  RawStoredMessage,
} from '../raw-storage.ts'
import { readAccount } from './page/read-account.ts'
import type { StorageDoor } from './page/read-storage.ts'
import { findInKeys, findInThreads, firstKeys } from './page/read-storage-chat.ts'
import { probeStorage } from './page/read-storage-probe.ts'
import { readStoragePerson, readStorageTable } from './page/read-storage-table.ts'
import { readStoragePrefix, readStorageThread } from './page/read-storage-thread.ts'
import { askStorage } from './storage-world.ts'
import type { Witness } from './witness.ts'

/** Rows of one transaction: short ones do not keep the page from writing. */
const chunk = 500
/** Rows of the groups are long. */
const participantChunk = 50
/** Rows of one connection. */
const rowsAtOnce = 2_000
/** Rows of one small store. */
const maxRows = 50_000
/** Messages of one chat. */
const maxMessages = 20_000
/** Old rows in a row that end a walk backwards: their order is only nearly that of time. */
const slack = 200
/** Newest keys of a chat that are compared with what is on the screen. */
const depth = 400
/** Keys of all chats, where the title does not lead to the chat. */
const keysAtOnce = 20_000
const maxKeys = 400_000
/** Groups whose own messages tell the account's own id. */
const groupsAsked = 50
/** Ids that find the open chat: more would not make it surer. */
const enoughIds = 40

export interface StorageWitnessDeps {
  page: Page
  log: Logger
  /** Limit of each of the witness's answers as a whole. */
  timeoutMs?: number
}

/** What came back: `fault` null means that there is no database. */
type Answer<T> = { value: T } | { fault: string | null }
type Reader<A> = (door: StorageDoor, arg: A) => string | Promise<string>
type Question = <A, S extends z.ZodType>(reader: Reader<A>, arg: A, shape: S) => Promise<Answer<z.infer<S>>>
type Ask = <A, S extends z.ZodType>(reader: Reader<A>, arg: A, shape: S) => Promise<z.infer<S> | null>

export function storageWitness({ page, log, timeoutMs = 15_000 }: StorageWitnessDeps): Witness {
  const said = new Set<string>()
  /** Each problem once: it would come again with every chat. */
  const warn = (problem: string): void => {
    if (said.has(problem)) return
    said.add(problem)
    log.warn(`storage: ${problem}`)
  }
  /** The last directory: tells where to look for a chat first and whose ids are whose, nothing else. */
  let people: Directory | null = null

  /** Questions that share one limit of time. */
  const asking = (): Question => {
    const deadline = Date.now() + timeoutMs
    return async (reader, arg, shape) => {
      const left = deadline - Date.now()
      if (left <= 0) return { fault: 'it took too long and was cut short' }
      try {
        const answer = RawAnswer.parse(JSON.parse(await askStorage(page, reader, arg, left)))
        if (answer.state === 'absent') return { fault: null }
        if (answer.late === true) warn('reading took too long and was cut short')
        return answer.state === 'read' ? { value: shape.parse(answer) } : { fault: answer.why ?? 'the page gave no reason' }
      } catch (thrown) {
        return { fault: thrown instanceof Error ? (thrown.message.split('\n')[0] ?? thrown.name) : String(thrown) }
      }
    }
  }

  /** The same; a fault is warned of and gives null, as an absent database does. */
  const asker = (): Ask => {
    const question = asking()
    return async (reader, arg, shape) => {
      const answer = await question(reader, arg, shape)
      if ('value' in answer) return answer.value
      if (answer.fault !== null && !page.isClosed()) warn(`reading failed: ${answer.fault}`)
      return null
    }
  }

  /** Rows that have the shape; the others are counted aloud. */
  const shaped = <S extends z.ZodType>(rows: readonly unknown[], shape: S, store: string): z.infer<S>[] => {
    const good = rows.map(row => shape.safeParse(row)).flatMap(parsed => (parsed.success ? [parsed.data] : []))
    if (good.length < rows.length) warn(`rows of ${store} have a form that is not known`)
    return good
  }

  /** All rows of a small store. */
  const table = async <S extends z.ZodType>(ask: Ask, store: string, shape: S): Promise<z.infer<S>[]> => {
    const rows: z.infer<S>[] = []
    let after: string | null = null
    do {
      const size = store === 'participant' ? participantChunk : chunk
      const answer: RawRows | null = await ask(readStorageTable, { store, after, max: rowsAtOnce, chunk: size }, RawRows)
      if (!answer) break
      rows.push(...shaped(answer.rows, shape, store))
      after = answer.next ?? null
      if (after !== null && rows.length >= maxRows) {
        warn(`store ${store} has more than ${maxRows} rows; the rest is not read`)
        break
      }
    } while (after !== null)
    return rows
  }

  const ownId = async (): Promise<string | null> => {
    const answer = await askStorage(page, readAccount, null, timeoutMs).catch(() => '{"wid":null}')
    return RawAccount.parse(JSON.parse(answer)).wid
  }

  const readDirectory = async (ask: Ask): Promise<Directory> => {
    const owner = await ownId()
    const chats = await table(ask, 'chat', RawStoredChat)
    const groups = chats.filter(({ id }) => isGroupJid(id)).slice(0, groupsAsked)
    const own = await ask(firstKeys, { prefixes: groups.map(({ id }) => `true_${id}_`) }, RawKeys)
    people = directoryOf({
      chats,
      contacts: await table(ask, 'contact', RawContact),
      groups: await table(ask, 'group-metadata', RawGroup),
      participants: await table(ask, 'participant', RawParticipants),
      owner,
      ownKeys: own?.keys ?? [],
    })
    return people
  }

  /** The other ids of the person, looked up anew. */
  const otherIds = async (ask: Ask, chatJid: string): Promise<string[]> => {
    if (!isLidJid(chatJid) && !isPhoneJid(chatJid)) return []
    const answer = await ask(readStoragePerson, { jid: chatJid }, RawRows)
    const phones = phonesOf(shaped(answer?.rows ?? [], RawContact, 'contact'))
    return [...phones].filter(pair => pair.includes(chatJid)).flatMap(pair => pair.filter(id => id !== chatJid))
  }

  /** One thread along the index, newest first. */
  const thread = async (ask: Ask, id: string, sinceSeconds: number, room: number): Promise<{ rows: unknown[]; seen: number }> => {
    const rows: unknown[] = []
    let before: string | null = null
    let older = 0
    let seen = 0
    do {
      const max = Math.min(rowsAtOnce, room - seen)
      const answer: RawRows | null = await ask(readStorageThread, { thread: id, sinceSeconds, before, older, slack, max, chunk }, RawRows)
      if (!answer) break
      rows.push(...answer.rows)
      before = answer.next ?? null
      older = answer.older ?? 0
      seen += answer.seen ?? 0
    } while (before !== null && seen < room)
    if (before !== null && seen >= room) warn(`a chat has more than ${maxMessages} messages in the window; the oldest are not read`)
    return { rows, seen }
  }

  /** One thread by its keys, where no index leads there. */
  const byPrefix = async (ask: Ask, prefix: string, sinceSeconds: number): Promise<unknown[]> => {
    const rows: unknown[] = []
    let after: string | null = null
    let seen = 0
    do {
      const answer: RawRows | null = await ask(readStoragePrefix, { prefix, sinceSeconds, after, max: rowsAtOnce, chunk }, RawRows)
      if (!answer) break
      rows.push(...answer.rows)
      after = answer.next ?? null
      seen += answer.seen ?? 0
    } while (after !== null && seen < maxMessages)
    if (after !== null && seen >= maxMessages) warn(`a chat has more than ${maxMessages} messages and no index; some are not read`)
    return rows
  }

  return {
    async probe() {
      const answer = await asking()(probeStorage, { stores: [...probedStores], samples: 5 }, RawProbe)
      const fault = 'fault' in answer ? answer.fault : null
      const capability: StorageCapability =
        fault === null
          ? capabilityOf('value' in answer ? answer.value : null)
          : { level: 'none', because: `it could not be looked at: ${fault}` }
      if (capability.because !== null) warn(`${capability.level === 'none' ? 'not used' : 'used in part'}: ${capability.because}`)
      return capability
    },
    directory: () => readDirectory(asker()),
    async chatOf(messageIds, titles) {
      const ids = [...new Set(messageIds)].filter(id => id !== '').slice(-enoughIds)
      if (ids.length === 0) return null
      const ask = asker()
      const directory = people ?? (await readDirectory(ask))
      const likely = chatsTitled(titles, directory).flatMap(chat => threadsOf(chat.jid, [chat.phone, chat.lid]))
      if (likely.length > 0) {
        const answer = await ask(findInThreads, { ids, threads: [...new Set(likely)], depth, chunk: depth / 2 }, RawFound)
        const chat = chatOfVotes(answer?.found ?? {}, ids.length, directory)
        if (chat !== null) return chat
      }
      const found: Record<string, string[]> = {}
      let after: string | null = null
      for (let seen = 0; seen < maxKeys; seen += keysAtOnce) {
        const answer: RawFound | null = await ask(findInKeys, { ids, after, max: keysAtOnce, chunk: 2 * chunk }, RawFound)
        if (!answer) return null
        for (const [remote, hits] of Object.entries(answer.found)) found[remote] = [...(found[remote] ?? []), ...hits]
        after = answer.next ?? null
        if (after === null) return chatOfVotes(found, ids.length, directory)
      }
      warn(`more than ${maxKeys} messages are stored; an open chat was not looked for among all of them`)
      return null
    },
    async messages(chatJid, sinceSeconds) {
      const ask = asker()
      const threads = threadsOf(chatJid, await otherIds(ask, chatJid))
      const rows: unknown[] = []
      let seen = 0
      for (const id of threads) {
        const along = await thread(ask, id, sinceSeconds, maxMessages - seen)
        rows.push(...along.rows)
        seen += along.seen
      }
      if (seen === 0) {
        for (const id of threads) for (const own of ['true', 'false']) rows.push(...(await byPrefix(ask, `${own}_${id}_`, sinceSeconds)))
      }
      const messages = shaped(rows, RawStoredMessage, 'message').map(raw => storedMessage(raw, people?.owner ?? { phone: null, lid: null }))
      if (messages.includes(null)) warn('some message keys have a form that is not known')
      return messagesById(
        messages.filter(message => message !== null),
        chatJid,
      )
    },
  }
}
