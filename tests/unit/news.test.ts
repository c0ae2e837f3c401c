import { expect, test } from '@playwright/test'
import type { ChatListing } from '../../src/model.ts'
import { namesakes, newsIn, type SeenRow, seenOf } from '../../src/sync/news.ts'
import { activityOf } from '../../src/web/activity.ts'

const noon = '2026-11-21T12:00:00.000Z'

function listing(title: string, over: Partial<ChatListing> = {}): ChatListing {
  const flags = { unread: 0, pinned: false, muted: false, archived: false, isSelf: false, isGroup: null }
  return { position: 0, title, community: null, preview: 'hello', timeLabel: '10:30', ...flags, ...over }
}

/** The row as it is seen at an instant, its label understood as the page's reader understands it. */
function row(title: string, over: Partial<ChatListing> = {}, now = noon): SeenRow {
  const seen = listing(title, over)
  return { listing: seen, activity: activityOf(seen.timeLabel, { locale: 'en', zone: 'UTC', now, order: null }) }
}

const before = () => seenOf([row('Ana'), row('Bea', { unread: 2 }), row('Cleo', { preview: null, timeLabel: 'Tuesday' })])
const titles = (rows: SeenRow[], policy: 'open' | 'skip' = 'open', seen = before()) =>
  newsIn(seen, rows, policy).news.map(({ title }) => title)

test('another preview, more unread messages, a later time and a row that was never seen are news, in the order of the rows', () => {
  expect(titles([row('Ana', { preview: 'how are you' })])).toEqual(['Ana'])
  expect(titles([row('Bea', { unread: 3 })])).toEqual(['Bea'])
  expect(titles([row('Cleo', { preview: null, timeLabel: '11:59' })])).toEqual(['Cleo'])
  expect(titles([row('Ana', { timeLabel: '10:31' })])).toEqual(['Ana'])
  expect(titles([row('Dora'), row('Cleo', { preview: null, timeLabel: 'Tuesday' }), row('Bea', { unread: 3 }), row('Ana')])).toEqual([
    'Dora',
    'Bea',
  ])
})

test('a deletion that takes the time back, and an edit in the same minute, are news by their previews', () => {
  expect(titles([row('Ana', { preview: 'This message was deleted' })])).toEqual(['Ana'])
  expect(titles([row('Ana', { preview: 'the one before', timeLabel: 'Yesterday' })])).toEqual(['Ana'])
})

test('nothing that merely aged, moved, was marked or was read is news', () => {
  const tomorrow = '2026-11-22T12:00:00.000Z'
  expect(titles([row('Cleo', { preview: null, timeLabel: 'Tuesday' }), row('Bea', { unread: 2 }), row('Ana')])).toEqual([])
  expect(titles([row('Ana', { timeLabel: 'Yesterday' }, tomorrow)])).toEqual([])
  expect(titles([row('Ana', { pinned: true, muted: true, position: 7 })])).toEqual([])
  expect(titles([row('Ana', { unread: -1 }), row('Bea', { unread: 0 })])).toEqual([])
})

test('a label that aged does not hide the next message', () => {
  const tomorrow = '2026-11-22T08:00:00.000Z'
  const { seen } = newsIn(before(), [row('Ana', { timeLabel: 'Yesterday' }, tomorrow)], 'open')
  expect(titles([row('Ana', { timeLabel: '00:05' }, tomorrow)], 'open', seen)).toEqual(['Ana'])
  // Yesterday evening, still counted as after half past ten.
  expect(titles([row('Ana', { timeLabel: 'Yesterday' }, tomorrow)], 'open', seen)).toEqual([])
})

test('somebody who types is no news, in any language, nor is the end of it; the message that follows is', () => {
  for (const words of ['typing…', 'Ana is recording audio…', 'digitando...', 'يكتب…', '正在输入…', 'ਲਿਖ ਰਿਹਾ ਹੈ…']) {
    const typing = newsIn(before(), [row('Ana', { preview: words })], 'open')
    expect(typing.news, words).toEqual([])
    expect(titles([row('Ana')], 'open', typing.seen), words).toEqual([])
    expect(titles([row('Ana', { preview: 'there' })], 'open', typing.seen), words).toEqual(['Ana'])
  }
  expect(titles([row('Ana', { preview: 'well…', unread: 1 })])).toEqual(['Ana'])
  expect(titles([row('Ana', { preview: 'well…', timeLabel: '10:31' })])).toEqual(['Ana'])
})

test('that the owner read a chat is news only where unread chats are left closed', () => {
  expect(titles([row('Bea', { unread: 0 })], 'skip')).toEqual(['Bea'])
  expect(titles([row('Ana', { unread: 1 })], 'skip')).toEqual(['Ana'])
})

test('a chat that comes out of the archive is the one that was in it', () => {
  const archived = seenOf([row('Ana', { archived: true })])
  expect(titles([row('Ana')], 'open', archived)).toEqual([])
  const { news, seen } = newsIn(archived, [row('Ana', { unread: 1, preview: 'back' })], 'open')
  expect(news.map(({ archived }) => archived)).toEqual([false])
  expect(namesakes(seen, news)).toEqual([])
})

test('news are news once; rows that are not mounted stay as they were', () => {
  const first = newsIn(before(), [row('Ana', { preview: 'one' })], 'open')
  expect(titles([row('Ana', { preview: 'one' })], 'open', first.seen)).toEqual([])
  expect(titles([row('Bea', { unread: 2 })], 'open', first.seen)).toEqual([])
})

test('two chats of one title are told apart by what their rows said; both stand beside a third one that is to be told from them', () => {
  const twins = seenOf([row('Ana', { preview: 'x' }), row('Ana', { preview: 'y' }), row('Bea')])
  const swapped = newsIn(twins, [row('Ana', { preview: 'y' }), row('Ana', { preview: 'x' })], 'open')
  expect(swapped.news).toEqual([])
  const one = newsIn(twins, [row('Ana', { preview: 'z' }), row('Ana', { preview: 'x' })], 'open')
  expect(one.news.map(({ preview }) => preview)).toEqual(['z'])
  expect(namesakes(one.seen, one.news).map(({ preview }) => preview)).toEqual(['x'])
  const third = newsIn(twins, [row('Ana', { preview: 'w', community: 'Choir' })], 'open')
  expect(third.news.map(({ community }) => community)).toEqual(['Choir'])
  expect(
    namesakes(third.seen, third.news)
      .map(({ preview }) => preview)
      .sort(),
  ).toEqual(['x', 'y'])
})
