import { expect, test } from '@playwright/test'
import type { Message } from '../../src/client/client.ts'
import { MessageWindow } from '../../src/page/message-window.ts'
import { chatHref, readRoute } from '../../src/page/route.ts'
import { makeTimes } from '../../src/page/times.ts'
import { bytes, counted, duration, incompleteWords, linked, timed } from '../../src/page/words.ts'
import { remedies } from '../../src/sync/completeness.ts'

test('addresses of the page are read as they are written, whatever stands in an id', () => {
  const id = '12/3?#&%=@g.us é'
  expect(readRoute(chatHref(id))).toEqual({ view: 'chat', id, at: null, message: null })
  const place = { at: '2026-02-01T10:00:00.000Z', message: 'a/b&c' }
  expect(readRoute(chatHref(id, place))).toEqual({ view: 'chat', id, ...place })
  for (const hash of ['', '#', '#main', '#/chat/', '#/chat/%E0%A4%A', '#/nowhere']) expect(readRoute(hash)).toEqual({ view: 'start' })
  expect(readRoute('#/pair')).toEqual({ view: 'pair' })
})

test("days are the viewer's: their names, and where they begin, also when clocks change", () => {
  const times = makeTimes({ locale: 'en-GB', zone: 'Pacific/Auckland' })
  expect(times.day('2026-02-28T12:30:00.000Z')).toBe('2026-03-01')
  expect(times.dayLabel('2026-02-28T12:30:00.000Z', '2026-03-01T10:00:00.000Z')).toBe('today')
  expect(times.dayLabel('2026-02-28T10:30:00.000Z', '2026-03-01T10:00:00.000Z')).toBe('yesterday')
  expect(times.dayLabel('2026-01-10T10:30:00.000Z', '2026-03-01T10:00:00.000Z')).toMatch(/^Saturday,? 10 January 2026$/)
  expect(times.startOf('2026-03-01')).toBe('2026-02-28T11:00:00.000Z')
  expect(makeTimes({ zone: 'Europe/Lisbon' }).startOf('2026-03-29')).toBe('2026-03-29T00:00:00.000Z')
  // Midnight does not exist there on that day.
  expect(makeTimes({ zone: 'Africa/Cairo' }).startOf('2026-04-24')).toBe('2026-04-23T22:00:00.000Z')
})

test('only http and https addresses become links, without what only follows them', () => {
  const hrefs = (text: string) => linked(text).flatMap(({ href }) => href ?? [])
  expect(linked('see https://a.test/x?y=1, or (http://b.test).')).toEqual([
    { text: 'see ', href: null },
    { text: 'https://a.test/x?y=1', href: 'https://a.test/x?y=1' },
    { text: ', or (', href: null },
    { text: 'http://b.test', href: 'http://b.test' },
    { text: ').', href: null },
  ])
  expect(hrefs('javascript:alert(1) data:text/html,x file:///etc ftp://x https:// //x')).toEqual([])
  // A mark that turns the direction of writing would show another address than the link's.
  expect(hrefs('https://good.test/\u202Etset.live')).toEqual(['https://good.test/'])
  for (const text of ['', 'plain', 'https://a.test https://b.test']) {
    expect(
      linked(text)
        .map(part => part.text)
        .join(''),
    ).toBe(text)
  }
})

test('every reason that a chat can be incomplete for has words on the page', () => {
  expect(Object.keys(incompleteWords).sort()).toEqual(Object.keys(remedies).sort())
})

test('one is not many', () => {
  expect([counted(0, 'message'), counted(1, 'message'), counted(2, 'chat')]).toEqual(['0 messages', '1 message', '2 chats'])
})

test('instants in the words of the worker are told apart from the words', () => {
  expect(timed('ended (since 2026-11-28T17:38:10.028Z), see 2026-11-28T17:38:10Z')).toEqual([
    { text: 'ended (since ', instant: null },
    { text: '2026-11-28T17:38:10.028Z', instant: '2026-11-28T17:38:10.028Z' },
    { text: '), see ', instant: null },
    { text: '2026-11-28T17:38:10Z', instant: '2026-11-28T17:38:10Z' },
  ])
  expect(timed('no instant: 2026-11-28')).toEqual([{ text: 'no instant: 2026-11-28', instant: null }])
})

test('lengths and sizes are written for people', () => {
  expect([duration(7), duration(61.4), duration(3725)]).toEqual(['0:07', '1:01', '1:02:05'])
  expect([bytes(999), bytes(1500), bytes(12_345_678)]).toEqual(['999 bytes', '1.5 kB', '12 MB'])
})

