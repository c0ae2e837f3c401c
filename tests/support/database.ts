/** Databases for tests: each test gets its own, migrated, on Postgres and on the embedded one; kept for a look when the test failed. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test as base, type TestInfo } from '@playwright/test'
import { type Database, embeddedDir, openDatabase } from '../../src/db/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import type { Store } from '../../src/db/store.ts'
import { makeStore } from '../../src/db/store.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { madeOnce } from './run-directory.ts'

const run = promisify(execFile)

export type Kind = 'postgres' | 'embedded'
export const kinds: readonly Kind[] = ['postgres', 'embedded']

export interface TestDatabase {
  kind: Kind
  /** Null for the embedded one. */
  url: string | null
  dataDir: string
  database: Database
  store: Store
  /** A second connection to the same database; of the embedded one there is none while the first is open. */
  open(): Promise<Database>
}

interface WorkerFixtures {
  templates: Templates
  /** One database of each kind that tests of a worker share; for tests that touch only chats of their own. */
  sharedDatabase: (kind: Kind) => Promise<TestDatabase>
}

interface TestFixtures {
  makeDatabase: (kind: Kind) => Promise<TestDatabase>
  /** Address of an empty database on a real Postgres, not migrated. */
  postgresUrl: string
}

/** Started when first asked for, so that a test of one database does not pay for the other. */
interface Templates {
  server(): Promise<PostgresServer>
  /** Name of a migrated database to clone. */
  postgres(): Promise<string>
  /** Puts a migrated embedded database into a data directory that has none. */
  embedded(dataDir: string): Promise<void>
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  templates: [
    async ({}, use) => {
      const server = once(startPostgres)
      const root = await mkdtemp(join(tmpdir(), 'whatsapp-etl-template-'))
      const name = `template_${randomUUID().slice(0, 8)}`
      const templates: Templates = {
        server,
        postgres: once(async () => {
          const { createDatabase, url } = await server()
          await createDatabase(name)
          await migrated({ url: url(name), dataDir: root })
          return name
        }),
        // Making one takes seconds of processor time: once a run, not once a worker.
        embedded: async dataDir => {
          const made = await madeOnce('embedded', dir => migrated({ url: null, dataDir: dir }))
          // By the system's own command: of a thousand small files fs.cp makes a second of processor time, which is most of many tests.
          await run('cp', ['-R', embeddedDir(made), embeddedDir(dataDir)])
        },
      }
      await use(templates)
      if (server.started) {
        await (await server()).dropDatabase(name)
        await (await server()).close()
      }
      await rm(root, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  sharedDatabase: [
    async ({ templates }, use) => {
      const closing: Closing = []
      const made = new Map<Kind, Promise<TestDatabase>>()
      await use(kind => {
        const database = made.get(kind) ?? clone(templates, kind, closing, (_, drop) => drop())
        made.set(kind, database)
        return database
      })
      for (const close of closing.reverse()) await close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  makeDatabase: async ({ templates }, use, info) => {
    const closing: Closing = []
    await use(kind => clone(templates, kind, closing, (what, drop) => dropIfPassed(info, what, drop)))
    for (const close of closing.reverse()) await close()
  },

  postgresUrl: async ({ templates }, use, info) => {
    const server = await templates.server()
    const name = `test_${randomUUID().slice(0, 8)}`
    await server.createDatabase(name)
    await use(server.url(name))
    await dropIfPassed(info, server.url(name), () => server.dropDatabase(name))
  },
})

type Closing = (() => Promise<void>)[]

async function clone(
  templates: Templates,
  kind: Kind,
  closing: Closing,
  dispose: (what: string, drop: () => Promise<void>) => Promise<void>,
): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'whatsapp-etl-db-'))
  closing.push(() => dispose(dataDir, () => rm(dataDir, { recursive: true, force: true })))
  let url: string | null = null
  if (kind === 'postgres') {
    const server = await templates.server()
    const name = `test_${randomUUID().slice(0, 8)}`
    await server.createDatabase(name, await templates.postgres())
    closing.push(() => dispose(server.url(name), () => server.dropDatabase(name)))
    url = server.url(name)
  } else {
    await templates.embedded(dataDir)
  }
  const open = async () => {
    const database = await openDatabase({ url, dataDir })
    closing.push(() => database.close())
    return database
  }
  const database = await open()
  return { kind, url, dataDir, database, store: makeStore(database), open }
}

/** The same test on both databases, each shared with other tests; for those that touch only chats of their own. */
export function onBothShared(title: string, body: (given: TestDatabase, info: TestInfo) => Promise<void>): void {
  for (const kind of kinds) {
    test(`${title} (${kind})`, async ({ sharedDatabase }, info) => {
      await body(await sharedDatabase(kind), info)
    })
  }
}

/** The same test on both databases, with one of its own; the title says which. */
export function onBoth(title: string, body: (given: TestDatabase, info: TestInfo) => Promise<void>): void {
  for (const kind of kinds) {
    test(`${title} (${kind})`, async ({ makeDatabase }, info) => {
      await body(await makeDatabase(kind), info)
    })
  }
}

export { expect } from '@playwright/test'

async function migrated(where: { url: string | null; dataDir: string }): Promise<void> {
  const database = await openDatabase(where)
  await migrate(database)
  await database.close()
}

async function dropIfPassed(info: TestInfo, what: string, drop: () => Promise<void>): Promise<void> {
  if (info.status === info.expectedStatus) await drop()
  else info.annotations.push({ type: 'kept', description: what })
}

function once<T>(make: () => Promise<T>): (() => Promise<T>) & { started: boolean } {
  let made: Promise<T> | undefined
  const get = () => {
    get.started = true
    made ??= make()
    return made
  }
  get.started = false
  return get
}
