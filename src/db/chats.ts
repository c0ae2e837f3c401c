/**
 * Which chat is this? The page's ways of naming one change (number, LID, title alone), so a chat is known by everything it was ever
 * called and by the messages it holds; its key never changes once something of it was stored (contract §3: one message, one row, through every era).
 */
import { sql } from 'drizzle-orm'
import { canonicalJid, isGroupJid, isLidJid } from '../parse/ids.ts'
import { type ChatNames, type ChatRow, chatColumns, contradicts, differ, lockAccount, recordOf } from './chat-row.ts'
import { type Database, type Queries, rowsOf } from './client.ts'
import { learn } from './learn.ts'
import { mergeChats } from './merge-chats.ts'
import { resolveRejects, saveRejects } from './rejects.ts'
import type { ChatIdentity, ChatRecord } from './store.ts'
import { toJson, toStored } from './text.ts'

/** How many rows of the list carry a title; undefined where the list is not known. */
export type TitleCount = (title: string) => number | undefined

/**
 * Finds the chat that was opened, or makes it: 1. by JID or LID · 2. by the messages it shows · 3. by its title, as long as that is no
 * guess. Learns what is new about it. A JID that contradicts what is stored is not taken over; a reject of the chat tells of it.
 */
export async function resolveChat(database: Database, identity: ChatIdentity, titles: TitleCount): Promise<ChatRecord> {
  const read = normal(identity)
  return database.transaction(async tx => {
    await lockAccount(tx, read.accountId)
    const named = await byName(tx, read)
    // A JID that belongs to another chat is none of this one's.
    const facts = named.clash ? { ...read, jid: null } : read
    const found =
      named.chat ?? (await byMessages(tx, facts)) ?? (await byTitle(tx, facts, titles(identity.title))) ?? (await create(tx, facts))
    const chat = await learn(tx, await keyed(tx, found, facts), facts)
    await tellClash(tx, chat, read, named.clash)
    return recordOf(chat)
  })
}

interface Named {
  chat: ChatRow | undefined
  /** The JID and the LID that were read are known, but not as one person's. */
  clash: boolean
}

/**
 * The chat of this LID, else of this JID. Where they are two chats, the page says that they are one person's: they become one. The LID
 * names the thread and outlives a change of number, so of two that clash it counts; a JID whose chat has another LID counts only where
 * that chat holds the messages that are shown.
 */
async function byName(tx: Queries, facts: ChatIdentity): Promise<Named> {
  const byLid = await byAlias(tx, facts.accountId, 'lid', facts.lid)
  const byJid = await byAlias(tx, facts.accountId, 'jid', facts.jid)
  if (byLid && byJid && byLid.id !== byJid.id) {
    if (!contradicts(byLid, byJid)) return { chat: await mergeChats(tx, byJid, byLid, null), clash: false }
    return { chat: byLid, clash: true }
  }
  if (byLid) return { chat: byLid, clash: differ(byLid.jid, facts.jid) }
  if (!byJid || !differ(byJid.lid, facts.lid)) return { chat: byJid, clash: false }
  const shown = (await holdersOf(tx, facts)).find(chat => chat.id === byJid.id)
  return { chat: shown && isMost(shown.known, facts) ? byJid : undefined, clash: true }
}

async function byAlias(tx: Queries, accountId: string, kind: 'jid' | 'lid', value: string | null): Promise<ChatRow | undefined> {
  if (value === null) return undefined
  const [chat] = await rowsOf<ChatRow>(
    tx,
    sql`select ${chatColumns} from chats c join chat_aliases a on a.chat_id = c.id
        where a.account_id = ${accountId} and a.kind = ${kind} and a.value = ${value}`,
  )
  return chat
}

/**
 * The chat whose stored messages are shown. Senders choose message ids, so a few that coincide prove nothing by themselves: most of
 * what is shown must be known, or the title must agree.
 */
async function byMessages(tx: Queries, facts: ChatIdentity): Promise<ChatRow | undefined> {
  const fits = (await holdersOf(tx, facts)).filter(
    chat =>
      !facts.taken.includes(chat.id) && !contradicts(chat, namesOf(facts)) && (chat.title === facts.title || isMost(chat.known, facts)),
  )
  const [best, second] = fits
  return best && (!second || best.known > second.known || best.title === facts.title) ? best : undefined
}

/** Chats that hold messages that are shown, and how many of them; the best first. */
async function holdersOf(tx: Queries, facts: ChatIdentity): Promise<(ChatRow & { known: number })[]> {
  if (facts.messageIds.length === 0) return []
  return rowsOf(
    tx,
    sql`select ${chatColumns}, n.known from chats c join (
          select chat_id, count(distinct message_id)::int as known from messages
          where account_id = ${facts.accountId} and message_id in (select jsonb_array_elements_text(${toJson(facts.messageIds)}::text::jsonb))
          group by chat_id
        ) n on n.chat_id = c.id
        order by n.known desc, c.id`,
  )
}

