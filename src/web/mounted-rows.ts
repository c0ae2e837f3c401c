/**
 * The rows of a chat that are mounted, while it is read: taken in look by look, waited for until their late parts have come, shown where they are still
 * empty.
 */
import type { ReadOptions } from '../source.ts'
import { isInside, isKnown } from './chat-edges.ts'
import type { Pane, Shown } from './pane.ts'
import type { ReadChatDeps, Reading } from './read-chat.ts'
import type { Timeline, TimelineEntry } from './timeline.ts'

/** What one look at the mounted rows came to. */
export interface Seen {
  /** Of the timeline's entries, in their order. */
  readings: Reading[]
  /** Rows that were not known before. */
  added: number
  /** Nothing but ground that is known is in view. */
  passing: boolean
  /** The mounted rows that are waited for: not those of ground that is known, nor those older than the window. */
  waited: TimelineEntry[]
  /** Mounted rows, and how many of them carry nothing but their place. */
  mounted: number
  shells: number
  /** Until when a picture of theirs may still come, by key. */
  missing: ReadonlyMap<string, number>
}

/** Nothing loads below this distance from the top (reference §4.5), so the pane counts as being at its top there. */
export const loadZonePx = 300
const shellTries = 4
const seekTries = 100
/** How long a load may take. */
export const loadMaxMs = 1_200
/** A move that brings something does so within this time. */
export const movedMaxMs = 400
/** Rows that come into view are filled a frame or two later. */
export const filledMaxMs = 150

type Deps = Pick<ReadChatDeps, 'pane' | 'pacer' | 'captures' | 'lateness' | 'understand'>

/** The mounted rows of one reading; `timeline` is what they are taken into. */
export class MountedRows {
  /** The last look. */
  shown: Shown
  readonly #deps: Deps
  readonly #pane: Pane
  readonly #timeline: Timeline
  readonly #options: ReadOptions
  readonly #shells = new Map<string, number>()
  #seeks = 0

  constructor(deps: Deps, options: ReadOptions, timeline: Timeline, shown: Shown) {
    this.#deps = deps
    this.#pane = deps.pane
    this.#timeline = timeline
    this.#options = options
    this.shown = shown
  }

  /** Looks again and takes in what is shown now. */
  async look(): Promise<Seen | null> {
    this.shown = await this.#pane.read()
    return this.note()
  }

  /** Takes in what is shown; null when it shares no row with what was read before. */
  async note(): Promise<Seen | null> {
    const { captures, lateness, pacer, understand } = this.#deps
    for (let turn = 0; this.shown.readMore && turn < 3 && (await this.#pane.expand()) > 0; turn++) this.shown = await this.#pane.read()
    lateness.note(this.shown.late)
    const left = new Set(this.#timeline.amend(this.#pane.left()))
    const outcome = this.#timeline.merge(this.shown.raw.items, pacer.now(), this.shown.ages)
    if (!outcome.ok) return null
    const readings = understand(this.#timeline.entries, true)
    const { since } = this.#options
    const waited: TimelineEntry[] = []
    const inside: TimelineEntry[] = []
    let [mounted, shells, known] = [0, 0, 0]
    for (const [index, entry] of this.#timeline.entries.entries()) {
      const reading = readings[index]
      const ts = reading?.type === 'message' ? reading.message.ts : null
      // What came to a row before it went is had all the same.
      if (!entry.mounted && left.has(entry) && ts !== null && isInside(ts, since)) inside.push(entry)
      if (!entry.mounted) continue
      mounted++
      if (entry.row.shell) shells++
      if (ts !== null && isKnown(ts, this.#options.known)) known++
      else if (ts === null) waited.push(entry)
      else if (isInside(ts, since)) {
        waited.push(entry)
        // A picture is read only where its message lies in the window, or its file would belong to nothing.
        inside.push(entry)
      }
    }
    const missing = await captures.take(this.#pane, inside, this.#options)
    return {
      readings,
      added: outcome.added,
      passing: known > 0 && known === mounted && outcome.added > 0,
      waited,
      missing,
      mounted,
      shells,
    }
  }

  /** Waits until these rows have all their parts, or are believed to: `spareMs` is how much longer they are read in any case. */
  async hold(seen: Seen, rows: readonly TimelineEntry[], spareMs = 0): Promise<Seen> {
    const { pacer, captures } = this.#deps
    const keys = new Set(rows.map(({ key }) => key))
    let now = seen
    for (let fresh = false; ; fresh = true) {
      this.#options.signal.throwIfAborted()
      const wait = this.#due(now, keys, spareMs) - pacer.now()
      if (wait <= 0 && !(await captures.settled())) return now
      // What was taken in may be older than what is shown by now.
      if (fresh && wait > 0) await this.#pane.changed(wait)
      const again = await this.look()
      if (!again) return now
      now = again
    }
  }

  /** Until when these rows are waited for. */
  #due({ waited, missing }: Seen, keys: ReadonlySet<string>, spareMs: number): number {
    const { enoughMs, learned } = this.#deps.lateness
    const spare = learned ? spareMs : 0
    let due = Number.NEGATIVE_INFINITY
    for (const { key, firstSeen } of waited) {
      if (keys.has(key)) due = Math.max(due, firstSeen + enoughMs - spare, (missing.get(key) ?? due) - spare)
    }
    return due
  }

  /** Rows that came into view are filled by themselves, in a moment: looks again then. */
  async filled(seen: Seen): Promise<Seen> {
    if (seen.shells === 0 || !(await this.#pane.changed(filledMaxMs))) return seen
    return (await this.look()) ?? seen
  }

  /**
   * Brings the newest row that is still an empty shell into view: at once where it is mounted or was passed, at the end of the
   * reading wherever it is. False when there is none left that may still fill, or that is shown on the way; after true `shown` is a new look.
   */
  async fillShell(ended: boolean): Promise<boolean> {
    const { entries } = this.#timeline
    const at = entries.findLastIndex(entry => entry.row.shell && (this.#shells.get(entry.key) ?? 0) < shellTries)
    const shell = entries[at]
    if (!shell) return false
    const firstMounted = entries.findIndex(entry => entry.mounted)
    if (shell.mounted) {
      // Whatever moves the pane to its top loads, and rows go: that waits for the move there, which shows this row, too.
      const stands = this.shown.raw.scroll.top < loadZonePx
      const place = await this.#pane.reveal(shell.key, ended || stands ? 0 : loadZonePx)
      if (place === 'above') return false
      const tries = (this.#shells.get(shell.key) ?? 0) + 1
      this.#shells.set(shell.key, tries)
      // At the last tries it is given more time: it may be the machine that is slow.
      if (place === 'shown') await this.#pane.changed(movedMaxMs * tries)
    } else {
      if ((at < firstMounted && !ended) || ++this.#seeks > seekTries) return false
      await this.#pane.move({ by: Math.round((at < firstMounted ? -0.5 : 0.5) * this.shown.raw.scroll.client) })
      await this.#pane.changed(movedMaxMs)
    }
    this.shown = await this.#pane.read()
    return true
  }
}
