/** `migrate`: brings the tables up to this version; `start` and `sync` do so by themselves. */
import { loadConfig } from '../config.ts'
import { openDatabase } from '../db/client.ts'
import { migrate as applyMigrations, migrationStatus } from '../db/migrate.ts'
import { exitStatuses } from '../errors.ts'
import type { Io } from './io.ts'

/** Applies what is missing and says how many migrations that were. */
export async function migrate(options: { json?: boolean }, io: Io): Promise<number> {
  const config = loadConfig(io.env)
  const database = await openDatabase({
    url: config.db.url,
    dataDir: config.dataDir,
    signal: io.signal,
    onRetry: message => io.stderr.write(`${message}\n`),
  })
  try {
    const applied = await applyMigrations(database)
    const { applied: total } = await migrationStatus(database)
    const where = database.kind === 'embedded' ? `embedded database in ${config.dataDir}` : 'Postgres'
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ database: database.kind, applied, total })}\n`
        : `${where}: ${applied === 0 ? 'nothing to do' : `${applied} migration(s) applied`}, ${total} in all\n`,
    )
    return exitStatuses.complete
  } finally {
    await database.close()
  }
}
