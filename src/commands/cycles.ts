/** One cycle with its adapters: a source on the keeper's browser, pictures into files, counts into metrics, a watchdog over all of it. */
import { createHash } from 'node:crypto'
import type { Config } from '../config.ts'
import type { Database } from '../db/client.ts'
import { rehearse } from '../db/rehearse.ts'
import { makeStore, type Store } from '../db/store.ts'
import type { SelectorReport } from '../drift.ts'
import { asEtlError, EtlError, LockedError } from '../errors.ts'
import type { Bus } from '../events.ts'
import { makeFileStore, type StoredFile, storedPath } from '../files.ts'
import { examineImage } from '../images.ts'
import type { Logger } from '../log.ts'
import { type ClickCounts, countClicks, countWaits, countWitness, type Metrics } from '../metrics.ts'
import { defaultAccount } from '../model.ts'
import type { FieldCounts } from '../parse/fields.ts'
import { reactionTo } from '../retry.ts'
import type { CycleProgress } from '../sync/cycle.ts'
import type { CycleResult } from '../sync/result.ts'
import { runCycle } from '../sync/run-cycle.ts'
import type { BrowserKeeper } from '../web/browser-keeper.ts'
import { makeBuckets } from '../web/buckets.ts'
import { readBlob, storeImages } from '../web/media.ts'
import type { Session } from '../web/session.ts'
import { webSource } from '../web/source.ts'
import { watchSelectors } from './selector-watch.ts'
import { makeWatchdog } from './watchdog.ts'

export interface CycleRequest {
  trigger: 'schedule' | 'start' | 'command'
  signal: AbortSignal
  full?: boolean
  only?: string[]
  progress?: (step: CycleProgress) => void
}

export interface Cycles {
  cycle(request: CycleRequest): Promise<CycleResult>
  /** How well the last cycle understood the page; null before the first that could tell. */
  selectors(): SelectorReport | null
  /** Why the last cycle could not store a picture; null when it could store all. */
  storageProblem(): string | null
}

export interface CycleParts {
  config: Config
  database: Database
  store: Store
  keeper: BrowserKeeper
  log: Logger
  metrics: Metrics
  bus: Bus
  /** Read, but write nothing. */
  dryRun: boolean
  askPhone: boolean
}

/** Late edits, deletions and reactions are looked for this far into what is covered already. */
const overlapMs = 24 * 60 * 60 * 1000

/** A cycle that neither reads, scrolls, opens nor stores anything for this long, beyond what a cold page may take, will not do so any more. */
const quietMs = 10 * 60_000
const quietGraceMs = 60_000

