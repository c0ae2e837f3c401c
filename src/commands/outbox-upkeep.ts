/** Keeps the outbox from growing for ever. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../db/store.ts'
import type { Logger } from '../log.ts'

const everyMs = 60 * 60_000

/** Removes events older than `keepMs` once an hour until the signal aborts; null keeps them all. */
export async function trimOutbox(store: Pick<Store, 'trimOutbox'>, keepMs: number | null, log: Logger, signal: AbortSignal): Promise<void> {
  while (keepMs !== null && !signal.aborted) {
    const removed = await store.trimOutbox(new Date(Date.now() - keepMs).toISOString()).catch(error => {
      log.warn({ err: error }, 'old events could not be removed from the outbox; tried again in an hour')
      return 0
    })
    if (removed > 0) log.info({ removed }, 'old events were removed from the outbox')
    await sleep(everyMs, undefined, { signal }).catch(() => {})
  }
}
