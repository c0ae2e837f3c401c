/** The API, the live events and the page on a database of a test, listening; its session is moved by the test. */
import { sql } from 'drizzle-orm'
import type { FastifyPluginAsync } from 'fastify'
import type { Api, SessionStatus } from '../../src/http/api.ts'
import { createApp } from '../../src/http/app.ts'
import type { HealthFacts } from '../../src/http/health.ts'
import { apiRoutes } from '../../src/http/routes/api.ts'
import { liveEvents } from '../../src/http/routes/events.ts'
import { operations } from '../../src/http/routes/operations.ts'
import { Stream } from '../../src/live/stream.ts'
import { makeLogger } from '../../src/log.ts'
import type { EventType } from '../../src/model.ts'
import type { TestDatabase } from '../support/database.ts'
import { sessionOn } from './asking.ts'

interface Served {
  status: SessionStatus
  problem: HealthFacts['session']['problem']
  /** The pairing code as a data URL. */
  qr: string | null
  running: boolean
}

export interface Serving {
  /** `http://127.0.0.1:port` */
  url: string
  /** Moves the session; who follows is told, by the outbox where its status changed. */
  set(change: Partial<Served>): Promise<void>
  /** How often each address was asked, as `GET /messages`. */
  asked: Map<string, number>
  /** Ends all connections and the server. */
  close(): Promise<void>
}

export interface ServingOptions {
  apiKey?: string | null
  /** 0 = any. */
  port?: number
  now?: string
  facts?: Partial<HealthFacts>
  routes?: FastifyPluginAsync[]
}

const eventOf: Record<SessionStatus, EventType | null> = {
  logged_in: 'session.connected',
  expired: 'session.expired',
  pairing: 'session.qr',
  disconnected: 'session.disconnected',
  starting: null,
}

export async function serveApp(given: TestDatabase, options: ServingOptions = {}): Promise<Serving> {
  const { apiKey = null, port = 0, now = new Date().toISOString(), facts = {}, routes = [] } = options
  const served: Served = { status: 'logged_in', problem: null, qr: null, running: false }
  const stream = new Stream({ outbox: () => given.store, onError: () => {}, pollMs: 20 })
  const session = sessionOn(given, {
    control: { status: () => ({ status: served.status, since: now }), start: () => {}, qrCode: async () => served.qr },
    sync: {
      running: () => served.running,
      nextRunAt: () => now,
      lastSuccessfulSyncAt: async () => now,
      request: () => {
        if (served.running) return 'running'
        served.running = true
        return 'begun'
      },
    },
  })
  const api: Api = { sessions: new Map([['default', session]]), now: () => now, version: '1.2.3' }
  const health = async (): Promise<HealthFacts> => ({
    startedAt: now,
    lastSuccessfulSyncAt: now,
    session: { status: served.status === 'disconnected' ? 'unknown' : served.status, since: now, problem: served.problem },
    postgres: { ready: true, latencyMs: 1, problem: null },
    condition: null,
    account: null,
    nextRunAt: now,
    selectorSet: 'e7',
    driftSince: null,
    failuresInARow: 0,
    selectors: null,
    extractionProblem: null,
    storageProblem: null,
    lastCycle: { status: 'complete', errorCode: null },
    incompleteInARow: 0,
    draining: false,
    version: '1.2.3',
    ...facts,
  })
  const app = await createApp({
    apiKey,
    loopback: true,
    log: makeLogger({ level: 'silent', pretty: false }),
    routes: [
      operations({
        facts: health,
        intervalMinutes: 10,
        metrics: { contentType: 'text/plain', metrics: async () => '' },
        now: () => now,
      }),
      ...apiRoutes(api),
      liveEvents({
        stream,
        present: { qr: () => served.qr, status: () => ({ ready: served.status === 'logged_in', status: served.status }) },
      }),
      ...routes,
    ],
  })
  const asked = new Map<string, number>()
  app.addHook('onRequest', async ({ method, url }) => {
    const what = `${method} ${url.split('?')[0]}`
    asked.set(what, (asked.get(what) ?? 0) + 1)
  })
  return {
    url: await app.listen({ host: '127.0.0.1', port }),
    async set(change) {
      const event = change.status === undefined || change.status === served.status ? null : eventOf[change.status]
      Object.assign(served, change)
      if (event) await given.database.db.execute(sql`insert into events (account_id, type, data) values ('default', ${event}, '{}')`)
      stream.nudge()
    },
    asked,
    close: () => app.close(),
  }
}
