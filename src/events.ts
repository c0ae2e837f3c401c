/** The in-process event bus: the cycle says what happened, the log, the metrics and tests listen. */
import type { EventType, SyncEvent } from './model.ts'

export type Listener = (event: SyncEvent) => void

/** `on` gives back a function that stops listening. `next` is what tests wait on: it rejects after `timeoutMs` (10 000). */
export interface Bus {
  emit(event: SyncEvent): void
  on(type: EventType | '*', listener: Listener): () => void
  next(type: EventType | '*', options?: { timeoutMs?: number }): Promise<SyncEvent>
}

/**
 * Makes a bus. Listeners run at once and in the order they came; one that throws does not keep an event from the others:
 * its error goes to `onError`.
 */
export function makeBus(onError: (error: unknown, event: SyncEvent) => void = () => {}): Bus {
  const listeners = new Set<{ type: EventType | '*'; listener: Listener }>()

  function on(type: EventType | '*', listener: Listener): () => void {
    const entry = { type, listener }
    listeners.add(entry)
    return () => void listeners.delete(entry)
  }

  function emit(event: SyncEvent): void {
    for (const entry of [...listeners]) {
      if (entry.type !== '*' && entry.type !== event.type) continue
      try {
        entry.listener(event)
      } catch (error) {
        onError(error, event)
      }
    }
  }

  function next(type: EventType | '*', { timeoutMs = 10_000 }: { timeoutMs?: number } = {}): Promise<SyncEvent> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop()
        reject(new Error(`no ${type} event within ${timeoutMs} ms`))
      }, timeoutMs)
      const stop = on(type, event => {
        stop()
        clearTimeout(timer)
        resolve(event)
      })
    })
  }

  return { emit, on, next }
}
