/**
 * Delivers. Everything that must outlive a kill stands in the database; here is only what is under way. Each endpoint has a lane of its own,
 * so that a slow one holds up no other; in a lane several conversations are under way, each with one delivery at a time.
 */
import type { Delivery, Endpoint, WebhookStore } from '../db/webhooks.ts'
import { eventTypesOf } from '../live/frames.ts'
import type { Logger } from '../log.ts'
import { Bell } from './bell.ts'
import { deliveryBody, deliveryId } from './payload.ts'
import { giveUpMs, isOver, openAfter, pauseMs, retryMs } from './schedule.ts'
import type { Answer } from './send.ts'
import { signedHeaders } from './signature.ts'

export interface DelivererOptions {
  store: WebhookStore
  send(url: URL, headers: Record<string, string>, body: string): Promise<Answer>
  log: Logger
  /** Epoch milliseconds. */
  now?: () => number
  random?: () => number
  onOutcome?: (outcome: 'delivered' | 'failed' | 'dead') => void
  /** Deliveries of one endpoint that are under way at once. */
  width?: number
  /** Longer than an attempt can take: after it, a delivery of a process that was killed is taken again. */
  leaseMs?: number
}

/** The work at one endpoint. Rung when a delivery has ended, and when somebody looks: both may have made another one due. */
interface Lane {
  bell: Bell
  over: Promise<void>
}

export class Deliverer {
  readonly #options: Required<DelivererOptions>
  readonly #lanes = new Map<number, Lane>()
  #stopping = false

  constructor(options: DelivererOptions) {
    this.#options = { now: Date.now, random: Math.random, onOutcome: () => {}, width: 4, leaseMs: 30_000, ...options }
  }

  /** Makes deliveries of new events and starts what is due. Does not wait for it. */
  async look(): Promise<void> {
    const { store, now } = this.#options
    await store.expand(eventTypesOf, iso(now()))
    const edge = iso(now() - giveUpMs)
    const dead = await store.giveUp({ failingBefore: edge, createdBefore: edge, now: iso(now()) })
    for (let n = 0; n < dead; n++) this.#options.onOutcome('dead')
    for (const endpoint of await store.endpoints(iso(now()))) {
      if (this.#stopping) return
      const lane = this.#lanes.get(endpoint.id)
      if (lane) lane.bell.ring()
      else this.#open(endpoint.id)
    }
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map(({ over }) => over))
  }

  /** Takes nothing more, and resolves once what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.idle()
  }

  #open(webhookId: number): void {
    const bell = new Bell()
    this.#lanes.set(webhookId, { bell, over: this.#work(webhookId, bell) })
  }

  /**
   * Delivers what is due at one endpoint, until nothing is. It ends only after a search that found nothing and during which nothing
   * happened, and in the same turn it is no lane any more: what becomes due meanwhile would wait for the next look.
   */
  async #work(webhookId: number, bell: Bell): Promise<void> {
    const { store, now, log, width, leaseMs } = this.#options
    const underWay = new Set<Promise<void>>()
    let fault: unknown
    try {
      while (!this.#stopping) {
        bell.silence()
        // Each time anew: it may be gone, or left alone by now.
        const endpoint = (await store.endpoints(iso(now()))).find(({ id }) => id === webhookId)
        const probe = endpoint !== undefined && endpoint.failures >= openAfter
        const limit = endpoint === undefined ? 0 : probe ? Number(underWay.size === 0) : width - underWay.size
        const taken = limit > 0 ? await store.take(webhookId, { now: iso(now()), leaseUntil: iso(now() + leaseMs), limit, probe }) : []
        for (const delivery of taken) {
          const attempt: Promise<void> = this.#attempt(endpoint!, delivery, probe)
            .catch(error => {
              fault ??= error
            })
            .finally(() => {
              underWay.delete(attempt)
              bell.ring()
            })
          underWay.add(attempt)
        }
        if (underWay.size === 0 && !bell.rung) break
        await bell.next()
        if (fault !== undefined) throw fault
      }
    } catch (error) {
      log.warn({ err: error, webhook: webhookId }, 'deliveries could not be read or written; tried again later')
    }
    if (underWay.size > 0) await Promise.all(underWay)
    this.#lanes.delete(webhookId)
  }

  async #attempt(endpoint: Endpoint, delivery: Delivery, probed: boolean): Promise<void> {
    const { store, now, send, random, log, onOutcome } = this.#options
    const body = deliveryBody(delivery.event)
    if (body === null) return store.delivered(endpoint.id, delivery.id, { now: iso(now()), sent: false, probed })
    const { status, error, retryAfterMs } = await send(
      new URL(endpoint.url),
      signedHeaders(endpoint.secret, deliveryId(delivery.event), now(), body),
      body,
    )
    const at = now()
    if (error === null) {
      await store.delivered(endpoint.id, delivery.id, { now: iso(at), sent: true, probed })
      return onOutcome('delivered')
    }
    const over = isOver(delivery.firstAttemptAt === null ? at : Date.parse(delivery.firstAttemptAt), at)
    await store.failed(endpoint.id, delivery.id, {
      now: iso(at),
      error,
      status,
      nextAttemptAt: over ? null : iso(at + retryMs(delivery.attempts + 1, random(), retryAfterMs)),
      pausedUntil: failures => (failures < openAfter ? null : iso(at + pauseMs(failures))),
    })
    onOutcome(over ? 'dead' : 'failed')
    log.warn({ webhook: endpoint.id, event: delivery.event.id, status, error, attempts: delivery.attempts + 1, over }, 'a delivery failed')
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
