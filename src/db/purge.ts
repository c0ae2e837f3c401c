/**
 * Removes messages for good, with everything that hangs on them. The tombstone comes first, in a transaction of its own: from then on no
 * cycle brings anything back. The rows go in batches, each a transaction; what an interruption leaves, the same purge removes when it is
 * run again. Files are the caller's.
 */
import { type SQL, sql } from 'drizzle-orm'
import { parseRowId } from '../parse/ids.ts'
import { lockAccount } from './chat-row.ts'
import { type Database, iso, type Queries, rowsOf } from './client.ts'
import { toJson } from './text.ts'
import { raiseTombstone } from './tombstones.ts'

/** What to purge. Instants ISO 8601 UTC. */
export interface PurgeScope {
  accountId: string
  /** Null = every chat. */
  chatIds: readonly number[] | null
  /** Null = everything that there is up to `now`. */
  olderThan: string | null
  now: string
}

/** A chat with every id it was ever known by. */
export interface NamedChat {
  id: number
  externalId: string
  title: string
  ids: string[]
}

/** What goes of one chat; a file is counted once, and only where no message that stays names it too. */
export interface Purgeable {
  chatId: number
  externalId: string
  title: string
  messages: number
  attachments: number
  files: number
  bytes: number
}

/** Up to where a chat is purged. */
interface Edge {
  id: number
  before: string
}

/** The chats of an account, for finding those that somebody names. */
export async function namedChats(queries: Queries, accountId: string): Promise<NamedChat[]> {
  return rowsOf<NamedChat>(
    queries,
    sql`select c.id, c.external_id as "externalId", c.title,
          array(select c.external_id union select value from chat_aliases where chat_id = c.id and kind <> 'title' order by 1) as ids
        from chats c where c.account_id = ${accountId} order by c.id`,
  )
}

/** What a purge would remove, by chat, those with nothing to remove left out. */
export async function purgeable(queries: Queries, scope: PurgeScope): Promise<Purgeable[]> {
  const edges = await edgesOf(queries, scope)
  return rowsOf<Purgeable>(
    queries,
    sql`with doomed as materialized (
          select m.id, m.chat_id from ${recordset(edges)} join messages m on m.chat_id = e.id and m.ts < e.before
        ), files as (
          select min(d.chat_id) as chat_id, max(a.size_bytes) as bytes from attachments a left join doomed d on d.id = a.message_id
          where a.status = 'saved' and a.file_path is not null group by a.file_path having bool_and(d.id is not null)
        )
        select c.id as "chatId", c.external_id as "externalId", c.title, d.messages, d.attachments,
          (select count(*)::int from files f where f.chat_id = c.id) as files,
          (select coalesce(sum(bytes), 0)::float8 from files f where f.chat_id = c.id) as bytes
        from (
          select chat_id, count(*)::int as messages,
            sum((select count(*) from attachments a where a.message_id = doomed.id))::int as attachments
          from doomed group by chat_id
        ) d join chats c on c.id = d.chat_id
        order by c.id`,
  )
}

/** Purges; stops between two batches when `signal` aborts. `onBatch` is told how many messages are gone so far. */
export async function purgeMessages(
  database: Database,
  scope: PurgeScope,
  { signal, batch = 1000, onBatch = () => {} }: { signal: AbortSignal; batch?: number; onBatch?: (gone: number) => void },
): Promise<{ messages: number; attachments: number }> {
  const edges = await database.transaction(tx => forget(tx, scope))
  const gone = { messages: 0, attachments: 0 }
  for (;;) {
    signal.throwIfAborted()
    const removed = await database.transaction(tx => removeSome(tx, scope.accountId, edges, batch))
    gone.messages += removed.messages
    gone.attachments += removed.attachments
    if (removed.messages < batch) return gone
    onBatch(gone.messages)
  }
}

/** The tombstones, and what the chats' own rows, the rejects and earlier runs hold of what goes. */
async function forget(tx: Queries, scope: PurgeScope): Promise<Edge[]> {
  const { accountId, chatIds, olderThan } = scope
  await lockAccount(tx, accountId)
  const edges = await edgesOf(tx, scope)
  if (chatIds === null) await raiseTombstone(tx, accountId, null, olderThan ?? scope.now)
  else for (const { id, before } of edges) await raiseTombstone(tx, accountId, id, before)
  const whole = olderThan === null
  await tx.execute(
    sql`delete from rejects r using ${recordset(edges)} where r.chat_id = e.id and (${whole}::boolean or r.last_seen_at < e.before)`,
  )
  // The preview is the text of the newest message, the signature may be of the preview.
  await tx.execute(
    sql`update chats c set preview = null, time_label = null, signature = null,
          participants = case when ${whole}::boolean then '{}' else c.participants end
        from ${recordset(edges)} where c.id = e.id and (${whole}::boolean or (select max(m.ts) from messages m where m.chat_id = c.id) < e.before)`,
  )
  if (whole) await forgetNames(tx, accountId, edges)
  return edges
}

