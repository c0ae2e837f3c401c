/**
 * Messages: one statement for a batch that holds nothing but new ones and such as are stored already just so, a second one for the others.
 * There, what is stored and what was read now are merged column by column, richer wins, and only rows that change are written. The caller
 * holds the account's lock, so nobody else writes the same messages meanwhile.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { AgentFlags } from '../agent.ts'
import type { DeliveryStatus, MessageKind } from '../model.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import { outboxLocked } from './events.ts'
import { columns, type IncomingRow, recordset } from './incoming.ts'
import { eventsOf, storedEvents, toldOf, type WrittenEvent } from './message-events.ts'
import { blank, conflict, rules } from './message-rules.ts'
import type { StoredEvent } from './store.ts'
import { toStored } from './text.ts'

/** What became of one message; `conflict` names the field in which the reading contradicts the stored row, which is then left as it is. */
export interface MergedRow {
  id: number
  external_id: string
  inserted: boolean
  written: boolean
  conflict: 'direction' | 'ts' | null
  kind: MessageKind
  is_outgoing: boolean
  is_edited: boolean
  ts: string
  thread_external_id: string
  status: DeliveryStatus | null
  old_kind: MessageKind | null
  old_status: DeliveryStatus | null
  text_changed: boolean
  text_came: boolean
  edited_now: boolean
  deleted_now: boolean
  reactions_changed: boolean
}

/** Where merged rows belong; `runId` null = no reading is behind them. */
export interface MergeInto {
  accountId: string
  chatId: number
  runId: string | null
  selectorSet: string | null
  rowsComplete: boolean
}

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
  const types = readings.map(({ flags }, place) => eventsOf(flags, rows[place]!))
  const incoming = readings.map(({ row }) => row)
  const { added, known, told } = await addNew(tx, into, recordset(incoming, types))
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
  return { rows, events: storedEvents(into.accountId, told) }
}

/** What became of a batch: ids of new rows in the order of the reading; stored ones, and whether the reading says the same in every column. */
interface Added {
  added: number[]
  known: [place: number, id: number, externalId: string, same: boolean][]
  told: WrittenEvent[]
}

/** Inserts what is not stored yet, with its events. */
async function addNew(tx: Queries, into: MergeInto, source: SQL): Promise<Added> {
  const [result] = await rowsOf<Added>(
    tx,
    sql`with i as materialized (
      select i.*, s.id, s.external_id as known_as, (${of('i')}) is not distinct from (${of('s')}) as same
      from ${source} left join ${storedMessage(into)}
    ), added as (
      insert into messages (account_id, chat_id, external_id, message_id, run_id, selector_set, ${list})
      select ${into.accountId}::text, ${into.chatId}::bigint, external_id, message_id, ${into.runId}::uuid, ${into.selectorSet}::text, ${given}
      from i where id is null order by place
      returning id, message_id
    ), locked as materialized (
      select ${outboxLocked} from (select from i where id is null limit 1) x
    ), told as (
      insert into events (account_id, type, data, dedupe_key)
      select ${into.accountId}::text, ${toldOf({ id: sql`a.id`, chatId: sql`${into.chatId}::bigint` })}
      from locked cross join added a join i using (message_id) cross join lateral jsonb_array_elements_text(i.types) with ordinality as t(type, at)
      order by place, at
      on conflict (account_id, dedupe_key) do nothing
      returning id, type, data
    )
    select (select coalesce(json_agg(id order by id), '[]') from added) as added,
      (select coalesce(json_agg(json_build_array(place, id, known_as, same) order by place), '[]') from i where id is not null) as known,
      (select coalesce(json_agg(json_build_array(id, type, data) order by id), '[]') from told) as told`,
  )
  return result!
}

const list = sql.raw(columns.join(', '))
const of = (table: string) => sql.raw(columns.map(name => `${table}.${name}`).join(', '))
/** A name of nothing but spaces is none. */
const given = sql.raw(
  columns.map(name => (name === 'sender_name' ? `case when sender_name ~ '\\S' then sender_name end` : name)).join(', '),
)

/** One look-up for each row, whatever the planner believes about a table that nobody has analysed yet. */
const storedMessage = (into: MergeInto) =>
  sql`lateral (select * from messages where chat_id = ${into.chatId} and message_id = i.message_id offset 0) s on true`

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

/**
 * Merges rows that are all stored already with what was read now, by the rules of `message-rules.ts`; only rows that change are written.
 * `source` is an item of a FROM list called `i`, with a `place`.
 */
export async function mergeRows(tx: Queries, into: MergeInto, source: SQL): Promise<MergedRow[]> {
  const { v, d, w } = rules(into.rowsComplete)
  const value = (name: string) => `${name in v ? 'v' : name in d ? 'd' : 'w'}.${name}`
  const values = sql.raw(columns.map(value).join(', '))
  const updates = sql.raw(columns.map(name => `${name} = excluded.${name}`).join(', '))
  return rowsOf<MergedRow>(
    tx,
    sql`with merged as materialized (
      select i.place, s.id, s.external_id, s.message_id, ${conflict} as conflict, ${values}, (${values}) is distinct from (${of('s')}) as changed,
        s.kind as old_kind, s.status as old_status,
        v.content_snippet is distinct from s.content_snippet as text_changed,
        ${blank(sql`s.content_snippet`)} and not ${blank(sql`v.content_snippet`)} as text_came,
        v.is_edited and not s.is_edited as edited_now,
        v.is_deleted and not s.is_deleted as deleted_now,
        v.reactions is distinct from s.reactions as reactions_changed
      from ${source} join ${storedMessage(into)}
      cross join lateral (select ${selected(v)} offset 0) v
      cross join lateral (select ${selected(d)} offset 0) d
      cross join lateral (select ${selected(w)} offset 0) w
    ), written as (
      insert into messages (account_id, chat_id, external_id, message_id, run_id, selector_set, ${list})
      select ${into.accountId}::text, ${into.chatId}::bigint, external_id, message_id, ${into.runId}::uuid, ${into.selectorSet}::text, ${list}
      from merged where conflict is null and changed
      order by place
      on conflict (chat_id, message_id) do update set ${updates}, last_seen_at = now(),
        run_id = coalesce(excluded.run_id, messages.run_id), selector_set = coalesce(excluded.selector_set, messages.selector_set)
      returning id
    )
    select m.id, m.external_id, false as inserted, w.id is not null as written, m.conflict, m.kind, m.is_outgoing, m.is_edited,
      ${iso(sql`m.ts`)} as ts, m.thread_external_id, m.status, m.old_kind, m.old_status, m.text_changed, m.text_came, m.edited_now,
      m.deleted_now, m.reactions_changed
    from merged m left join written w on w.id = m.id
    order by m.place`,
  )
}

/** The expressions of one step under their columns' names. */
function selected(step: Record<string, SQL>): SQL {
  return sql.join(
    Object.entries(step).map(([name, rule]) => sql`${rule} as ${sql.raw(name)}`),
    sql`, `,
  )
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
