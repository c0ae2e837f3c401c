/** One batch, one transaction: rows, files, jobs, rejects, coverage, the chat and the outbox are stored together or not at all. */
import { type AgentFlags, agentFlags } from '../agent.ts'
import type { Direction, Message, Reject } from '../model.ts'
import { externalId, isLidJid, isPhoneJid } from '../parse/ids.ts'
import { type AttachmentRow, mergeAttachments } from './attachments.ts'
import { batchChat } from './batch-chat.ts'
import { lockAccount, personOf, recordOf } from './chat-row.ts'
import type { Database } from './client.ts'
import { saveCoverage } from './coverage.ts'
import type { IncomingRow } from './incoming.ts'
import { saveListing } from './known-chats.ts'
import type { MergedRow } from './merge-rows.ts'
import { eventsOf, writeMessageEvents } from './message-events.ts'
import { inLayers, mergeMessages } from './messages.ts'
import { resolveRejects, saveRejects } from './rejects.ts'
import { moveLastSeen } from './runs.ts'
import type { ChatRecord, Saved, StoreBatch, StoredEvent } from './store.ts'
import { toStored } from './text.ts'

interface Prepared {
  message: Message
  flags: AgentFlags
  row: IncomingRow
  external_id: string
}

/** Stores a batch. Rejects (the promise) when any part of it could not be stored; nothing is then. */
export async function saveBatch(database: Database, batch: StoreBatch): Promise<Saved> {
  const { wanted, unreadable } = sift(batch)
  return database.transaction(async tx => {
    await lockAccount(tx, batch.accountId)
    const { row, purgedBefore: edge, hasRejects, lastSeenTs } = await batchChat(tx, batch, wanted)
    const chat = recordOf(row)
    const isKept = ({ ts }: Message) => edge === null || Date.parse(ts) >= Date.parse(edge)
    const kept = wanted.filter(isKept)
    const prepared = kept.map(preparing({ ...batch, chat }))
    const given = {
      accountId: batch.accountId,
      chatId: chat.id,
      runId: batch.runId,
      selectorSet: batch.selectorSet,
      rowsComplete: batch.rowsComplete ?? false,
    }
    const merged: { from: Prepared; row: MergedRow }[] = []
    const events: StoredEvent[] = []
    for (const layer of inLayers(prepared)) {
      const result = await mergeMessages(tx, given, layer)
      for (const [index, row] of result.rows.entries()) merged.push({ from: layer[index]!, row })
      events.push(...result.events)
    }
    const good = merged.filter(({ row }) => row.conflict === null)
    // A row that was not understood has no time: beside purged ones, or alone, it may be as old as they are, and its text stays away.
    const mayBePurged = edge !== null && (kept.length === 0 || kept.length < wanted.length)
    const unread = [...batch.rejects, ...unreadable].map(reject => (mayBePurged ? { ...reject, raw: null } : reject))
    const rejects = [...unread, ...merged.filter(({ row }) => row.conflict !== null).map(conflictOf)]
    await saveRejects(tx, given, rejects)
    if (hasRejects || rejects.length > 0) {
      const refused = wanted.filter(message => !isKept(message))
      const understood = [...good.map(({ from }) => from.message), ...refused].map(({ messageId }) => toStored(messageId))
      await resolveRejects(tx, chat.id, new Set(understood))
    }
    const files = await mergeAttachments(tx, good.flatMap(attachmentsOf))
    const changes = good.flatMap(({ from, row }) => (row.inserted ? [] : eventsOf(from.flags, row).map(type => ({ id: row.id, type }))))
    events.push(...(await writeMessageEvents(tx, batch.accountId, changes)))
    if (batch.coverage) await saveCoverage(tx, chat.id, batch.runId, batch.coverage)
    await saveListing(tx, { ...batch, chat }, edge)
    const newest = good.reduce<string | null>((latest, { row }) => (latest === null || row.ts > latest ? row.ts : latest), null)
    if (newest !== null && (lastSeenTs === null || newest > lastSeenTs)) await moveLastSeen(tx, batch.accountId, newest)
    return {
      chatId: chat.id,
      inserted: good.filter(({ row }) => row.inserted).length,
      updated: good.filter(({ row }) => row.written && !row.inserted).length,
      unchanged: good.filter(({ row }) => !row.written).length,
      rejected: rejects.length,
      dropped: batch.messages.length - unreadable.length - kept.length,
      ...files,
      events,
    }
  })
}