/** What stands in reports of runs for the title of a chat that was purged. */
export const purgedTitle = '(purged)'

/** Runs say by name which chats were incomplete. */
async function forgetNames(tx: Queries, accountId: string, edges: readonly Edge[]): Promise<void> {
  await tx.execute(
    sql`with names as materialized (
          select a.value as name from ${recordset(edges)} join chat_aliases a on a.chat_id = e.id and a.kind = 'title'
          union select c.title from ${recordset(edges)} join chats c on c.id = e.id
        ), told as materialized (
          select r.id, jsonb_agg(case when x.item->>'chat' in (select name from names) then x.item || jsonb_build_object('chat', ${purgedTitle}::text) else x.item end order by x.place) as items
          from sync_runs r cross join lateral jsonb_array_elements(
            case when jsonb_typeof(r.counts->'incomplete') = 'array' then r.counts->'incomplete' else '[]' end) with ordinality x(item, place)
          where r.account_id = ${accountId}
          group by r.id having bool_or(x.item->>'chat' in (select name from names))
        )
        update sync_runs r set counts = r.counts || jsonb_build_object('incomplete', told.items) from told where r.id = told.id`,
  )
}

/** One batch. Jobs go before their attachments, in the order of those who finish them; the results go with the attachments. */
async function removeSome(tx: Queries, accountId: string, edges: readonly Edge[], limit: number) {
  await lockAccount(tx, accountId)
  const rows = await rowsOf<{ id: number; chat_id: number; message_id: string }>(
    tx,
    sql`select m.id, m.chat_id, m.message_id from ${recordset(edges)} join messages m on m.chat_id = e.id and m.ts < e.before
        order by m.id limit ${limit}`,
  )
  if (rows.length === 0) return { messages: 0, attachments: 0 }
  const ids = sql`(select value::bigint from jsonb_array_elements_text(${toJson(rows.map(row => row.id))}::text::jsonb))`
  await tx.execute(
    sql`delete from events where account_id = ${accountId} and data->>'message_id' in (select n.i::text from ${ids} as n(i))`,
  )
  await tx.execute(sql`delete from extraction_jobs where attachment_id in (select id from attachments where message_id in ${ids})`)
  const attachments = await rowsOf(tx, sql`delete from attachments where message_id in ${ids} returning id`)
  await removeRejects(tx, rows)
  await tx.execute(sql`delete from messages where id in ${ids}`)
  return { messages: rows.length, attachments: attachments.length }
}

/** What rows of these messages showed while they were not understood. */
async function removeRejects(tx: Queries, rows: readonly { chat_id: number; message_id: string }[]): Promise<void> {
  const gone = new Set(rows.map(row => `${row.chat_id}/${row.message_id}`))
  const chats = toJson([...new Set(rows.map(row => row.chat_id))])
  const rejects = await rowsOf<{ id: number; chat_id: number; row_key: string }>(
    tx,
    sql`select id, chat_id, row_key from rejects where chat_id in (select value::bigint from jsonb_array_elements_text(${chats}::text::jsonb))`,
  )
  const own = rejects.filter(
    ({ chat_id, row_key }) => gone.has(`${chat_id}/${row_key}`) || gone.has(`${chat_id}/${parseRowId(row_key).messageId}`),
  )
  if (own.length === 0) return
  const ids = toJson(own.map(({ id }) => id))
  await tx.execute(sql`delete from rejects where id in (select value::bigint from jsonb_array_elements_text(${ids}::text::jsonb))`)
}

/** Everything that a chat holds is older than its edge, also where a clock was ahead. */
async function edgesOf(queries: Queries, { accountId, chatIds, olderThan, now }: PurgeScope): Promise<Edge[]> {
  const newest = sql`(select max(m.ts) from messages m where m.chat_id = c.id)`
  const before =
    olderThan === null ? sql`greatest(${now}::timestamptz, ${newest} + interval '1 millisecond')` : sql`${olderThan}::timestamptz`
  const named =
    chatIds === null ? sql`true` : sql`c.id in (select value::bigint from jsonb_array_elements_text(${toJson(chatIds)}::text::jsonb))`
  return rowsOf<Edge>(
    queries,
    sql`select c.id, ${iso(before)} as before from chats c where c.account_id = ${accountId} and ${named} order by c.id`,
  )
}

function recordset(edges: readonly Edge[]): SQL {
  return sql`jsonb_to_recordset(${toJson(edges)}::text::jsonb) as e(id bigint, before timestamptz)`
}
