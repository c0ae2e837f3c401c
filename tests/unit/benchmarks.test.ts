import { expect, test } from '@playwright/test'
import { gotWorse } from '../bench/baseline.ts'
import type { Figure } from '../bench/figure.ts'
import { merged, page } from '../bench/page.ts'

const ratio = (value: number, over: Partial<Figure> = {}): Figure => ({
  group: 'Backfill',
  name: 'backfill : null scroller',
  value,
  unit: '×',
  target: { atLeast: 0.9 },
  band: 0.2,
  ...over,
})
const kept = (value: number) => ({ 'Backfill: backfill : null scroller': value })

test('a ratio that meets its target is never worse, whatever was kept', () => {
  expect(gotWorse(ratio(0.91), kept(2))).toBeNull()
  expect(gotWorse(ratio(0.73), kept(2))).toBeNull()
})

test('a ratio that misses its target by more than the noise is worse, unless it always did', () => {
  expect(gotWorse(ratio(0.7), {})).toContain('0.7, the limit is 0.72')
  expect(gotWorse(ratio(0.45), kept(0.5))).toBeNull()
  expect(gotWorse(ratio(0.39), kept(0.5))).toContain('the limit is 0.4 (target 0.9, kept 0.5, noise 20 %)')
})

test('what should be small is judged the other way round', () => {
  const small = { target: { atMost: 1.3 }, band: 0.1 }
  expect(gotWorse(ratio(1.4, small), {})).toBeNull()
  expect(gotWorse(ratio(1.5, small), {})).not.toBeNull()
  expect(gotWorse(ratio(1.6, small), kept(1.5))).toBeNull()
  expect(gotWorse(ratio(1.7, small), kept(1.5))).not.toBeNull()
  expect(gotWorse(ratio(0, { unit: 'chats', target: { atMost: 0 } }), {})).toBeNull()
  expect(gotWorse(ratio(1, { unit: 'chats', target: { atMost: 0 } }), {})).not.toBeNull()
})

test('seconds, megabytes and what has no target are not judged, and nonsense is worse', () => {
  expect(gotWorse(ratio(99, { unit: 's', target: { atMost: 1 } }), {})).toBeNull()
  expect(gotWorse({ group: 'Backfill', name: 'limit', value: 0, unit: '×' }, {})).toBeNull()
  expect(gotWorse(ratio(Number.NaN), {})).not.toBeNull()
})

test('a figure of several runs is their median with the least and the most, and the page says how it was measured', () => {
  const [one, ...others] = merged([ratio(0.8), ratio(1), ratio(0.95)])
  expect(others).toEqual([])
  expect(one).toMatchObject({ value: 0.95, least: 0.8, most: 1, times: 3 })
  const text = page(one ? [one] : [], [{ group: 'Backfill', text: 'Like so.' }], '2 × processor')
  expect(text).toContain('## Backfill\n\nLike so.\n')
  expect(text).toContain('| backfill : null scroller | 0.95 × (0.8 – 1, 3 runs) | ≥ 0.9: met; noise ± 20 % |')
})
