import { expect, test } from '@playwright/test'
import { ahead } from '../../src/ahead.ts'

/** Numbers from 0, each given when it is let; tells what was asked for and whether it was stopped. */
function counting(count: number, failsAt = -1) {
  const told = { asked: 0, stopped: false }
  async function* numbers() {
    try {
      for (let n = 0; n < count; n++) {
        told.asked = n + 1
        if (n === failsAt) throw new Error(`no ${n}`)
        yield n
      }
    } finally {
      told.stopped = true
    }
  }
  return { told, numbers: numbers() }
}

/** What is under way has come to rest: nothing here waits for anything but promises. */
const rest = () => new Promise(resolve => setImmediate(resolve))

test('every item comes once and in order, while later ones are fetched', async () => {
  const { told, numbers } = counting(7)
  const got: number[] = []
  const askedBy: number[] = []
  for await (const n of ahead(numbers, 2)) {
    await rest()
    got.push(n)
    askedBy.push(told.asked)
  }
  expect(got).toEqual([0, 1, 2, 3, 4, 5, 6])
  // Two wait while one is in hand.
  expect(askedBy).toEqual([3, 4, 5, 6, 7, 7, 7])
})

test('what goes wrong is told after the items before it', async () => {
  const { numbers } = counting(9, 3)
  const got: number[] = []
  const taking = async () => {
    for await (const n of ahead(numbers, 2)) got.push(n)
  }
  await expect(taking()).rejects.toThrow('no 3')
  expect(got).toEqual([0, 1, 2])
})

test('who stops early stops the source and is let go only then', async () => {
  const { told, numbers } = counting(9)
  for await (const n of ahead(numbers, 2)) if (n === 1) break
  expect(told.stopped).toBe(true)
  expect(told.asked).toBeLessThan(5)
})

test('an error of who takes them stops the source too', async () => {
  const { told, numbers } = counting(9)
  const taking = async () => {
    for await (const n of ahead(numbers, 1)) throw new Error(`cannot store ${n}`)
  }
  await expect(taking()).rejects.toThrow('cannot store 0')
  expect(told.stopped).toBe(true)
})
