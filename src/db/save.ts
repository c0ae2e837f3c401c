/** One batch, one transaction: rows, files, jobs, rejects, coverage, the chat and the outbox are stored together or not at all. */
import { sql } from 'drizzle-orm'
import { type AgentFlags, agentFlags } from '../agent.ts'
import type { Message, Reject } from '../model.ts'
import { externalId } from '../parse/ids.ts'
import { type AttachmentRow, mergeAttachments } from './attachments.ts'
import { type Database, rowsOf } from './client.ts'
import { saveCoverage } from './coverage.ts'
import { writeEvents } from './events.ts'
import { saveListing } from './known-chats.ts'
import { eventsOf } from './message-events.ts'
import { type IncomingRow, inLayers, type MergedRow, mergeMessages } from './messages.ts'
import { resolveRejects, saveRejects } from './rejects.ts'
import { moveLastSeen } from './runs.ts'
import type { ChatRecord, Saved, StoreBatch } from './store.ts'
import { toStored } from './text.ts'

interface Prepared {
  message: Message
  flags: AgentFlags
  row: IncomingRow
  external_id: string
}

/** Stores a batch. Rejects (the promise) when any part of it could not be stored; nothing is then. */
export async function saveBatch(database: Database, batch: StoreBatch): Promise<Saved> {
  const { wanted, unreadable, dropped } = sift(batch)
  return database.transaction(async tx => {
    // Everybody who writes to this chat waits here: what is stored cannot change between the comparison and the write.
    const [locked] = await rowsOf<{ thread: string }>(
      tx,
      sql`select thread_external_id as thread from chats where id = ${batch.chat.id} for update`,
    )
    const chat = { ...batch.chat, threadExternalId: locked?.thread ?? batch.chat.threadExternalId }
    const prepared = wanted.map(message => prepare(message, { ...batch, chat }))
    const given = {
      accountId: batch.accountId,
      chatId: chat.id,
      runId: batch.runId,
      selectorSet: batch.selectorSet,
      rowsComplete: batch.rowsComplete ?? false,
    }
    const merged: { from: Prepared; row: MergedRow }[] = []
    for (const layer of inLayers(prepared)) {
      const rows = await mergeMessages(
        tx,
        given,
        layer.map(item => item.row),
      )
      for (const [index, row] of rows.entries()) merged.push({ from: layer[index]!, row })
    }
    const good = merged.filter(({ row }) => row.conflict === null)
    const rejects = [...batch.rejects, ...unreadable, ...merged.filter(({ row }) => row.conflict !== null).map(conflictOf)]
    await saveRejects(tx, batch, rejects)
    await resolveRejects(tx, chat.id, new Set(good.map(({ from }) => toStored(from.message.messageId))))
    const files = await mergeAttachments(tx, good.flatMap(attachmentsOf))
    const events = await writeEvents(
      tx,
      good.flatMap(({ from, row }) => eventsOf(batch.accountId, chat.id, from.flags, row)),
    )
    if (batch.coverage) await saveCoverage(tx, chat.id, batch.runId, batch.coverage)
    await saveListing(tx, batch)
    const newest = good.reduce<string | null>((latest, { row }) => (latest === null || row.ts > latest ? row.ts : latest), null)
    if (newest !== null) await moveLastSeen(tx, batch.accountId, newest)
    return {
      inserted: good.filter(({ row }) => row.inserted).length,
      updated: good.filter(({ row }) => row.written && !row.inserted).length,
      unchanged: good.filter(({ row }) => !row.written).length,
      rejected: rejects.length,
      dropped,
      ...files,
      events,
    }
  })
}

/** Inside the window or not, at the precision of the stamp; an instant that is none becomes a reject. */
function sift({ messages, since }: StoreBatch): { wanted: Message[]; unreadable: Reject[]; dropped: number } {
  const edge = Date.parse(since)
  const minute = Math.floor(edge / 60_000) * 60_000
  const readable = messages.filter(message => Number.isFinite(Date.parse(message.ts)))
  const wanted = readable.filter(({ ts, tsPrecision }) => Date.parse(ts) >= (tsPrecision === 'minute' ? minute : edge))
  const unreadable = messages
    .filter(message => !readable.includes(message))
    .map(({ messageId, ts }) => ({ rowKey: messageId, field: 'ts', reason: 'expected an ISO 8601 instant', raw: { ts } }))
  return { wanted, unreadable, dropped: readable.length - wanted.length }
}

function prepare(message: Message, { chat, participants, agent }: StoreBatch): Prepared {
  const id = toStored(externalId(chat.externalId, message.messageId))
  const flags = agentFlags(
    agent,
    { chatTitle: chat.title, chatJid: chat.jid ?? chat.lid, isGroup: chat.isGroup, phone: chat.jid },
    { text: message.text, direction: message.direction },
  )
  const row: IncomingRow = {
    external_id: id,
    message_id: message.messageId,
    thread_external_id: chat.threadExternalId,
    sender_id: message.senderId,
    sender_name: message.senderName,
    recipient_ids: recipientsOf(message, chat, participants),
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
    witnesses: message.witnesses,
  }
  return { message, flags, row, external_id: id }
}

/** A group's members, or the other person for an own message; the owner's own number is nowhere on the page, so nobody for a received one. */
function recipientsOf(message: Message, chat: ChatRecord, participants: readonly string[]): string[] {
  if (chat.isGroup ?? participants.length > 1) return [...participants]
  return message.direction === 'out' ? [chat.jid ?? chat.lid ?? chat.title] : []
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
