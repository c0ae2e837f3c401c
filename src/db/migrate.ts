/** Brings the tables up to the code: the migrations in `drizzle/`, in order, each once, by one process at a time. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { SchemaError } from '../errors.ts'
import { type Database, type Queries, rowsOf } from './client.ts'
import { offerTrigrams } from './trigrams.ts'

/** How the tables stand: `pending` migrations are not applied yet, `unknown` ones were applied by a newer version of the program. */
export interface MigrationStatus {
  applied: number
  pending: number
  unknown: number
}

/** Any number that no other program locks; held until the migration is committed. */
const advisoryKey = 7_283_901

/**
 * Applies what is missing and returns how many migrations that were. Throws SchemaError when the database is newer than the code. One that is up
 * to date is not written to (it may be read-only for now), unless it can be given the index for parts of words, which no migration can promise.
 */
export async function migrate(database: Database): Promise<number> {
  const { pending, unknown } = await migrationStatus(database)
  const applied = pending === 0 && unknown === 0 ? 0 : await applyMissing(database)
  await offerTrigrams(database)
  return applied
}

function applyMissing(database: Database): Promise<number> {
  return database.transaction(async tx => {
    await tx.execute(sql`select pg_advisory_xact_lock(${advisoryKey})`)
    await tx.execute(sql`create schema if not exists drizzle`)
    await tx.execute(
      sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
    )
    const applied = await appliedHashes(tx)
    const known = readMigrationFiles({ migrationsFolder: migrationsFolder() })
    refuseNewer(applied, known)
    const missing = known.filter(migration => !applied.includes(migration.hash))
    for (const migration of missing) {
      for (const statement of migration.sql) await tx.execute(sql.raw(statement))
      await tx.execute(
        sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${migration.hash}, ${migration.folderMillis})`,
      )
    }
    return missing.length
  })
}

/** Compares without changing anything. A database that was never migrated has everything pending. */
export async function migrationStatus(database: Database): Promise<MigrationStatus> {
  const known = readMigrationFiles({ migrationsFolder: migrationsFolder() })
  const [table] = await rowsOf<{ there: boolean }>(
    database.db,
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`,
  )
  const applied = table?.there ? await appliedHashes(database.db) : []
  return {
    applied: known.filter(migration => applied.includes(migration.hash)).length,
    pending: known.filter(migration => !applied.includes(migration.hash)).length,
    unknown: applied.filter(hash => !known.some(migration => migration.hash === hash)).length,
  }
}

async function appliedHashes(queries: Queries): Promise<string[]> {
  const rows = await rowsOf<{ hash: string }>(queries, sql`select hash from drizzle.__drizzle_migrations order by id`)
  return rows.map(row => row.hash)
}

function refuseNewer(applied: string[], known: { hash: string }[]): void {
  const unknown = applied.filter(hash => !known.some(migration => migration.hash === hash))
  if (unknown.length === 0) return
  throw new SchemaError(
    `the database has ${unknown.length} migration(s) that this version of whatsapp-etl does not know: it was used by a newer one. Run that version again, or point PG_URL or DATA_DIR at another database.`,
  )
}

/** `drizzle/` of the package, seen from src/db as well as from dist/db. */
function migrationsFolder(): string {
  const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'drizzle')
  if (!existsSync(join(folder, 'meta', '_journal.json'))) {
    throw new SchemaError(`the migrations are missing: expected them in ${folder}. Install the package again.`)
  }
  return folder
}
