/** What is read between two cycles, wired: the page that the last cycle left is watched, and chats with news are read and stored. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import type { Store } from '../db/store.ts'
import { Retryable } from '../errors.ts'
import type { Bus } from '../events.ts'
import type { Logger } from '../log.ts'
import { countLive, type Metrics } from '../metrics.ts'
import { defaultAccount } from '../model.ts'
import { type SeenRow, seenOf } from '../sync/news.ts'
import { makeLiveRun } from '../sync/run-live.ts'
import { type LivePage, watchLive } from '../sync/watch-live.ts'
import type { BrowserKeeper } from '../web/browser-keeper.ts'
import type { Learned } from '../web/learned.ts'
import { titleFits } from '../web/open-chat.ts'
import { rowDigests, showsNews } from '../web/row-digests.ts'
import { stopWatching } from '../web/row-watch.ts'
import type { WebSource } from '../web/source.ts'
import type { PageSource, SourceRequest } from './page-source.ts'

export interface LiveWatchParts {
  config: Config
  store: Store
  keeper: BrowserKeeper
  sources: (request: SourceRequest) => PageSource
  learned(): Learned | null
  log: Logger
  metrics: Metrics
  bus: Bus
}

/** Late edits are the cycle's: a live reading looks this far back from what is known, for messages that were late themselves. */
const overlapMs = 10 * 60_000
/** What one reading may use up; a cycle goes on where it stopped. */
const budget = { ms: 60_000, chats: 60, scrolls: 40 }
/** How often it is looked whether the browser has grown too old or too large. */
const wearMs = 5 * 60_000

/** Watches until `ending` aborts and the reading in hand is over (`stop` ends that too), until the browser is gone, or until a fault is left to the next cycle. */
export function makeLiveWatch({ config, store, keeper, sources, learned, log, metrics, bus }: LiveWatchParts) {
  return async (ending: AbortSignal, stop: AbortSignal, askForCycle: () => void): Promise<void> => {
    const known = learned()
    const session = keeper.current()
    if (known === null || session === null || known.session !== session) return
    const opened = sources({
      session: async () => {
        if (!session.signal.aborted) return session
        throw new Retryable('the browser is gone; the next cycle starts another one')
      },
      learned: known,
      signal: stop,
    })
    const { source } = opened
    let noticedAt = 0
    const run = makeLiveRun(
      {
        source,
        store,
        publish: event => bus.emit(event),
        activityOf: source.activityOf,
        onStored: () => metrics.liveLatency.observe((performance.now() - noticedAt) / 1000),
        onChatFailed: error => log.warn({ err: error, code: error.code }, 'the reading of a chat between two cycles broke off'),
        signal: stop,
        clock: Date.now,
        elapsed: () => performance.now(),
      },
      {
        accountId: defaultAccount,
        lookbackDays: config.sync.lookbackDays,
        overlapMs,
        unreadPolicy: config.sync.unreadPolicy,
        agent: config.agent,
        budget,
      },
    )
    const over = AbortSignal.any([ending, session.signal])
    const wear = setInterval(() => {
      void keeper.outworn().then(reason => {
        if (reason !== null && !ending.aborted) askForCycle()
      })
    }, wearMs)
    wear.unref()
    try {
      await source.ready(stop)
      metrics.liveWatching.set(1)
      log.info('the page is watched for what is new until the next cycle')
      const why = await watchLive(
        {
          page: livePage(source),
          unreadPolicy: config.sync.unreadPolicy,
          async read(chats, namesakes, at) {
            noticedAt = at
            const counts = await run.read(chats, namesakes)
            countLive(metrics, counts)
            const { stored, unchanged, left, failed, messages } = counts
            log.debug({ stored, unchanged, left, failed, messages }, 'read between two cycles')
            return counts
          },
          onFailed: error => {
            metrics.liveReadings.inc({ outcome: 'failed' })
            log.warn({ err: error, code: error.code }, 'what is new could not be read between two cycles')
          },
          now: () => performance.now(),
          pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
          random: Math.random,
        },
        seenOf(known.listed.map(listing => ({ listing, activity: source.activityOf(listing) }))),
        over,
      )
      if (why === 'cycle') askForCycle()
      if (why !== 'told') log.warn('the page is watched no longer; the next cycle reads what is new')
      else if (session.signal.aborted && !ending.aborted) log.warn('the browser is gone; the next cycle starts another one')
    } finally {
      clearInterval(wear)
      metrics.liveWatching.set(0)
      await stopWatching(session)
      opened.count()
      await run.finish()
    }
  }
}

/** The page of a source, as it is watched. */
function livePage(source: WebSource): LivePage {
  let shown: ReadonlySet<string> = new Set()
  const row = (listing: SeenRow['listing']): SeenRow => ({ listing, activity: source.activityOf(listing) })
  return {
    changed: signal => source.changed(signal),
    rows: async () => (await source.mounted()).map(row),
    async changedChat() {
      const chat = source.learned()?.chat ?? null
      const raw = await source.shown()
      if (chat === null || !raw.open || !titleFits(raw, chat)) return null
      return showsNews(shown, rowDigests(raw)) ? chat : null
    },
    async rest() {
      await source.rest()
      // What a reading did not see is news, also where it came after its last look.
      const looks = source.learned()?.looks.splice(0) ?? []
      shown = looks.length > 0 ? rowDigests(...looks) : rowDigests(await source.shown())
    },
  }
}
