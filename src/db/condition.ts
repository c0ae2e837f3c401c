/** Whether the database takes writes, and whether its tables are those of this version: asked at any time, changes nothing. */
import { sql } from 'drizzle-orm'
import { Retryable } from '../errors.ts'
import { type Database, rowsOf } from './client.ts'
import { migrationStatus } from './migrate.ts'

export interface Condition {
  /** Why it takes no writes: it follows another server, or it was set so; null when it takes them. */
  readOnly: 'standby' | 'setting' | null
  /** Migrations that are not applied, and those that only a newer version knows. */
  pending: number
  unknown: number
}

/** Throws Retryable where the database does not say. */
export async function conditionOf(database: Database): Promise<Condition> {
  try {
    const [row] = await rowsOf<{ standby: boolean; set: boolean }>(
      database.db,
      sql`select pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as set`,
    )
    const { pending, unknown } = await migrationStatus(database)
    return { readOnly: row?.standby ? 'standby' : row?.set ? 'setting' : null, pending, unknown }
  } catch (error) {
    throw new Retryable('the database does not tell its condition', { cause: error })
  }
}
