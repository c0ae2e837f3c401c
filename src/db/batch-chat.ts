/** The chat that a batch belongs to, as it is now, with all that storing the batch needs to know of it: one look at the database. */
import { sql } from 'drizzle-orm'
import { EtlError } from '../errors.ts'
import type { Message } from '../model.ts'
import { type ChatRow, chatColumns, contradicts } from './chat-row.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import { mergeChats } from './merge-chats.ts'
import type { StoreBatch } from './store.ts'
import { twinsOf } from './twins.ts'

/** A chat, and what stands beside its row. Instants ISO 8601 UTC. */
export interface BatchChat {
  row: ChatRow
  /** Older messages were purged and are not stored again; null when nothing was. */
  purgedBefore: string | null
  /** Whether rows of it are waiting to be understood. */
  hasRejects: boolean
  /** The newest message of the account. */
  lastSeenTs: string | null
}

/**
 * The chat; where another writer found out that it is the same as another one, that other one. Chats that hold the `messages` too become
 * one with it. Throws EtlError when it is gone.
 */
export async function batchChat(tx: Queries, batch: StoreBatch, messages: readonly Message[]): Promise<BatchChat> {
  const found = await look(tx, batch)
  if (!found.hasNamesakes) return found
  let { row } = found
  for (const twin of await twinsOf(tx, row, batch.runId, messages)) {
    if (!contradicts(row, twin)) row = await mergeChats(tx, row, twin, batch.runId)
  }
  return row === found.row ? found : look(tx, batch)
}

/** `hasNamesakes`: another chat was ever known by a title that this one was known by, as every twin was (`twinsOf`). */
async function look(tx: Queries, { chat: { id, externalId }, accountId }: StoreBatch): Promise<BatchChat & { hasNamesakes: boolean }> {
  const [found] = await rowsOf<ChatRow & Omit<BatchChat, 'row'> & { hasNamesakes: boolean }>(
    tx,
    sql`select ${chatColumns},
          (select ${iso(sql`max(purged_before)`)} from tombstones t where t.account_id = c.account_id and (t.chat_id is null or t.chat_id = c.id)) as "purgedBefore",
          exists (select from rejects where chat_id = c.id and resolved_at is null) as "hasRejects",
          (select ${iso(sql`last_seen_ts`)} from sync_state s where s.account_id = c.account_id and source = 'whatsapp') as "lastSeenTs",
          exists (select from chat_aliases a join chat_aliases b using (account_id, kind, value)
            where a.chat_id = c.id and kind = 'title' and b.chat_id <> c.id) as "hasNamesakes"
        from chats c where c.id = ${id} or c.id = (
          select chat_id from chat_aliases where account_id = ${accountId} and kind = 'key' and value = ${externalId}
        ) order by c.id = ${id} desc limit 1`,
  )
  if (!found) throw new EtlError('internal', 'the chat of this batch is not in the database any more')
  const { purgedBefore, hasRejects, lastSeenTs, hasNamesakes, ...row } = found
  return { row, purgedBefore, hasRejects, lastSeenTs, hasNamesakes }
}
