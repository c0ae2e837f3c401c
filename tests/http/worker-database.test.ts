import { runWorker } from '../../src/commands/worker.ts'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/db/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import { makeStore } from '../../src/db/store.ts'
import { makeBus } from '../../src/events.ts'
import { makeLogger } from '../../src/log.ts'
import { makeMetrics } from '../../src/metrics.ts'
import { defaultAccount } from '../../src/model.ts'
import { type CycleResult, newResult } from '../../src/sync/result.ts'
import { expect, test } from '../support/database.ts'

/** One life of a worker on the embedded database, up to the end of its first cycle. Gives what /health says then. */
async function live(dir: string, status: 'complete' | 'incomplete') {
  const config = loadConfig({ DATA_DIR: dir, HTTP_PORT: '0', API_AUTH: 'none' })
  const stop = new AbortController()
  let listening: (address: string) => void = () => {}
  const address = new Promise<string>(resolve => {
    listening = resolve
  })
  let over: () => void = () => {}
  const cycleOver = new Promise<void>(resolve => {
    over = resolve
  })
  const done = runWorker(
    {
      config,
      log: makeLogger({ level: 'silent', pretty: false }),
      metrics: makeMetrics({ processMetrics: false }),
      bus: makeBus(),
      version: '1.2.3',
      onListening: listening,
      open: async () => {
        const database = await openDatabase({ url: null, dataDir: dir })
        await migrate(database)
        const store = makeStore(database)
        return {
          latest: () => store.latest(defaultAccount),
          ping: () => database.ping(),
          close: () => database.close(),
          cycle: async ({ trigger }): Promise<CycleResult> => {
            const runId = await store.startRun({ accountId: defaultAccount, trigger, since: '2026-01-01T00:00:00.000Z' })
            await store.finishRun(runId, { status, counts: {}, error: undefined, selectorSet: 'e7', build: null })
            setImmediate(over)
            return { ...newResult(runId), status }
          },
        }
      },
    },
    stop.signal,
  )
  await Promise.race([cycleOver, done])
  const health = (await (await fetch(`${await address}/health`)).json()) as Record<string, unknown>
  stop.abort()
  return { health, exit: await done }
}

test('a worker on the embedded database answers from its record, also after a restart', async ({ makeDatabase }) => {
  const { dataDir: dir, database } = await makeDatabase('embedded')
  await database.close()
  const first = await live(dir, 'complete')
  expect(first.exit).toBe(0)
  expect(first.health).toMatchObject({
    status: 'ok',
    selector_set: 'e7',
    postgres: { ready: true },
    session: { status: 'logged_in' },
    problems: [],
  })
  const synced = first.health.last_successful_sync_at
  expect(synced).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  await live(dir, 'incomplete')
  const third = await live(dir, 'incomplete')
  expect(third.health).toMatchObject({ status: 'degraded', last_successful_sync_at: synced, problems: [{ code: 'incomplete' }] })
})
