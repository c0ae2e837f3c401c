/** The way down to the newest message, on a page that takes its time. */
import { expect, test } from '@playwright/test'
import type { RawItem } from '../../src/raw.ts'
import type { Pane, Shown } from '../../src/web/pane.ts'
import { toBottom } from '../../src/web/to-bottom.ts'

const row = (id: string): RawItem => ({ type: 'row', run: null, shell: false, geometry: null, fields: { id: { c: 0, v: [id] } } })

/** A pane that stands at its bottom; the row `late` comes there `loadMs` after the pane was first asked to go there, after something else changed. */
function page(items: RawItem[], loadMs: number) {
  let now = 0
  let stirs = 1
  const shown = (): Shown => ({
    raw: { items: now >= loadMs ? [...items, row('late')] : items, scroll: { top: 50, height: 150, client: 100 } } as Shown['raw'],
    ages: [],
    readMore: false,
    late: { latest: 0, watched: [] },
  })
  const pane = {
    move: async () => ({ ...shown(), moved: false }),
    read: async () => shown(),
    // Something stirs at once, as when a row is filled; the next thing that happens is the load.
    async changed(maxMs: number) {
      if (stirs-- > 0) {
        now += 40
        return true
      }
      const came = now < loadMs && now + maxMs >= loadMs
      now = came ? loadMs : now + maxMs
      return came
    },
  } as unknown as Pane
  const lowest = async (newest: string | null) => {
    const end = await toBottom(
      {
        pane,
        pacer: { now: () => now } as never,
        isNewest: raw => raw.items.at(-1) === items.find(item => item.type === 'row' && item.fields.id?.v[0] === newest),
      },
      () => true,
    )
    return { end, now }
  }
  return { lowest }
}
const ids = ({ end }: { end: Awaited<ReturnType<typeof toBottom>> }) =>
  typeof end === 'string' ? end : end.raw.items.flatMap(item => (item.type === 'row' ? item.fields.id!.v : []))

test('below an unread bar a load is given the time that one above is given, whatever else stirs meanwhile', async () => {
  const bar: RawItem = { type: 'unread', text: '3 unread messages' }
  expect(ids(await page([row('A'), bar, row('B')], 900).lowest(null))).toEqual(['A', 'B', 'late'])
})

test('a chat that opens at its bottom is not waited for, and one whose newest message is known not at all', async () => {
  const plain = await page([row('A'), row('B')], 900).lowest(null)
  expect(ids(plain)).toEqual(['A', 'B'])
  expect(plain.now).toBeLessThan(300)
  const known = await page([row('A'), { type: 'unread', text: '1 unread message' }, row('B')], 900).lowest('B')
  expect([ids(known), known.now]).toEqual([['A', 'B'], 0])
})
