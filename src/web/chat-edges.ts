/** Where a reading of a chat begins and ends: what proves an edge, and which rows lie inside the window. Pure. */
import type { CoverageEdge, Reject } from '../model.ts'
import type { RawConversation } from '../raw.ts'
import type { Batch, IncompleteReason, ReadOptions } from '../source.ts'
import type { Reading } from './read-chat.ts'
import type { TimelineEntry } from './timeline.ts'

/**
 * What says that a chat begins at its topmost row: its first notice and the second witness together, the witness alone, a notice alone (there are others
 * than the first one), or nothing.
 */
export type Start = 'proven' | 'said' | 'hinted' | 'unsaid'

/**
 * Tries at a top where nothing more comes, before it is believed: few where something says so, more where nothing is said, most where the page says that
 * it is loading.
 */
const triesAt = { said: 1, hinted: 2, unsaid: 3, loading: 6 } as const

/** Whether an instant lies in ground that is known: of the minutes at its ends only a part may have been read. */
export function isKnown(ts: string, known: ReadOptions['known']): boolean {
  return known !== null && ts.slice(0, 16) > known.from.slice(0, 16) && ts.slice(0, 16) < known.to.slice(0, 16)
}

/** Whether the reading may end here; the words are the contract's for how an edge is known. */
export function edgeReached(
  readings: readonly Reading[],
  banner: RawConversation['banner']['shape'],
  start: Start,
  quietTurns: number,
  until: string,
): { edge: CoverageEdge | 'until' | null; reason: IncompleteReason | null } | null {
  // The topmost message decides: one stray old stamp further down ends nothing.
  const oldest = readings.find(reading => reading.type === 'message')
  if (oldest && oldest.message.ts.slice(0, 16) < until.slice(0, 16)) return { edge: 'until', reason: null }
  // Not yet that the chat begins here, but that nothing of the window stands above.
  if (start === 'proven') return { edge: 'window_edge', reason: null }
  const told = banner === 'button' || banner === 'text'
  if (quietTurns < triesAt[banner === 'loading' ? 'loading' : told ? 'said' : start]) return null
  if (told) return { edge: 'phone_has_more', reason: 'phone_has_more' }
  return banner === 'none' ? { edge: 'chat_start', reason: null } : { edge: null, reason: 'top_not_shown' }
}

/** The edge as a batch tells it. */
export function edgeOf(
  end: NonNullable<ReturnType<typeof edgeReached>>,
  options: Pick<ReadOptions, 'since' | 'until'>,
): NonNullable<Batch['end']> {
  if (end.edge !== 'until') return { edge: end.edge, reason: end.reason }
  return { edge: options.until > options.since ? 'covered' : 'window_edge', reason: null }
}

/**
 * How many of these rows, the oldest first, are older than the window: those above a message that is, as far up as one inside it. What stands above the
 * first row that tells its time may lie inside.
 */
export function olderRows(readings: readonly Reading[], since: string): number {
  const inside = readings.findIndex(reading => reading.type === 'message' && isInside(reading.message.ts, since))
  return 1 + readings.slice(0, inside < 0 ? readings.length : inside).findLastIndex(({ type }) => type === 'message')
}

/** Whether an instant lies inside the window: the whole minute of its edge does. */
export function isInside(ts: string, since: string): boolean {
  return ts.slice(0, 16) >= since.slice(0, 16)
}

/** What is kept of a row that never told what it is. */
export function unread(entry: TimelineEntry, type: 'shell' | 'pending'): Reject {
  return type === 'shell'
    ? { rowKey: entry.key, field: 'row', reason: 'the page kept this row empty although it was brought into view', raw: entry.row }
    : { rowKey: entry.key, field: 'ts', reason: 'no stamp and no date separator tells the day of this row', raw: entry.row }
}
