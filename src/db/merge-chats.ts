/**
 * Two rows of `chats` that are one chat become one. The row that holds more messages stays (of equals the older one), with its key; the
 * messages of the other move to it with their `external_id` as it was, and the other's key stays known as an alias.
 */
import { sql } from 'drizzle-orm'
import { type ChatRow, chatColumns } from './chat-row.ts'
import { type Queries, rowsOf } from './client.ts'
import { coverageOf, saveCoverage } from './coverage.ts'
import { renameIn, writeChat } from './learn.ts'
import { mergeDoubles } from './merge-doubles.ts'
import { moveTombstone } from './tombstones.ts'

/** Makes two chats one, in the caller's transaction and under the account's lock; gives the row that stays. `one` is the chat in hand: it has the newer title. */
export async function mergeChats(tx: Queries, one: ChatRow, other: ChatRow, runId: string | null): Promise<ChatRow> {
  const [kept, gone] = await rowsOf<ChatRow>(
    tx,
    sql`select ${chatColumns} from chats c where c.id in (${one.id}, ${other.id})
        order by (select count(*) from messages m where m.chat_id = c.id) desc, c.first_seen_at, c.id`,
  )
  if (!kept || !gone) return kept ?? one
  const jid = kept.jid ?? gone.jid
  const lid = kept.lid ?? gone.lid
  const merged: ChatRow = {
    ...kept,
    jid,
    lid,
    thread_external_id: jid ?? lid ?? kept.external_id,
    title: one.title,
    archived: one.archived,
    community: kept.community ?? gone.community,
    is_group: kept.is_group ?? gone.is_group,
    participants: kept.participants.length > 0 ? kept.participants : gone.participants,
  }
  await mergeDoubles(tx, merged, gone.id, runId)
  await moveEvents(tx, merged, gone.id)
  await tx.execute(sql`update messages set chat_id = ${kept.id} where chat_id = ${gone.id}`)
  await tx.execute(
    sql`update rejects r set chat_id = ${kept.id} where chat_id = ${gone.id}
        and not exists (select from rejects k where k.chat_id = ${kept.id} and k.row_key = r.row_key and k.field = r.field)`,
  )
  await tx.execute(
    sql`update chat_aliases a set chat_id = ${kept.id} where chat_id = ${gone.id}
        and not exists (select from chat_aliases k where k.chat_id = ${kept.id} and k.kind = a.kind and k.value = a.value)`,
  )
  await tx.execute(
    sql`insert into chat_aliases (chat_id, account_id, kind, value) values (${kept.id}, ${kept.account_id}, 'key', ${gone.external_id})`,
  )
  await moveTombstone(tx, kept.account_id, gone.id, kept.id)
  for (const span of await coverageOf(tx, gone.id)) await saveCoverage(tx, kept.id, runId, span)
  // What the list said at the last reading was said of one half: the next cycle reads again.
  await tx.execute(
    sql`update chats k set signature = null, first_seen_at = least(k.first_seen_at, g.first_seen_at), last_read_at = greatest(k.last_read_at, g.last_read_at)
        from chats g where k.id = ${kept.id} and g.id = ${gone.id}`,
  )
  await tx.execute(sql`delete from chats where id = ${gone.id}`)
  await writeChat(tx, merged)
  await renameIn(tx, merged)
  return merged
}

/** Events of the outbox go on naming rows that are there. Those of doubles were moved with their rows. */
async function moveEvents(tx: Queries, kept: ChatRow, gone: number): Promise<void> {
  await tx.execute(
    sql`update events set data = data || jsonb_build_object('chat_id', ${kept.id}::bigint, 'thread_external_id', ${kept.thread_external_id}::text)
        where account_id = ${kept.account_id} and data->>'chat_id' = ${String(gone)}`,
  )
}
