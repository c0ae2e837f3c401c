/** Finding messages by what stands in them: by whole words first, by parts of them where no word fits. */
import { type SQL, sql } from 'drizzle-orm'
import { Retryable } from '../errors.ts'
import { type Database, type Queries, rowsOf } from './client.ts'
import { holdsPart, spellings } from './parts.ts'
import { type MessageFilter, matches, messageColumns, type Position, type ReadMessage, readRows } from './read-messages.ts'
import { spacedSql, wordsSql } from './search-words.ts'
import { toStored } from './text.ts'

/** `words`: texts that hold all terms as words, the last one also as the beginning of one. `parts`: texts that hold all terms anywhere. */
export type SearchMode = 'words' | 'parts'

export interface SearchPage {
  filter: MessageFilter
  terms: readonly string[]
  mode: SearchMode
  /** Messages with higher row numbers are left out: the order stays while somebody walks. */
  ceiling: number
  after: Position | null
  limit: number
}

/** A search that takes longer than this is given up, so that a few cannot take the database for themselves. */
const patience = '10s'

/** How much is looked at before another way is taken. */
export interface Effort {
  /** Of the newest messages so many are looked through first: a frequent word stands there often enough. */
  glance: number
  /** So many are found by the index and put in order; where it finds more, the messages are looked through in their order. */
  many: number
}

/**
 * Measured on a million messages: making the list of all that hold a frequent word takes the index a third of a second before the first of
 * them is known, and looking for a word that one message in a thousand holds through them in their order takes seconds.
 */
const usualEffort: Effort = { glance: 300, many: 20_000 }

/** Messages that hold the terms, the newest first. Throws Retryable when it takes too long. */
export async function search(database: Database, page: SearchPage, effort: Effort = usualEffort): Promise<ReadMessage[]> {
  try {
    return await database.transaction(async tx => {
      await tx.execute(sql.raw(`set local statement_timeout = '${patience}'`))
      const holds =
        page.mode === 'words'
          ? await holdsWords(tx, page.terms)
          : sql.join(
              page.terms.map(term => holdsPart(sql`m.content_snippet`, term)),
              sql` and `,
            )
      return holds === null ? [] : await newestOf(tx, page, holds, effort)
    })
  } catch (error) {
    if (!isTimeout(error)) throw error
    throw new Retryable(`the search took longer than ${patience}: ask for longer words, or for one conversation`, { cause: error })
  }
}

const newestFirst = sql`order by m.ts desc, m.id desc`

/** The newest messages of a page for which `holds` is true. Left to itself the database guesses how many there are, and guesses badly. */
async function newestOf(tx: Queries, { filter, ceiling, after, limit }: SearchPage, holds: SQL, effort: Effort): Promise<ReadMessage[]> {
  const within = sql`${matches(filter)} and m.id <= ${ceiling}
    ${after === null ? sql`` : sql`and (m.ts, m.id) < (${after.at}::timestamptz, ${after.row}::bigint)`}`
  const glanced = await readRows(
    tx,
    sql`select ${messageColumns} from (select m.* from messages m where ${within} ${newestFirst} limit ${effort.glance}) m
        join chats c on c.id = m.chat_id where ${holds} ${newestFirst} limit ${limit}`,
  )
  if (glanced.length === limit) return glanced
  const [found] = await rowsOf<{ total: number; newest: number[] | null }>(
    tx,
    sql`with found as materialized (select m.id, m.ts from messages m where ${within} and ${holds} limit ${effort.many + 1})
        select (select count(*)::int from found) as total,
          (select array_to_json(array(select m.id::float8 from found m ${newestFirst} limit ${limit}))) as newest`,
  )
  const { total, newest } = found!
  if (total === 0) return []
  const chosen = total > effort.many ? sql`${within} and ${holds}` : sql`m.id = any(${`{${newest!.join(',')}}`}::bigint[])`
  return readRows(
    tx,
    sql`select ${messageColumns} from messages m join chats c on c.id = m.chat_id where ${chosen} ${newestFirst} limit ${limit}`,
  )
}

/** The condition on the words of a text; null when the terms hold no word at all (signs, emoji). */
async function holdsWords(tx: Queries, terms: readonly string[]): Promise<SQL | null> {
  const asked = terms.flatMap((term, place) => spellings(term).map(text => ({ place, text: toStored(text) })))
  const rows = await rowsOf<{ place: number; query: string }>(
    tx,
    sql`select x.place, phraseto_tsquery('simple', ${sql.raw(spacedSql('x.text'))})::text as query
        from jsonb_to_recordset(${JSON.stringify(asked)}::text::jsonb) as x(place int, text text)`,
  )
  const queries = terms.map((_, place) => {
    const beginning = place === terms.length - 1 ? ':*' : ''
    return rows.flatMap(row => (row.place === place && row.query !== '' ? [`(${row.query}${beginning})`] : [])).join(' | ')
  })
  if (queries.some(query => query === '')) return null
  return sql`${sql.raw(wordsSql('m.content_snippet'))} @@ ${queries.map(query => `(${query})`).join(' & ')}::text::tsquery`
}

function isTimeout(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if ((at as { code?: unknown }).code === '57014') return true
  return false
}
