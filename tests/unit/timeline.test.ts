import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import type { RawItem, RawRow } from '../../src/raw.ts'
import { itemsOf, Timeline } from '../../src/web/timeline.ts'

const row = (id: string, extra: Partial<RawRow> = {}): RawRow => ({
  type: 'row',
  run: null,
  shell: false,
  geometry: null,
  fields: { id: { c: 0, v: [id] } },
  ...extra,
})
const ids = (timeline: Timeline) => timeline.entries.map(entry => entry.key)

test('older rows found while scrolling up come before what was read', () => {
  const timeline = new Timeline()
  timeline.merge([row('c'), row('d')], 0)
  expect(timeline.merge([row('a'), row('b'), row('c')], 1)).toEqual({ ok: true, added: 2 })
  expect(ids(timeline)).toEqual(['a', 'b', 'c', 'd'])
})

test('a row that appears between two known ones takes its place between them', () => {
  const timeline = new Timeline()
  timeline.merge([row('a'), row('b'), row('d')], 0)
  timeline.merge([row('b'), row('c'), row('d')], 1)
  expect(ids(timeline)).toEqual(['a', 'b', 'c', 'd'])
})

test('a new row directly above a known one stands below the rows that are no longer mounted', () => {
  const timeline = new Timeline()
  timeline.merge([row('a'), row('c')], 0)
  timeline.merge([row('b'), row('c')], 1)
  expect(ids(timeline)).toEqual(['a', 'b', 'c'])
})

test('a snapshot that shares no row with what was read is a gap and changes nothing', () => {
  const timeline = new Timeline()
  timeline.merge([row('x'), row('y')], 0)
  expect(timeline.merge([row('a'), row('b')], 1)).toEqual({ ok: false, gap: true })
  expect(ids(timeline)).toEqual(['x', 'y'])
})

test('a shell never replaces a row that was read, and a later reading replaces a shell', () => {
  const timeline = new Timeline()
  const full = row('a', { fields: { id: { c: 0, v: ['a'] }, text: { c: 0, v: ['hello'] } } })
  timeline.merge([row('a', { shell: true })], 0)
  timeline.merge([full], 1)
  timeline.merge([row('a', { shell: true })], 2)
  expect(timeline.entries[0]?.row).toEqual(full)
})

test('only rows that are no longer mounted are taken, and a taken row is not new when it shows again', () => {
  const timeline = new Timeline()
  timeline.merge([row('c'), row('d'), row('e')], 0)
  timeline.merge([row('a'), row('b'), row('c')], 1)
  expect(timeline.take(false).map(entry => entry.key)).toEqual(['d', 'e'])
  expect(timeline.merge([row('c'), row('d')], 2)).toEqual({ ok: true, added: 0 })
  expect(timeline.merge([row('d'), row('e'), row('f')], 3)).toEqual({ ok: true, added: 1 })
  expect(ids(timeline)).toEqual(['a', 'b', 'c', 'f'])
})

test('a separator stays with the row below it, also when a later snapshot cuts it off', () => {
  const timeline = new Timeline()
  const day: RawItem = { type: 'day', text: 'Monday' }
  timeline.merge([row('a'), day, row('b'), row('c')], 0)
  timeline.merge([row('b'), row('c')], 1)
  expect(itemsOf(timeline.entries)).toEqual([row('a'), day, row('b'), row('c')])
})

test('run wrappers keep one number for the whole chat although every snapshot counts anew', () => {
  const timeline = new Timeline()
  timeline.merge([row('c', { run: 0 }), row('d', { run: 1 })], 0)
  timeline.merge([row('a', { run: 0 }), row('b', { run: 1 }), row('c', { run: 1 })], 1)
  const runs = Object.fromEntries(timeline.entries.map(entry => [entry.key, entry.row.run]))
  expect(runs.b).toBe(runs.c)
  expect(new Set([runs.a, runs.c, runs.d]).size).toBe(3)
})

test('any walk of overlapping windows over a chat rebuilds its order exactly', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 80 }),
      fc.integer({ min: 2, max: 20 }),
      fc.array(fc.integer({ min: -8, max: 4 }), { maxLength: 60 }),
      (count, size, moves) => {
        const chat = Array.from({ length: count }, (_, index) => `m${index}`)
        const timeline = new Timeline()
        const taken: string[] = []
        let top = Math.max(0, count - size)
        let lowest = top
        timeline.merge(
          chat.slice(top, top + size).map(id => row(id)),
          0,
        )
        for (const move of moves) {
          const step = Math.max(-(size - 1), Math.min(size - 1, move))
          top = Math.max(0, Math.min(Math.max(0, count - size), top + step))
          lowest = Math.min(lowest, top)
          expect(
            timeline.merge(
              chat.slice(top, top + size).map(id => row(id)),
              0,
            ).ok,
          ).toBe(true)
          taken.unshift(...timeline.take(false).map(entry => entry.key))
        }
        expect([...ids(timeline), ...taken]).toEqual(chat.slice(lowest))
      },
    ),
  )
})
