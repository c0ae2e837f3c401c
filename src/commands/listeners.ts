/** Who listens to the bus in a worker: log, metrics, health. */
import type { Bus } from '../events.ts'
import type { Logger } from '../log.ts'
import { countEvent, type Metrics } from '../metrics.ts'
import type { SyncEvent } from '../model.ts'
import type { WorkerState } from './worker-state.ts'

/** The only keys of an event's data that may be logged at info: none of them holds a text, a name or a number of a person. */
const loggable = ['run_id', 'status', 'code', 'set', 'fields', 'severity', 'snapshot', 'seconds'] as const

/** Session, drift and cycle events are logged at info; one line per message would drown them, so those are debug. */
export function listenToEvents({ bus, log, metrics, state }: { bus: Bus; log: Logger; metrics: Metrics; state: WorkerState }): () => void {
  return bus.on('*', event => {
    state.event(event)
    countEvent(metrics, event)
    metrics.setSession(state.facts.session.status, state.facts.session.problem)
    const level = event.type.startsWith('message.') || event.type === 'agent.message' ? 'debug' : 'info'
    log[level]({ event: event.type, ...loggableData(event) }, 'event')
  })
}

function loggableData({ data }: SyncEvent): Record<string, unknown> {
  return Object.fromEntries(loggable.filter(key => data[key] !== undefined).map(key => [key, data[key]]))
}
