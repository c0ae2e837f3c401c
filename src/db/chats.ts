/**
 * Which chat is this? The page's ways of naming one change (number, LID, title alone), so a chat is known by everything it was ever
 * called and by the messages it holds; its key never changes (contract §3: one message, one row, through every era).
 */
import { sql } from 'drizzle-orm'
import { canonicalJid, isGroupJid, isLidJid } from '../parse/ids.ts'
import { type Database, type Queries, rowsOf } from './client.ts'
import type { ChatIdentity, ChatRecord } from './store.ts'
import { toJson, toStored } from './text.ts'

interface ChatRow {
  id: number
  external_id: string
  thread_external_id: string
  jid: string | null
  lid: string | null
  title: string
  community: string | null
  is_group: boolean | null
  is_self: boolean
  archived: boolean
  participants: string[]
}

/** What was read about a chat, as it is stored. */
type Facts = ChatIdentity

/** How many rows of the list carry a title; undefined where the list is not known. */
export type TitleCount = (title: string) => number | undefined

const columns = sql.raw(
  'c.id, c.external_id, c.thread_external_id, c.jid, c.lid, c.title, c.community, c.is_group, c.is_self, c.archived, c.participants',
)

/**
 * Finds the chat that was opened, or makes it: 1. by JID or LID · 2. by the messages it shows · 3. by its title, as long as that is no
 * guess. Learns what is new about it.
 */
export async function resolveChat(database: Database, identity: ChatIdentity, titles: TitleCount): Promise<ChatRecord> {
  const facts = normal(identity)
  return database.transaction(async tx => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${facts.accountId}, 0))`)
    const found =
      (await byAlias(tx, facts)) ??
      (await byMessages(tx, facts)) ??
      (await byTitle(tx, facts, titles(identity.title))) ??
      (await create(tx, facts))
    return record(facts.accountId, await learn(tx, found, facts))
  })
}

async function byAlias(tx: Queries, { accountId, jid, lid }: Facts): Promise<ChatRow | undefined> {
  if (jid === null && lid === null) return undefined
  const [chat] = await rowsOf<ChatRow>(
    tx,
    sql`select ${columns} from chats c join chat_aliases a on a.chat_id = c.id
        where a.account_id = ${accountId} and ((a.kind = 'jid' and a.value = ${jid}) or (a.kind = 'lid' and a.value = ${lid}))
        order by a.kind = 'jid' desc limit 1`,
  )
  return chat
}

/**
 * The chat whose stored messages are shown. Senders choose message ids, so a few that coincide prove nothing by themselves: most of
 * what is shown must be known, or the title must agree.
 */
async function byMessages(tx: Queries, facts: Facts): Promise<ChatRow | undefined> {
  if (facts.messageIds.length === 0) return undefined
  const found = await rowsOf<ChatRow & { known: number }>(
    tx,
    sql`select ${columns}, n.known from chats c join (
          select chat_id, count(distinct message_id)::int as known from messages
          where account_id = ${facts.accountId} and message_id in (select jsonb_array_elements_text(${toJson(facts.messageIds)}::text::jsonb))
          group by chat_id
        ) n on n.chat_id = c.id
        order by n.known desc, c.id`,
  )
  const total = new Set(facts.messageIds).size
  const fits = found.filter(
    chat => !facts.taken.includes(chat.id) && !contradicts(chat, facts) && (chat.title === facts.title || chat.known * 2 > total),
  )
  const [best, second] = fits
  return best && (!second || best.known > second.known || best.title === facts.title) ? best : undefined
}

/** The chat of that title. Where the list shows several, only one that holds no message yet: anything else would be a guess. */
async function byTitle(tx: Queries, facts: Facts, listed: number | undefined): Promise<ChatRow | undefined> {
  const found = await rowsOf<ChatRow & { empty: boolean }>(
    tx,
    sql`select ${columns}, not exists (select from messages m where m.chat_id = c.id) as empty
        from chats c where c.account_id = ${facts.accountId} and c.title = ${facts.title} order by c.id`,
  )
  const fits = found.filter(chat => !facts.taken.includes(chat.id) && !contradicts(chat, facts) && chat.is_self === facts.isSelf)
  const alone = (listed ?? 1) <= 1 && fits.length === 1 && found.length === 1
  if (alone || facts.messageIds.length === 0) return fits[0]
  return fits.find(chat => chat.empty)
}

function contradicts(chat: ChatRow, facts: Facts): boolean {
  const { jid, lid } = facts
  const [was, is] = [kindOf(chat.jid ?? chat.lid, chat.is_group), kindOf(jid ?? lid, facts.isGroup)]
  return (
    (jid !== null && chat.jid !== null && jid !== chat.jid) ||
    (lid !== null && chat.lid !== null && lid !== chat.lid) ||
    (was !== null && is !== null && was !== is)
  )
}

/** Whether it is a group; null where nothing tells. */
function kindOf(id: string | null, isGroup: boolean | null): boolean | null {
  return id === null ? isGroup : isGroupJid(id)
}

/** A `/` in the key would let one chat's id run into another's message id, so it is percent-encoded. */
async function create(tx: Queries, facts: Facts): Promise<ChatRow> {
  const name = (facts.jid ?? facts.lid ?? `title:${facts.title}`).replace(/[%/]/g, char => (char === '%' ? '%25' : '%2F'))
  for (let count = 1; ; count++) {
    const key = count === 1 ? name : `${name}#${count}`
    const [chat] = await rowsOf<ChatRow>(
      tx,
      sql`insert into chats as c (account_id, external_id, thread_external_id, title)
          values (${facts.accountId}, ${key}, ${key}, ${facts.title}) on conflict do nothing returning ${columns}`,
    )
    if (chat) return chat
  }
}

