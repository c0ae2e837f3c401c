/** Conversations as other programs get them: chats that hold messages. */
import { type SQL, sql } from 'drizzle-orm'
import type { MessageKind } from '../model.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import { type MessageTotals, snapshotNow } from './message-totals.ts'
import { holdsPart } from './parts.ts'
import { type MessagePage, notSystem, pageOf } from './read-messages.ts'
import { fromJson, toStored } from './text.ts'

/** `id` is the chat key: fixed for good, also after the chat's title or number changed. Counts and last message leave out what no person wrote, unless asked for. */
export interface ReadConversation {
  chatId: number
  id: string
  name: string
  community: string | null
  isGroup: boolean | null
  isSelf: boolean
  archived: boolean
  pinned: boolean
  muted: boolean
  unread: number
  participants: string[]
  incompleteReason: string | null
  lastReadAt: string | null
  totalMessages: number
  lastMessage: { id: string; date: string; text: string | null; kind: MessageKind; fromUser: boolean }
  /** Instant of the last message in microseconds. */
  at: string
}

/** The database, and what was counted of it. */
export interface Asking {
  queries: Queries
  totals: MessageTotals
}

export interface ConversationPage {
  accountId: string
  /** Messages with higher row numbers are not looked at: the order stays while somebody walks. */
  ceiling: number
  /** Part of the title, in any case; null = all. */
  title: string | null
  archived: boolean | null
  /** The last one that was given; null = from the newest. */
  after: { at: string; chatId: number } | null
  /** Null = all. */
  limit: number | null
  includeSystem: boolean
}

/** Conversations with the newest message first. */
export async function conversationPage(asking: Asking, page: ConversationPage): Promise<ReadConversation[]> {
  const { accountId, ceiling, title, archived, after, limit, includeSystem } = page
  return read(
    asking,
    sql`select c.*, last.ts as last_ts from chats c cross join lateral (${lastMessage(sql`m.ts`, ceiling, includeSystem)}) last
        where c.account_id = ${accountId}
          ${title === null ? sql`` : sql`and ${holdsPart(sql`c.title`, title)}`}
          ${archived === null ? sql`` : sql`and c.archived = ${archived}`}
          ${after === null ? sql`` : sql`and (last.ts, c.id) < (${after.at}::timestamptz, ${after.chatId}::bigint)`}
        order by last.ts desc, c.id desc ${limit === null ? sql`` : sql`limit ${limit}`}`,
    ceiling,
    includeSystem,
  )
}

/** The conversations of the messages of a page, newest first. */
export async function conversationsOf(asking: Asking, page: MessagePage): Promise<ReadConversation[]> {
  const { includeSystem } = page.filter
  return read(
    asking,
    sql`select c.* from chats c where c.id in (select p.chat_id from (${pageOf(page, sql`m.chat_id`)}) p)`,
    page.sweep.ceiling,
    includeSystem || page.filter.kinds !== null,
  )
}

/** One conversation by its id, or by any other id the chat was ever known by; null when there is none that holds messages. */
export async function conversation(
  asking: Asking,
  accountId: string,
  id: string,
  includeSystem: boolean,
): Promise<ReadConversation | null> {
  const [found] = await read(
    asking,
    sql`select c.* from chats c where ${isKnownBy(accountId, id)} ${thatOneFirst(id)} limit 1`,
    Number.MAX_SAFE_INTEGER,
    includeSystem,
  )
  return found ?? null
}

/** The row of a conversation, found as `conversation` finds it. */
export async function chatRow(queries: Queries, accountId: string, id: string): Promise<number | null> {
  const [found] = await rowsOf<{ row: number }>(
    queries,
    sql`select c.id::float8 as row from chats c
        where ${isKnownBy(accountId, id)} and exists (select from messages m where m.chat_id = c.id) ${thatOneFirst(id)} limit 1`,
  )
  return found?.row ?? null
}

function isKnownBy(accountId: string, id: string): SQL {
  const key = toStored(id)
  return sql`c.account_id = ${accountId} and (c.external_id = ${key} or c.id = (
    select chat_id from chat_aliases where account_id = ${accountId} and kind in ('jid', 'lid', 'key') and value = ${key}))`
}

/** A chat's own key before what another one was once called. */
function thatOneFirst(id: string): SQL {
  return sql`order by c.external_id = ${toStored(id)} desc`
}

function lastMessage(columns: SQL, ceiling: number, includeSystem: boolean): SQL {
  return sql`select ${columns} from messages m where m.chat_id = c.id and m.id <= ${ceiling} ${includeSystem ? sql`` : sql`and ${notSystem}`}
    order by m.ts desc, m.id desc limit 1`
}

async function read({ queries, totals }: Asking, chats: SQL, ceiling: number, includeSystem: boolean): Promise<ReadConversation[]> {
  const columns = sql`m.ts, to_char(m.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, jsonb_build_object('id', m.external_id,
    'date', ${iso(sql`m.ts`)}, 'text', m.content_snippet, 'kind', m.kind, 'fromUser', m.is_outgoing) as message`
  const rows = await rowsOf<ReadConversation & { snapshot?: string }>(
    queries,
    sql`select c.id::float8 as "chatId", c.external_id as id, c.title as name, c.community, c.is_group as "isGroup", c.is_self as "isSelf",
          c.archived, c.pinned, c.muted, c.unread, to_jsonb(c.participants) as participants, c.incomplete_reason as "incompleteReason",
          ${iso(sql`c.last_read_at`)} as "lastReadAt", latest.at, latest.message as "lastMessage", ${snapshotNow} as snapshot
        from (${chats}) c cross join lateral (${lastMessage(columns, ceiling, includeSystem)}) latest
        order by latest.ts desc, c.id desc`,
  )
  const counts = await totals.of(queries, {
    chatIds: rows.map(({ chatId }) => chatId),
    ceiling,
    includeSystem,
    seen: rows[0]?.snapshot ?? '',
  })
  return rows.map(({ snapshot: _, ...row }) => fromJson({ ...row, totalMessages: counts.get(row.chatId) ?? 0 }))
}
