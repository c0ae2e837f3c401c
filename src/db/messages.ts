/**
 * Messages: one statement for a batch that holds nothing but new ones and such as are stored already just so, a second one for the others.
 * There, what is stored and what was read now are merged column by column, richer wins, and only rows that change are written. The caller
 * holds the account's lock, so nobody else writes the same messages meanwhile.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { DeliveryStatus, MessageKind } from '../model.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import { columns, type IncomingRow, recordset } from './incoming.ts'
import { blank, conflict, rules } from './message-rules.ts'
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

/**
 * Merges a batch into the chat's rows. No two may be the same message (`inLayers`). Rows come back in the order given, ids of unchanged
 * ones too. A message is found by its chat and its id: its `external_id` may be older than the chat's key.
 */
export async function mergeMessages(tx: Queries, into: MergeInto, rows: readonly IncomingRow[]): Promise<MergedRow[]> {
  if (rows.length === 0) return []
  const { added, known } = await addNew(tx, into, rows)
  const merged: MergedRow[] = rows.map(asRead)
  for (const [place, id, externalId] of known)
    merged[place] = { ...merged[place]!, id, external_id: externalId, inserted: false, written: false }
  const stored = new Set(known.map(([place]) => place))
  const fresh = merged.filter((_, place) => !stored.has(place))
  for (const [at, row] of fresh.entries()) row.id = added[at]!
  const others = known.filter(([, , , same]) => !same).map(([place]) => place)
  if (others.length > 0) {
    const read = recordset(others.map(place => rows[place]!))
    for (const [at, row] of (await mergeRows(tx, into, read)).entries()) merged[others[at]!] = row
  }
  return merged
}

/** A stored message of the batch: place, id, external_id, and whether the reading says the same in every column. */
type Known = [place: number, id: number, externalId: string, same: boolean]

/** Inserts what is not stored yet (ids in the order of the rows), and tells of everything else whether there is anything to merge. */
async function addNew(tx: Queries, into: MergeInto, rows: readonly IncomingRow[]): Promise<{ added: number[]; known: Known[] }> {
  const [result] = await rowsOf<{ added: number[]; known: Known[] }>(
    tx,
    sql`with i as materialized (
      select i.*, s.id, s.external_id as known_as, (${of('i')}) is not distinct from (${of('s')}) as same
      from ${recordset(rows)} left join ${storedMessage(into)}
    ), added as (
      insert into messages (account_id, chat_id, external_id, message_id, run_id, selector_set, ${list})
      select ${into.accountId}::text, ${into.chatId}::bigint, external_id, message_id, ${into.runId}::uuid, ${into.selectorSet}::text, ${given}
      from i where id is null order by place
      returning id
    )
    select (select coalesce(json_agg(id order by id), '[]') from added) as added,
      (select coalesce(json_agg(json_build_array(place, id, known_as, same) order by place), '[]') from i where id is not null) as known`,
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
