/** Webhooks of a worker, wired: their routes, and the loop that delivers. */
import type { FastifyPluginAsync } from 'fastify'
import type { WebhookStore } from '../db/webhooks.ts'
import type { Bus } from '../events.ts'
import { webhooks } from '../http/routes/webhooks.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { isPrivateAddress } from '../webhooks/addresses.ts'
import { Deliverer } from '../webhooks/deliverer.ts'
import { runDeliveries } from '../webhooks/run.ts'
import { send } from '../webhooks/send.ts'

export interface WebhooksParts {
  bus: Bus
  log: Logger
  metrics: Metrics
  allowPrivate: boolean
  /** Null while the database is not open. */
  store: () => WebhookStore | null
}

export interface Webhooks {
  routes: FastifyPluginAsync
  /** Something stands in the outbox that no event of the bus followed. */
  wake(): void
  /** Delivers until the signal aborts, and lets what is under way end. */
  run(store: WebhookStore, signal: AbortSignal): Promise<void>
}

export function makeWebhooks({ bus, log, metrics, allowPrivate, store }: WebhooksParts): Webhooks {
  const listeners = new Set<() => void>()
  const wake = () => {
    for (const listener of listeners) listener()
  }
  bus.on('*', wake)
  return {
    routes: webhooks({ store, allowPrivate, now: () => new Date().toISOString(), wake }),
    wake,
    run: (opened, signal) => {
      const deliverer = new Deliverer({
        store: opened,
        send: (url, headers, body) => send(url, headers, body, { refuses: address => !allowPrivate && isPrivateAddress(address) }),
        log,
        onOutcome: outcome => metrics.webhookDeliveries.inc({ outcome }),
      })
      const onWake = (listener: () => void) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      }
      return runDeliveries({ deliverer, log, signal, onWake })
    },
  }
}
