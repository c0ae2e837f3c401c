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

test('no margin is added to what loads were seen to bring at most', () => {
  expect(after(50, 50, 50, 50, 50).most(50)).toBe(50)
  expect(after(20, 50, 50, 45, 50, 50, 12).most(48)).toBe(50)
  expect(after(50, 50, 50, 50, 50).most(12)).toBe(14)
})

test('what is expected of the rows that stand there holds, however small the loads of another chat were', () => {
  expect(after(15, 15, 16, 15, 15).most(45)).toBe(45)
})

test('loads of changing size are taken by the largest, one stray load is not', () => {
  expect(after(31, 48, 40, 52, 36, 44).most(50)).toBe(52)
  expect(after(...Array.from({ length: 30 }, () => 50), 51).most(50)).toBe(50)
})

test('a load that brought nothing tells nothing', () => {
  expect(after(0, 0, 0, 0, 0).most(50)).toBe(55)
})

test('loads of long ago are forgotten', () => {
  const long = Array.from({ length: 200 }, () => 50)
  expect(after(...long.map(() => 54), ...long).most(50)).toBe(50)
})
