/** `start`: the worker, wired. */
import { configWarnings, loadConfig } from '../config.ts'
import { conditionOf } from '../db/condition.ts'
import { makeWebhookStore, type WebhookStore } from '../db/webhooks.ts'
import { makeBus } from '../events.ts'
import { makeLogger } from '../log.ts'
import { makeMetrics } from '../metrics.ts'
import { defaultAccount } from '../model.ts'
import { accountFacts } from './account-facts.ts'
import { type Composed, compose } from './compose.ts'
import type { Io } from './io.ts'
import { makeLive } from './live.ts'
import { trimOutbox } from './outbox-upkeep.ts'
import { version } from './version.ts'
import { makeWebhooks } from './webhooks.ts'
import { runWorker } from './worker.ts'

/** Works until SIGTERM or SIGINT, then finishes or rolls back the batch in hand. Exit 0. */
export async function start(_options: object, io: Io): Promise<number> {
  const config = loadConfig(io.env)
  const log = makeLogger({ level: config.log.level, pretty: io.isTty })
  for (const warning of configWarnings(io.env)) log.warn(warning)
  const metrics = makeMetrics()
  const bus = makeBus((error, { type }) => log.error({ err: error, event: type }, 'a listener failed'))
  let composed: Composed | null = null
  const live = makeLive({ bus, log, metrics, outbox: () => composed?.store ?? null, code: () => composed?.session.code() ?? null })
  let hooks: WebhookStore | null = null
  const webhooks = makeWebhooks({ bus, log, metrics, allowPrivate: config.webhooks.allowPrivate, store: () => hooks })
  const wake = () => {
    live.wake()
    webhooks.wake()
  }
  return runWorker(
    {
      config,
      log,
      metrics,
      bus,
      version: version(),
      onHangup: io.onHangup,
      routes: [live.routes, webhooks.routes],
      open: async signal => {
        composed = await compose(config, { ...io, signal }, { log, metrics, bus }, { onRecorded: wake })
        const { store, database, background, ...parts } = composed
        const opened = makeWebhookStore(database)
        hooks = opened
        return {
          ...parts,
          latest: () => store.latest(defaultAccount),
          ping: () => database.ping(),
          condition: () => conditionOf(database),
          account: accountFacts(database, { accountId: defaultAccount, lookbackDays: config.sync.lookbackDays }),
          background: async (stopped, tell) => {
            await Promise.all([
              background(stopped, tell),
              webhooks.run(opened, stopped),
              trimOutbox(store, config.outbox.keepMs, log, stopped),
            ])
          },
        }
      },
    },
    io.signal,
  )
}
