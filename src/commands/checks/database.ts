/** Check of the database: does it answer, and are its tables those of this version? */
import { access } from 'node:fs/promises'
import type { Config } from '../../config.ts'
import { embeddedDir, openDatabase } from '../../db/client.ts'
import { conditionOf } from '../../db/condition.ts'
import { asEtlError } from '../../errors.ts'
import { readLock } from '../../lock.ts'
import { type Check, fail, ok, warn } from './check.ts'

/** Opens what the settings name for a moment; an embedded database that a worker holds is left alone. */
export async function checkDatabase({ db, dataDir }: Config): Promise<Check> {
  if (db.url === null) {
    const dir = embeddedDir(dataDir)
    const isThere = await access(dir).then(
      () => true,
      () => false,
    )
    if (!isThere) return ok('database', `embedded, will be made in ${dir}`)
    const lock = await readLock(dir)
    if (lock?.held) return ok('database', `embedded, in use by process ${lock.info.pid} on ${lock.info.host} since ${lock.info.at}`)
  }
  try {
    const database = await openDatabase({ url: db.url, dataDir, retryMs: 0 })
    try {
      const latencyMs = await database.ping()
      const what = `${database.kind === 'embedded' ? 'embedded' : 'Postgres'}, answers in ${Math.ceil(latencyMs)} ms`
      const { readOnly, pending, unknown } = await conditionOf(database)
      if (readOnly !== null) {
        const why = readOnly === 'standby' ? 'it is a standby that follows another server' : 'it is set to read-only'
        return fail(
          'database',
          `${what}, but takes no writes: ${why}`,
          'Point PG_URL at the primary server, or find out who set it so and why.',
        )
      }
      if (unknown > 0)
        return fail('database', `${what}, but was used by a newer version`, 'Run that version again, or use another database.')
      if (pending > 0)
        return warn(
          'database',
          `${what}, ${pending} migration(s) to apply`,
          'Nothing: start and sync apply them, and so does `whatsapp-etl migrate`.',
        )
      return ok('database', `${what}, up to date`)
    } finally {
      await database.close()
    }
  } catch (error) {
    return fail(
      'database',
      asEtlError(error).message,
      db.url === null ? 'See the message.' : 'Check that Postgres runs and that PG_URL is right.',
    )
  }
}
