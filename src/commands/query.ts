/** `query`: read-only SQL on the configured database, wherever it is and whoever holds it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, loadConfig } from '../config.ts'
import { embeddedDir, openDatabase } from '../db/client.ts'
import { queryError } from '../db/query-error.ts'
import { askHolder } from '../db/serve.ts'
import type { QueryResult } from '../db/values.ts'
import { asEtlError, EtlError, exitStatuses, UsageError } from '../errors.ts'
import type { Io } from './io.ts'
import { formatCsv, formatJson, formatTable } from './table.ts'

/** Prints the rows of one statement as a table, CSV or a JSON array of objects. */
export async function query(text: string, options: { csv?: boolean; json?: boolean }, io: Io): Promise<number> {
  if (options.csv && options.json) throw new UsageError('--csv and --json cannot go together: choose one')
  if (text.trim() === '') throw new UsageError('expected one SQL statement, for example: query "select count(*) from messages"')
  const result = await ask(loadConfig(io.env), text, io)
  const format = options.csv ? formatCsv : options.json ? formatJson : formatTable
  io.stdout.write(format(result))
  if (!options.csv && !options.json) io.stderr.write(`${result.rows.length} ${result.rows.length === 1 ? 'row' : 'rows'}\n`)
  return exitStatuses.complete
}

async function ask({ db: { url }, dataDir }: Config, text: string, io: Io): Promise<QueryResult> {
  const dir = embeddedDir(dataDir)
  if (url === null) {
    if (!existsSync(join(dir, 'data', 'PG_VERSION'))) {
      throw new EtlError('internal', `there is no database in ${dir} yet: run sync or demo first, or set DATA_DIR or PG_URL to where it is`)
    }
    const answered = await askHolder(dir, text)
    if (answered !== null) return answered
  }
  const database = await openDatabase({ url, dataDir, signal: io.signal, retryMs: 2000 }).catch(async thrown => {
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
