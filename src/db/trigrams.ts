/**
 * The index that finds parts of words. It needs the extension pg_trgm, which not every server has and not every role may create: without it
 * such a search reads the rows one by one.
 */
import { sql } from 'drizzle-orm'
import { type Database, type Queries, rowsOf } from './client.ts'

const indexName = 'messages_trigrams'

/** Makes the index where it can be made; tried again with each start, since a server may learn it later. */
export async function offerTrigrams(database: Database): Promise<boolean> {
  if (await hasTrigrams(database.db)) return true
  try {
    await database.transaction(async tx => {
      await tx.execute(sql`create extension if not exists pg_trgm`)
      await tx.execute(sql.raw(`create index if not exists ${indexName} on messages using gin (content_snippet gin_trgm_ops)`))
    })
    return true
  } catch {
    // Not shipped, not allowed, or out of the search path: the search works without it, and says so.
    return false
  }
}

/** Whether the index is there. */
export async function hasTrigrams(queries: Queries): Promise<boolean> {
  const [row] = await rowsOf<{ there: boolean }>(queries, sql`select to_regclass(${indexName}) is not null as there`)
  return row?.there ?? false
}
