/** What is stored about the chats that the rows of the list may be. */
import { sql } from 'drizzle-orm'
import type { ChatListing, Coverage } from '../model.ts'
import type { IncompleteReason } from '../source.ts'
import type { KnownChat } from '../sync/plan-chat.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import type { ReadingMark, StoreBatch } from './store.ts'
import { toJson, toStored } from './text.ts'

/** After this many readings without bytes a picture alone is no reason to open its chat; it is still taken when the chat is read. */
const imageTries = 10

interface KnownRow {
  id: number
  names: string[]
  title: string
  community: string | null
  is_self: boolean
  signature: string | null
  pending: number
  pending_since: string | null
  coverage: Coverage[]
  incomplete_reason: IncompleteReason | null
  failures: number
  retry_at: string | null
  last_read_at: string | null
  deep_read_at: string | null
}

/**
 * The candidates of each row, by title (and community, and being the chat with oneself). A row has none as long as there are more rows
 * of its title than chats: one of them was never seen, and nobody knows which. Pictures of messages older than `since` (ISO 8601 UTC) are
 * not read any more, and wait for nothing.
 */
export async function knownChats(
  queries: Queries,
  accountId: string,
  listings: readonly ChatListing[],
  since: string,
): Promise<KnownChat[][]> {
  if (listings.length === 0) return []
  const rows = await rowsOf<KnownRow>(
    queries,
    sql`select c.id, c.title, c.community, c.is_self, c.signature, p.pending, p.pending_since, c.incomplete_reason, c.failures,
          ${iso(sql`c.retry_at`)} as retry_at, ${iso(sql`c.last_read_at`)} as last_read_at, ${iso(sql`c.deep_read_at`)} as deep_read_at,
          array(select c.external_id union select value from chat_aliases where chat_id = c.id and kind <> 'title' order by 1) as names,
          coalesce((select json_agg(json_build_object('from', ${iso(sql`v.from_ts`)}, 'to', ${iso(sql`v.to_ts`)}, 'fromEdge', v.from_edge)
            order by v.to_ts desc) from chat_coverage v where v.chat_id = c.id), '[]'::json) as coverage
        from chats c cross join lateral (
          select count(*)::int as pending, ${iso(sql`min(m.ts)`)} as pending_since from attachments a join messages m on m.id = a.message_id
          where m.chat_id = c.id and a.status = 'pending' and a.attempts < ${imageTries} and m.ts >= ${since}
        ) p
        where c.account_id = ${accountId}
          and c.title in (select jsonb_array_elements_text(${toJson(listings.map(listing => listing.title))}::text::jsonb))
        order by c.id`,
  )
  const matches = (listing: ChatListing, row: KnownRow) =>
    row.title === toStored(listing.title) &&
    row.is_self === listing.isSelf &&
    (listing.community === null || row.community === null || row.community === toStored(listing.community))
  return listings.map(listing => {
    const candidates = rows.filter(row => matches(listing, row))
    const rivals = listings.filter(other => candidates.some(row => matches(other, row)))
    if (rivals.length > candidates.length) return []
    return candidates.map(known)
  })
}

function known({ id, names, signature, coverage, failures, ...row }: KnownRow): KnownChat {
  return {
    id,
    names,
    signature,
    coverage,
    incompleteReason: row.incomplete_reason,
    failures,
    retryAt: row.retry_at,
    lastReadAt: row.last_read_at,
    deepReadAt: row.deep_read_at,
    pendingImages: row.pending,
    pendingSince: row.pending_since,
  }
}

/**
 * What the batch that ends a reading tells about the chat's row of the list. Where the chat holds nothing newer than what was purged
 * (`purgedBefore`, ISO 8601 UTC), the preview is the text of a message that was: it is not kept.
 */
export async function saveListing(
  tx: Queries,
  { chat, listing, incompleteReason, deep }: StoreBatch,
  purgedBefore: string | null,
): Promise<void> {
  if (listing === null) return
  const { position, preview, timeLabel, unread, pinned, muted, archived, signature } = listing
  // A budget that ran out is nobody's fault: the chat goes on with its next turn.
  const ended = incompleteReason === null || incompleteReason === 'budget'
  const opened = incompleteReason !== 'unread_policy'
  // What was said of single rows, or of a reading that broke off, holds until the chat is opened again.
  const reason = opened
    ? sql`${incompleteReason}`
    : sql`case when incomplete_reason in ('not_understood', 'not_shown', 'failed') then incomplete_reason else ${incompleteReason} end`
  const shown = sql`${storedOrNull(preview)}::text`
  const newer = sql`exists (select from messages where chat_id = ${chat.id} and ts >= ${purgedBefore}::timestamptz)`
  await tx.execute(
    sql`update chats set list_position = ${position}, preview = ${purgedBefore === null ? shown : sql`case when ${newer} then ${shown} end`}, time_label = ${storedOrNull(timeLabel)}, unread = ${unread},
          pinned = ${pinned}, muted = ${muted}, archived = ${archived}, signature = ${storedOrNull(signature)},
          incomplete_reason = ${reason}, last_read_at = ${opened ? sql`now()` : sql`last_read_at`}, last_seen_at = now(),
          deep_read_at = case when ${deep} then now() when ${incompleteReason}::text is null then coalesce(deep_read_at, now()) else deep_read_at end,
          failures = case when ${ended} then 0 else failures end, retry_at = case when ${ended} then null else retry_at end
        where id = ${chat.id}`,
  )
}

function storedOrNull(text: string | null): string | null {
  return text === null ? null : toStored(text)
}

/** Writes down that a reading begins, as if it had failed: a process that dies on a chat leaves it marked. */
export async function beginReading(queries: Queries, chatId: number, { failures, retryAt }: ReadingMark): Promise<void> {
  await queries.execute(sql`update chats set failures = ${failures}, retry_at = ${retryAt} where id = ${chatId}`)
}

/**
 * Writes down why a reading came to nothing; `mark`: what holds of the chat from now on, where that was not its fault. Of readings that ended too
 * early through no fault of the chat an earlier reason says more.
 */
export async function failReading(queries: Queries, chatId: number, reason: IncompleteReason, mark?: ReadingMark): Promise<void> {
  const early = reason === 'interrupted' || reason === 'unread_policy'
  const marked = mark ? sql`, failures = ${mark.failures}, retry_at = ${mark.retryAt}` : sql``
  await queries.execute(
    sql`update chats set incomplete_reason = ${early ? sql`coalesce(incomplete_reason, ${reason})` : sql`${reason}`}${marked} where id = ${chatId}`,
  )
}
