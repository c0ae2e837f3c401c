/** When the browser of the worker is started anew: pure rules around a session that stands in for one. */
import { expect, test } from '@playwright/test'
import { pino } from 'pino'
import { PageHung, Retryable } from '../../src/errors.ts'
import { makeBrowserKeeper } from '../../src/web/browser-keeper.ts'
import type { Session } from '../../src/web/session.ts'

const hour = 3_600_000

function given(recycle: { maxAgeMs: number | null; maxBytes: number | null }) {
  const opened: { lost: AbortController; closed: number }[] = []
  const restarts: string[] = []
  const told: number[] = []
  const state = { now: 0, bytes: 100 as number | null }
  const keeper = makeBrowserKeeper({
    config: { recycle },
    log: pino({ level: 'silent' }),
    open: async () => {
      const one = { lost: new AbortController(), closed: 0 }
      opened.push(one)
      return {
        pid: opened.length,
        signal: one.lost.signal,
        abandon: (reason: PageHung) => one.lost.abort(reason),
        close: async () => void one.closed++,
      } as unknown as Session
    },
    bytesOf: async () => state.bytes,
    onBytes: bytes => told.push(bytes),
    onRestart: reason => restarts.push(reason),
    now: () => state.now,
  })
  return { keeper, opened, restarts, told, state }
}

test('one session serves every cycle while nothing is wrong with it', async () => {
  const { keeper, opened, restarts } = given({ maxAgeMs: 24 * hour, maxBytes: 1000 })
  const first = await keeper.begin()
  expect(await keeper.session()).toBe(first)
  expect(await keeper.begin()).toBe(first)
  await keeper.close()
  expect([opened.length, opened[0]?.closed, restarts]).toEqual([1, 1, []])
})

test('a browser that is too old is replaced where a cycle begins, and never within one', async () => {
  const { keeper, opened, restarts, state } = given({ maxAgeMs: 24 * hour, maxBytes: null })
  const first = await keeper.begin()
  state.now = 24 * hour - 1
  expect(await keeper.begin()).toBe(first)
  state.now = 24 * hour
  expect(await keeper.session()).toBe(first)
  const second = await keeper.begin()
  expect(second).not.toBe(first)
  expect(opened.map(one => one.closed)).toEqual([1, 0])
  state.now += 23 * hour
  expect(await keeper.begin()).toBe(second)
  expect(restarts).toEqual(['age'])
})

test('a browser that holds too much is replaced where a cycle begins; its memory is told, and 0 once it is closed', async () => {
  const { keeper, opened, restarts, told, state } = given({ maxAgeMs: null, maxBytes: 1000 })
  await keeper.begin()
  state.bytes = 999
  await keeper.begin()
  state.bytes = 1000
  await keeper.measure()
  expect(await keeper.session()).toBe(await keeper.session())
  expect(opened).toHaveLength(1)
  await keeper.begin()
  expect(opened.map(one => one.closed)).toEqual([1, 0])
  expect([restarts, told]).toEqual([['memory'], [999, 1000, 1000, 0]])
})

test('a browser on which two cycles in a row failed is replaced, however sound it looks; one that failed once is not', async () => {
  const { keeper, opened, restarts } = given({ maxAgeMs: null, maxBytes: null })
  const first = await keeper.begin()
  keeper.ended('failed')
  expect(await keeper.begin()).toBe(first)
  keeper.ended('well')
  keeper.ended('failed')
  expect(await keeper.begin()).toBe(first)
  keeper.ended('failed')
  expect(await keeper.begin()).not.toBe(first)
  expect([opened[0]?.closed, restarts]).toEqual([1, ['failures']])
})

test('without limits, or where the system tells no size, a browser stays', async () => {
  const { keeper, opened, state } = given({ maxAgeMs: null, maxBytes: null })
  await keeper.begin()
  Object.assign(state, { now: 1e12, bytes: 1e12 })
  await keeper.begin()
  const other = given({ maxAgeMs: null, maxBytes: 1 })
  other.state.bytes = null
  await other.keeper.begin()
  await other.keeper.begin()
  expect([opened.length, other.opened.length]).toEqual([1, 1])
})

for (const [name, reason, restart] of [
  ['hangs', new PageHung(20_000), 'hung'],
  ['is gone', new Retryable('the page crashed'), 'gone'],
] as const) {
  test(`a browser that ${name} is closed and never given out again, within a cycle neither`, async () => {
    const { keeper, opened, restarts } = given({ maxAgeMs: 1, maxBytes: 1 })
    const first = await keeper.begin()
    if (reason instanceof PageHung) keeper.abandon(reason)
    else opened[0]?.lost.abort(reason)
    expect(await keeper.session()).not.toBe(first)
    expect([opened.map(one => one.closed), restarts]).toEqual([[1, 0], [restart]])
  })
}

test('a browser that rests between two cycles is closed and told of as no restart; whoever asks next gets another one', async () => {
  const { keeper, opened, restarts, told } = given({ maxAgeMs: null, maxBytes: null })
  expect(keeper.current()).toBeNull()
  const first = await keeper.begin()
  expect(keeper.current()).toBe(first)
  await keeper.rest()
  expect([keeper.current(), opened[0]?.closed, restarts, told]).toEqual([null, 1, [], [0]])
  expect(await keeper.begin()).not.toBe(first)
  opened[1]?.lost.abort(new Retryable('the page crashed'))
  expect(keeper.current()).toBeNull()
})

test('that a browser should be replaced can be asked for while nothing is done with it', async () => {
  const { keeper, state } = given({ maxAgeMs: hour, maxBytes: 1000 })
  expect(await keeper.outworn()).toBeNull()
  await keeper.begin()
  expect(await keeper.outworn()).toBeNull()
  state.bytes = 1000
  expect(await keeper.outworn()).toBe('memory')
  state.now = hour
  expect(await keeper.outworn()).toBe('age')
})
