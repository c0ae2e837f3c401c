/** The worker: HTTP first, then the database, then cycles until it is told to stop. What it works on comes as arguments. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsync } from 'fastify'
import { ensureApiKey } from '../api-key.ts'
import { type Config, isLoopback } from '../config.ts'
import { asEtlError, EtlError, exitStatuses } from '../errors.ts'
import type { Bus } from '../events.ts'
import { createApp } from '../http/app.ts'
import type { HealthFacts } from '../http/health.ts'
import { operations } from '../http/routes/operations.ts'
import type { Logger } from '../log.ts'
import { countCycle, type Metrics } from '../metrics.ts'
import { Schedule, type Ticker } from '../schedule.ts'
import type { CycleResult } from '../sync-result.ts'
import { listenToEvents } from './listeners.ts'
import { within } from './within.ts'
import { WorkerState } from './worker-state.ts'

/** The job, once its database is open and migrated. Instants are ISO 8601 UTC. */
export interface Job {
  cycle(options: { trigger: 'start' | 'schedule' | 'command'; signal: AbortSignal }): Promise<CycleResult>
  /** Start of the last recorded run and end of the last complete one; null when there is none. */
  lastStartedAt(): Promise<string | null>
  lastCompleteAt(): Promise<string | null>
  /** Rejects when the database does not answer or is not what this version needs. */
  ping(): Promise<void>
  selectorSet(): string | null
  close(): Promise<void>
}

export interface WorkerParts {
  config: Config
  log: Logger
  metrics: Metrics
  bus: Bus
  version: string
  /** Opens and migrates the database. A `retryable` error is tried again for `patienceMs`; any other one ends the worker. */
  open(signal: AbortSignal): Promise<Job>
  /** Routes beside the operations'. */
  routes?: FastifyPluginAsync[]
  onListening?: (address: string) => void
  ticker?: Ticker
  now?: () => number
  /** How long a database that does not answer is waited for at start, and a cycle at the end, milliseconds. */
  patienceMs?: number
  stopMs?: number
}

/** A profile that is not paired is looked at this often, so that a fresh pairing need not wait for a long interval. */
const pairingRetryMinutes = 5
const pingMs = 5000

/** Works until `signal` aborts. Gives the exit status: 0, or 1 when the cycle in hand could not be brought to an end in time. */
export async function runWorker(parts: WorkerParts, signal: AbortSignal): Promise<number> {
  const { config, log, metrics, bus, now = Date.now } = parts
  const isoNow = () => new Date(now()).toISOString()
  const state = new WorkerState({ version: parts.version, now: isoNow })
  const stopListening = listenToEvents({ bus, log, metrics, state })
  let job: Job | null = null
  let schedule: Schedule | null = null

  const facts = async (): Promise<HealthFacts> => ({
    ...state.facts,
    postgres: await probe(job, now),
    nextRunAt: schedule?.nextRunAt ?? null,
    selectorSet: job?.selectorSet() ?? null,
  })
  const app = await createApp({
    apiKey: await keyOf(config, log),
    loopback: isLoopback(config.http.host),
    log,
    routes: [
      operations({ facts, intervalMinutes: config.sync.intervalMinutes, metrics: metrics.registry, now: isoNow }),
      ...(parts.routes ?? []),
    ],
  })
  try {
    const address = await app.listen({ host: config.http.host, port: config.http.port }).catch(explainListen(config))
    log.info({ address }, 'HTTP server listening')
    parts.onListening?.(address)
    job = await openPatiently(parts, signal)
    if (job === null) return exitStatuses.complete
    const opened = job
    state.recall(await opened.lastCompleteAt())
    metrics.setLastComplete(instant(state.facts.lastSuccessfulSyncAt))
    schedule = new Schedule({
      intervalMinutes: config.sync.intervalMinutes,
      lastStartedAt: async () => instant(await opened.lastStartedAt()),
      run: trigger => runOne(opened, { ...parts, state, signal }, trigger === 'request' ? 'command' : trigger),
      onSkipped: () => {
        metrics.cyclesSkipped.inc()
        log.warn('a cycle is still running at the time of the next one, which is left out')
      },
      onError: error => log.error({ err: error }, 'the schedule could not be looked up; it is tried again in a minute'),
      now,
      ...(parts.ticker && { ticker: parts.ticker }),
    })
    schedule.start()
    await aborted(signal)
    state.drain()
    log.info({ cycle_running: schedule.running }, 'stopping')
    const ended = await within(
      parts.stopMs ?? 60_000,
      schedule.close().then(() => true),
    ).catch(() => false)
    if (!ended) log.error('the cycle in hand did not end in time; its open transaction is rolled back')
    return ended ? exitStatuses.complete : exitStatuses.failed
  } finally {
    state.drain()
    stopListening()
    await within(10_000, Promise.allSettled([app.close(), job?.close()])).catch(() => log.error('closing took too long'))
  }
}

