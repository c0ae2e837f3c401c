import { expect, test } from '@playwright/test'
import type { Coverage, CoverageEdge } from '../../src/model.ts'
import { type ChatReadings, gapsOf, judgeChats, type ListWalk, type Recorded } from '../../src/sync/completeness.ts'

const day = (number: number) => `2026-02-${String(number).padStart(2, '0')}T00:00:00.000Z`
const span = (from: number, to: number, fromEdge: CoverageEdge = 'window_edge'): Coverage => ({ from: day(from), to: day(to), fromEdge })
/** The window is the month up to the 28th; the last walk of the list was on the 20th, after every reading that is not told otherwise. */
const since = day(1)
const now = day(28)
const walk: ListWalk = { startedAt: day(20), since, incomplete: [] }
const chat: ChatReadings = {
  id: 1,
  title: 'Ana',
  coverage: [span(1, 18)],
  incompleteReason: null,
  lastReadAt: day(18),
  deepReadAt: day(18),
  failures: 0,
  retryAt: null,
  purgedBefore: null,
  newestTs: day(17),
}
const judge = (over: Partial<ChatReadings>, recorded: Partial<Recorded> = {}) => {
  const {
    id: _,
    title: __,
    retryAt: ___,
    failures: ____,
    deepReadAt: _____,
    ...verdict
  } = judgeChats({ chats: [{ ...chat, ...over }], walk, running: false, ...recorded }, since, now).chats[0]!
  return verdict
}
const named = (...titles: string[]): Partial<Recorded> => ({
  walk: { ...walk, incomplete: titles.map(title => ({ chat: title, reason: 'budget' as const })) },
})

test('a chat that was read to the edge and passed over since is complete up to the last walk of the list', () => {
  expect(judge({})).toEqual({
    complete: true,
    reason: null,
    gaps: [],
    from: since,
    fromEdge: 'window_edge',
    until: day(20),
    untilEdge: 'list',
  })
})

test('a chat that was read after the last walk is complete up to that reading', () => {
  expect(judge({ coverage: [span(1, 25, 'chat_start')], lastReadAt: day(25) })).toMatchObject({
    complete: true,
    fromEdge: 'chat_start',
    until: day(25),
    untilEdge: 'reading',
  })
})

test('without a walk of the list a chat that was read to the edge is complete up to its reading, and no further', () => {
  expect(judge({}, { walk: null })).toMatchObject({ complete: true, until: day(18), untilEdge: 'reading' })
})

test('the reason of the last reading stands, with the edge that it reached', () => {
  const verdict = judge({ coverage: [span(9, 21, 'phone_has_more')], incompleteReason: 'phone_has_more', lastReadAt: day(21) })
  expect(verdict).toEqual({
    complete: false,
    reason: 'phone_has_more',
    gaps: [{ from: since, to: day(9) }],
    from: day(9),
    fromEdge: 'phone_has_more',
    until: day(21),
    untilEdge: 'reading',
  })
})

test('a chat that the last cycle did not come to is incomplete from its last reading on, however complete that was', () => {
  expect(judge({}, named('Ana'))).toMatchObject({
    complete: false,
    reason: 'budget',
    gaps: [{ from: day(18), to: now }],
    from: since,
    until: day(18),
    untilEdge: 'reading',
  })
  expect(judge({ lastReadAt: day(21), coverage: [span(1, 21)] }, named('Ana')).complete).toBe(true)
})

test('a chat that the list names and nobody ever opened is told, first of all', () => {
  const { chats } = judgeChats({ chats: [chat], running: false, ...named('Bea') } as Recorded, since, now)
  expect(chats.map(({ id, title, complete, reason }) => ({ id, title, complete, reason }))).toEqual([
    { id: null, title: 'Bea', complete: false, reason: 'budget' },
    { id: 1, title: 'Ana', complete: true, reason: null },
  ])
})

test('a list of which rows were not seen vouches for no chat and names none', () => {
  const recorded = { chats: [chat], running: false, walk: { ...walk, incomplete: [{ chat: '*', reason: 'list_incomplete' as const }] } }
  const { listComplete, chats } = judgeChats(recorded, since, now)
  expect([listComplete, chats.length, chats[0]?.complete, chats[0]?.until]).toEqual([false, 1, true, day(18)])
  expect(judgeChats({ chats: [], walk: null, running: false }, since, now).listComplete).toBe(false)
})

