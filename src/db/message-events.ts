/** Which events a merged message gives rise to: from what it was to what it is. What they say is put together from the stored row (`told`). */
import { sql } from 'drizzle-orm'
import type { AgentFlags } from '../agent.ts'
import type { EventType } from '../model.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import { lockOutbox } from './events.ts'
import type { MergedRow } from './merge-rows.ts'
import type { StoredEvent } from './store.ts'
import { toJson } from './text.ts'

/**
 * Types of the events of one row. A message that is still being waited for is announced when its content comes. Edits and reactions can
 * happen again and again, everything else happens once.
 */
export function eventsOf(flags: AgentFlags, row: MergedRow): EventType[] {
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
  return types
}

/**
 * Columns `type`, `data` and `dedupe_key` of an event of the type `type` about the row `m` of `messages`. Never holds text. Those of new
 * messages say the same, and are put together before they are sent (`messages.ts`): from the row it took longer than writing them (measured).
 */
const told = sql`type, jsonb_build_object('message_id', m.id, 'external_id', external_id, 'thread_external_id', thread_external_id,
      'chat_id', m.chat_id, 'kind', kind, 'ts', ${iso(sql`ts`)})
      || case when type in ('message.delivered', 'message.read') then jsonb_build_object('status', status) else '{}' end,
    case when type not in ('message.edited', 'message.reaction') then type || ':' || external_id end`

/** Writes events about rows that are stored, in their order, and returns those that were new. See `lockOutbox`. */
export async function writeMessageEvents(
  tx: Queries,
  accountId: string,
  events: readonly { id: number; type: EventType }[],
): Promise<StoredEvent[]> {
  if (events.length === 0) return []
  await lockOutbox(tx)
  const [written] = await rowsOf<{ told: [id: number, type: EventType, data: Record<string, unknown>][] }>(
    tx,
    sql`with told as (
          insert into events (account_id, type, data, dedupe_key)
          select ${accountId}::text, ${told}
          from jsonb_to_recordset(${toJson(events.map((event, place) => ({ ...event, place })))}::text::jsonb) as x(place integer, id bigint, type text)
          cross join lateral (select * from messages where id = x.id offset 0) m
          order by place
          on conflict (account_id, dedupe_key) do nothing
          returning id, type, data
        )
        select coalesce(json_agg(json_build_array(id, type, data) order by id), '[]') as told from told`,
  )
  return written!.told.map(([id, type, data]) => ({ id, accountId, type, data }))
}
