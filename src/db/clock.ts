/** What was written while the clock stood ahead of where it stands now. */
import { sql } from 'drizzle-orm'
import type { Queries } from './client.ts'

/** Two machines differ by seconds; the longest pause that a chat is ever given is well below a day. */
const skew = sql`interval '1 minute'`
const longestPause = sql`interval '1 day'`

/**
 * Takes back claims about the time to come: a stretch that was read by a clock that stood ahead ends at the newest message that it holds (the
 * times of messages are WhatsApp's), a deep reading of tomorrow was none, a pause ends, and earlier runs lie before the one that begins.
 * Without this what arrives until the clock has caught up would count as read. In the transaction that begins a run.
 */
export async function cutToNow(tx: Queries, accountId: string): Promise<void> {
  await tx.execute(
    sql`update chat_coverage v set to_ts = greatest(v.from_ts, coalesce(
          (select max(m.ts) from messages m where m.chat_id = v.chat_id and m.ts <= now() and m.ts >= v.from_ts), v.from_ts))
        from chats c where c.id = v.chat_id and c.account_id = ${accountId} and v.to_ts > now() + ${skew}`,
  )
  await tx.execute(
    sql`update chats set deep_read_at = case when deep_read_at > now() + ${skew} then null else deep_read_at end,
          retry_at = case when retry_at > now() + ${longestPause} then null else retry_at end
        where account_id = ${accountId} and (deep_read_at > now() + ${skew} or retry_at > now() + ${longestPause})`,
  )
  await tx.execute(
    sql`update sync_runs set started_at = now() - interval '1 second', finished_at = least(finished_at, now())
        where account_id = ${accountId} and started_at > now() + ${skew}`,
  )
}
