/** The composition root: every adapter is chosen and joined here. */
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { type Database, openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { makeReader, type Reader } from '../db/reader.ts'
import { makeStore, type Store } from '../db/store.ts'
import type { Bus } from '../events.ts'
import { type Extractor, runExtraction } from '../extraction.ts'
import { acquireLock } from '../lock.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { defaultAccount } from '../model.ts'
import { makeAttendant } from '../web/attend.ts'
import { browserKeeper } from '../web/browser-keeper.ts'
import { makeBetween } from './between.ts'
import { type Cycles, makeCycles } from './cycles.ts'
import type { Io } from './io.ts'
import type { Between, JobSession } from './job.ts'
import { makeLiveWatch } from './live-watch.ts'
import { makePageSources } from './page-source.ts'

export interface Composed extends Cycles {
  database: Database
  store: Store
  reader: Reader
  /** The browser session beside its cycles. */
  session: JobSession
  between: Between
  /** Runs until the signal aborts: the extraction queue. */
  background(signal: AbortSignal, tell: (extractionProblem: string | null) => void): Promise<void>
  close(): Promise<void>
}

export interface ComposeOptions {
  /** Read, but write nothing. */
  dryRun?: boolean
  /** Ask the phone for older messages where the page offers it: a person said so. */
  askPhone?: boolean
  /** Called when an event of the session stands in the outbox; the bus has it before that. */
  onRecorded?: () => void
}

/** The extractor of pictures; none is installed yet, which the queue says when it is switched on. */
const extractor: Extractor | null = null

/** Opens and migrates the database and joins the parts of the job. The browser starts with the first cycle. */
export async function compose(
  config: Config,
  io: Pick<Io, 'signal'>,
  { log, metrics, bus }: { log: Logger; metrics: Metrics; bus: Bus },
  { dryRun = false, askPhone = false, onRecorded = () => {} }: ComposeOptions = {},
): Promise<Composed> {
  const database = await openDatabase({
    url: config.db.url,
    dataDir: config.dataDir,
    signal: io.signal,
    onRetry: message => log.warn(message),
  })
  const closing: (() => Promise<void>)[] = [() => database.close()]
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end()
  }
  try {
    await migrate(database)
  } catch (error) {
    await close()
    throw error
  }
  const store = countingJobs(makeStore(database), metrics)
  const keeper = browserKeeper({
    config,
    log,
    lock: acquireLock,
    askPhone,
    onBytes: bytes => metrics.browserBytes.set(bytes),
    onRestart: reason => metrics.browserRestarts.inc({ reason }),
    onEvent: event => tell({ type: event.type, accountId: defaultAccount, data: event.data }),
  })
  const attendant = makeAttendant({ session: () => keeper.session(), log })
  closing.push(
    () => told,
    () => keeper.close(),
    () => attendant.close(),
  )

  // One after the other: the outbox tells them in the order in which they happened.
  let told = Promise.resolve()
  let connected = false
  const tell = (event: Parameters<Bus['emit']>[0]) => {
    // A browser that was closed between two cycles, or replaced, and is logged in as before: no news.
    if (event.type === 'session.connected' && connected) return
    connected = event.type === 'session.connected'
    bus.emit(event)
    if (dryRun) return
    told = told
      .then(() => store.recordEvent(event))
      .then(onRecorded)
      .catch(error => log.error({ err: error, event: event.type }, 'an event could not be recorded'))
  }

  const sources = makePageSources({ config, log, metrics, dryRun })
  const cycles = makeCycles({ config, database, store, keeper, sources, log, metrics, bus, dryRun, askPhone })
  return {
    database,
    store,
    reader: makeReader(database),
    session: { attend: attendant.attend, code: keeper.code },
    ...cycles,
    between: makeBetween(
      {
        config,
        keeper,
        pairing: attendant.attending,
        watch: makeLiveWatch({ config, store, keeper, sources, learned: cycles.learned, log, metrics, bus }),
        log,
      },
      io.signal,
    ),
    background: (signal, tell) =>
      runExtraction({
        enabled: config.imageProcessing,
        extractor,
        jobs: {
          take: limit => store.takeJobs({ worker: `${process.pid}`, limit }),
          finish: (job, result) => store.finishJob(job, result),
          fail: (job, error, options) => store.failJob(job, error, options),
        },
        resolvePath: path => join(config.attachmentsDir, path),
        log,
        signal,
        onProblem: tell,
      }),
    close,
  }
}

function countingJobs(store: Store, metrics: Metrics): Store {
  return {
    ...store,
    saveBatch: async batch => {
      const saved = await store.saveBatch(batch)
      metrics.extractionJobsEnqueued.inc(saved.jobs)
      return saved
    },
  }
}
