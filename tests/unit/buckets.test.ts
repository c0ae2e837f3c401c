/** The limits on a clock of the test's own: what may happen at once, what holds as long as it lasts, and what the waiting is told as. */
import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import type { CDPSession, Page } from 'playwright'
import { type Buckets, burst, type Clock, makeBuckets } from '../../src/web/buckets.ts'
import { conversationPane } from '../../src/web/conversation.ts'
import { makePacer } from '../../src/web/pacer.ts'
import type { CompiledSet } from '../../src/web/selectors.ts'

const pace = { scrollPauseMs: 400, chatPauseMs: 1500, downloadPauseMs: 1000 }
const never = new AbortController().signal

/** A clock that stands still but for what is slept, and for what the test lets pass. */
function clockAt(start = 5_000): Clock & { pass(ms: number): void } {
  let at = start
  return {
    now: () => at,
    pass: ms => {
      at += ms
    },
    async sleep(ms, signal) {
      signal.throwIfAborted()
      at += ms
    },
  }
}

async function takeMany(buckets: Buckets, kind: 'scroll' | 'chat' | 'download', count: number): Promise<number[]> {
  const waits: number[] = []
  for (let n = 0; n < count; n++) waits.push(await buckets.take(kind, never))
  return waits
}

test('a few actions after a quiet time are done at once, and those that follow come at the pace that is set', async () => {
  const clock = clockAt()
  const buckets = makeBuckets(pace, { clock, random: () => 0.5 })
  expect(await takeMany(buckets, 'chat', burst + 3)).toEqual([...Array(burst).fill(0), 1500, 1500, 1500])
  clock.pass(1500)
  expect(await takeMany(buckets, 'chat', 2)).toEqual([0, 1500])
  clock.pass(60 * 60_000)
  expect(await takeMany(buckets, 'chat', burst + 1)).toEqual([...Array(burst).fill(0), 1500])
})

test('time that the page needed anyway is not waited for again', async () => {
  const clock = clockAt()
  const buckets = makeBuckets(pace, { clock, random: () => 0.5 })
  await takeMany(buckets, 'scroll', burst)
  clock.pass(300)
  expect(await takeMany(buckets, 'scroll', 1)).toEqual([100])
})

test('each kind has a bucket of its own, and a pause of 0 is no limit', async () => {
  const clock = clockAt()
  const buckets = makeBuckets({ ...pace, downloadPauseMs: 0 }, { clock, random: () => 0.5 })
  await takeMany(buckets, 'chat', burst)
  expect(await takeMany(buckets, 'scroll', burst)).toEqual(Array(burst).fill(0))
  expect(await takeMany(buckets, 'download', 50)).toEqual(Array(50).fill(0))
})

test('two cycles share the buckets of their worker: the second one does not begin with full ones', async () => {
  const buckets = makeBuckets(pace, { clock: clockAt(), random: () => 0.5 })
  const [first, second] = [makePacer(buckets, never), makePacer(buckets, never)]
  for (let n = 0; n < burst; n++) await first.chat()
  await second.chat()
  await second.scroll()
  expect([first.waitedMs(), second.waitedMs()]).toEqual([
    { scroll: 0, chat: 0, download: 0 },
    { scroll: 0, chat: 1500, download: 0 },
  ])
})

test('whatever happens in between, no stretch of time sees more than the burst and half a pause for each action', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 5, maxLength: 60 }),
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 20 }),
      async (pauses, draws) => {
        let drawn = 0
        const clock = clockAt()
        const buckets = makeBuckets(pace, { clock, random: () => draws[drawn++ % draws.length] ?? 0 })
        const times: number[] = []
        for (const pause of pauses) {
          clock.pass(pause)
          await buckets.take('scroll', never)
          times.push(clock.now())
        }
        // Every pair of every run, some 50 000: not by expect, of which so many take a minute.
        for (const [from, start] of times.entries()) {
          for (const [to, end] of times.entries()) {
            const least = (to - from + 1 - burst - 1) * pace.scrollPauseMs * 0.5
            if (to > from)
              assert.ok(end - start + 1e-6 >= least, `actions ${from} to ${to} took ${end - start} ms, expected at least ${least}`)
          }
        }
        const longest = pauses.reduce((sum, ms) => sum + ms, 0) + times.length * pace.scrollPauseMs * 1.5
        const took = (times.at(-1) ?? 0) - 5_000
        assert.ok(took <= longest, `all of it took ${took} ms, expected at most ${longest}`)
      },
    ),
    { numRuns: 100 },
  )
})

test('in the long run a pause is as long as it was set, whatever is drawn', async () => {
  const clock = clockAt()
  let state = 1
  const random = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const buckets = makeBuckets(pace, { clock, random })
  const waits = await takeMany(buckets, 'scroll', 2_000 + burst)
  expect((clock.now() - 5_000) / 2_000 / pace.scrollPauseMs).toBeCloseTo(1, 1)
  expect(new Set(waits.slice(burst).map(Math.round)).size).toBeGreaterThan(100)
})

test('a wait ends with the cycle and costs nothing', async () => {
  const buckets = makeBuckets(pace)
  const cycle = new AbortController()
  await takeMany(buckets, 'chat', burst)
  const waiting = buckets.take('chat', cycle.signal)
  cycle.abort(new Error('the worker stops'))
  await expect(waiting).rejects.toThrow()
  await expect(buckets.take('scroll', cycle.signal)).rejects.toThrow('the worker stops')
})

test('a picture is asked for only when its turn has come', async () => {
  const order: string[] = []
  const button = { first: () => button, count: async () => 1, locator: () => button }
  const pane = conversationPane({
    page: { locator: () => button } as unknown as Page,
    cdp: {} as unknown as CDPSession,
    lateMs: 0,
    guard: { click: async kind => void order.push(kind), counters: { clicks: {} as never, refused: 0 } },
    set: () => ({ message: { downloadButton: 'button' } }) as unknown as CompiledSet,
    pacer: { download: async () => void order.push('waited'), scroll: async () => {}, now: () => 0 },
    store: async () => {
      throw new Error('no picture is here')
    },
  })
  expect(await pane.download('A1')).toBe(true)
  expect(order).toEqual(['waited', 'image-download'])
})
