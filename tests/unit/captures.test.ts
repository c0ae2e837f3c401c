/** Pictures of a chat, without a page: which are waited for, and what becomes of one whose row is drawn anew while it is read. */
import { expect, test } from '@playwright/test'
import type { Attachment } from '../../src/model.ts'
import { makeCaptures, type ShownImage } from '../../src/web/captures.ts'
import { leftPage } from '../../src/web/media.ts'
import type { ImageWanted } from '../../src/web/pane.ts'
import type { TimelineEntry } from '../../src/web/timeline.ts'

const entry = { key: 'ROW', firstSeen: 1000 } as TimelineEntry
const options = { hasImage: () => false, wantsDownload: () => true }

/** One row with one picture, as `shown` is just then; `stored` answers what is read. */
function given(stored: (wanted: ImageWanted) => Partial<Attachment>) {
  const state = {
    shown: { messageId: 'M', position: 0, url: null, offered: true, checksum: null } as ShownImage,
    now: 1000,
    presses: 0,
    reads: 0,
  }
  const captures = makeCaptures(
    () => [state.shown],
    100,
    () => state.now,
  )
  const pane = {
    download: async () => {
      state.presses++
      return true
    },
    store: async (wanted: ImageWanted[]) => {
      state.reads += wanted.length
      return new Map(wanted.map(one => [`${one.messageId}#${one.position}`, { position: 0, ...stored(one) } as Attachment]))
    },
  }
  return { state, captures, look: () => captures.take(pane, [entry], options) }
}

test('a picture that the page was asked for is waited for, also while its button is still there, and asked for once', async () => {
  const { state, look } = given(() => ({ status: 'saved', reason: null }))
  const due = (await look()).get('ROW')
  expect(due).toBeGreaterThan(1000)
  state.now = 1100
  expect((await look()).get('ROW')).toBe(due)
  state.shown = { ...state.shown, offered: false }
  expect((await look()).get('ROW')).toBe(due)
  expect(state.presses).toBe(1)
  state.now = (due ?? 0) + 1
  expect((await look()).size).toBe(0)
})

test('a picture whose row is drawn anew while it is read is read from there, three times at most', async () => {
  const lost = given(({ url }) => (url === 'blob:new' ? { status: 'saved', reason: null } : { status: 'pending', reason: leftPage }))
  lost.state.shown = { ...lost.state.shown, offered: false, url: 'blob:old' }
  await lost.look()
  expect(await lost.captures.settled(['ROW'])).toBe(true)
  lost.state.shown = { ...lost.state.shown, url: 'blob:new' }
  await lost.look()
  expect(await lost.captures.settled(['ROW'])).toBe(false)
  await lost.look()
  expect(lost.state.reads).toBe(2)

  const gone = given(() => ({ status: 'pending', reason: leftPage }))
  gone.state.shown = { ...gone.state.shown, offered: false, url: 'blob:old' }
  for (let turn = 0; turn < 6; turn++) {
    await gone.look()
    await gone.captures.settled(['ROW'])
  }
  expect(gone.state.reads).toBe(3)
})
