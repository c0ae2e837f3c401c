/**
 * One database behind one shape: Postgres where PG_URL names one, else PGlite (Postgres compiled to WebAssembly, in this process)
 * below the data directory. PGlite has no lock, no checkpointer and no autovacuum of its own (reference: measured), so they are here.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { type SQL, sql } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { ConfigError, Retryable } from '../errors.ts'
import { acquireLock } from '../lock.ts'
import { type Backoff, backoffMs } from '../retry.ts'
import { closeToOthers } from './embedded-modes.ts'
import * as schema from './schema.ts'
import { serveQueries } from './serve.ts'
import { plainValue, type QueryResult, textTypes } from './values.ts'
import { makeWriters } from './writers.ts'

/** Where statements run: the database itself or one transaction of it. */
export type Queries = PgDatabase<PgQueryResultHKT, typeof schema>

export interface Database {
  kind: 'postgres' | 'embedded'
  db: Queries
  /** Runs `work` in one transaction: all of it is stored when the promise resolves, none when it rejects. */
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T>
  /** One statement in a transaction that cannot write, with nothing but its text: for `query`. */
  readOnly(text: string): Promise<QueryResult>
  /** Milliseconds that the database took to answer; throws Retryable when it does not. */
  ping(): Promise<number>
  /** Between cycles: flushes the log and clears dead rows where nobody else does (embedded only). */
  maintain(): Promise<void>
  close(): Promise<void>
}

export interface OpenOptions {
  /** Null = the embedded database below `dataDir`. */
  url: string | null
  dataDir: string
  /** How long an unreachable server is waited for (30 000). */
  retryMs?: number
  signal?: AbortSignal
  /** Told about each try that failed, without secrets. */
  onRetry?: (message: string) => void
}

/** Opens the database. Throws LockedError (another process holds the embedded one), Retryable (server away) or ConfigError (it refuses us). */
export function openDatabase(options: OpenOptions): Promise<Database> {
  return options.url === null ? openEmbedded(options.dataDir) : openPostgres(options.url, options)
}

/** Rows of a raw statement, typed by the caller. Instants come as text: select them with `iso()`. */
export async function rowsOf<T>(queries: Queries, query: SQL): Promise<T[]> {
  const result = (await queries.execute(query)) as unknown
  return (Array.isArray(result) ? [...result] : (result as { rows: T[] }).rows) as T[]
}

