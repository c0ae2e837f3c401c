import { expect, test } from '@playwright/test'
import { LoadSizes } from '../../src/web/load-sizes.ts'

const after = (...loads: number[]): LoadSizes => {
  const sizes = new LoadSizes()
  for (const rows of loads) sizes.note(rows)
  return sizes
}

test('as long as few loads were seen a load may bring a tenth more than is expected', () => {
  expect(after().most(50)).toBe(55)
  expect(after(50, 50, 50, 50).most(50)).toBe(55)
})

test('no more is expected than loads were seen to bring', () => {
  expect(after(50, 50, 50, 50, 50).most(50)).toBe(50)
  expect(after(20, 50, 50, 45, 50, 50, 12).most(90)).toBe(50)
})

test('what is expected of the rows that stand there holds where that is less', () => {
  expect(after(50, 50, 50, 50, 50).most(12)).toBe(14)
})

test('loads of changing size are taken by the largest, one stray load is not', () => {
  expect(after(31, 48, 40, 52, 36, 44).most(60)).toBe(52)
  expect(after(...Array.from({ length: 30 }, () => 50), 51).most(60)).toBe(50)
})

test('a load that brought nothing tells nothing', () => {
  expect(after(0, 0, 0, 0, 0).most(50)).toBe(55)
})
