/** What ends a reading, and which rows lie outside the window. */
import { expect, test } from '@playwright/test'
import type { Message, Reject } from '../../src/model.ts'
import { edgeOf, edgeReached, olderRows, type Start } from '../../src/web/chat-edges.ts'
import type { Reading } from '../../src/web/read-chat.ts'

const since = '2026-11-10T12:00:30.000Z'
const said = (ts: string): Reading => ({ type: 'message', message: { ts } as Message })
const older = said('2026-11-09T10:00:00.000Z')
const inside = said('2026-11-11T10:00:00.000Z')
const odd: Reading = { type: 'reject', reject: {} as Reject }
const notice: Reading = { type: 'notMessage' }

test('rows are older than the window only where a message below them says so', () => {
  expect(olderRows([odd, older, odd, inside], since)).toBe(2)
  expect(olderRows([odd, older, odd], since)).toBe(2)
  expect(olderRows([older, odd, older], since)).toBe(3)
  // The top of a batch from the middle of the window, and a chat whose newest row is the one that is not understood.
  expect(olderRows([odd, inside], since)).toBe(0)
  expect(olderRows([{ type: 'shell' }, { type: 'pending' }, inside], since)).toBe(0)
  expect(olderRows([odd], since)).toBe(0)
  expect(olderRows([], since)).toBe(0)
  // One stray old stamp below a message of the window proves nothing.
  expect(olderRows([odd, inside, older, odd], since)).toBe(0)
  // The minute of the edge is inside.
  expect(olderRows([odd, said('2026-11-10T12:00:00.000Z')], since)).toBe(0)
})

test('a chat begins where the second witness and its first notice say so, else after tries at its top: more, the less is said', () => {
  const tries = (start: Start, banner: 'none' | 'loading' = 'none') => {
    let quiet = 0
    while (edgeReached([notice, inside], banner, start, quiet, since) === null) quiet++
    return quiet
  }
  expect([tries('proven'), tries('said'), tries('hinted'), tries('unsaid'), tries('unsaid', 'loading')]).toEqual([0, 1, 2, 3, 6])
})

test('where nothing of the window stands above, the edge of the window is reached, however far down was asked for', () => {
  const deep = { since, until: '2026-11-20T00:00:00.000Z' }
  const edge = (readings: Reading[], start: Start) => edgeOf(edgeReached(readings, 'none', start, 0, deep.until)!, deep)
  expect(edge([notice, said('2026-11-21T10:00:00.000Z')], 'proven')).toEqual({ edge: 'window_edge', reason: null })
  expect(edge([inside], 'unsaid')).toEqual({ edge: 'covered', reason: null })
  expect(edgeOf({ edge: 'until', reason: null }, { since, until: since })).toEqual({ edge: 'window_edge', reason: null })
})