test('a window that became wider than what was read is not complete, whoever passed the chat over in the narrower one', () => {
  const narrow = { walk: { ...walk, since: day(5) } }
  expect(judge({ coverage: [span(5, 18)] }, narrow)).toMatchObject({
    complete: false,
    reason: 'gap',
    gaps: [{ from: since, to: day(5) }],
    fromEdge: 'window_edge',
  })
  // Its start was seen: no window is wider than the whole chat.
  expect(judge({ coverage: [span(5, 18, 'chat_start')] }, narrow)).toMatchObject({ complete: true, fromEdge: 'chat_start' })
})

test('a hole between two readings is told with its edges', () => {
  expect(judge({ coverage: [span(15, 21, 'budget'), span(3, 9)], incompleteReason: 'budget', lastReadAt: day(21) }).gaps).toEqual([
    { from: day(9), to: day(15) },
    { from: since, to: day(3) },
  ])
})

test('a reading that broke off is told, and from when on nothing is known', () => {
  const verdict = judge({ failures: 3, incompleteReason: 'failed', retryAt: day(29) })
  expect(verdict).toMatchObject({ complete: false, reason: 'failed', gaps: [{ from: day(18), to: now }] })
})

test('a reading that was begun and left no word is told, unless a cycle is at it', () => {
  expect(judge({ failures: 1 })).toMatchObject({ complete: false, reason: 'interrupted', gaps: [{ from: day(18), to: now }] })
  expect(judge({ failures: 1 }, { running: true })).toMatchObject({ complete: true, until: day(20) })
  expect(judge({ failures: 2 }, { running: true }).reason).toBe('interrupted')
})

test('a chat of which nothing was read is not known, unless the list says that nothing in it is young enough', () => {
  const unread = { coverage: [], lastReadAt: null, newestTs: null }
  expect(judge(unread, { walk: null })).toEqual({
    complete: false,
    reason: 'interrupted',
    gaps: [{ from: since, to: now }],
    from: null,
    fromEdge: null,
    until: null,
    untilEdge: null,
  })
  expect(judge(unread)).toMatchObject({ complete: true, until: day(20), untilEdge: 'list' })
})

test('a reason is forgotten once the window has moved past the chat, but not when the chat has only left the list', () => {
  const held = { coverage: [span(9, 18, 'phone_has_more')], incompleteReason: 'phone_has_more' as const }
  expect(judge({ ...held, newestTs: '2026-01-30T00:00:00.000Z' })).toMatchObject({ complete: true, untilEdge: 'list' })
  expect(judge(held)).toMatchObject({ complete: false, reason: 'phone_has_more' })
})

test('a reading that ended too early is forgotten once the edge of the window lies in what it read', () => {
  const reached = { coverage: [span(1, 21, 'budget')], lastReadAt: day(21) }
  expect(judge({ ...reached, incompleteReason: 'budget' })).toMatchObject({ complete: true, until: day(21) })
  expect(judge({ ...reached, incompleteReason: 'not_understood' })).toMatchObject({ complete: false, reason: 'not_understood', gaps: [] })
})

test('what was purged is not missing', () => {
  expect(judge({ coverage: [span(12, 18, 'interrupted')], purgedBefore: day(12) }, { walk: null })).toMatchObject({
    complete: true,
    from: day(12),
  })
})

test('gaps are what lies in no stretch, and nothing lies before the start of a chat', () => {
  expect(gapsOf([span(20, 25), span(10, 15), span(2, 4)], day(3), day(28))).toEqual([
    { from: day(25), to: day(28) },
    { from: day(15), to: day(20) },
    { from: day(4), to: day(10) },
  ])
  expect(gapsOf([span(10, 15, 'chat_start')], day(3), day(15))).toEqual([])
  expect(gapsOf([span(1, 2)], day(3), day(15))).toEqual([{ from: day(3), to: day(15) }])
  expect(gapsOf([], day(3), day(15))).toEqual([{ from: day(3), to: day(15) }])
})
