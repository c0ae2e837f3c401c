/** What was purged stays away: for a chat, or (chat null) for every chat of the account. */
import { sql } from 'drizzle-orm'
import { iso, type Queries, rowsOf } from './client.ts'

/** Messages of the chat that are older than this are not stored again, ISO 8601 UTC; null when nothing of it was purged. */
export async function purgedBefore(queries: Queries, accountId: string, chatId: number): Promise<string | null> {
  const [row] = await rowsOf<{ edge: string | null }>(
    queries,
    sql`select ${iso(sql`max(purged_before)`)} as edge from tombstones
        where account_id = ${accountId} and (chat_id is null or chat_id = ${chatId})`,
  )
  return row?.edge ?? null
}

/** Writes down what was purged; an instant that stands there and is later stays. */
export async function raiseTombstone(tx: Queries, accountId: string, chatId: number | null, before: string): Promise<void> {
  await tx.execute(
    sql`insert into tombstones (account_id, chat_id, purged_before) values (${accountId}, ${chatId}, ${before})
        on conflict (account_id, chat_id) do update set purged_before = greatest(tombstones.purged_before, excluded.purged_before)`,
  )
}

/** Of two chats that become one, the one that stays refuses what either refused. Messages that the other held stay: nobody purged them. */
export async function moveTombstone(tx: Queries, accountId: string, gone: number, kept: number): Promise<void> {
  const [row] = await rowsOf<{ edge: string }>(
    tx,
    sql`select ${iso(sql`purged_before`)} as edge from tombstones where account_id = ${accountId} and chat_id = ${gone}`,
  )
  if (row) await raiseTombstone(tx, accountId, kept, row.edge)
}
