/** The worker: HTTP first, then the database, then cycles until it is told to stop. What it works on comes as arguments. */
import type { FastifyPluginAsync } from 'fastify'
import { ensureApiKey } from '../api-key.ts'
import { type Config, isLoopback } from '../config.ts'
import { EtlError, exitStatuses } from '../errors.ts'
import type { Bus } from '../events.ts'
import { createApp } from '../http/app.ts'
import type { HealthFacts } from '../http/health.ts'
import { apiRoutes } from '../http/routes/api.ts'
import { operations } from '../http/routes/operations.ts'
import { page } from '../http/routes/page.ts'
import type { Logger } from '../log.ts'
import { countStanding, type Metrics } from '../metrics.ts'
import { type Alarm, everyFewSeconds, Schedule, type Ticker } from '../schedule.ts'
import { makeApi } from './api.ts'
import { type Job, type RunRecord, runJobCycle } from './job.ts'
import { listenToEvents } from './listeners.ts'
import { look, nothingKnown } from './look.ts'
import { aborted, openPatiently } from './open-job.ts'
import { setsIn } from './sets-dir.ts'
import { within } from './within.ts'
import { WorkerState } from './worker-state.ts'

export interface WorkerParts {
  config: Config
  log: Logger
  metrics: Metrics
  bus: Bus
  version: string
  /** Opens and migrates the database. What may pass by itself is tried again for `patienceMs`; anything else ends the worker. */
  open(signal: AbortSignal): Promise<Job>
  /** Routes beside the operations'. */
  routes?: FastifyPluginAsync[]
  onListening?: (address: string) => void
  ticker?: Ticker
  alarm?: Alarm
  /** How often SELECTORS_DIR is looked at while reading is paused. */
  setsTicker?: Ticker
  /** Calls back when somebody asks for a cycle now (SIGHUP); gives back what stops that. */
  onHangup?: ((listener: () => void) => () => void) | undefined
  now?: () => number
  /** Spreads the waits between attempts: from 0 to 1. */
  random?: () => number
  /** How long a database that does not answer is waited for at start, and a cycle at the end, milliseconds. */
  patienceMs?: number
  stopMs?: number
}

/**
 * Works until `toldToStop` aborts. Gives the exit status: 0, or 1 when the cycle in hand could not be brought to an end in time. Throws the
 * error that makes going on useless (retry.ts: `stop`), after it has closed everything.
 */