/** The cycles of a process: what is gentle or counted goes on from one to the next. */
export function makeCycles({ config, database, store, keeper, log, metrics, bus, dryRun, askPhone }: CycleParts): Cycles {
  const files = makeFileStore(config.attachmentsDir)
  let clicked: { session: Session; counts: ClickCounts } | undefined
  const countNewClicks = (session: Session) => {
    const { clicks, refused } = session.guard.counters
    countClicks(metrics, { clicks, refused }, clicked?.session === session ? clicked.counts : undefined)
    clicked = { session, counts: { clicks: { ...clicks }, refused } }
  }

  const buckets = makeBuckets(config.pace)
  const selectors = watchSelectors(config, { log, metrics })
  let storageProblem: string | null = null

  return {
    selectors: selectors.latest,
    storageProblem: () => storageProblem,
    async cycle({ trigger, signal: stop, full = false, only = [], progress = () => {} }) {
      // A profile that another process reads is refused before this run is on record: there is no run.
      await keeper.begin().catch(error => {
        if (error instanceof LockedError) throw error
      })
      const watchdog = makeWatchdog(
        { quietMs: config.pace.readyTimeoutMs + quietMs, graceMs: quietGraceMs, onQuiet: reason => keeper.abandon(reason) },
        stop,
      )
      const { signal } = watchdog
      const now = new Date().toISOString()
      let fault: string | null = null
      let session: Session | undefined
      const source = webSource({
        session: async () => {
          const next = await keeper.session()
          // In the middle of a cycle a browser may follow one that is gone.
          if (session && session !== next) countNewClicks(session)
          session = next
          return next
        },
        config,
        // Whatever is paced is a sign of life: in a long chat nothing is stored for a while.
        buckets: {
          ...buckets,
          take: (kind, stopped) => {
            watchdog.alive()
            return buckets.take(kind, stopped)
          },
        },
        log,
        clock: () => new Date().toISOString(),
        storeImages: ({ cdp }, wanted) =>
          storeImages(wanted, {
            readBlob: url => readBlob(cdp, url),
            examine: examineImage,
            put: (bytes, ext) => (dryRun ? onlyNamed(bytes, ext) : files.put(bytes, ext)),
            onFault: error => {
              fault = error instanceof EtlError ? error.message : 'A picture could not be stored; see the log.'
              log.error({ err: error }, 'a picture could not be stored')
            },
          }),
        onFields: (set, fields) => countFields(metrics, set, fields),
        signal,
      })
      const run = (into: Store) =>
        runCycle(
          {
            source,
            store: into,
            publish: event => bus.emit(event),
            activityOf: source.activityOf,
            progress: step => {
              watchdog.alive()
              progress(step)
            },
            ...(!dryRun && { snapshot: drift => selectors.snapshot(session, drift) }),
            onSelectors: selectors.note,
            onChatFailed: error => {
              metrics.syncErrors.inc({ code: error.code })
              log.warn({ err: error, code: error.code }, 'the reading of a chat broke off; it is tried again after the others')
            },
            signal,
            clock: Date.now,
            elapsed: () => performance.now(),
          },
          {
            accountId: defaultAccount,
            trigger,
            now,
            lookbackDays: config.sync.lookbackDays,
            overlapMs,
            deepReadMs: config.sync.deepReadMs,
            unreadPolicy: config.sync.unreadPolicy,
            newsOnly: false,
            full,
            askPhone,
            only,
            agent: config.agent,
            budget: {
              ms: config.pace.cycleBudgetMs,
              chats: config.pace.cycleBudgetChats,
              scrolls: config.pace.cycleBudgetScrolls,
            },
          },
        )
      try {
        if (dryRun) return await watchdog.over(rehearse(database, rehearsal => run(makeStore(rehearsal))))
        const result = await watchdog.over(run(only.length > 0 ? ofSomeChats(store) : store))
        storageProblem = null
        keeper.ended('well')
        await database.maintain()
        return result
      } catch (error) {
        if (!stop.aborted && reactionTo(asEtlError(error)) === 'retry') keeper.ended('failed')
        throw error
      } finally {
        storageProblem = fault ?? storageProblem
        const { witness, waitedMs = {} } = source.facts()
        if (witness) countWitness(metrics, witness)
        countWaits(metrics, waitedMs)
        if (session) countNewClicks(session)
        await keeper.measure()
      }
    },
  }
}

/** The store of a cycle of some chats alone, which goes on record as one. */
function ofSomeChats(store: Store): Store {
  return { ...store, finishRun: (runId, end) => store.finishRun(runId, { ...end, partial: true }) }
}

/** What `files.put` would answer, with nothing written. */
async function onlyNamed(bytes: Uint8Array, ext: string): Promise<StoredFile> {
  const checksum = createHash('sha256').update(bytes).digest('hex')
  return {
    checksum,
    path: storedPath(checksum, ext),
    bytes: bytes.byteLength,
    existed: false,
  }
}

/** Which candidates gave the fields of a page their values: a shift from the first one to a later one is an early sign of drift. */
function countFields(metrics: Metrics, set: string, fields: FieldCounts): void {
  for (const [field, { miss, by_candidate }] of Object.entries(fields)) {
    for (const [candidate, hits] of Object.entries(by_candidate)) metrics.candidatesHit.inc({ set, field, candidate }, hits)
    metrics.candidatesMissed.inc({ set, field, candidate: 'all' }, miss)
  }
}