function isMost(known: number, { messageIds }: ChatIdentity): boolean {
  return known * 2 > new Set(messageIds).size
}

/** The chat of that title. Where the list shows several, only one that holds no message yet: anything else would be a guess. */
async function byTitle(tx: Queries, facts: ChatIdentity, listed: number | undefined): Promise<ChatRow | undefined> {
  const found = await rowsOf<ChatRow & { empty: boolean }>(
    tx,
    sql`select ${chatColumns}, not exists (select from messages m where m.chat_id = c.id) as empty
        from chats c where c.account_id = ${facts.accountId} and c.title = ${facts.title} order by c.id`,
  )
  const fits = found.filter(chat => !facts.taken.includes(chat.id) && !contradicts(chat, namesOf(facts)) && chat.is_self === facts.isSelf)
  const alone = (listed ?? 1) <= 1 && fits.length === 1 && found.length === 1
  if (alone || facts.messageIds.length === 0) return fits[0]
  return fits.find(chat => chat.empty)
}

/**
 * A `/` in the key would let one chat's id run into another's message id, so it is percent-encoded. A key that a chat had before it
 * became one with another is never given again: messages still carry it.
 */
async function create(tx: Queries, facts: ChatIdentity): Promise<ChatRow> {
  const name = keyFor(facts.jid ?? facts.lid ?? titleMark + facts.title)
  for (let count = 1; ; count++) {
    const key = count === 1 ? name : `${name}#${count}`
    const [chat] = await rowsOf<ChatRow>(
      tx,
      sql`insert into chats as c (account_id, external_id, thread_external_id, title)
          select ${facts.accountId}::text, ${key}::text, ${key}::text, ${facts.title}::text
          where not exists (select from chat_aliases where account_id = ${facts.accountId} and kind = 'key' and value = ${key})
          on conflict do nothing returning ${chatColumns}`,
    )
    if (chat) return chat
  }
}

const titleMark = 'title:'

function keyFor(name: string): string {
  return name.replace(/[%/]/g, char => (char === '%' ? '%25' : '%2F'))
}

/**
 * A chat that was seen before its ids were (its page died while it was opened, or its owner had to read it first) gets the key that it would have
 * had with them, as long as nothing of it was ever stored: what a fault had a hand in is named as it would be without. The old key stays an alias.
 */
async function keyed(tx: Queries, chat: ChatRow, facts: ChatIdentity): Promise<ChatRow> {
  const id = facts.jid ?? facts.lid
  if (id === null || !chat.external_id.startsWith(titleMark)) return chat
  const key = keyFor(id)
  const [renamed] = await rowsOf<ChatRow>(
    tx,
    sql`update chats c set external_id = ${key}
        where c.id = ${chat.id} and not exists (select from messages m where m.chat_id = c.id)
          and not exists (select from chat_coverage v where v.chat_id = c.id) and not exists (select from tombstones t where t.chat_id = c.id)
          and not exists (select from chats o where o.account_id = c.account_id and o.external_id = ${key})
          and not exists (select from chat_aliases a where a.account_id = c.account_id and a.kind = 'key' and a.value = ${key})
        returning ${chatColumns}`,
  )
  if (!renamed) return chat
  await tx.execute(
    sql`insert into chat_aliases (chat_id, account_id, kind, value)
        values (${chat.id}, ${chat.account_id}, 'key', ${chat.external_id}) on conflict do nothing`,
  )
  return renamed
}

/** Keeps a clash of names where a person can see it, and closes it once the page says what is stored. */
async function tellClash(tx: Queries, chat: ChatRow, { jid, lid }: ChatIdentity, clash: boolean): Promise<void> {
  if (jid === null || lid === null) return
  if (!clash) return resolveRejects(tx, chat.id, new Set([lid]))
  const reason = 'the page gives this LID and this JID to one person, the database knows them apart; nothing was changed'
  const where = { accountId: chat.account_id, chatId: chat.id, runId: null, selectorSet: null }
  await saveRejects(tx, where, [{ rowKey: lid, field: 'jid', reason, raw: { jid, lid, stored: { jid: chat.jid, lid: chat.lid } } }])
}

function namesOf({ jid, lid, isGroup }: ChatIdentity): ChatNames {
  return { jid, lid, is_group: isGroup }
}

/** The facts in the spelling that is stored. A LID may come as the JID; a group has none. */
function normal(identity: ChatIdentity): ChatIdentity {
  const ids = [identity.jid, identity.lid].filter(id => id !== null).map(id => toStored(canonicalJid(id)))
  const jid = ids.find(id => !isLidJid(id)) ?? null
  return {
    ...identity,
    jid,
    lid: jid !== null && isGroupJid(jid) ? null : (ids.find(isLidJid) ?? null),
    title: toStored(identity.title),
    community: identity.community === null ? null : toStored(identity.community),
    participants: identity.participants.map(toStored),
  }
}