/** An instant of a raw statement as ISO 8601 UTC with milliseconds, spelled by the server. */
export function iso(expression: SQL): SQL {
  return sql`to_char((${expression}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** Where the embedded database lives below the data directory. */
export function embeddedDir(dataDir: string): string {
  return join(dataDir, 'pglite')
}

/** Transactions between two checkpoints of our own: keeps the embedded log below some tens of megabytes. */
const checkpointEvery = 50

async function openEmbedded(dataDir: string): Promise<Database> {
  const dir = embeddedDir(dataDir)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const lock = await acquireLock(dir, { what: 'the embedded database' })
  let client: PGlite
  try {
    const files = join(dir, 'data')
    await mkdir(files, { recursive: true, mode: 0o700 })
    client = await PGlite.create({ dataDir: files, extensions: { pg_trgm } })
    // Read at the next start; until then the checkpoints below keep the log small.
    for (const setting of [`max_wal_size = '64MB'`, `min_wal_size = '32MB'`]) await client.exec(`alter system set ${setting}`)
    await closeToOthers(dir)
  } catch (error) {
    await lock.release()
    throw error
  }
  const db = drizzlePglite(client, { schema }) as unknown as Queries
  const readOnly = (text: string) => readEmbedded(client, text)
  const serving = await serveQueries(readOnly, dir)
  let written = 0
  return {
    kind: 'embedded',
    db,
    transaction: async work => {
      const result = await db.transaction(tx => work(tx as unknown as Queries))
      if (++written % checkpointEvery === 0) await client.exec('checkpoint')
      // It runs in our thread: whoever waits for the event loop comes first (reference: 1.7 s without, 72 ms with).
      await nextTurn()
      return result
    },
    readOnly,
    ping: async () => {
      const started = performance.now()
      await client.query('select 1')
      return performance.now() - started
    },
    maintain: async () => {
      await client.exec('vacuum (analyze)')
      await client.exec('checkpoint')
    },
    close: async () => {
      try {
        await serving.close()
        if (!client.closed) await client.close()
      } finally {
        await lock.release()
      }
    },
  }
}

/** Reads on the one connection that there is; rolled back, so that not even a setting outlives the statement. */
async function readEmbedded(client: PGlite, text: string): Promise<QueryResult> {
  return client.transaction(async tx => {
    await tx.exec('set transaction read only')
    try {
      const { fields, rows } = await tx.query<unknown[]>(text, [], { rowMode: 'array', parsers: textParsers })
      return {
        columns: fields.map(field => field.name),
        rows: rows.map(row => row.map((value, at) => plainValue(value, fields[at]!.dataTypeID))),
      }
    } finally {
      await tx.rollback()
    }
  })
}

const textParsers = Object.fromEntries(textTypes.map(type => [type, (value: string) => value]))

/**
 * The extended protocol: it takes one statement only, so that no second one can end the transaction and write. postgres.js uses the
 * simple protocol for statements without parameters unless it is told otherwise (`simple` is missing in its types).
 */
const oneStatement = { prepare: true, simple: false } as postgres.UnsafeQueryOptions

async function openPostgres(url: string, { retryMs = 30_000, signal, onRetry }: OpenOptions): Promise<Database> {
  const where = hostOf(url)
  const options = {
    connect_timeout: 10,
    onnotice: () => {},
    connection: { application_name: 'whatsapp-etl', TimeZone: 'UTC' },
    types: { int8: { to: 20, from: [20], serialize: String, parse: Number } },
  }
  const client = postgres(url, { ...options, max: 6 })
  const writers = makeWriters(url, options as unknown as postgres.Options<Record<string, never>>, where)
  await untilReachable(client, where, { retryMs, signal, onRetry })
  const db = drizzlePostgres(client, { schema }) as unknown as Queries
  return {
    kind: 'postgres',
    db,
    transaction: work => writers.transaction('begin', writer => work(drizzlePostgres(writer, { schema }) as unknown as Queries)),
    readOnly: text =>
      writers.transaction('begin read only', async writer => {
        // It has the driver leave instants as the text that the server sends.
        drizzlePostgres(writer, { schema })
        const rows = await writer.unsafe(text, [], oneStatement).values()
        const columns = rows.columns ?? []
        return {
          columns: columns.map(column => column.name),
          rows: [...rows].map(row => (row as unknown[]).map((value, at) => plainValue(value, columns[at]!.type))),
        }
      }),
    ping: async () => {
      const started = performance.now()
      try {
        await client.unsafe('select 1')
      } catch (error) {
        throw new Retryable(`the database at ${where} does not answer: ${reasonOf(error)}`, { cause: error })
      }
      return performance.now() - started
    },
    maintain: async () => {},
    close: async () => {
      await Promise.all([client.end({ timeout: 5 }), writers.close()])
    },
  }
}

/** A server that is only just starting answers soon. */
const serverBackoff: Backoff = { firstMs: 250, ceilingMs: 5000 }

async function untilReachable(
  client: postgres.Sql,
  where: string,
  { retryMs, signal, onRetry }: { retryMs: number; signal: AbortSignal | undefined; onRetry: OpenOptions['onRetry'] },
): Promise<void> {
  const deadline = performance.now() + retryMs
  for (let attempt = 1; ; attempt++) {
    const delay = backoffMs(attempt, serverBackoff, Math.random())
    try {
      await client.unsafe('select 1')
      return
    } catch (error) {
      const refused = refusals[(error as { code?: string }).code ?? '']
      if (refused !== undefined || performance.now() + delay > deadline || signal?.aborted) {
        await client.end({ timeout: 0 }).catch(() => {})
        signal?.throwIfAborted()
        if (refused !== undefined) throw new ConfigError([`PG_URL: the server at ${where} ${refused} (${reasonOf(error)})`])
        throw new Retryable(
          `no database at ${where} after ${Math.round(retryMs / 1000)} s: ${reasonOf(error)}. Check that Postgres runs and that PG_URL names its host and port; without PG_URL the embedded database is used.`,
          { cause: error },
        )
      }
      onRetry?.(`no database at ${where} yet (${reasonOf(error)}); trying again`)
      await sleep(delay, undefined, signal ? { signal } : {})
    }
  }
}

/** Answers that waiting does not change. 28P01 wrong password, 28000 not allowed, 3D000 no such database. */
const refusals: Record<string, string> = {
  '28P01': 'does not accept the user or password',
  '28000': 'does not let this user in',
  '3D000': 'has no such database; create it',
}

/** Host and port of the address, nothing secret. */
function hostOf(url: string): string {
  try {
    const { hostname, port } = new URL(url)
    return `${hostname || 'localhost'}:${port || '5432'}`
  } catch {
    throw new ConfigError(['PG_URL (value not shown): expected an address such as postgresql://user:password@host:5432/database'])
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  return error.message || code || error.name
}