/** A conversation of a server that answers as `/messages` does. */
function server(dates: string[]) {
  const stored = dates.map((date, n) => ({ id: `chat/M${String(n).padStart(4, '0')}`, date }) as Message)
  let answers = 0
  const messages = async (query: Record<string, unknown>) => {
    answers++
    const place = typeof query.cursor === 'string' ? JSON.parse(query.cursor) : { ...query, skip: 0 }
    const all = stored.filter(({ date }) => date >= place.since && (!place.until || date < place.until) && place.since !== undefined)
    const ordered = place.order === 'asc' ? all : all.toReversed()
    const limit = Number(query.limit)
    const left = ordered.length > place.skip + limit
    return {
      conversations: [],
      messages: ordered.slice(place.skip, place.skip + limit),
      next_cursor: left ? JSON.stringify({ ...place, skip: place.skip + limit }) : null,
    }
  }
  return { client: { messages }, stored, answers: () => answers }
}
const minute = (n: number) => new Date(Date.UTC(2026, 1, 1, 0, n)).toISOString()
const open = (given: ReturnType<typeof server>, at: string | null, over = {}) =>
  new MessageWindow({
    client: given.client,
    conversation: 'chat',
    at,
    signal: new AbortController().signal,
    pageSize: 10,
    keep: 30,
    ...over,
  })

test('a window walks to both ends of a conversation, keeps a few messages, and comes back to those it dropped', async () => {
  // Five messages to the minute: the page often shows no seconds.
  const given = server(Array.from({ length: 200 }, (_, n) => minute(Math.floor(n / 5))))
  const range = open(given, null)
  const seen = new Set<string>()
  const walk = async (direction: 'older' | 'newer') => {
    while (range.has(direction)) {
      await range.load(direction)
      expect(range.messages.length).toBeLessThanOrEqual(30)
      const ids = range.messages.map(({ id }) => id)
      expect(ids).toEqual(ids.toSorted())
      for (const id of ids) seen.add(id)
    }
  }
  await walk('older')
  expect(seen.size).toBe(200)
  expect(range.messages[0]?.id).toBe('chat/M0000')
  seen.clear()
  for (const { id } of range.messages) seen.add(id)
  await walk('newer')
  expect(seen.size).toBe(200)
  expect(range.messages.at(-1)?.id).toBe('chat/M0199')
})

test('a window in the middle grows both ways; more messages of one instant than a page has are no end', async () => {
  const given = server(Array.from({ length: 80 }, (_, n) => minute(n < 20 ? n : n < 60 ? 20 : n)))
  const range = open(given, minute(20), { keep: 100 })
  await range.load('newer')
  await range.load('older')
  expect(range.messages.map(({ id }) => id)).toEqual(given.stored.slice(10, 30).map(({ id }) => id))
  while (range.has('newer')) await range.load('newer')
  while (range.has('older')) await range.load('older')
  expect(range.messages).toEqual(given.stored)
})

test('live messages find their place; where the window does not reach they are left to a walk', async () => {
  const given = server(Array.from({ length: 50 }, (_, n) => minute(2 * n)))
  const live = (id: string, date: string) => ({ id, date }) as Message
  const range = open(given, null)
  await range.load('older')
  expect(range.take(live('new', minute(200)))).toBe(true)
  expect(range.take(live('late', minute(91)))).toBe(true)
  expect(range.take(live('too old', minute(1)))).toBe(false)
  expect(range.messages.map(({ id }) => id).slice(-6)).toEqual(
    ['chat/M0045', 'late', 'chat/M0046', 'chat/M0047', 'chat/M0048', 'chat/M0049', 'new'].slice(-6),
  )
  const edited = live('new', minute(200))
  expect(range.take(edited)).toBe(true)
  expect(range.messages.at(-1)).toBe(edited)
  expect(range.messages).toHaveLength(12)
  const middle = open(given, minute(40))
  await middle.load('newer')
  expect(middle.take(live('new', minute(200)))).toBe(false)
})

test('a window that is told of thousands keeps those at the end that they come at', async () => {
  const range = open(server([minute(0)]), null)
  await range.load('older')
  for (let n = 1; n < 500; n++) range.take({ id: `n${n}`, date: minute(n) } as Message)
  expect(range.messages.length).toBeLessThanOrEqual(60)
  expect(range.messages.at(-1)?.id).toBe('n499')
  expect(range.has('older')).toBe(true)
})
