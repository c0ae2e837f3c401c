/** The API on a database of a test, asked in process; every answer is held against what its route says of itself. */
import { Writable } from 'node:stream'
import { expect } from '@playwright/test'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { makeReader } from '../../src/db/reader.ts'
import { makeFileStore } from '../../src/files.ts'
import type { Api, ApiSession } from '../../src/http/api.ts'
import { createApp } from '../../src/http/app.ts'
import { errorSchema } from '../../src/http/json.ts'
import { apiRoutes } from '../../src/http/routes/api.ts'
import { makeLogger } from '../../src/log.ts'
import { makeThumbnails } from '../../src/thumbnails.ts'
import type { TestDatabase } from '../support/database.ts'

export const now = '2026-02-28T12:00:00.000Z'

/** JSON whose shape the schema has proved. */
type Answered = ReturnType<typeof JSON.parse>

export interface Asking {
  app: FastifyInstance
  api: Api
  lines: string[]
  /** The JSON of an answer with the status that is expected, checked against the schema of its route. */
  get(url: string, status?: number, options?: InjectOptions): Promise<Answered>
}

/** A session that is logged in and whose cycles do nothing, on `reader` of a database. */
export function sessionOn(given: Pick<TestDatabase, 'database' | 'dataDir'>, over: Partial<ApiSession> = {}): ApiSession {
  const reader = makeReader(given.database)
  const store = makeFileStore(given.dataDir)
  return {
    accountId: 'default',
    reader: () => reader,
    lookbackDays: 30,
    files: { open: store.open, thumbnail: makeThumbnails().of },
    control: { status: () => ({ status: 'logged_in', since: now }), start: () => {}, qrCode: async () => null },
    sync: { running: () => false, nextRunAt: () => null, lastSuccessfulSyncAt: async () => null, request: () => 'begun' },
    ...over,
  }
}

export async function asking(session: ApiSession): Promise<Asking> {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const api: Api = { sessions: new Map([['default', session]]), now: () => now, version: '1.2.3' }
  const app = await createApp({
    apiKey: null,
    loopback: true,
    log: makeLogger({ level: 'info', pretty: false, stream }),
    routes: apiRoutes(api),
  })
  return {
    app,
    api,
    lines,
    async get(url, status = 200, options = {}) {
      const response = await app.inject({ url, ...options } as InjectOptions)
      expect([response.statusCode, response.statusCode === status ? '' : response.body], url).toEqual([status, ''])
      return checked(app, url, options.method ?? 'GET', response)
    },
  }
}

/** Throws when the answer is not what its route says. */
export function checked(app: FastifyInstance, url: string, method: string, response: { statusCode: number; body: string }): Answered {
  const path = url.split('?')[0] ?? url
  const endpoint = app
    .endpoints()
    .find(one => one.method === method && new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
  const body = JSON.parse(response.body)
  const schema = endpoint?.answers[response.statusCode]?.schema ?? (response.statusCode >= 400 ? errorSchema : undefined)
  expect(schema, `${method} ${url} says what ${response.statusCode} looks like`).toBeDefined()
  schema?.parse(body)
  return body
}
