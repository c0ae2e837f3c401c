/** One cycle with its adapters: a source on the keeper's browser, counts into metrics, a watchdog over all of it. */
import type { Config } from '../config.ts'
import type { Database } from '../db/client.ts'
import { rehearse } from '../db/rehearse.ts'
import { makeStore, type Store } from '../db/store.ts'
import type { SelectorReport } from '../drift.ts'
import { asEtlError, LockedError } from '../errors.ts'
import type { Bus } from '../events.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { defaultAccount } from '../model.ts'
import { reactionTo } from '../retry.ts'
import type { CycleProgress } from '../sync/cycle.ts'
import type { CycleResult } from '../sync/result.ts'
import { runCycle } from '../sync/run-cycle.ts'
import type { BrowserKeeper } from '../web/browser-keeper.ts'
import type { Learned } from '../web/learned.ts'
import type { PageSource, SourceRequest } from './page-source.ts'
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
  /** What the last cycle that ran to its end learned of the page; null before one did. */
  learned(): Learned | null
}

export interface CycleParts {
  config: Config
  database: Database
  store: Store
  keeper: BrowserKeeper
  sources: (request: SourceRequest) => PageSource
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

/** The cycles of a process. */
export function makeCycles({ config, database, store, keeper, sources, log, metrics, bus, dryRun, askPhone }: CycleParts): Cycles {
  const selectors = watchSelectors(config, { log, metrics })
  let storageProblem: string | null = null
  let learned: Learned | null = null

  return {
    selectors: selectors.latest,
    storageProblem: () => storageProblem,
    learned: () => learned,
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
      const opened = sources({ session: () => keeper.session(), alive: watchdog.alive, signal })
      const { source } = opened
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
            ...(!dryRun && { snapshot: drift => selectors.snapshot(opened.session(), drift) }),
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
        learned = source.learned()
        await database.maintain()
        return result
      } catch (error) {
        if (!stop.aborted && reactionTo(asEtlError(error)) === 'retry') keeper.ended('failed')
        throw error
      } finally {
        storageProblem = opened.fault() ?? storageProblem
        opened.count()
        await keeper.measure()
      }
    },
  }
}

/** The store of a cycle of some chats alone, which goes on record as one. */
function ofSomeChats(store: Store): Store {
  return { ...store, finishRun: (runId, end) => store.finishRun(runId, { ...end, partial: true }) }
}