/** One cycle with its errors handled: counted, logged, told to the bus. Gives the minutes after which to try again, or null for the interval. */
async function runOne(
  job: Job,
  parts: WorkerParts & { state: WorkerState; signal: AbortSignal },
  trigger: 'start' | 'schedule' | 'command',
): Promise<number | null> {
  const { state, log, metrics, bus, signal, now = Date.now } = parts
  log.info({ trigger }, 'cycle started')
  try {
    const result = await job.cycle({ trigger, signal })
    state.ended(result)
    metrics.setSession(state.facts.session.status)
    countCycle(metrics, result)
    if (result.status === 'complete') metrics.setLastComplete(now())
    log.info(summary(result), 'cycle ended')
    return null
  } catch (thrown) {
    if (signal.aborted) {
      log.info('cycle stopped; what was stored stays, the next one goes on from there')
      return null
    }
    const error = asEtlError(thrown)
    const { result } = thrown as { result?: CycleResult }
    state.failed(error)
    metrics.setSession(state.facts.session.status)
    metrics.syncErrors.inc({ code: error.code })
    if (result) countCycle(metrics, result)
    // A cycle that came far enough to have a result has told the bus itself.
    else bus.emit({ type: 'sync.failed', accountId: 'default', data: { code: error.code } })
    if (error.code === 'login_required') log.warn('pairing needed: run `whatsapp-etl pair`; the worker goes on by itself afterwards')
    else log.error({ err: error, code: error.code }, 'cycle failed')
    return error.code === 'login_required' ? pairingRetryMinutes : null
  }
}

/** Counts only: the list of incomplete chats holds names. */
function summary({ run_id, status, seconds, chats, messages, attachments, incomplete }: CycleResult) {
  const reasons: Record<string, number> = {}
  for (const { reason } of incomplete) reasons[reason] = (reasons[reason] ?? 0) + 1
  return { run_id, status, seconds, chats, messages, attachments, incomplete: reasons }
}

/** The job; null when the worker was told to stop meanwhile. */
async function openPatiently({ open, log, patienceMs = 120_000, now = Date.now }: WorkerParts, signal: AbortSignal): Promise<Job | null> {
  const giveUpAt = now() + patienceMs
  for (let pause = 500; ; pause = Math.min(pause * 2, 5000)) {
    try {
      const opening = open(signal)
      const job = await Promise.race([opening, aborted(signal).then(() => null)])
      // Told to stop while it was opening: what opens after all is closed again, nobody waits for it.
      if (job === null) void opening.then(late => late.close()).catch(() => {})
      return job
    } catch (thrown) {
      if (signal.aborted) return null
      const error = asEtlError(thrown)
      if (error.code !== 'retryable' || now() + pause > giveUpAt) throw error
      log.warn({ code: error.code, retry_ms: pause }, `the database is not ready yet: ${error.message}`)
      await sleep(pause, undefined, { signal }).catch(() => {})
      if (signal.aborted) return null
    }
  }
}

async function probe(job: Job | null, now: () => number): Promise<HealthFacts['postgres']> {
  if (job === null) return { ready: false, latencyMs: null, problem: 'the worker is still connecting' }
  const asked = now()
  try {
    await within(pingMs, job.ping())
    return { ready: true, latencyMs: Math.max(0, now() - asked), problem: null }
  } catch (error) {
    return { ready: false, latencyMs: null, problem: error instanceof EtlError ? error.message : 'it does not answer' }
  }
}

async function keyOf(config: Config, log: Logger): Promise<string | null> {
  if (config.http.auth === 'none') return null
  if (config.http.apiKey !== null) return config.http.apiKey
  const { key, path, made } = await ensureApiKey(config.dataDir)
  if (made) log.info({ path }, 'an API key was made; it lies in this file')
  return key
}

function explainListen({ http }: Config) {
  return (error: NodeJS.ErrnoException): never => {
    const why =
      error.code === 'EADDRINUSE'
        ? 'is in use: stop what listens there, or set HTTP_PORT'
        : `cannot be listened on (${error.code ?? error.message}): check HTTP_HOST and HTTP_PORT`
    throw new EtlError('internal', `${http.host}:${http.port} ${why}`, { cause: error })
  }
}

function instant(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
