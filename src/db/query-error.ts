/** What the database says about somebody's own SQL, as one line. */
import { EtlError } from '../errors.ts'

/** Postgres' message with its detail and hint; a refused write says that this only reads. */
export function queryError(error: unknown): EtlError {
  if (error instanceof EtlError) return error
  const { message, code, hint, position } = error as { message?: string; code?: string; hint?: string; position?: string | number }
  const said = message ?? String(error)
  // 25006: a write in a read-only transaction. 42601: what the extended protocol says to more than one statement.
  if (code === '25006') return new EtlError('internal', `this only reads: ${said}`, { cause: error })
  if (code === '42601' && said.includes('multiple commands')) {
    return new EtlError('internal', 'expected one statement, found several; run them one by one', { cause: error })
  }
  const at = position ? ` (at character ${position})` : ''
  return new EtlError('internal', `${said}${at}${hint ? `. Hint: ${hint}` : ''}`, { cause: error })
}
