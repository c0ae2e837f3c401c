/** The row of a chat: how it is found again, what tells it from another one, and the lock that everybody takes who writes to an account. */
import { sql } from 'drizzle-orm'
import { isGroupJid, isLidJid, isPhoneJid } from '../parse/ids.ts'
import type { Queries } from './client.ts'
import type { ChatRecord } from './store.ts'

export interface ChatRow {
  id: number
  account_id: string
  external_id: string
  thread_external_id: string
  jid: string | null
  lid: string | null
  title: string
  community: string | null
  is_group: boolean | null
  is_self: boolean
  archived: boolean
  participants: string[]
}

/** Columns of a `ChatRow`; the table is called `c`. */
export const chatColumns = sql.raw(
  'c.id, c.account_id, c.external_id, c.thread_external_id, c.jid, c.lid, c.title, c.community, c.is_group, c.is_self, c.archived, c.participants',
)

/** Until the transaction ends nobody else writes to the account: what is stored cannot change between a comparison and its write. */
export async function lockAccount(tx: Queries, accountId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${accountId}, 0))`)
}

/** The names and the kind of a chat, as far as known. */
export interface ChatNames {
  jid: string | null
  lid: string | null
  is_group: boolean | null
}

/** Whether two cannot be one chat: two JIDs, two LIDs, or a group and a person. */
export function contradicts(one: ChatNames, other: ChatNames): boolean {
  const [a, b] = [isGroup(one), isGroup(other)]
  return differ(one.jid, other.jid) || differ(one.lid, other.lid) || (a !== null && b !== null && a !== b)
}

/** Whether two values are known, and not the same. */
export function differ(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one !== other
}

function isGroup({ jid, lid, is_group }: ChatNames): boolean | null {
  const id = jid ?? lid
  return id === null ? is_group : isGroupJid(id)
}

/** The person at the other end of a chat, by the best id that is known; null for groups and where nothing tells. */
export function personOf({ jid, lid }: { jid: string | null; lid: string | null }): string | null {
  const id = jid ?? lid
  return id !== null && (isPhoneJid(id) || isLidJid(id)) ? id : null
}

/** The row as the rest of the program knows it. */
export function recordOf(chat: ChatRow): ChatRecord {
  return {
    id: chat.id,
    accountId: chat.account_id,
    externalId: chat.external_id,
    threadExternalId: chat.thread_external_id,
    jid: chat.jid,
    lid: chat.lid,
    title: chat.title,
    isGroup: chat.is_group,
    isSelf: chat.is_self,
  }
}
