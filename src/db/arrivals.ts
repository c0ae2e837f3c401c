/** What the next cycle asks a second witness for, and which of the messages that it names are missing. */
import { sql } from 'drizzle-orm'
import type { ArrivalMark } from '../source.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import type { ChatMessage } from './store.ts'
import { toJson } from './text.ts'

/** From where the next cycle asks; null before the first one that ran to its end. */
export async function arrivalMark(queries: Queries, accountId: string): Promise<ArrivalMark | null> {
  const [state] = await rowsOf<{ mark: ArrivalMark | null }>(
    queries,
    sql`select arrival_mark as mark from sync_state where account_id = ${accountId} and source = 'whatsapp'`,
  )
  return state?.mark ?? null
}

/** Of each chat the time of the oldest of these messages that is not stored, ISO 8601 UTC. */
export async function oldestUnstored(queries: Queries, messages: readonly ChatMessage[]): Promise<Map<number, string>> {
  const asked = messages.map(({ chatId, messageId, ts }) => ({ chat_id: chatId, message_id: messageId, ts }))
  const rows = await rowsOf<{ chat_id: number; ts: string }>(
    queries,
    sql`select a.chat_id, ${iso(sql`min(a.ts)`)} as ts
        from jsonb_to_recordset(${toJson(asked)}::text::jsonb) as a(chat_id bigint, message_id text, ts timestamptz)
        where not exists (select from messages m where m.chat_id = a.chat_id and m.message_id = a.message_id)
        group by a.chat_id`,
  )
  return new Map(rows.map(({ chat_id, ts }) => [Number(chat_id), ts]))
}
