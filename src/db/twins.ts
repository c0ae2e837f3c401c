/**
 * Chats that turn out to be one: a chat that was read under its title alone, and the same chat under its JID. Only what cannot be a
 * coincidence proves it, because two chats that became one cannot be parted again.
 */
import { sql } from 'drizzle-orm'
import type { Message } from '../model.ts'
import { type ChatRow, chatColumns } from './chat-row.ts'
import { type Queries, rowsOf } from './client.ts'
import { toJson } from './text.ts'

/**
 * Other chats that hold the messages of this reading. The proof, beside names that do not contradict
 * (`contradicts`, the caller's to ask): a title in common; most of what
 * either holds of the stretch that both know is the same by message id, direction and minute, and something of it was received (the
 * owner's own broadcast has one id in many chats). A chat that the same run read from another row of the list is another chat.
 */
export async function twinsOf(tx: Queries, chat: ChatRow, runId: string, messages: readonly Message[]): Promise<ChatRow[]> {
  if (messages.length === 0) return []
  const rows = messages.map(({ messageId, ts, direction }) => ({ message_id: messageId, ts, is_outgoing: direction === 'out' }))
  return rowsOf<ChatRow>(
    tx,
    sql`with i as materialized (
          select distinct message_id, date_trunc('minute', ts) as ts, is_outgoing
          from jsonb_to_recordset(${toJson(rows)}::text::jsonb) as x(message_id text, ts timestamptz, is_outgoing boolean)
        ), same as (
          select m.chat_id, count(*) as messages, bool_or(not i.is_outgoing) as received
          from i cross join lateral (
            select * from messages where account_id = ${chat.account_id} and message_id = i.message_id offset 0
          ) m
          where m.chat_id <> ${chat.id} and m.is_outgoing = i.is_outgoing and date_trunc('minute', m.ts) = i.ts
          group by m.chat_id
        )
        select ${chatColumns} from same join chats c on c.id = same.chat_id
        where (same.received or c.is_self) and c.is_self = ${chat.is_self}
          and not exists (select from sync_runs r where r.id = ${runId} and c.last_read_at >= r.started_at)
          and exists (select from chat_aliases a join chat_aliases b using (kind, value)
            where kind = 'title' and a.chat_id = c.id and b.chat_id = ${chat.id})
          and same.messages * 2 > (select count(*) from messages m
            where m.chat_id = c.id and date_trunc('minute', m.ts) between (select min(ts) from i) and (select max(ts) from i))
          and same.messages * 2 > (select count(*) from i where ts between
            (select date_trunc('minute', min(m.ts)) from messages m where m.chat_id = c.id) and (select max(m.ts) from messages m where m.chat_id = c.id))
        order by c.id`,
  )
}
