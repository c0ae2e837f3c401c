/** Looks at the mounted rows that come out of their order: an answer that waited for older rows may be of before a look that was taken meanwhile. */
import { expect, test } from '@playwright/test'
import type { RawRow } from '../../src/raw.ts'
import type { ReadOptions } from '../../src/source.ts'
import { makeCaptures } from '../../src/web/captures.ts'
import { Lateness } from '../../src/web/lateness.ts'
import { MountedRows } from '../../src/web/mounted-rows.ts'
import type { Pane, Shown } from '../../src/web/pane.ts'
import { Timeline } from '../../src/web/timeline.ts'

const row = (id: string, text: string): RawRow => ({
  type: 'row',
  run: null,
  shell: false,
  geometry: null,
  fields: { id: { c: 0, v: [id] }, text: { c: 0, v: [text] } },
})

const shown = (look: number, items: RawRow[], left: RawRow[] = []): Shown => ({
  look,
  raw: {
    open: true,
    title: 'x',
    subtitle: null,
    lang: 'en',
    dir: 'ltr',
    banner: { shape: 'none', text: '' },
    items,
    scroll: { top: 0, height: 100, client: 100 },
    fields: {},
  },
  ages: items.map(() => 0),
  left,
  readMore: false,
  late: { latest: 0, watched: [] },
})

function mounted(first: Shown) {
  const timeline = new Timeline()
  const deps = {
    pane: {} as Pane,
    pacer: { now: () => 0 } as never,
    captures: makeCaptures(
      () => [],
      0,
      () => 0,
    ),
    lateness: new Lateness(0),
    understand: () => [],
  }
  const options = {
    since: '2026-11-01T00:00:00.000Z',
    known: null,
    hasImage: () => true,
    wantsDownload: () => false,
  } as unknown as ReadOptions
  return { rows: new MountedRows(deps, options, timeline, first), timeline }
}
const texts = (timeline: Timeline) => timeline.entries.map(({ row }) => row.fields.text?.v[0])

test('a later look is taken', async () => {
  const { rows, timeline } = mounted(shown(1, [row('B', 'b')]))
  await rows.note()
  rows.take(shown(2, [row('A', 'a'), row('B', 'b, whole')]))
  await rows.note()
  expect(texts(timeline)).toEqual(['a', 'b, whole'])
})

test('an earlier look takes nothing back, and what it tells of rows that went is kept', async () => {
  const { rows, timeline } = mounted(shown(1, [row('A', 'a'), row('B', 'b')]))
  await rows.note()
  rows.shown = shown(3, [row('A', 'a, whole')])
  await rows.note()
  rows.take(shown(2, [row('A', 'a')], [row('B', 'b, whole')]))
  await rows.note()
  expect(texts(timeline)).toEqual(['a, whole', 'b, whole'])
})
