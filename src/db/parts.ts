/** Texts that hold a term anywhere, in any case. */
import { type SQL, sql } from 'drizzle-orm'
import { toStored } from './text.ts'

/** True where the column holds the term. An index of trigrams serves it where there is one. */
export function holdsPart(column: SQL, term: string): SQL {
  const each = spellings(term).map(text => sql`${column} ilike ${`%${toStored(text).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`}`)
  return sql`(${sql.join(each, sql` or `)})`
}

/** The term as it may be written. A database with the locale C knows capitals of no letters but A to Z. */
export function spellings(term: string): string[] {
  const [first = '', ...rest] = term
  const capital = first.toUpperCase() + rest.join('').toLowerCase()
  return /^[\0-\x7f]*$/.test(term) ? [term] : [...new Set([term, term.toLowerCase(), term.toUpperCase(), capital])]
}
