/** Messages that came to IndexedDB since a mark, whatever their own time: a chat's row of the list does not tell of one that came late. */
import { shouldBeDrawn } from '../parse/join.ts'
import { storedMessage } from '../parse/storage.ts'
import { RawArrivals, RawStoredMessage } from '../raw-storage.ts'
import type { ArrivalMark, Arrivals } from '../source.ts'
import { readStorageArrivals } from './page/read-storage-arrivals.ts'
import type { StorageQuestions } from './storage-questions.ts'

/** Rows of one transaction, and of one question: more come with a new pairing, when everything is read anew. */
const chunk = 500
const maxRows = 5_000
const nobody = { phone: null, lid: null }

/** What came after `after`, of what the page draws; null where IndexedDB does not tell. */
export async function readArrivals({ asker, shaped, warn }: StorageQuestions, after: ArrivalMark | null): Promise<Arrivals | null> {
  const answer = await asker()(readStorageArrivals, { after, max: maxRows, chunk }, RawArrivals)
  if (!answer || answer.mark === null) return null
  if (answer.more)
    warn(`more than ${maxRows} messages came since the last cycle; what came late among the rest is found when its chat is read in whole`)
  const messages = shaped(answer.rows, RawStoredMessage, 'message').map(row => storedMessage(row, nobody))
  const rows = messages.flatMap(message => {
    if (message === null || message.seconds === null || !shouldBeDrawn(message)) return []
    return { chatJid: message.chatJid, messageId: message.messageId, ts: new Date(message.seconds * 1000).toISOString() }
  })
  return { rows, mark: answer.mark }
}
