/** Sources on the account's page with their adapters: limits of pace, pictures into files, clicks, fields and witnesses counted. */
import { createHash } from 'node:crypto'
import type { Config } from '../config.ts'
import { EtlError } from '../errors.ts'
import { makeFileStore, type StoredFile, storedPath } from '../files.ts'
import { examineImage } from '../images.ts'
import type { Logger } from '../log.ts'
import { type ClickCounts, countClicks, countWaits, countWitness, type Metrics } from '../metrics.ts'
import type { FieldCounts } from '../parse/fields.ts'
import { makeBuckets } from '../web/buckets.ts'
import { Lateness } from '../web/lateness.ts'
import type { Learned } from '../web/learned.ts'
import { LoadSizes } from '../web/load-sizes.ts'
import { makePictureStore, readBlob } from '../web/media.ts'
import type { Session } from '../web/session.ts'
import { type WebSource, webSource } from '../web/source.ts'

export interface SourceRequest {
  /** The session, opened where that is wanted and there is none. */
  session(): Promise<Session>
  /** What an earlier source learned of the page. */
  learned?: Learned | null
  /** Told of every action that is paced. */
  alive?(): void
  signal: AbortSignal
}

export interface PageSource {
  source: WebSource
  /** The session that it works on; undefined before it asked for one. */
  session(): Session | undefined
  /** Why a picture could not be stored; null where all could. */
  fault(): string | null
  /** Counts what it did. To be called once, at its end. */
  count(): void
}

export interface PageSourceParts {
  config: Config
  log: Logger
  metrics: Metrics
  /** Name pictures, but write no files. */
  dryRun: boolean
}

/** Makes the sources of a process: what is gentle or counted goes on from one to the next. */
export function makePageSources({ config, log, metrics, dryRun }: PageSourceParts): (request: SourceRequest) => PageSource {
  const files = makeFileStore(config.attachmentsDir)
  const buckets = makeBuckets(config.pace)
  const lateness = new Lateness(config.pace.lateMs)
  const loads = new LoadSizes()
  let clicked: { session: Session; counts: ClickCounts } | undefined
  const countNewClicks = (session: Session) => {
    const { clicks, refused } = session.guard.counters
    countClicks(metrics, { clicks, refused }, clicked?.session === session ? clicked.counts : undefined)
    clicked = { session, counts: { clicks: { ...clicks }, refused } }
  }

  return ({ session: next, learned = null, alive = () => {}, signal }) => {
    let session: Session | undefined
    let fault: string | null = null
    const source = webSource({
      session: async () => {
        const given = await next()
        // In the middle of a cycle a browser may follow one that is gone.
        if (session && session !== given) countNewClicks(session)
        session = given
        return given
      },
      config,
      learned,
      // Whatever is paced is a sign of life: in a long chat nothing is stored for a while.
      buckets: {
        ...buckets,
        take: (kind, stopped) => {
          alive()
          return buckets.take(kind, stopped)
        },
      },
      lateness,
      loads,
      log,
      clock: () => new Date().toISOString(),
      picturesOf: ({ cdp }) =>
        makePictureStore({
          readBlob: url => readBlob(cdp, url),
          kept: checksum => files.bytesOf(checksum),
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
    return {
      source,
      session: () => session,
      fault: () => fault,
      count() {
        const { witness, waitedMs = {} } = source.facts()
        if (witness) countWitness(metrics, witness)
        countWaits(metrics, waitedMs)
        if (session) countNewClicks(session)
      },
    }
  }
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
