import { expect, test } from '@playwright/test'
import { makeRoom, makeTurns } from '../../src/turns.ts'

test('so many run at once, the others in their order, also after one that failed; too many are refused', async () => {
  const turns = makeTurns(2, { maxWaiting: 2, tooMany: () => new Error('too many') })
  const ends: (() => void)[] = []
  const begun: number[] = []
  const work = (n: number) =>
    turns(async () => {
      begun.push(n)
      await new Promise<void>(resolve => ends.push(resolve))
      if (n === 0) throw new Error('failed')
    })
  const all = [0, 1, 2, 3].map(n => work(n).catch((error: Error) => error.message))
  await expect(work(4)).rejects.toThrow('too many')
  expect(begun).toEqual([0, 1])
  for (let n = 0; n < 4; n++) {
    ends[n]?.()
    await all[n]
    await Promise.resolve()
  }
  expect(begun).toEqual([0, 1, 2, 3])
  expect(await Promise.all(all)).toEqual(['failed', undefined, undefined, undefined])
})

test('whoever wants room waits while there is none, and those who were let in may take up more than there is', async () => {
  const room = makeRoom(10)
  await room.free()
  await room.free()
  room.add(9)
  room.add(9)
  let free = false
  const waits = room.free().then(() => {
    free = true
  })
  room.add(-8)
  await Promise.resolve()
  expect(free).toBe(false)
  room.add(-1)
  await waits
})
