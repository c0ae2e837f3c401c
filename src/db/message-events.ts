/** Which events a merged message gives rise to: from what it was to what it is. Pure. */
import type { AgentFlags } from '../agent.ts'
import type { EventType } from '../model.ts'
import type { NewEvent } from './events.ts'
import type { MergedRow } from './messages.ts'

/**
 * Events of one row. A message that is still being waited for is announced when its content comes. Edits and reactions can happen again
 * and again, everything else happens once. Never holds text.
 */
export function eventsOf(accountId: string, chatId: number, flags: AgentFlags, row: MergedRow): NewEvent[] {
  if (!row.written || row.conflict !== null) return []
  const types: EventType[] = []
  const came = row.kind !== 'waiting' && (row.inserted || row.old_kind === 'waiting')
  if (came) types.push(row.is_outgoing ? 'message.sent' : 'message.received')
  else if (!row.inserted && (row.edited_now || (row.text_changed && !row.text_came && row.is_edited))) types.push('message.edited')
  if (!row.inserted && row.deleted_now) types.push('message.deleted')
  if (!row.inserted && row.reactions_changed) types.push('message.reaction')
  if (!row.inserted && row.status !== row.old_status) {
    if (row.status === 'delivered') types.push('message.delivered')
    if ((row.status === 'read' || row.status === 'played') && row.old_status !== 'read') types.push('message.read')
  }
  if (flags.addressed && row.kind !== 'waiting' && (came || row.text_came || types.includes('message.edited'))) types.push('agent.message')
  return types.map(type => ({
    type,
    accountId,
    data: {
      message_id: row.id,
      external_id: row.external_id,
      thread_external_id: row.thread_external_id,
      chat_id: chatId,
      kind: row.kind,
      ts: row.ts,
      ...(type === 'message.delivered' || type === 'message.read' ? { status: row.status } : {}),
    },
    dedupeKey: repeatable.has(type) ? null : `${type}:${row.external_id}`,
  }))
}

const repeatable = new Set<EventType>(['message.edited', 'message.reaction'])
