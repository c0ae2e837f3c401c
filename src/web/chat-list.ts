/**
 * The whole virtualised chat list, walked by scrolling: every row once, proven against the number of rows and the height that
 * the list itself announces (reference §3.1). The list re-sorts while it is walked (a message arrives); then it is walked anew.
 */
import type { RawChatList, RawChatRow } from '../raw.ts'

/** The list pane, as the walk needs it: moves to a place (px; null = stays) and gives the rows that are mounted there. */
export interface ListPane {
  readAt(place: number | null): Promise<RawChatList>
}

export interface WalkedList {
  /** All rows, in screen order. */
  rows: RawChatRow[]
  complete: boolean
  /** Why it is not complete; null when it is. */
  reason: string | null
  lang: string
  archivedEntry: boolean
}

const walks = 4
const stepsPerWalk = 2_000

/** Walks the list from its top to its bottom; tries again when it moved meanwhile. */
export async function walkChatList(pane: ListPane, signal: AbortSignal): Promise<WalkedList> {
  let best: WalkedList | null = null
  for (let walk = 0; walk < walks; walk++) {
    const walked = await walkOnce(pane, signal)
    if (walked.complete) return walked
    if (best === null || walked.rows.length > best.rows.length) best = walked
  }
  return best as WalkedList
}

async function walkOnce(pane: ListPane, signal: AbortSignal): Promise<WalkedList> {
  const rows = new Map<string, RawChatRow>()
  let moved = false
  let last: RawChatList | null = null
  let place = 0
  for (let step = 0; step < stepsPerWalk; step++) {
    signal.throwIfAborted()
    const part = await pane.readAt(place)
    last = part
    for (const [index, row] of part.rows.entries()) {
      const place = row.y === null ? `~${index}` : String(row.y)
      const before = rows.get(place)
      if (before && titleOf(before) !== titleOf(row)) moved = true
      rows.set(place, row)
    }
    if (part.scroll.top + part.scroll.client >= part.scroll.height - 1) break
    place = nextPlace(part)
  }
  const sorted = [...rows.values()].sort((a, b) => (a.y ?? 0) - (b.y ?? 0))
  const reason = moved ? 'the list was re-sorted while it was read' : missing(sorted, last)
  return { rows: sorted, complete: reason === null, reason, lang: last?.lang ?? '', archivedEntry: last?.archivedEntry ?? false }
}

/**
 * Where the walk goes on: rows are mounted beyond what is in view (reference §3.2), so the next view may begin with the lowest of them. Where that is
 * not known, most of a view further down.
 */
function nextPlace({ rows, scroll }: RawChatList): number {
  const lowest = rows.reduce((best, { y, height }) => Math.max(best, y !== null && height !== null ? y - height : 0), 0)
  return Math.max(scroll.top + Math.max(100, Math.round(scroll.client * 0.8)), Math.floor(lowest))
}

function titleOf(row: RawChatRow): string | undefined {
  return row.fields.title?.v[0]
}

/** What is missing against what the list announces; null when nothing is. */
function missing(rows: RawChatRow[], last: RawChatList | null): string | null {
  if (!last?.present) return 'no chat list is on the page'
  const untitled = rows.filter(row => titleOf(row) === undefined).length
  if (untitled > 0) return `${untitled} of ${rows.length} rows have no title yet`
  if (last.rowCount !== null && last.rowCount >= 0) {
    return rows.length === last.rowCount ? null : `${rows.length} rows were seen, the list announces ${last.rowCount}`
  }
  const height = rows.reduce((sum, row) => sum + (row.height ?? 0), 0)
  if (last.gridHeight === null || last.gridHeight === 0) return 'the list announces neither the number of its rows nor its height'
  return Math.abs(height - last.gridHeight) < 1 ? null : `rows of ${height} px were seen, the list is ${last.gridHeight} px high`
}
