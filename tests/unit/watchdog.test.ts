/** Work that makes no headway is ended. */
import { expect, test } from '@playwright/test'
import { makeWatchdog } from '../../src/commands/watchdog.ts'
import { PageHung } from '../../src/errors.ts'

const endsWith = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('quiet work is told to stop, and whoever owns the browser of it', async () => {
  const told: unknown[] = []
  const watchdog = makeWatchdog({ quietMs: 10, graceMs: 60_000, onQuiet: reason => told.push(reason) }, new AbortController().signal)
  await expect(watchdog.over(endsWith(watchdog.signal))).rejects.toThrow(PageHung)
  expect(told).toEqual([watchdog.signal.reason])
})

test('work that does not even end then is left to itself after the grace', async () => {
  const watchdog = makeWatchdog({ quietMs: 10, graceMs: 10, onQuiet: () => {} }, new AbortController().signal)
  await expect(watchdog.over(new Promise(() => {}))).rejects.toThrow(PageHung)
})

test('work that gives signs of life goes on, however long it takes, and what it came to is given', async () => {
  const watchdog = makeWatchdog({ quietMs: 200, graceMs: 10, onQuiet: () => {} }, new AbortController().signal)
  const work = async () => {
    for (const started = performance.now(); performance.now() - started < 500; await new Promise(setImmediate)) watchdog.alive()
    return watchdog.signal.aborted
  }
  expect(await watchdog.over(work())).toBe(false)
})

test('a stop from outside is passed on with its own reason', async () => {
  const outer = new AbortController()
  const watchdog = makeWatchdog({ quietMs: 60_000, graceMs: 10, onQuiet: () => {} }, outer.signal)
  const over = expect(watchdog.over(endsWith(watchdog.signal))).rejects.toThrow('told to stop')
  outer.abort(new Error('told to stop'))
  await over
})
