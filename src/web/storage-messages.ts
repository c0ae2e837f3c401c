/** Messages of one chat from IndexedDB, newest first, under every id of it (reference: storage §5.3, §5.5). */
import { isLidJid, isPhoneJid } from '../parse/ids.ts'
import { messagesById, storedMessage } from '../parse/storage.ts'
import { threadsOf } from '../parse/storage-chat.ts'
import { phonesOf } from '../parse/storage-directory.ts'
import type { Directory, StoredMessage } from '../parse/stored.ts'
import { RawContact, RawRows, RawStoredMessage } from '../raw-storage.ts'
import { readStoragePerson } from './page/read-storage-table.ts'
import { readStoragePrefix, readStorageThread } from './page/read-storage-thread.ts'
import type { Ask, StorageQuestions } from './storage-questions.ts'

/** Rows of one transaction: short ones do not keep the page from writing. */
const chunk = 500
/** Rows of one connection. */
const rowsAtOnce = 2_000
/** Messages of one chat. */
const maxMessages = 20_000
/** Old rows in a row that end a walk backwards: their order is only nearly that of time. */
const slack = 200

export async function readMessages(
  questions: StorageQuestions,
  chatJid: string,
  sinceSeconds: number,
  owner: Directory['owner'],
): Promise<Map<string, StoredMessage>> {
  const ask = questions.asker()
  const threads = threadsOf(chatJid, await otherIds(ask, questions, chatJid))
  const rows: unknown[] = []
  let seen = 0
  for (const thread of threads) seen += await alongIndex(ask, questions, { thread, sinceSeconds, room: maxMessages - seen }, rows)
  if (seen === 0) {
    const prefixes = threads.flatMap(thread => [`true_${thread}_`, `false_${thread}_`])
    for (const prefix of prefixes) await byPrefix(ask, questions, { prefix, sinceSeconds }, rows)
  }
  const messages = questions.shaped(rows, RawStoredMessage, 'message').map(row => storedMessage(row, owner))
  if (messages.includes(null)) questions.warn('some message keys have a form that is not known')
  return messagesById(
    messages.filter(message => message !== null),
    chatJid,
  )
}

/** The other ids of the person, looked up anew. */
async function otherIds(ask: Ask, { shaped }: StorageQuestions, chatJid: string): Promise<string[]> {
  if (!isLidJid(chatJid) && !isPhoneJid(chatJid)) return []
  const answer = await ask(readStoragePerson, { jid: chatJid }, RawRows)
  const phones = phonesOf(shaped(answer?.rows ?? [], RawContact, 'contact'))
  return [...phones].filter(pair => pair.includes(chatJid)).flatMap(pair => pair.filter(id => id !== chatJid))
}

/** One thread along its index, newest first, into `rows`. Gives how many rows were looked at. */
async function alongIndex(
  ask: Ask,
  { warn }: StorageQuestions,
  { room, ...where }: { thread: string; sinceSeconds: number; room: number },
  rows: unknown[],
): Promise<number> {
  let before: string | null = null
  let older = 0
  let seen = 0
  do {
    const max = Math.min(rowsAtOnce, room - seen)
    const answer: RawRows | null = await ask(readStorageThread, { ...where, before, older, slack, max, chunk }, RawRows)
    if (!answer) return seen
    rows.push(...answer.rows)
    before = answer.next ?? null
    older = answer.older ?? 0
    seen += answer.seen ?? 0
  } while (before !== null && seen < room)
  if (before !== null) warn(`a chat has more than ${maxMessages} messages in the window; the oldest are not read`)
  return seen
}

/** One thread by its keys, for a store whose rows are not in that index. */
async function byPrefix(
  ask: Ask,
  { warn }: StorageQuestions,
  where: { prefix: string; sinceSeconds: number },
  rows: unknown[],
): Promise<void> {
  let after: string | null = null
  let seen = 0
  do {
    const answer: RawRows | null = await ask(readStoragePrefix, { ...where, after, max: rowsAtOnce, chunk }, RawRows)
    if (!answer) return
    rows.push(...answer.rows)
    after = answer.next ?? null
    seen += answer.seen ?? 0
  } while (after !== null && seen < maxMessages)
  if (after !== null) warn(`a chat has more than ${maxMessages} messages and no index leads to them; some are not read`)
}
