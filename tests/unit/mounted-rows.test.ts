/** What a look tells of rows that went. */
import { expect, test } from '@playwright/test'
import type { Attachment, Message } from '../../src/model.ts'
import type { RawRow } from '../../src/raw.ts'
import type { ReadOptions } from '../../src/source.ts'
import { makeCaptures } from '../../src/web/captures.ts'
import { Lateness } from '../../src/web/lateness.ts'
import { MountedRows } from '../../src/web/mounted-rows.ts'
import type { Pane, Shown } from '../../src/web/pane.ts'
import type { Reading } from '../../src/web/read-chat.ts'
import { Timeline, type TimelineEntry } from '../../src/web/timeline.ts'

const row = (id: string, text: string): RawRow => ({
  type: 'row',
  run: null,
  shell: false,
  geometry: null,
  fields: { id: { c: 0, v: [id] }, text: { c: 0, v: [text] } },
})

const shown = (items: RawRow[]): Shown => ({
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
  readMore: false,
  late: { latest: 0, watched: [] },
})

test('what came to a row before it went is taken in, and its picture is had; not where it lies outside the window', async () => {
  const timeline = new Timeline()
  const wanted: string[] = []
  const left: RawRow[] = []
  const store: Pane['store'] = async ({ messageId }, onRead) => {
    wanted.push(messageId)
    onRead('here')
    return { position: 0, status: 'saved' } as Attachment
  }
  const deps = {
    pane: { store, left: () => left.splice(0) } as unknown as Pane,
    pacer: { now: () => 0 } as never,
    captures: makeCaptures(
      ({ key, row }) => {
        const url = row.fields.text?.v[0]?.endsWith('whole') ? `blob:${key}` : null
        return [{ messageId: key, position: 0, url, offered: false, checksum: null }]
      },
      0,
      () => 0,
    ),
    lateness: new Lateness(0),
    understand: (entries: readonly TimelineEntry[]): Reading[] =>
      entries.map(({ key }) => ({ type: 'message', message: { messageId: key, ts: `2026-11-0${key}T10:00:00.000Z` } as Message })),
  }
  const options = {
    since: '2026-11-03T00:00:00.000Z',
    known: null,
    hasImage: () => false,
    wantsDownload: () => false,
  } as unknown as ReadOptions
  const rows = new MountedRows(deps, options, timeline, shown([row('2', 'b'), row('3', 'c'), row('4', 'd')]))
  await rows.note()
  left.push(row('2', 'b, whole'), row('3', 'c, whole'), row('4', 'd, whole'))
  rows.shown = shown([row('2', 'b')])
  await rows.note()
  expect(timeline.entries.map(entry => entry.row.fields.text?.v[0])).toEqual(['b', 'c, whole', 'd, whole'])
  expect(wanted).toEqual(['3', '4'])
})