export async function runWorker(parts: WorkerParts, toldToStop: AbortSignal): Promise<number> {
  const { config, log, metrics, bus, now = Date.now, random = Math.random, patienceMs = 120_000 } = parts
  const useless = new AbortController()
  const signal = AbortSignal.any([toldToStop, useless.signal])
  const isoNow = () => new Date(now()).toISOString()
  const state = new WorkerState({ version: parts.version, now: isoNow })
  const stopListening = listenToEvents({ bus, log, metrics, state })
  metrics.intervalSeconds.set(config.sync.intervalMinutes * 60)
  let job: Job | null = null
  let schedule: Schedule | null = null
  let stopResuming = () => {}
  /** What lay in SELECTORS_DIR when the last cycle began. */
  let sets = ''
  let extractionProblem: string | null = null
  let expired = false
  let known = nothingKnown

  const facts = async (): Promise<HealthFacts> => {
    const { postgres, ...said } = await look(job, known)
    known = said
    const { record, condition, account } = said
    countStanding(metrics, { reachable: postgres.ready, condition, account })
    return {
      ...state.facts,
      condition,
      account,
      lastCycle: state.facts.lastCycle ?? recordedCycle(record),
      lastSuccessfulSyncAt: record.lastSuccessfulSyncAt,
      incompleteInARow: record.incompleteInARow,
      postgres,
      nextRunAt: schedule?.nextRunAt ?? null,
      selectorSet: record.lastRun?.selectorSet ?? null,
      selectors: job?.selectors?.() ?? null,
      extractionProblem,
      storageProblem: job?.storageProblem?.() ?? null,
    }
  }
  const api = makeApi({
    config,
    version: parts.version,
    state,
    job: () => job,
    schedule: () => schedule,
    lastSuccessfulSyncAt: async () => (await facts()).lastSuccessfulSyncAt,
    now: isoNow,
  })
  const app = await createApp({
    apiKey: await keyOf(config, log),
    loopback: isLoopback(config.http.host),
    allowedHosts: [...config.http.allowedHosts, config.http.host.toLowerCase()],
    corsOrigins: config.http.corsOrigins,
    requestsPerMinute: config.http.requestsPerMinute,
    log,
    routes: [
      operations({ facts, intervalMinutes: config.sync.intervalMinutes, metrics: metrics.registry, now: isoNow }),
      ...apiRoutes(api),
      page(new URL('../', import.meta.url)),
      ...(parts.routes ?? []),
    ],
  })
  try {
    const address = await app.listen({ host: config.http.host, port: config.http.port }).catch(explainListen(config))
    log.info({ address }, 'HTTP server listening')
    parts.onListening?.(address)
    job = await openPatiently({ open: parts.open, log, patienceMs, now, random }, signal)
    if (job === null) return exitStatuses.complete
    const opened = job
    known = { ...known, record: await opened.latest() }
    metrics.setLastComplete(instant(known.record.lastSuccessfulSyncAt))
    schedule = new Schedule({
      intervalMinutes: config.sync.intervalMinutes,
      lastStartedAt: async () => instant((await opened.latest()).lastRun?.startedAt ?? null),
      run: async trigger => {
        await opened.between?.end()
        sets = await setsIn(config.selectors.dir)
        const { intervalMinutes } = config.sync
        const cycle = { intervalMinutes, log, metrics, bus, now, random, state, signal }
        const next = await runJobCycle(opened, cycle, trigger === 'request' ? 'command' : trigger)
        if ('afterMs' in next) {
          opened.between?.begin(state.facts.lastCycle?.status ?? null, () => void schedule?.request())
          return next.afterMs
        }
        useless.abort(next.stop)
        return null
      },
      onSkipped: () => {
        metrics.cyclesSkipped.inc()
        log.warn('a cycle is still running at the time of the next one, which is left out')
      },
      onError: error => log.error({ err: error }, 'the schedule could not be looked up; it is tried again in a minute'),
      now,
      ...(parts.ticker && { ticker: parts.ticker }),
      ...(parts.alarm && { alarm: parts.alarm }),
    })
    const stops = [
      bus.on('session.expired', () => {
        expired = true
      }),
      bus.on('session.connected', () => {
        // Paired while the worker waited for it, or the network is back: no reason to wait any longer.
        const last = state.facts.lastCycle?.status
        if (expired || last === 'login_required' || last === 'failed') schedule?.request()
        expired = false
      }),
      (parts.setsTicker ?? everyFewSeconds)(async () => {
        // A set that somebody put there because of the drift is tried at once.
        if (state.driftsInARow === 0 || schedule?.running || (await setsIn(config.selectors.dir)) === sets) return
        if (schedule?.request()) log.info('SELECTORS_DIR has changed; the page is read again')
      }),
      parts.onHangup?.(() => void schedule?.request()) ?? (() => {}),
    ]
    stopResuming = () => {
      for (const stop of stops) stop()
    }
    schedule.start()
    const beside = opened
      .background?.(signal, problem => {
        extractionProblem = problem
      })
      .catch((error: unknown) => {
        if (!signal.aborted) log.error({ err: error }, 'extraction and delivery have stopped; cycles go on')
      })
    await aborted(signal)
    state.drain()
    log.info({ cycle_running: schedule.running }, 'stopping')
    const ended = await within(
      parts.stopMs ?? 60_000,
      Promise.all([schedule.close().then(() => opened.between?.end()), beside]).then(() => true),
    ).catch(() => false)
    if (!ended) log.error('the cycle in hand did not end in time; its open transaction is rolled back')
    if (useless.signal.aborted) throw useless.signal.reason
    return ended ? exitStatuses.complete : exitStatuses.failed
  } finally {
    state.drain()
    stopResuming()
    stopListening()
    // Answers that are on their way still need the database.
    for (const close of [() => app.close(), () => job?.close()]) {
      await within(10_000, Promise.resolve(close())).catch(error => log.error({ err: error }, 'closing failed or took too long'))
    }
  }
}

/** How the run on record ended; one that is marked as running ended with its process. */
function recordedCycle({ lastRun }: RunRecord): HealthFacts['lastCycle'] {
  return lastRun === null || lastRun.status === 'running' ? null : { status: lastRun.status, errorCode: lastRun.error }
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
