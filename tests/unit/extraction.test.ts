import { expect, test } from '@playwright/test'
import { pino } from 'pino'
import { type ExtractionJob, type ExtractionOptions, type Extractor, jobBackoff, noExtractor, runExtraction } from '../../src/extraction.ts'
import { backoffMs } from '../../src/retry.ts'

const job = (id: number, attempts = 1): ExtractionJob => ({
  id,
  attachmentId: id * 10,
  kind: 'ocr',
  attempts,
  filePath: `sha256/aa/bb/${id}.jpg`,
  mediaType: 'image/jpeg',
  checksum: 'aabb',
  provenance: { thread_external_id: '5511999990000@c.us', external_id: `5511999990000@c.us/A${id}` },
})

/** A queue in memory that gives its jobs once and remembers what became of them; `lines` is everything that was logged. */
function bench(waiting: ExtractionJob[], options: Partial<ExtractionOptions> = {}) {
  const finished: unknown[][] = []
  const failed: unknown[][] = []
  const outcomes: string[] = []
  const problems: (string | null)[] = []
  const lines: string[] = []
  let takes = 0
  const all: ExtractionOptions = {
    enabled: true,
    extractor: null,
    jobs: {
      take: async limit => {
        takes++
        return waiting.splice(0, limit)
      },
      finish: async (...args) => void finished.push(args),
      fail: async (...args) => void failed.push(args),
    },
    resolvePath: path => `/files/${path}`,
    log: pino({ level: 'trace' }, { write: line => void lines.push(line) }),
    signal: new AbortController().signal,
    onProblem: problem => problems.push(problem),
    onOutcome: outcome => outcomes.push(outcome),
    once: true,
    random: () => 0.5,
    ...options,
  }
  return { run: () => runExtraction(all), waiting, finished, failed, outcomes, problems, lines, takes: () => takes }
}

const reader = (extract: Extractor['extract']): Extractor => ({ name: 'reader', version: '1.2', extract })

test('switched off, nothing is taken and nothing is invoked', async () => {
  let invoked = 0
  const extractor = reader(async () => {
    invoked++
    return { text: null, data: {} }
  })
  const queue = bench([job(1)], { enabled: false, extractor })
  await queue.run()
  expect([queue.takes(), invoked, queue.waiting.length, queue.problems, queue.lines]).toEqual([0, 0, 1, [], []])
})

test('switched on without an extractor, it says so once and leaves the jobs queued', async () => {
  const queue = bench([job(1)], { once: false })
  await queue.run()
  expect([queue.takes(), queue.waiting.length, queue.problems]).toEqual([0, 1, [noExtractor]])
  expect(queue.lines.map(line => JSON.parse(line))).toEqual([expect.objectContaining({ level: 40, msg: noExtractor })])
})

test('every job goes to the extractor, and its result is stored with the message it comes from', async () => {
  const inputs: unknown[] = []
  const extractor = reader(async input => {
    inputs.push(input)
    return { text: 'INVOICE', data: { pages: 1 } }
  })
  const queue = bench(
    [1, 2, 3, 4, 5, 6].map(id => job(id)),
    { extractor },
  )
  await queue.run()
  expect(inputs[0]).toEqual({ path: '/files/sha256/aa/bb/1.jpg', mediaType: 'image/jpeg', checksum: 'aabb' })
  expect(queue.finished.map(([done]) => (done as ExtractionJob).id)).toEqual([1, 2, 3, 4, 5, 6])
  expect(queue.finished[0]?.[1]).toEqual({ extractor: 'reader 1.2', content: 'INVOICE', data: { pages: 1 } })
  expect(queue.finished[0]?.[0]).toMatchObject({
    provenance: { thread_external_id: '5511999990000@c.us', external_id: '5511999990000@c.us/A1' },
  })
  expect(queue.outcomes).toEqual(Array(6).fill('done'))
})

test('a job that fails is put off, and given up after its last attempt; the others go on', async () => {
  const extractor = reader(async ({ path }) => {
    if (path.endsWith('/2.jpg')) return { text: 'x', data: {} }
    throw new TypeError('cannot read SECRET TEXT')
  })
  const queue = bench([job(1, 2), job(2), job(3, 5)], { extractor, maxAttempts: 5 })
  await queue.run()
  expect(queue.failed.map(([failed, ...rest]) => [(failed as ExtractionJob).id, ...rest])).toEqual([
    [1, 'TypeError: cannot read SECRET TEXT', { maxAttempts: 5, delayMs: 45_000 }],
    [3, 'TypeError: cannot read SECRET TEXT', { maxAttempts: 5, delayMs: 360_000 }],
  ])
  expect(queue.outcomes).toEqual(['retry', 'done', 'failed'])
  expect(queue.lines.join()).toContain('extraction failed')
  expect(queue.lines.join()).not.toContain('SECRET')
})

test('an extractor that throws at once, or something that is no error, is a failed attempt like any other', async () => {
  const throwing = reader(() => {
    throw 'oops'
  })
  const queue = bench([job(1)], { extractor: throwing })
  await queue.run()
  expect(queue.failed[0]?.[1]).toBe('oops')
})

test('an extractor that never answers is given up after its time', async () => {
  const queue = bench([job(1)], { extractor: reader(() => new Promise(() => {})), jobTimeoutMs: 30 })
  await queue.run()
  expect(queue.failed[0]?.[1]).toContain('Timeout')
})

test('the end of the worker ends the pass at once and blames no job', async () => {
  const stop = new AbortController()
  let invoked = 0
  const extractor = reader(() => {
    invoked++
    stop.abort()
    return new Promise(() => {})
  })
  const queue = bench([job(1), job(2)], { extractor, signal: stop.signal, once: false })
  await queue.run()
  expect([invoked, queue.failed, queue.finished, queue.outcomes]).toEqual([1, [], [], []])
})

test('a database that does not answer ends a single pass, and is only waited for by the worker', async () => {
  const broken = { take: () => Promise.reject(new Error('away')), finish: async () => {}, fail: async () => {} }
  const extractor = reader(async () => ({ text: null, data: {} }))
  const single = bench([], { extractor, jobs: broken })
  await single.run()
  expect(single.lines.length).toBe(1)

  const stop = new AbortController()
  const takes: number[] = []
  const take = () => {
    if (takes.push(1) < 3) return Promise.reject(new Error('away'))
    stop.abort()
    return Promise.resolve([])
  }
  const jobs = { ...broken, take }
  await bench([], { extractor, jobs, once: false, signal: stop.signal, random: () => -1 }).run()
  expect(takes.length).toBe(3)
})

test('pauses double from half a minute to six hours, and are spread', () => {
  const mean = (attempts: number) => backoffMs(attempts, jobBackoff, 0.5) / 1000
  expect([1, 2, 3, 4].map(mean)).toEqual([22.5, 45, 90, 180])
  expect(backoffMs(40, jobBackoff, 1)).toBe(6 * 3_600_000)
  expect(backoffMs(1000, jobBackoff, 0)).toBe(3 * 3_600_000)
  expect([backoffMs(1, jobBackoff, 0), backoffMs(1, jobBackoff, 1)]).toEqual([15_000, 30_000])
})
