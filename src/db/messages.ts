/**
 * Messages: one statement for a batch that holds nothing but new ones and such as are stored already just so, a second one for the others.
 * The caller holds the account's lock, so
 * that nobody else writes the same messages meanwhile.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { AgentFlags } from '../agent.ts'
import { type Queries, rowsOf } from './client.ts'
import { outboxLocked } from './events.ts'
import { columns, type IncomingRow, recordset, type Told } from './incoming.ts'
import { columnList, columnsOf, type MergedRow, type MergeInto, mergeRows, storedMessage } from './merge-rows.ts'
import { eventsOf } from './message-events.ts'
import type { StoredEvent } from './store.ts'
import { toStored } from './text.ts'

/** A message as a reading gives it, and what it means to the agent. */
export interface Reading {
  row: IncomingRow
  flags: AgentFlags
}

/**
 * Merges a batch into the chat's rows. No two may be the same message (`inLayers`). Rows come back in the order given, ids of unchanged
 * ones too, with the events of the new ones, which are written; those of the others are the caller's to write. A message is found by its
 * chat and its id: its `external_id` may be older than the chat's key.
 */
export async function mergeMessages(
  tx: Queries,
  into: MergeInto,
  readings: readonly Reading[],
): Promise<{ rows: MergedRow[]; events: StoredEvent[] }> {
  if (readings.length === 0) return { rows: [], events: [] }
  const rows = readings.map(({ row }) => asRead(row))
  const incoming = readings.map(({ row }) => row)
  const tellings = readings.map(({ row, flags }, place) => ({
    types: eventsOf(flags, rows[place]!),
    data: newsOf(into, row, rows[place]!.ts),
  }))
  const { added, known, told } = await addNew(tx, into, recordset(incoming, tellings))
  for (const [place, id, externalId] of known) {
    rows[place] = { ...rows[place]!, id, external_id: externalId, inserted: false, written: false }
  }
  let at = 0
  for (const row of rows) if (row.inserted) row.id = added[at++]!
  const others = known.filter(([, , , same]) => !same).map(([place]) => place)
  if (others.length > 0) {
    const merged = await mergeRows(tx, into, recordset(others.map(place => incoming[place]!)))
    for (const [index, place] of others.entries()) rows[place] = merged[index]!
  }
  return { rows, events: eventsWritten(into, rows, tellings, told) }
}

/** What the events of a new message say beside its row's id: the same as `told` (`message-events.ts`) reads from the row. */
function newsOf({ chatId }: MergeInto, { external_id, thread_external_id, kind }: IncomingRow, ts: string) {
  return { ts, kind, chat_id: chatId, external_id, thread_external_id }
}

/** The events of new messages that were written: one that there is already from an earlier time is not. */
function eventsWritten(into: MergeInto, rows: readonly MergedRow[], tellings: readonly Told[], told: Added['told']): StoredEvent[] {
  const byKey = new Map<string, Omit<StoredEvent, 'id'>>()
  for (const [place, { id, inserted, external_id, thread_external_id, kind, ts }] of rows.entries()) {
    if (!inserted) continue
    const data = { ts, kind, chat_id: into.chatId, message_id: id, external_id, thread_external_id }
    for (const type of tellings[place]!.types) byKey.set(`${type}:${external_id}`, { accountId: into.accountId, type, data })
  }
  return told.map(([id, key]) => ({ id, ...byKey.get(key)! }))
}

/** What became of a batch: ids of new rows in the order of the reading; stored ones, and whether the reading says the same in every column. */
interface Added {
  added: number[]
  known: [place: number, id: number, externalId: string, same: boolean][]
  /** Events by their `dedupe_key`. */
  told: [id: number, key: string][]
}

/** Inserts what is not stored yet, with its events. */
async function addNew(tx: Queries, into: MergeInto, source: SQL): Promise<Added> {
  const [result] = await rowsOf<Added>(
    tx,
    sql`with i as materialized (
      select i.*, s.id, s.external_id as known_as, s.id is not null and (${columnsOf('i')}) is not distinct from (${columnsOf('s')}) as same
      from ${source} left join ${storedMessage(into)}
    ), added as (
      insert into messages (account_id, chat_id, external_id, message_id, run_id, selector_set, ${columnList})
      select ${into.accountId}::text, ${into.chatId}::bigint, external_id, message_id, ${into.runId}::uuid, ${into.selectorSet}::text, ${given}
      from i where id is null order by place
      returning id, message_id
    ), locked as materialized (
      select ${outboxLocked} from (select from i where id is null limit 1) x
    ), told as (
      insert into events (account_id, type, data, dedupe_key)
      select ${into.accountId}::text, type, jsonb_build_object('message_id', a.id) || i.data, type || ':' || external_id
      from locked cross join added a join i using (message_id) cross join lateral string_to_table(i.types, ' ') with ordinality as t(type, at)
      order by place, at
      on conflict (account_id, dedupe_key) do nothing
      returning id, dedupe_key
    )
    select (select coalesce(json_agg(id order by id), '[]') from added) as added,
      (select coalesce(json_agg(json_build_array(place, id, known_as, same) order by place), '[]') from i where id is not null) as known,
      (select coalesce(json_agg(json_build_array(id, dedupe_key) order by id), '[]') from told) as told`,
  )
  return result!
}

/** A name of nothing but spaces is none. */
const given = sql.raw(
  columns.map(name => (name === 'sender_name' ? `case when sender_name ~ '\\S' then sender_name end` : name)).join(', '),
)

/** What becomes of a message that was not stored before. */
function asRead(row: IncomingRow): MergedRow {
  return {
    id: 0,
    external_id: toStored(row.external_id),
    inserted: true,
    written: true,
    conflict: null,
    kind: row.kind,
    is_outgoing: row.is_outgoing,
    is_edited: row.is_edited,
    ts: new Date(row.ts).toISOString(),
    thread_external_id: toStored(row.thread_external_id),
    status: row.status,
    old_kind: null,
    old_status: null,
    text_changed: false,
    text_came: false,
    edited_now: false,
    deleted_now: false,
    reactions_changed: false,
  }
}

/** Rows split so that no part holds a message twice, in the order of the reading: one statement cannot touch a row twice. */
export function inLayers<T extends { external_id: string }>(rows: readonly T[]): T[][] {
  const layers: T[][] = []
  const seen = new Map<string, number>()
  for (const row of rows) {
    const depth = seen.get(row.external_id) ?? 0
    seen.set(row.external_id, depth + 1)
    layers[depth] ??= []
    layers[depth]!.push(row)
  }
  return layers
}
