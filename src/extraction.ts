/**
 * The worker of the extraction queue: takes jobs, hands each picture to an extractor, stores what it made of it. Off, it takes nothing;
 * on without an extractor, it says so and leaves the jobs queued.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from './log.ts'
import { type Backoff, backoffMs } from './retry.ts'

/** A picture to be understood. `path` is absolute; the file was checked when it was stored. */
export interface ExtractionInput {
  path: string
  mediaType: string
  checksum: string
}

/** What was made of it: `text` null where there is none, `data` whatever else, as JSON. */
export interface Extracted {
  text: string | null
  data: Record<string, unknown>
}

/** Something that understands pictures (OCR, later). `name` and `version` are stored with each result. */
export interface Extractor {
  name: string
  version: string
  extract(input: ExtractionInput, signal: AbortSignal): Promise<Extracted>
}

/** A job that was taken: no one else has it for a while. `attempts` counts this one too; `provenance` names its message. */
export interface ExtractionJob {
  id: number
  attachmentId: number
  kind: string
  attempts: number
  filePath: string
  mediaType: string
  checksum: string
  provenance: { thread_external_id: string; external_id: string }
}

/** The queue; what it takes is leased (SKIP LOCKED), so that a job of a worker that died comes back by itself. */
export interface ExtractionJobs {
  take(limit: number): Promise<ExtractionJob[]>
  /** Stores the result with the job's provenance and ends the job, in one transaction. */
  finish(job: ExtractionJob, result: { extractor: string; content: string | null; data: Record<string, unknown> }): Promise<void>
  /** Puts the job back for `delayMs`, or gives it up when this was the last of `maxAttempts`. */
  fail(job: ExtractionJob, error: string, options: { maxAttempts: number; delayMs: number }): Promise<void>
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
  random?: () => number
}

/** Waits after a failed attempt at a job, and after a queue that could not be read. */
export const jobBackoff: Backoff = { firstMs: 30_000, ceilingMs: 6 * 3_600_000 }

export type ExtractionOutcome = 'done' | 'retry' | 'failed'

export const noExtractor = 'IMAGE_PROCESSING_ENABLED is true, but no extractor is installed: extraction jobs stay queued'

/** Works on the queue until `signal` aborts (or, with `once`, until nothing is due). A fault of one job never ends it. */
export async function runExtraction(options: ExtractionOptions): Promise<void> {
  const { enabled, extractor, log, signal, idleMs = 15_000, random = Math.random } = options
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
    const pause = taken === null ? backoffMs(faults, jobBackoff, random()) : taken === 0 ? idleMs : 0
    if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => {})
  }
}

/** Takes one batch and works on it; gives how many jobs there were. Those that an end of the worker leaves are due after their lease. */
async function workOnce(extractor: Extractor, options: ExtractionOptions): Promise<number> {
  const taken = await options.jobs.take(options.batch ?? 4)
  for (const job of taken) {
    if (options.signal.aborted) break
    const outcome = await work(job, extractor, options)
    if (outcome) options.onOutcome?.(outcome)
  }
  return taken.length
}

async function work(job: ExtractionJob, extractor: Extractor, options: ExtractionOptions): Promise<ExtractionOutcome | null> {
  const { jobs, log, signal, maxAttempts = 5, jobTimeoutMs = 120_000, random = Math.random } = options
  const input: ExtractionInput = { path: options.resolvePath(job.filePath), mediaType: job.mediaType, checksum: job.checksum }
  let result: Extracted
  try {
    result = await bounded(limit => extractor.extract(input, limit), AbortSignal.any([signal, AbortSignal.timeout(jobTimeoutMs)]))
  } catch (error) {
    if (signal.aborted) return null
    const again = job.attempts < maxAttempts
    await jobs.fail(job, wordsOf(error), { maxAttempts, delayMs: backoffMs(job.attempts, jobBackoff, random()) })
    // The message of a foreign error may hold what it read in the picture: it goes to the database, not to the log.
    log.warn({ job: job.id, attempts: job.attempts, error: error instanceof Error ? error.name : typeof error, again }, 'extraction failed')
    return again ? 'retry' : 'failed'
  }
  await jobs.finish(job, { extractor: `${extractor.name} ${extractor.version}`, content: result.text, data: result.data })
  return 'done'
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
