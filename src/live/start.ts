/** Where a follower begins. Pure. */
import type { OutboxEdges } from '../db/store.ts'

/** An id to go on from, as it travels: null where it is none. */
export function parseId(text: string): number | null {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(id) ? id : null
}

/**
 * The place to follow from: after `since`, or after the newest event where nobody says. 0 asks for everything that is kept. An id whose
 * next event may be gone, or that was never given out, gives no place: going on from there could hide a loss.
 */
export function startingPlace(since: number | null, { first, last, drawn }: OutboxEdges): number | 'gone' | 'unknown' {
  if (since === null) return last
  if (since > drawn) return 'unknown'
  const complete = since === 0 || since === drawn || (first !== null && since >= first - 1)
  return complete ? since : 'gone'
}
