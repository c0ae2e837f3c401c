/** A simulated account with its own data directory and database, and the program pointed at it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { openDatabase, rowsOf } from '../../src/db/client.ts'
import { type Sim, type SimOptions, startSim } from '../sim/server.ts'
import { type Ended, type Running, startCli } from '../support/cli.ts'
import { test as base, type Kind } from '../support/database.ts'

export interface Account {
  sim: Sim
  dataDir: string
  env: Record<string, string | undefined>
  run(...args: string[]): Promise<Ended>
  start(...args: string[]): Running
  /** Rows of a query, asked while no worker holds the database. */
  rows<T>(query: string): Promise<T[]>
  /** Rows of several queries by their names, at one opening of the database: of the embedded one that is most of a second of processor time. */
  tables(queries: Record<string, string>): Promise<Record<string, unknown[]>>
}

/** Late parts of the simulated page come after 150 ms; no rate limits: these tests are about what is read, not how gently. */
const quick = {
  WHATSAPP_SCROLL_PAUSE_MS: '0',
  WHATSAPP_CHAT_PAUSE_MS: '0',
  WHATSAPP_DOWNLOAD_PAUSE_MS: '0',
  WHATSAPP_LATE_MS: '350',
  WHATSAPP_READY_TIMEOUT_SECONDS: '30',
}

/** Where the account's data is kept, other than where every test keeps it. */
export interface Where {
  /** A Postgres of the test's own. */
  url?: string
  /** A directory that the test made, and takes away. */
  dataDir?: string
  /** The program makes the embedded database itself, as at a person's first start; else it finds an empty one with all its tables. */
  firstStart?: boolean
}

export type MakeAccount = (kind: Kind, options: SimOptions, where?: Where) => Promise<Account>

export const test = base.extend<{ makeAccount: MakeAccount }>({
  makeAccount: async ({ postgresUrl, templates }, use, info) => {
    const closing: (() => Promise<void>)[] = []
    await use(async (kind, options, where = {}) => {
      const dataDir = where.dataDir ?? (await mkdtemp(join(tmpdir(), 'whatsapp-etl-e2e-')))
      closing.push(async () => {
        if (where.dataDir === undefined && info.status === info.expectedStatus) await rm(dataDir, { recursive: true, force: true })
      })
      const sim = await startSim({ paired: true, latency: { bootMs: 100 }, ...options })
      closing.push(() => sim.close())
      const url = kind === 'postgres' ? (where.url ?? postgresUrl) : null
      if (url === null && !where.firstStart) await templates.embedded(dataDir)
      const env = {
        ...quick,
        DATA_DIR: dataDir,
        WHATSAPP_WEB_URL: sim.url,
        WHATSAPP_TIMEZONE: 'America/Sao_Paulo',
        PG_URL: url ?? undefined,
        LOG_LEVEL: 'info',
      }
      const tables = async (queries: Record<string, string>) => {
        const database = await openDatabase({ url, dataDir })
        try {
          const found: Record<string, unknown[]> = {}
          for (const [name, query] of Object.entries(queries)) found[name] = await rowsOf(database.db, sql.raw(query))
          return found
        } finally {
          await database.close()
        }
      }
      const start = (...args: string[]) => {
        const running = startCli(args, env)
        closing.push(async () => {
          if (running.process.exitCode !== null || running.process.signalCode !== null) return
          // What a test that ran out of time was waiting for shows only here.
          if (info.status === 'timedOut') console.error(`still running: ${args.join(' ')}\n${running.lastLines(40)}`)
          // A test that failed half way leaves its worker behind.
          running.process.kill('SIGKILL')
          await running.ended
        })
        return running
      }
      return {
        sim,
        dataDir,
        env,
        run: (...args) => start(...args).ended,
        start,
        rows: async <T>(query: string) => (await tables({ query })).query as T[],
        tables,
      }
    })
    for (const close of closing.reverse()) await close()
  },
})

export { expect } from '@playwright/test'
export { kinds } from '../support/database.ts'
