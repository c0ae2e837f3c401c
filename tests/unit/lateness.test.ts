/** How long rows are waited for, learned from what the page counted. */
import { expect, test } from '@playwright/test'
import { Lateness } from '../../src/web/lateness.ts'

/** Counts of a page on which so many rows were watched for so many steps of 200 ms. */
const watched = (rows: number, steps: number) => Array.from({ length: 6 }, (_, step) => (step < steps ? rows : 0))

test('as long as too few rows were watched for long enough, the longest wait holds', () => {
  const lateness = new Lateness(1200)
  expect([lateness.learned, lateness.enoughMs]).toEqual([false, 1200])
  lateness.note({ latest: 0, watched: watched(100, 2) })
  expect([lateness.learned, lateness.enoughMs]).toEqual([false, 1200])
  lateness.note({ latest: 0, watched: watched(39, 3) })
  expect(lateness.learned).toBe(false)
  lateness.note({ latest: 0, watched: watched(40, 3) })
  expect([lateness.learned, lateness.enoughMs]).toEqual([true, 250])
})

test('what came late is waited for half as long again, once rows were watched for three times as long', () => {
  const lateness = new Lateness(1200)
  lateness.note({ latest: 300, watched: watched(100, 4) })
  expect(lateness.enoughMs).toBe(1200)
  lateness.note({ latest: 300, watched: watched(100, 5) })
  expect(lateness.enoughMs).toBe(500)
  // A longer delay needs a longer look again, and never is more waited than was set.
  lateness.note({ latest: 390, watched: watched(100, 5) })
  expect(lateness.enoughMs).toBe(1200)
  lateness.note({ latest: 390, watched: watched(100, 6) })
  expect(lateness.enoughMs).toBe(635)
  lateness.note({ latest: 1100, watched: watched(100, 6) })
  expect(lateness.enoughMs).toBe(1200)
})

test('a page counts on over its chats, and from 0 when it is loaded anew', () => {
  const lateness = new Lateness(1200)
  for (const rows of [10, 20, 30]) lateness.note({ latest: 0, watched: watched(rows, 3) })
  expect(lateness.learned).toBe(false)
  lateness.note({ latest: 0, watched: watched(9, 3) })
  expect(lateness.learned).toBe(false)
  lateness.note({ latest: 0, watched: watched(10, 3) })
  expect(lateness.learned).toBe(true)
})

test('where nothing is to be waited for, nothing is', () => {
  expect(new Lateness(0).enoughMs).toBe(0)
})
