/**
 * Errors that are not ours, as far as they may be told of. Their messages quote what they were about: a failed query its parameters, a
 * broken JSON its text, a click its element. So class, codes and names of the schema are told, and a message only where its form is known.
 */

/** SQLSTATE classes whose primary message names connections, privileges and parts of the schema, never a value (those stand in its detail). */
const wordedClasses = new Set(['08', '23', '25', '28', '3D', '40', '42', '53', '54', '55', '57', '58'])

interface Facts {
  code?: unknown
  severity?: unknown
  syscall?: unknown
  cause?: unknown
  table_name?: unknown
  constraint_name?: unknown
  column_name?: unknown
  table?: unknown
  constraint?: unknown
  column?: unknown
}

/** One line: `PostgresError 23514: … violates check constraint "x"`, `ENOSPC: no space left on device, …`, `TypeError`. */
export function foreignWords(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `something unexpected (${typeof thrown})`
  const { code, severity, syscall, cause } = thrown as Facts
  // Of the operating system: what failed and on which path.
  if (typeof syscall === 'string') return firstLine(thrown.message)
  const sqlState = typeof severity === 'string' && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null
  if (sqlState !== null && wordedClasses.has(sqlState.slice(0, 2))) return `${nameOf(thrown)} ${sqlState}: ${firstLine(thrown.message)}`
  const words = [nameOf(thrown), typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$|^[0-9A-Z]{5}$/.test(code) ? code : '', placeOf(thrown)]
  const own = words.filter(Boolean).join(' ')
  return cause instanceof Error ? `${own}: ${foreignWords(cause)}` : own
}

/** The stack without the message in front of it; empty where the two cannot be told apart. */
export function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message)
  if (at < 0) return []
  return stack
    .slice(at + message.length)
    .split('\n')
    .map(line => line.trim())
    .filter(line => /^at .*(?::\d+:\d+|<anonymous>|\(native\))\)?$/.test(line))
}

/** Names of classes are code; a name that was set to something else is not. */
function nameOf(error: Error): string {
  const name = error.constructor.name === 'Error' ? error.name : error.constructor.name
  return /^[A-Za-z_$][\w$]{0,60}$/.test(name) ? name : 'Error'
}

/** Where in the schema, for whoever looks for it. The two databases spell it differently. */
function placeOf(error: Error): string {
  const {
    table_name,
    table = table_name,
    constraint_name,
    constraint = constraint_name,
    column_name,
    column = column_name,
  } = error as Facts
  const named = Object.entries({ table, column, constraint }).filter(([, value]) => typeof value === 'string' && /^\w{1,63}$/.test(value))
  return named.length > 0 ? `(${named.map(([what, value]) => `${what} ${value}`).join(', ')})` : ''
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 300) ?? ''
}
