/**
 * Many snapshots of one chat, merged into one ordered list (pure). The page shows only part of a chat at a time, so
 * completeness rests on two facts kept here: every snapshot overlaps what was read before (no silent jump), and every row
 * that was ever mounted is either understood or still listed as a shell.
 */
import type { RawItem, RawMark, RawRow } from '../raw.ts'

/** A row of the chat with the marks (date separators, unread bar) that stand directly above it. */
export interface TimelineEntry {
  key: string
  row: RawRow
  marks: RawMark[]
  /** Whether the space above the row has been seen: a row that opens a snapshot does not tell whether a separator precedes it. */
  marksKnown: boolean
  /** When the row was first seen mounted, in the caller's milliseconds. */
  firstSeen: number
  mounted: boolean
}

export type MergeOutcome =
  | { ok: true; added: number }
  /** The snapshot shares no row with what was read before: rows between may be missing. */
  | { ok: false; gap: true }

/** Key of a row within its chat: its id where the page gives one, else its strings. */
export function rowKey(row: RawRow): string {
  const id = row.fields.id?.v[0]
  if (id) return id
  const parts = ['stamp', 'author', 'time', 'text'].map(field => row.fields[field]?.v.join('\u0001') ?? '')
  return `~${parts.join('\u0002')}`
}

/** Ordered rows of one chat, oldest first. */
export class Timeline {
  #entries: TimelineEntry[] = []
  readonly #known = new Set<string>()
  /** Run wrappers are numbered anew in every snapshot; these numbers hold for the whole chat. */
  #lastRun = -1

  /** Entries that were not taken yet, oldest first. */
  get entries(): readonly TimelineEntry[] {
    return this.#entries
  }

  /** Rows ever seen, taken ones included. */
  get size(): number {
    return this.#known.size
  }

  /**
   * Merges one snapshot (items in page order). Later readings of a row replace earlier ones, but a shell never replaces a
   * row that was read. Nothing is changed when the snapshot does not overlap. `ages`: of each row, for how long it was mounted before `now`.
   */
  merge(items: readonly RawItem[], now: number, ages: readonly number[] = []): MergeOutcome {
    const seen = toEntries(items, now, ages)
    // Also one with no row at all, once there were some: the conversation may have gone.
    if (this.#known.size > 0 && !seen.some(entry => this.#known.has(entry.key))) return { ok: false, gap: true }

    for (const entry of this.#entries) entry.mounted = false
    const position = new Map(this.#entries.map((entry, index) => [entry.key, index]))
    this.#renumberRuns(seen, position)
    const merged: TimelineEntry[] = []
    let cursor = 0
    let fresh: TimelineEntry[] = []
    let added = 0
    const catchUp = (end: number) => {
      while (cursor < end) merged.push(this.#entries[cursor++] as TimelineEntry)
      merged.push(...fresh)
      fresh = []
    }
    for (const entry of seen) {
      const at = position.get(entry.key)
      if (at === undefined && !this.#known.has(entry.key)) {
        this.#known.add(entry.key)
        fresh.push(entry)
        added++
      } else if (at === undefined) {
        // Taken before: everything still held is older than it.
        catchUp(this.#entries.length)
      } else if (at >= cursor) {
        catchUp(at)
        merged.push(refresh(this.#entries[at] as TimelineEntry, entry))
        cursor = at + 1
      }
    }
    merged.push(...fresh)
    fresh = []
    catchUp(this.#entries.length)
    this.#entries = merged
    return { ok: true, added }
  }

  /** Takes in rows that left the page, as they were at last, and gives their entries. What was taken before is not called back. */
  amend(rows: readonly RawRow[]): TimelineEntry[] {
    return rows.flatMap(row => {
      const key = rowKey(row)
      const entry = this.#entries.find(one => one.key === key)
      if (!entry || row.shell) return []
      entry.row = { ...row, run: entry.row.run }
      return entry
    })
  }

  /** A wrapper that holds a row of a known run is that run; every other one gets the next number. */
  #renumberRuns(seen: TimelineEntry[], position: Map<string, number>): void {
    const runs = new Map<number, number>()
    for (const { key, row } of seen) {
      const at = position.get(key)
      const known = at === undefined ? null : (this.#entries[at]?.row.run ?? null)
      if (row.run !== null && known !== null && !runs.has(row.run)) runs.set(row.run, known)
    }
    for (const entry of seen) {
      if (entry.row.run === null) continue
      let run = runs.get(entry.row.run)
      if (run === undefined) {
        run = ++this.#lastRun
        runs.set(entry.row.run, run)
      }
      entry.row = { ...entry.row, run }
    }
  }

  /**
   * Removes and returns the newest entries that are no longer mounted (all of them when `all`): they cannot change any more
   * in this pass.
   */
  take(all: boolean): TimelineEntry[] {
    let boundary = this.#entries.length
    if (all) boundary = 0
    else while (boundary > 0 && !(this.#entries[boundary - 1] as TimelineEntry).mounted) boundary--
    return this.#entries.splice(boundary)
  }

  /** Puts entries back at the newer end: they could not be judged yet. */
  putBack(entries: TimelineEntry[]): void {
    this.#entries.push(...entries)
  }
}

function refresh(old: TimelineEntry, fresh: TimelineEntry): TimelineEntry {
  const marks = fresh.marksKnown || fresh.marks.length > 0 ? fresh : old
  return {
    key: old.key,
    row: fresh.row.shell && !old.row.shell ? old.row : fresh.row,
    marks: marks.marks,
    marksKnown: old.marksKnown || fresh.marksKnown,
    // What a shell is filled with comes later than the shell.
    firstSeen: old.row.shell && !fresh.row.shell ? fresh.firstSeen : old.firstSeen,
    mounted: true,
  }
}

function toEntries(items: readonly RawItem[], now: number, ages: readonly number[]): TimelineEntry[] {
  const entries: TimelineEntry[] = []
  let marks: RawMark[] = []
  for (const item of items) {
    if (item.type !== 'row') {
      marks.push(item)
      continue
    }
    entries.push({
      key: rowKey(item),
      row: item,
      marks,
      marksKnown: entries.length > 0 || marks.some(mark => mark.type === 'day'),
      firstSeen: now - (ages[entries.length] ?? 0),
      mounted: true,
    })
    marks = []
  }
  return entries
}

/** Entries as the parser wants them: marks and rows in page order. */
export function itemsOf(entries: readonly TimelineEntry[]): RawItem[] {
  return entries.flatMap(entry => [...entry.marks, entry.row])
}
