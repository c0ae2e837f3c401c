/** The worker's loop around the deliverer. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../log.ts'
import { Bell } from './bell.ts'
import type { Deliverer } from './deliverer.ts'

export interface RunOptions {
  deliverer: Pick<Deliverer, 'look' | 'stop'>
  log: Logger
  signal: AbortSignal
  /** Calls back when there may be something new; gives back what stops that. */
  onWake(listener: () => void): () => void
  /** Milliseconds between two looks when nobody wakes it: how exact the times of retries are. */
  pollMs?: number
}

/** Delivers until `signal` aborts, then lets what is under way end. A fault of the database is waited out. */
export async function runDeliveries({ deliverer, log, signal, onWake, pollMs = 5000 }: RunOptions): Promise<void> {
  const bell = new Bell()
  const stopListening = onWake(() => bell.ring())
  let faults = 0
  while (!signal.aborted) {
    bell.silence()
    try {
      await deliverer.look()
      faults = 0
    } catch (error) {
      if (faults++ === 0) log.warn({ err: error }, 'webhooks could not be looked after; tried again every few seconds')
    }
    const over = new AbortController()
    await Promise.race([sleep(pollMs, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {}), bell.next()])
    over.abort()
  }
  stopListening()
  await deliverer.stop()
}
