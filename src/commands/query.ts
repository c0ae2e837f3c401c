/** `query`: read-only SQL on the configured database, wherever it is and whoever holds it. */
import { loadConfig } from '../config.ts'
import { exitStatuses, UsageError } from '../errors.ts'
import { askDatabase } from './ask-database.ts'
import type { Io } from './io.ts'
import { formatCsv, formatJson, formatTable } from './table.ts'

/** Prints the rows of one statement as a table, CSV or a JSON array of objects. */
export async function query(text: string, options: { csv?: boolean; json?: boolean }, io: Io): Promise<number> {
  if (options.csv && options.json) throw new UsageError('--csv and --json cannot go together: choose one')
  if (text.trim() === '') throw new UsageError('expected one SQL statement, for example: query "select count(*) from messages"')
  const result = await askDatabase(loadConfig(io.env), text, io)
  const format = options.csv ? formatCsv : options.json ? formatJson : formatTable
  io.stdout.write(format(result))
  if (!options.csv && !options.json) io.stderr.write(`${result.rows.length} ${result.rows.length === 1 ? 'row' : 'rows'}\n`)
  return exitStatuses.complete
}