/** Adds what the facts tell beyond what is stored; a row that would stay the same is not written. */
async function learn(tx: Queries, chat: ChatRow, facts: Facts): Promise<ChatRow> {
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
        select ${chat.id}::bigint, ${facts.accountId}::text, kind, value
        from jsonb_to_recordset(${toJson(aliases)}::text::jsonb) as x(kind text, value text) on conflict do nothing`,
  )
  if (JSON.stringify(learned) === JSON.stringify(chat)) return chat
  await tx.execute(
    sql`update chats set jid = ${jid}, lid = ${lid}, thread_external_id = ${learned.thread_external_id}, title = ${learned.title},
          community = ${learned.community}, is_group = ${learned.is_group}, is_self = ${learned.is_self}, archived = ${learned.archived},
          participants = array(select jsonb_array_elements_text(${toJson(learned.participants)}::text::jsonb)), last_seen_at = now()
        where id = ${chat.id}`,
  )
  if (learned.thread_external_id !== chat.thread_external_id) {
    await tx.execute(
      sql`update messages set thread_external_id = ${learned.thread_external_id}
          where chat_id = ${chat.id} and thread_external_id <> ${learned.thread_external_id}`,
    )
  }
  return learned
}

function normal(identity: ChatIdentity): Facts {
  const ids = [identity.jid, identity.lid].filter(id => id !== null).map(id => toStored(canonicalJid(id)))
  return {
    ...identity,
    jid: ids.find(id => !isLidJid(id)) ?? null,
    lid: ids.find(isLidJid) ?? null,
    title: toStored(identity.title),
    community: identity.community === null ? null : toStored(identity.community),
    participants: identity.participants.map(toStored),
  }
}

function record(accountId: string, chat: ChatRow): ChatRecord {
  return {
    id: chat.id,
    accountId,
    externalId: chat.external_id,
    threadExternalId: chat.thread_external_id,
    jid: chat.jid,
    lid: chat.lid,
    title: chat.title,
    isGroup: chat.is_group,
    isSelf: chat.is_self,
  }
}
