import { mergeCoverage } from '../../src/db/coverage.ts'
import type { Coverage, CoverageEdge } from '../../src/model.ts'
import { expect, onBoth, test } from '../support/database.ts'
import { message, writing } from './given.ts'

const at = (day: number) => `2026-02-${String(day).padStart(2, '0')}T00:00:00.000Z`
const span = (from: number, to: number, fromEdge: CoverageEdge = 'interrupted'): Coverage => ({ from: at(from), to: at(to), fromEdge })

test('stretches that overlap or touch become one whose edge is the lower one’s', () => {
  expect(mergeCoverage([span(1, 5, 'window_edge')], span(4, 9))).toEqual([span(1, 9, 'window_edge')])
  expect(mergeCoverage([span(1, 5, 'window_edge')], span(5, 9))).toEqual([span(1, 9, 'window_edge')])
  expect(mergeCoverage([span(4, 9)], span(1, 9, 'chat_start'))).toEqual([span(1, 9, 'chat_start')])
})

test('stretches with a hole between them stay apart', () => {
  expect(mergeCoverage([span(1, 3, 'window_edge')], span(5, 9))).toEqual([span(5, 9), span(1, 3, 'window_edge')])
})

test('one stretch closes the holes between many', () => {
  expect(mergeCoverage([span(1, 2, 'chat_start'), span(4, 5), span(7, 8), span(12, 13)], span(2, 9, 'budget'))).toEqual([
    span(12, 13),
    span(1, 9, 'chat_start'),
  ])
})

test('at one lower edge the stronger proof stands', () => {
  expect(mergeCoverage([span(1, 5, 'chat_start')], span(1, 6, 'interrupted'))).toEqual([span(1, 6, 'chat_start')])
  expect(mergeCoverage([span(1, 5, 'interrupted')], span(1, 6, 'phone_has_more'))).toEqual([span(1, 6, 'phone_has_more')])
})

test('a stretch that ends before it starts says nothing', () => {
  expect(mergeCoverage([span(1, 2)], span(9, 8))).toEqual([span(1, 2)])
})

onBoth('coverage moves with the batch that earned it', async ({ store }) => {
  const { save, chat } = await writing(store)
  await save([message('C')], { coverage: span(10, 12) })
  await save([message('B')], { coverage: span(5, 12) })
  expect(await store.coverageOf(chat.id)).toEqual([span(5, 12)])
  await save([message('A')], { coverage: span(1, 12, 'window_edge') })
  expect(await store.coverageOf(chat.id)).toEqual([span(1, 12, 'window_edge')])
  // An instant that Postgres refuses ends the batch: neither its row nor its stretch is there afterwards.
  const broken = save([message('Z', { durationS: 'long' as unknown as number })], { coverage: span(12, 14) })
  await expect(broken).rejects.toThrow()
  expect(await store.coverageOf(chat.id)).toEqual([span(1, 12, 'window_edge')])
})
