/**
 * The worker of the extraction queue: takes jobs, hands each picture to an extractor, stores what it made of it. Off, it takes nothing;
 * on without an extractor, it says so and leaves the jobs queued.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from './log.ts'

/** A picture to be understood. `path` is absolute; the file is there and was checked when it was stored. */
export interface ExtractionInput {
  path: string
  mediaType: string
  width: number | null
  height: number | null
  checksum: string
}

/** What was made of it: `text` null where there is none, `data` whatever else, as JSON. */
export interface ExtractionResult {
  text: string | null
  data: Record<string, unknown>
}

/** Something that understands pictures (OCR, later). `name` and `version` are stored with each result. */
export interface Extractor {
  name: string
  version: string
  extract(input: ExtractionInput, signal: AbortSignal): Promise<ExtractionResult>
}

/** A job that was taken: no one else has it. `attempts` counts this one too. */
export interface ExtractionJob {
  id: number
  attachmentId: number
  kind: string
  attempts: number
  filePath: string
  mediaType: string
  width: number | null
  height: number | null
  checksum: string
  threadExternalId: string
  externalId: string
}

/** Names the message that a result comes from; stored as JSON (contract §3). */
export interface Provenance {
  thread_external_id: string
  external_id: string
  extractor: string
  version: string
  checksum: string
}

/** The queue. `take` locks jobs that are due so that two workers never get the same one (SKIP LOCKED). */
export interface ExtractionJobs {
  take(limit: number): Promise<ExtractionJob[]>
  /** Stores the result and ends the job, in one transaction. */
  finish(job: ExtractionJob, result: ExtractionResult & { extractor: string }, provenance: Provenance): Promise<void>
  /** Puts the job back until `nextRunAt` (ISO 8601 UTC); null = given up for good. */
  fail(job: ExtractionJob, error: string, nextRunAt: string | null): Promise<void>
}

export interface ExtractionOptions {
  enabled: boolean
  extractor: Extractor | null
  jobs: ExtractionJobs
  /** Absolute path of a stored file. */
  resolvePath(filePath: string): string
  log: Logger
  signal: AbortSignal
  /** Told what keeps the queue from being worked on, for `/health`; null when nothing does. */
  onProblem?(problem: string | null): void
  onOutcome?(outcome: ExtractionOutcome): void
  /** True: ends when no job is due, instead of waiting for more. */
  once?: boolean
  maxAttempts?: number
  batch?: number
  /** Milliseconds. */
  jobTimeoutMs?: number
  idleMs?: number
  now?: () => number
  random?: () => number
}

export type ExtractionOutcome = 'done' | 'retry' | 'failed'

export const noExtractor = 'IMAGE_PROCESSING_ENABLED is true, but no extractor is installed: extraction jobs stay queued'

/** Works on the queue until `signal` aborts (or, with `once`, until nothing is due). A fault of one job never ends it. */
export async function runExtraction(options: ExtractionOptions): Promise<void> {
  const { enabled, extractor, log, signal, idleMs = 15_000 } = options
  if (!enabled) return
  if (extractor === null) {
    log.warn(noExtractor)
    options.onProblem?.(noExtractor)
    return
  }
  for (let faults = 0; !signal.aborted; ) {
    const taken = await workOnce(extractor, options).catch(error => {
      log.warn({ err: error }, 'the extraction queue could not be read or written; tried again later')
      return null
    })
    if (options.once && (taken === null || taken === 0)) return
    faults = taken === null ? faults + 1 : 0
    const pause = taken === null ? backoffMs(faults, options.random) : taken === 0 ? idleMs : 0
    if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => {})
  }
}

/** Takes one batch and ends every job of it; gives how many there were. */
async function workOnce(extractor: Extractor, options: ExtractionOptions): Promise<number> {
  const taken = await options.jobs.take(options.batch ?? 4)
  for (const job of taken) {
    const outcome = options.signal.aborted ? await giveBack(job, options) : await work(job, extractor, options)
    if (outcome) options.onOutcome?.(outcome)
  }
  return taken.length
}

async function work(job: ExtractionJob, extractor: Extractor, options: ExtractionOptions): Promise<ExtractionOutcome | null> {
  const { jobs, log, signal, maxAttempts = 5, jobTimeoutMs = 120_000, now = Date.now, random } = options
  const input: ExtractionInput = {
    path: options.resolvePath(job.filePath),
    mediaType: job.mediaType,
    width: job.width,
    height: job.height,
    checksum: job.checksum,
  }
  let result: ExtractionResult
  try {
    result = await bounded(limit => extractor.extract(input, limit), AbortSignal.any([signal, AbortSignal.timeout(jobTimeoutMs)]))
  } catch (error) {
    if (signal.aborted) return giveBack(job, options)
    const again = job.attempts < maxAttempts
    await jobs.fail(job, wordsOf(error), again ? new Date(now() + backoffMs(job.attempts, random)).toISOString() : null)
    // The message of a foreign error may hold what it read in the picture: it goes to the database, not to the log.
    log.warn({ job: job.id, attempts: job.attempts, error: error instanceof Error ? error.name : typeof error, again }, 'extraction failed')
    return again ? 'retry' : 'failed'
  }
  await jobs.finish(job, { ...result, extractor: extractor.name }, provenanceOf(job, extractor))
  return 'done'
}

/** A job that the end of the worker interrupted is due at once. */
async function giveBack(job: ExtractionJob, { jobs, now = Date.now }: ExtractionOptions): Promise<null> {
  await jobs.fail(job, 'the worker stopped', new Date(now()).toISOString())
  return null
}

function provenanceOf(job: ExtractionJob, { name, version }: Extractor): Provenance {
  return {
    thread_external_id: job.threadExternalId,
    external_id: job.externalId,
    extractor: name,
    version,
    checksum: job.checksum,
  }
}

/** Rejects when `signal` aborts, also when the task takes no notice of it. */
function bounded<T>(task: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    Promise.resolve()
      .then(() => task(signal))
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop))
  })
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 500)
}

/** Milliseconds before attempt `attempts + 1`: 30 s doubled each time up to 6 h, drawn from the upper half so that jobs spread. */
export function backoffMs(attempts: number, random: () => number = Math.random): number {
  const ceiling = Math.min(6 * 3_600_000, 30_000 * 2 ** Math.min(30, Math.max(0, attempts - 1)))
  return Math.round(ceiling / 2 + random() * (ceiling / 2))
}
