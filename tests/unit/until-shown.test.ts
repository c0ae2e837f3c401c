/** A reading is held against the second witness: what the page did not show is looked for once more, and said. */
import { expect, test } from '@playwright/test'
import type { MessageKind } from '../../src/model.ts'
import type { Batch } from '../../src/source.ts'
import { untilShown } from '../../src/web/chat-reading.ts'

const batch = (readDownTo: string, end: Batch['end']): Batch => ({
  messages: [],
  rejects: [],
  notMessages: 0,
  readDownTo,
  end,
  participants: [],
})
const whole = { edge: 'window_edge', reason: null } as const

/** What comes of two readings of two batches each; `missing` answers after the first and after the second. */
async function readings(missing: MessageKind[][], end: Batch['end'] = whole, second = end) {
  let begun = 0
  const ends: Batch['end'][] = []
  async function* reading() {
    begun++
    yield batch('2026-11-20T10:00:00.000Z', null)
    yield batch('2026-11-01T10:00:00.000Z', begun === 1 ? end : second)
  }
  const lacking = () => new Map((missing[begun - 1] ?? []).map(kind => [kind, ['3EB0']]))
  for await (const { end } of untilShown(reading, lacking)) ends.push(end)
  return { begun, ends }
}

test('a reading of which nothing is missing is read once', async () => {
  expect(await readings([[]])).toEqual({ begun: 1, ends: [null, whole] })
})

test('a reading that lacks messages is read once more, and is whole where they show then', async () => {
  expect(await readings([['text', 'image'], []])).toEqual({ begun: 2, ends: [null, null, null, whole] })
})

test('what is missing twice makes the chat incomplete, with the edge that was reached', async () => {
  const ends = [null, null, null, { edge: 'window_edge', reason: 'not_shown' }]
  expect(await readings([['text'], ['text']])).toEqual({ begun: 2, ends })
})

test('what was missing stays so where the second reading is cut off', async () => {
  const ends = [null, null, null, { edge: 'budget', reason: 'not_shown' }]
  expect(await readings([['text'], ['text']], whole, { edge: 'budget', reason: 'budget' })).toEqual({ begun: 2, ends })
})

test('calls, which older pages do not draw, are no reason; neither is anything where the reading ended too early', async () => {
  expect(await readings([['call']])).toEqual({ begun: 1, ends: [null, whole] })
  const early = { edge: 'budget', reason: 'budget' } as const
  expect(await readings([['text']], early)).toEqual({ begun: 1, ends: [null, early] })
})
