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

/** Messages that hold the terms, the newest first. Throws Retryable when it takes too long. */
export async function search(database: Database, page: SearchPage): Promise<ReadMessage[]> {
  const { filter, mode, ceiling, after, limit } = page
  try {
    return await database.transaction(async tx => {
      await tx.execute(sql.raw(`set local statement_timeout = '${patience}'`))
      const holds =
        mode === 'words'
          ? await holdsWords(tx, page.terms)
          : sql.join(
              page.terms.map(term => holdsPart(sql`m.content_snippet`, term)),
              sql` and `,
            )
      if (holds === null) return []
      const found = await fewFound(tx, filter, holds)
      return readRows(
        tx,
        sql`select ${messageColumns} from messages m join chats c on c.id = m.chat_id
            where ${matches(filter)} and m.id <= ${ceiling} and ${found === null ? holds : sql`m.id = any(${`{${found.join(',')}}`}::bigint[])`}
              ${after === null ? sql`` : sql`and (m.ts, m.id) < (${after.at}::timestamptz, ${after.row}::bigint)`}
            order by m.ts desc, m.id desc limit ${limit}`,
      )
    })
  } catch (error) {
    if (!isTimeout(error)) throw error
    throw new Retryable(`the search took longer than ${patience}: ask for longer words, or for one conversation`, { cause: error })
  }
}

/** Messages that are looked at one by one, in order, rather than found by the index first. */
const many = 2000

/**
 * The row numbers of all that holds the terms; null where that are many. Left to itself the database guesses how many there are, takes a rare
 * beginning of a word for a frequent one, and looks for it through all messages in their order; what is frequent is found soon that way.
 */
async function fewFound(tx: Queries, filter: MessageFilter, holds: SQL): Promise<number[] | null> {
  const rows = await rowsOf<{ id: number }>(
    tx,
    sql`select m.id::float8 as id from messages m join chats c on c.id = m.chat_id where ${matches(filter)} and ${holds} limit ${many + 1}`,
  )
  return rows.length > many ? null : rows.map(({ id }) => id)
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
