/** What is on record of every chat's readings and of the last walk of the list: one statement, also as text for `readOnly`. */
import { type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { ChatReadings, Recorded } from '../sync/completeness.ts'
import { iso, type Queries, rowsOf } from './client.ts'
import { purgedTitle } from './purge.ts'
import { isPartial } from './runs.ts'

/** A chat's readings with the names by which somebody may ask for it. */
export interface NamedReadings extends ChatReadings {
  externalId: string
  ids: string[]
}

export interface NamedRecord extends Recorded {
  chats: NamedReadings[]
}

/** One row, one column: a `NamedRecord` as JSON, chats by id. */
export function recordedQuery(accountId: string): SQL {
  const span = sql`json_build_object('from', ${iso(sql`v.from_ts`)}, 'to', ${iso(sql`v.to_ts`)}, 'fromEdge', v.from_edge)`
  const chat = sql`json_build_object('id', c.id, 'externalId', c.external_id, 'title', c.title,
      'ids', array(select c.external_id union select value from chat_aliases where chat_id = c.id and kind <> 'title' order by 1),
      'coverage', coalesce(v.spans, '[]'::json), 'incompleteReason', c.incomplete_reason, 'failures', c.failures,
      'lastReadAt', ${iso(sql`c.last_read_at`)}, 'deepReadAt', ${iso(sql`c.deep_read_at`)}, 'retryAt', ${iso(sql`c.retry_at`)},
      'purgedBefore', ${iso(sql`t.edge`)},
      'newestTs', (select ${iso(sql`m.ts`)} from messages m where m.chat_id = c.id order by m.ts desc limit 1))`
  return sql`select json_build_object(
      'running', coalesce((select status = 'running' from sync_runs where account_id = ${accountId} order by started_at desc, id limit 1), false),
      'walk', (${walk(accountId)}),
      'chats', (
        select coalesce(json_agg(${chat} order by c.id), '[]'::json) from chats c
        left join (select v.chat_id, json_agg(${span} order by v.to_ts desc) as spans from chat_coverage v group by v.chat_id) v on v.chat_id = c.id
        left join lateral (
          select max(purged_before) as edge from tombstones t where t.account_id = c.account_id and (t.chat_id is null or t.chat_id = c.id)
        ) t on true
        where c.account_id = ${accountId}
      )
    ) as recorded`
}

/** The last cycle that looked at every chat: one of some chats alone (`sync --chat`) says nothing about the others. */
function walk(accountId: string): SQL {
  return sql`select json_build_object('startedAt', ${iso(sql`started_at`)}, 'since', ${iso(sql`since`)},
      'incomplete', (select coalesce(jsonb_agg(item order by place), '[]'::jsonb)
        from jsonb_array_elements(coalesce(counts -> 'incomplete', '[]'::jsonb)) with ordinality as told(item, place)
        where item ->> 'chat' <> ${purgedTitle}))
    from sync_runs where account_id = ${accountId} and status in ('complete', 'incomplete') and not ${isPartial}
    order by started_at desc, id limit 1`
}

/** What is on record now. */
export async function recorded(queries: Queries, accountId: string): Promise<NamedRecord> {
  const [row] = await rowsOf<{ recorded: NamedRecord }>(queries, recordedQuery(accountId))
  return row!.recorded
}

/** A statement with its values in it, for whoever takes nothing but text. */
export function asText(query: SQL): string {
  return new PgDialect().sqlToQuery(query.inlineParams()).sql
}
