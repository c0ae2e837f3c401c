/** Pictures of a chat, without a page: which are waited for, and what becomes of one whose row is drawn anew while it is read. */
import { expect, test } from '@playwright/test'
import type { Attachment, Message } from '../../src/model.ts'
import { makeCaptures, type ShownImage } from '../../src/web/captures.ts'
import type { ImageWanted, PictureRead } from '../../src/web/pane.ts'
import type { TimelineEntry } from '../../src/web/timeline.ts'

const entry = { key: 'ROW', firstSeen: 1000 } as TimelineEntry
const options = { hasImage: () => false, wantsDownload: () => true }

/** One row with one picture, as `shown` is just then; `stored` answers what is read. */
function given(read: (wanted: ImageWanted) => PictureRead, storing = Promise.resolve()) {
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
    store: async (wanted: ImageWanted, onRead: (read: PictureRead) => void) => {
      state.reads++
      onRead(read(wanted))
      await storing
      return (
        read(wanted) === 'here' ? { position: 0, status: 'saved' } : { position: 0, status: 'pending', reason: 'it went' }
      ) as Attachment
    },
  }
  return { state, captures, look: () => captures.take(pane, [entry], options) }
}

test('a picture that the page was asked for is waited for, also while its button is still there, and asked for once', async () => {
  const { state, look } = given(() => 'here')
  const due = (await look()).get('ROW')
  expect(due).toBeGreaterThan(1000)
  state.now = 1050
  expect((await look()).get('ROW')).toBe(due)
  state.shown = { ...state.shown, offered: false }
  expect((await look()).get('ROW')).toBe(due)
  expect(state.presses).toBe(1)
  state.now = (due ?? 0) + 1
  expect((await look()).size).toBe(0)
})

test('a picture whose row is drawn anew while it is read is read from there, three times at most', async () => {
  const lost = given(({ url }) => (url === 'blob:new' ? 'here' : 'gone'))
  lost.state.shown = { ...lost.state.shown, offered: false, url: 'blob:old' }
  await lost.look()
  expect(await lost.captures.settled()).toBe(true)
  lost.state.shown = { ...lost.state.shown, url: 'blob:new' }
  await lost.look()
  expect(await lost.captures.settled()).toBe(false)
  await lost.look()
  expect(lost.state.reads).toBe(2)

  const gone = given(() => 'gone')
  gone.state.shown = { ...gone.state.shown, offered: false, url: 'blob:old' }
  for (let turn = 0; turn < 6; turn++) {
    await gone.look()
    await gone.captures.settled()
  }
  expect(gone.state.reads).toBe(3)
})

test('a row may go once its picture was seen; its message waits until the file is stored', async () => {
  let stored = () => {}
  const storing = new Promise<void>(resolve => {
    stored = resolve
  })
  const { state, captures, look } = given(() => 'here', storing)
  state.shown = { ...state.shown, offered: false, url: 'blob:1' }
  await look()
  expect(await captures.settled()).toBe(false)
  const draft = { messageId: 'M', attachments: [{ position: 0, status: 'pending' }] } as unknown as Message
  const order: string[] = []
  const complete = captures.complete(draft).then(message => {
    order.push('complete')
    return message
  })
  order.push('stored')
  stored()
  expect((await complete).attachments).toEqual([{ position: 0, status: 'saved' }])
  expect(order).toEqual(['stored', 'complete'])
})

test('of a picture whose row left before it was read the message says so', async () => {
  const { state, captures, look } = given(() => 'gone')
  state.shown = { ...state.shown, offered: false, url: 'blob:1' }
  await look()
  expect(await captures.settled()).toBe(true)
  const draft = { messageId: 'M', attachments: [{ position: 0, status: 'pending', reason: null }] } as unknown as Message
  expect((await captures.complete(draft)).attachments).toEqual([{ position: 0, status: 'pending', reason: 'it went' }])
})
