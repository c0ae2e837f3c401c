/** Messages that came since the last cycle and have an older time: no row of the list tells of them, the second witness does. */
import type { ChatMessage } from '../db/store.ts'
import type { ChatListing } from '../model.ts'
import type { Arrival, ArrivalMark, ChatList, IncompleteReason } from '../source.ts'
import type { CycleDeps, CycleOptions } from './cycle.ts'
import { newestSpan } from './plan-chat.ts'
import type { Row } from './read-planned.ts'

/** What came late, by the stored chat: the time of the oldest one, ISO 8601 UTC. `mark`: from where the next cycle asks, once this was read; null = it cannot be told. */
export interface Late {
  byChat: ReadonlyMap<number, string>
  mark: ArrivalMark | null
}

/** Asks what came since the last cycle, and which of that is not stored, inside the window. */
export async function lateMessages(
  { source, store }: Pick<CycleDeps, 'source' | 'store'>,
  { accountId }: Pick<CycleOptions, 'accountId'>,
  rows: readonly Row[],
  since: string,
): Promise<Late> {
  const arrivals = (await source.arrivals?.(await store.arrivalMark(accountId))) ?? null
  if (arrivals === null) return { byChat: new Map(), mark: null }
  const inside = ofChats(
    arrivals.rows.filter(({ ts }) => ts >= since),
    rows,
  )
  const byChat = inside.length === 0 ? new Map<number, string>() : await store.oldestUnstored(inside)
  return { byChat, mark: arrivals.mark }
}

/** Messages of the chats that these rows are; a row that may be several is read in whole anyway. */
function ofChats(arrivals: readonly Arrival[], rows: readonly Row[]): ChatMessage[] {
  const chats = new Map<string, number>()
  for (const { candidates } of rows) {
    const [chat, second] = candidates
    if (chat && !second) for (const name of chat.names) chats.set(name, chat.id)
  }
  return arrivals.flatMap(({ chatJid, messageId, ts }) => {
    const chatId = chats.get(chatJid)
    return chatId === undefined ? [] : [{ chatId, messageId, ts }]
  })
}

/** Readings that ended before they came to what they were for. */
const unread: readonly (IncompleteReason | null)[] = ['failed', 'not_opened', 'interrupted', 'budget', 'gap', 'unread_policy']

/** The mark from which the next cycle asks: null while something of this one was not come to, so that it is asked for again. */
export function markAfter(
  { byChat, mark }: Late,
  rows: readonly Row[],
  { complete }: Pick<ChatList, 'complete'>,
  outcomes: ReadonlyMap<ChatListing, IncompleteReason | null>,
): ArrivalMark | null {
  // What is younger than all that was read comes with the news of its chat, whenever that is read.
  const late = rows.filter(({ candidates }) =>
    candidates.some(({ id, coverage }) => (byChat.get(id) ?? '~') <= (newestSpan(coverage)?.to ?? '')),
  )
  // What came to a chat that the list did not show belongs to no row.
  return complete && late.every(({ listing }) => !unread.includes(outcomes.get(listing) ?? null)) ? mark : null
}