/** Inside the window or not, at the precision of the stamp; an instant that is none becomes a reject. */
function sift({ messages, since }: StoreBatch): { wanted: Message[]; unreadable: Reject[] } {
  const edge = Date.parse(since)
  const minute = Math.floor(edge / 60_000) * 60_000
  const wanted: Message[] = []
  const unreadable: Reject[] = []
  for (const message of messages) {
    const { messageId, ts, tsPrecision } = message
    const instant = Date.parse(ts)
    if (Number.isNaN(instant)) {
      unreadable.push({ rowKey: messageId, field: 'ts', reason: 'expected an ISO 8601 instant', raw: { ts } })
    } else if (instant >= (tsPrecision === 'minute' ? minute : edge)) wanted.push(message)
  }
  return { wanted, unreadable }
}

/** What is the same for all messages of the batch is worked out once. */
function preparing({ chat, participants, agent }: StoreBatch): (message: Message) => Prepared {
  const facts = { chatTitle: chat.title, chatJid: chat.jid ?? chat.lid, isGroup: chat.isGroup, phone: chat.jid }
  const recipients = { in: recipientsOf('in', chat, participants), out: recipientsOf('out', chat, participants) }
  return message => {
    const id = toStored(externalId(chat.externalId, message.messageId))
    const flags = agentFlags(agent, facts, { text: message.text, direction: message.direction })
    const row: IncomingRow = {
      external_id: id,
      message_id: message.messageId,
      thread_external_id: chat.threadExternalId,
      sender_name: message.senderName,
      recipient_ids: recipients[message.direction],
      content_snippet: message.text,
      ts: message.ts,
      ts_precision: message.tsPrecision,
      is_outgoing: message.direction === 'out',
      kind: message.kind,
      is_agent_channel: flags.isAgentChannel,
      exclude_from_automation: flags.excludeFromAutomation,
      has_attachments: message.attachments.length > 0,
      is_edited: message.edited,
      is_deleted: message.deleted || message.kind === 'deleted',
      is_forwarded: message.forwarded || message.forwardedMany,
      forwarded_many: message.forwardedMany,
      quoted_text: message.quoted?.text ?? null,
      quoted_sender: message.quoted?.sender ?? null,
      quoted_message_id: message.quoted?.messageId ?? null,
      reactions: [...message.reactions].sort((a, b) => (a.emoji < b.emoji ? -1 : 1)),
      status: message.status,
      file_name: message.fileName,
      duration_s: message.durationS,
      album_size: message.albumSize,
      details: message.details,
      ...senderOf(message, chat),
    }
    return { message, flags, row, external_id: id }
  }
}

/** In a chat with one person, whatever comes in is that person's, by the best id that the chat is known by; no witness told that then. */
function senderOf({ direction, senderId, witnesses }: Message, chat: ChatRecord): Pick<IncomingRow, 'sender_id' | 'witnesses'> {
  const person = direction === 'in' ? personOf(chat) : null
  const known = senderId !== null && (isPhoneJid(senderId) || (isLidJid(senderId) && !(person !== null && isPhoneJid(person))))
  if (person === null || known) return { sender_id: senderId, witnesses }
  const { senderId: _, ...others } = witnesses
  return { sender_id: person, witnesses: others }
}

/** A group's members, or the other person for an own message; the owner's own number is nowhere on the page, so nobody for a received one. */
function recipientsOf(direction: Direction, chat: ChatRecord, participants: readonly string[]): readonly string[] {
  if (chat.isGroup ?? participants.length > 1) return participants
  return direction === 'out' ? [chat.jid ?? chat.lid ?? chat.title] : []
}

function attachmentsOf({ from, row }: { from: Prepared; row: MergedRow }): AttachmentRow[] {
  return from.message.attachments.map(attachment => ({ messageRow: row.id, attachment }))
}

function conflictOf({ from, row }: { from: Prepared; row: MergedRow }): Reject {
  const { messageId, direction, ts, tsPrecision, kind } = from.message
  return {
    rowKey: messageId,
    field: row.conflict ?? '',
    reason: `this reading contradicts the stored message in its ${row.conflict}; the stored one stands`,
    raw: { direction, ts, tsPrecision, kind },
  }
}
