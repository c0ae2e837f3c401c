/** Where a reading of a chat begins and ends: what proves an edge, and which rows lie inside the window. Pure. */
import type { CoverageEdge, Message, Reject } from '../model.ts'
import type { RawConversation } from '../raw.ts'
import type { Batch, IncompleteReason, ReadOptions } from '../source.ts'
import type { Reading } from './read-chat.ts'
import type { TimelineEntry } from './timeline.ts'

/** What says that a chat begins at its topmost row: its first notice and the second witness together, one of them, or nothing. */
export type Start = 'proven' | 'said' | 'unsaid'

/**
 * Tries at a top where nothing more comes, before it is believed: few where something says so, more where nothing is said, most where the page says that
 * it is loading.
 */
const triesAt = { said: 1, unsaid: 3, loading: 6 } as const

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
  if (start === 'proven') return { edge: 'until', reason: null }
  const said = banner === 'button' || banner === 'text' || start === 'said'
  if (quietTurns < triesAt[banner === 'loading' ? 'loading' : said ? 'said' : 'unsaid']) return null
  if (banner === 'button' || banner === 'text') return { edge: 'phone_has_more', reason: 'phone_has_more' }
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

/** Messages older than the window are dropped; so are rejects that stand above the oldest message inside it. */
export function insideWindow(
  messages: Message[],
  rejects: Reject[],
  readings: Reading[],
  since: string,
): { messages: Message[]; rejects: Reject[] } {
  const floor = since.slice(0, 16)
  const first = readings.findIndex(reading => reading.type === 'message' && reading.message.ts.slice(0, 16) >= floor)
  const older = new Set(readings.slice(0, Math.max(0, first)).flatMap(reading => (reading.type === 'reject' ? [reading.reject] : [])))
  return {
    messages: messages.filter(message => message.ts.slice(0, 16) >= floor),
    rejects: first < 0 && messages.length > 0 ? [] : rejects.filter(reject => !older.has(reject)),
  }
}

/** What is kept of a row that never told what it is. */
export function unread(entry: TimelineEntry, type: 'shell' | 'pending'): Reject {
  return type === 'shell'
    ? { rowKey: entry.key, field: 'row', reason: 'the page kept this row empty although it was brought into view', raw: entry.row }
    : { rowKey: entry.key, field: 'ts', reason: 'no stamp and no date separator tells the day of this row', raw: entry.row }
}
