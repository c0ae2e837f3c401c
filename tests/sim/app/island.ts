/** Which messages are rendered: a window of at most 100, which slides (reference 4.5). Pure. */
import type { SimMessage } from './types.ts'

export const islandSize = 100
const page = 50

/** Height the page guesses before it has measured a row. */
export function guess(message: SimMessage): number {
  switch (message.kind) {
    case 'image':
    case 'video':
      return 260
    case 'album':
      return 330
    case 'sticker':
      return 150
    case 'text':
      return 34 + 19 * Math.min(60, (message.text ?? '').split('\n').length + Math.floor((message.text ?? '').length / 90))
    default:
      return 70
  }
}

/** How many messages before `end` fill `height` px; at least 8, never more than one page of the local store. */
export function countBack(messages: SimMessage[], end: number, height: number): number {
  let sum = 0
  let count = 0
  while (end - count > 0 && count < page && (sum < height || count < 8)) sum += guess(messages[end - ++count]!)
  return count
}

export interface Island {
  from: number
  to: number
}

/** The island after `count` earlier messages were added: it slides by max(count, 20) when it is full. */
export function slideUp(island: Island, count: number): Island {
  const from = Math.max(0, island.from - count)
  const excess = island.to - from - islandSize
  return { from, to: excess > 0 ? island.to - Math.min(Math.max(excess, 20), island.to - from - 1) : island.to }
}

/** The same downwards. */
export function slideDown(island: Island, count: number, total: number): Island {
  const to = Math.min(total, island.to + count)
  const excess = to - island.from - islandSize
  return { from: excess > 0 ? island.from + Math.max(excess, 20) : island.from, to }
}
