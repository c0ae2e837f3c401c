/** What the API reads of the database; changes nothing. */
import { Retryable } from '../errors.ts'
import { makeTurns } from '../turns.ts'
import type { Database } from './client.ts'
import { MessageTotals } from './message-totals.ts'
import { attachment, type StoredAttachment } from './read-attachment.ts'
import {
  type ConversationPage,
  chatRow,
  conversation,
  conversationPage,
  conversationsOf,
  type ReadConversation,
} from './read-conversations.ts'
import { highestRow, type MessagePage, messagePage, type ReadMessage } from './read-messages.ts'
import { coverage, type ReadCoverage, type ReadRun, runs } from './read-runs.ts'
import { type SearchPage, search } from './search.ts'
import { hasTrigrams } from './trigrams.ts'

export interface Reader {
  /** The highest row number of an account's messages: the ceiling of a walk that begins now. */
  highestRow(accountId: string): Promise<number>
  messages(page: MessagePage): Promise<ReadMessage[]>
  conversationsOf(page: MessagePage): Promise<ReadConversation[]>
  conversations(page: ConversationPage): Promise<ReadConversation[]>
  conversation(accountId: string, id: string, includeSystem: boolean): Promise<ReadConversation | null>
  /** The row of a conversation by any id it was ever known by; null where none holds messages. */
  chatRow(accountId: string, id: string): Promise<number | null>
  attachment(accountId: string, id: number): Promise<StoredAttachment | null>
  search(page: SearchPage): Promise<ReadMessage[]>
  /** Whether parts of words are found by an index. */
  hasTrigrams(): Promise<boolean>
  runs(accountId: string, limit: number): Promise<ReadRun[]>
  coverage(accountId: string, onlyIncomplete: boolean): Promise<ReadCoverage[]>
}

export function makeReader(database: Database): Reader {
  const { db } = database
  const asking = { queries: db, totals: new MessageTotals() }
  // A search may keep a connection busy for seconds; the cycle wants some too.
  const searching = makeTurns(2, { maxWaiting: 20, tooMany: () => new Retryable('too many searches at once; try again in a moment') })
  return {
    highestRow: accountId => highestRow(db, accountId),
    messages: page => messagePage(db, page),
    conversationsOf: page => conversationsOf(asking, page),
    conversations: page => conversationPage(asking, page),
    conversation: (accountId, id, includeSystem) => conversation(asking, accountId, id, includeSystem),
    chatRow: (accountId, id) => chatRow(db, accountId, id),
    attachment: (accountId, id) => attachment(db, accountId, id),
    search: page => searching(() => search(database, page)),
    hasTrigrams: () => hasTrigrams(db),
    runs: (accountId, limit) => runs(db, accountId, limit),
    coverage: (accountId, onlyIncomplete) => coverage(db, accountId, onlyIncomplete),
  }
}
