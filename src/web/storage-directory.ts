/** Chats, people and groups: the small stores of IndexedDB, read in chunks. */
import type { Page } from 'playwright'
import type { z } from 'zod'
import { isGroupJid } from '../parse/ids.ts'
import { jid, unixSeconds } from '../parse/storage.ts'
import { directoryOf } from '../parse/storage-directory.ts'
import type { Directory } from '../parse/stored.ts'
import { RawAccount, RawActivities, RawContact, RawGroup, RawKeys, RawParticipants, RawRows, RawStoredChat } from '../raw-storage.ts'
import { readAccount } from './page/read-account.ts'
import { firstKeys } from './page/read-storage-chat.ts'
import { readStorageActivities, readStorageTable } from './page/read-storage-table.ts'
import type { Ask, StorageQuestions } from './storage-questions.ts'
import { askStorage } from './storage-world.ts'

/** Rows of one transaction: short ones do not keep the page from writing. Rows of the groups are long. */
const chunk = 500
const participantChunk = 50
/** Rows of one connection. */
const rowsAtOnce = 2_000
/** Rows of one store. */
const maxRows = 50_000
/** Groups whose own messages tell the account's own id. */
const groupsAsked = 50
const accountMs = 5_000

export async function readDirectory(page: Page, questions: StorageQuestions): Promise<Directory> {
  const ask = questions.asker()
  const chats = await table(ask, questions, 'chat', RawStoredChat)
  const groups = chats.filter(({ id }) => isGroupJid(id)).slice(0, groupsAsked)
  const own = await ask(firstKeys, { prefixes: groups.map(({ id }) => `true_${id}_`) }, RawKeys)
  return directoryOf({
    chats,
    contacts: await table(ask, questions, 'contact', RawContact),
    groups: await table(ask, questions, 'group-metadata', RawGroup),
    participants: await table(ask, questions, 'participant', RawParticipants),
    owner: await ownId(page),
    ownKeys: own?.keys ?? [],
  })
}

/** When something last happened in each chat, Unix seconds: what a cycle needs before it opens any. */
export async function readActivities(questions: StorageQuestions): Promise<Map<string, number>> {
  const ask = questions.asker()
  const activities = new Map<string, number>()
  let after: string | null = null
  do {
    const answer: RawActivities | null = await ask(readStorageActivities, { after, max: rowsAtOnce, chunk }, RawActivities)
    for (const [id, t] of answer?.activities ?? []) {
      const [chat, seconds] = [jid(id), unixSeconds(t)]
      if (chat !== null && seconds !== null) activities.set(chat, seconds)
    }
    after = answer?.next ?? null
  } while (after !== null && activities.size < maxRows)
  return activities
}

/** All rows of one store. */
async function table<S extends z.ZodType>(ask: Ask, { shaped, warn }: StorageQuestions, store: string, shape: S): Promise<z.infer<S>[]> {
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

/** What localStorage keeps of the account; null where it does not. */
async function ownId(page: Page): Promise<string | null> {
  const answer = await askStorage(page, readAccount, null, accountMs).catch(() => '{"wid":null}')
  return RawAccount.parse(JSON.parse(answer)).wid
}
