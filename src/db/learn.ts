/** What a reading adds to a chat's row, and what that means for the messages it holds. */
import { sql } from 'drizzle-orm'
import { type ChatRow, personOf } from './chat-row.ts'
import type { Queries } from './client.ts'
import { idRank } from './message-rules.ts'
import type { ChatIdentity } from './store.ts'
import { toJson } from './text.ts'

/** Adds what the facts tell beyond what is stored; a row that would stay the same is not written. Facts are in stored spelling. */
export async function learn(tx: Queries, chat: ChatRow, facts: ChatIdentity): Promise<ChatRow> {
  const jid = chat.jid ?? facts.jid
  const lid = chat.lid ?? facts.lid
  const learned: ChatRow = {
    ...chat,
    jid,
    lid,
    thread_external_id: jid ?? lid ?? chat.external_id,
    title: facts.title || chat.title,
    community: facts.community ?? chat.community,
    is_group: facts.isGroup ?? chat.is_group,
    is_self: facts.isSelf,
    archived: facts.archived,
    participants: facts.participants.length > 0 ? facts.participants : chat.participants,
  }
  const aliases = [
    ...(jid === null ? [] : [{ kind: 'jid', value: jid }]),
    ...(lid === null ? [] : [{ kind: 'lid', value: lid }]),
    { kind: 'title', value: learned.title },
  ]
  await tx.execute(
    sql`insert into chat_aliases (chat_id, account_id, kind, value)
        select ${chat.id}::bigint, ${chat.account_id}::text, kind, value
        from jsonb_to_recordset(${toJson(aliases)}::text::jsonb) as x(kind text, value text) on conflict do nothing`,
  )
  if (JSON.stringify(learned) === JSON.stringify(chat)) return chat
  await writeChat(tx, learned)
  if (jid !== chat.jid || lid !== chat.lid) await renameIn(tx, learned)
  return learned
}

/** Writes what a `ChatRow` holds. */
export async function writeChat(tx: Queries, chat: ChatRow): Promise<void> {
  await tx.execute(
    sql`update chats set jid = ${chat.jid}, lid = ${chat.lid}, thread_external_id = ${chat.thread_external_id}, title = ${chat.title},
          community = ${chat.community}, is_group = ${chat.is_group}, is_self = ${chat.is_self}, archived = ${chat.archived},
          participants = array(select jsonb_array_elements_text(${toJson(chat.participants)}::text::jsonb)), last_seen_at = now()
        where id = ${chat.id}`,
  )
}

/**
 * Takes a chat's new names over into its messages: the thread, and in a chat with one person that person as sender of what came in and
 * as recipient of what went out, wherever a poorer name stands there. `external_id` never changes.
 */
export async function renameIn(tx: Queries, chat: ChatRow): Promise<void> {
  const person = personOf(chat)
  await tx.execute(
    sql`update messages m set thread_external_id = ${chat.thread_external_id}, sender_id = n.sender_id, recipient_ids = n.recipient_ids,
          witnesses = case when m.sender_id is distinct from n.sender_id then m.witnesses - 'senderId' else m.witnesses end
        from (
          select id,
            case when not is_outgoing and ${idRank(sql`${person}::text`)} > ${idRank(sql`sender_id`)} then ${person}::text else sender_id end as sender_id,
            case when is_outgoing and ${person}::text is not null then array[${person}::text] else recipient_ids end as recipient_ids
          from messages where chat_id = ${chat.id}
        ) n
        where m.id = n.id and (m.thread_external_id, m.sender_id, m.recipient_ids)
          is distinct from (${chat.thread_external_id}::text, n.sender_id, n.recipient_ids)`,
  )
}
