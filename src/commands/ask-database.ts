/** Read-only SQL on the configured database, wherever it is and whoever holds it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { embeddedDir, openDatabase } from '../db/client.ts'
import { queryError } from '../db/query-error.ts'
import { askHolder } from '../db/serve.ts'
import type { QueryResult } from '../db/values.ts'
import { asEtlError, EtlError } from '../errors.ts'
import type { Io } from './io.ts'

/**
 * The rows of one statement; the embedded database answers too while a worker holds it. Throws EtlError with what the database says, and
 * where there is no embedded database yet.
 */
export async function askDatabase(
  { db: { url }, dataDir }: Pick<Config, 'db' | 'dataDir'>,
  text: string,
  { signal }: Pick<Io, 'signal'>,
): Promise<QueryResult> {
  const dir = embeddedDir(dataDir)
  if (url === null) {
    if (!existsSync(join(dir, 'data', 'PG_VERSION'))) {
      throw new EtlError('internal', `there is no database in ${dir} yet: run sync or demo first, or set DATA_DIR or PG_URL to where it is`)
    }
    const answered = await askHolder(dir, text)
    if (answered !== null) return answered
  }
  const database = await openDatabase({ url, dataDir, signal, retryMs: 2000 }).catch(async thrown => {
    // Somebody may have taken it between the question and the opening.
    const answered = asEtlError(thrown).code === 'locked' ? await askHolder(dir, text) : null
    if (answered === null) throw thrown
    return { readOnly: async () => answered, close: async () => {} }
  })
  try {
    return await database.readOnly(text)
  } catch (error) {
    throw queryError(error)
  } finally {
    await database.close()
  }
}
