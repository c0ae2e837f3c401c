/**
 * The second witness: messages, chats and people as the page's own IndexedDB knows them (reference: storage). Read-only, in short transactions, the
 * connection closed after each question; whatever goes wrong leaves less knowledge, never an error: the page's text is enough to go on.
 */
import type { Logger } from 'pino'
import type { Page } from 'playwright'
import { chatOfVotes, chatsTitled, threadsOf } from '../parse/storage-chat.ts'
import { capabilityOf, probedStores } from '../parse/storage-probe.ts'
import type { Directory } from '../parse/stored.ts'
import { RawFound, RawProbe } from '../raw-storage.ts'
import { findInKeys, findInThreads } from './page/read-storage-chat.ts'
import { probeStorage } from './page/read-storage-probe.ts'
import { readArrivals } from './storage-arrivals.ts'
import { readActivities, readDirectory } from './storage-directory.ts'
import { readMessages } from './storage-messages.ts'
import { storageQuestions } from './storage-questions.ts'
import type { Witness } from './witness.ts'

/** Rows of each store, from both ends, that show what columns it has. */
const samples = 5
/** Newest keys of a chat that are compared with what is on the screen. */
const depth = 400
/** Keys of all chats, where the title does not lead to the chat: of one transaction, of one connection, in all. */
const keyChunk = 1_000
const keysAtOnce = 20_000
const maxKeys = 400_000
/** Ids that find the open chat: more would not make it surer. */
const enoughIds = 40

export interface StorageWitnessDeps {
  page: Page
  log: Logger
  /** Limit of each of the witness's answers as a whole. */
  timeoutMs?: number
}

export function storageWitness({ page, log, timeoutMs = 15_000 }: StorageWitnessDeps): Witness {
  const questions = storageQuestions({ page, log, timeoutMs })
  /** The last directory: tells where to look for a chat first and whose ids are whose, nothing else. */
  let people: Directory | null = null
  const directory = async (): Promise<Directory> => {
    people = await readDirectory(page, questions)
    return people
  }

  return {
    directory,
    async probe() {
      const answer = await questions.asking()(probeStorage, { stores: [...probedStores], samples }, RawProbe)
      if ('value' in answer) {
        const { version, storeCount, schemes } = answer.value
        log.debug({ version, storeCount, schemes }, 'model-storage')
        return capabilityOf(answer.value)
      }
      return answer.fault === null ? capabilityOf(null) : { level: 'none', because: `it could not be looked at: ${answer.fault}` }
    },
    activities: () => readActivities(questions),
    arrivals: after => readArrivals(questions, after),
    async chatOf(messageIds, titles) {
      const ids = [...new Set(messageIds)].filter(id => id !== '').slice(-enoughIds)
      if (ids.length === 0) return null
      const known = people ?? (await directory())
      const ask = questions.asker()
      const threads = chatsTitled(titles, known).flatMap(chat => threadsOf(chat.jid, [chat.phone, chat.lid]))
      if (threads.length > 0) {
        const answer = await ask(findInThreads, { ids, threads: [...new Set(threads)], depth, chunk: depth / 2 }, RawFound)
        const chat = chatOfVotes(answer?.found ?? {}, ids.length, known)
        if (chat !== null) return chat
      }
      const found: Record<string, string[]> = {}
      let after: string | null = null
      for (let seen = 0; seen < maxKeys; seen += keysAtOnce) {
        const answer: RawFound | null = await ask(findInKeys, { ids, after, max: keysAtOnce, chunk: keyChunk }, RawFound)
        if (!answer) return null
        for (const [remote, hits] of Object.entries(answer.found)) found[remote] = [...(found[remote] ?? []), ...hits]
        after = answer.next ?? null
        if (after === null) return chatOfVotes(found, ids.length, known)
      }
      questions.warn(`more than ${maxKeys} messages are stored; an open chat was not looked for among all of them`)
      return null
    },
    messages: (chatJid, sinceSeconds) => readMessages(questions, chatJid, sinceSeconds, people?.owner ?? { phone: null, lid: null }),
  }
}
