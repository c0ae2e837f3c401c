/**
 * Reads one open chat from its newest message up to an edge, and shows that it got there. The page's own rules
 * (reference §4.5): at most about 100 rows are mounted, older ones load when the pane is near its top, after an empty load
 * nothing loads until the pane was moved down and up again, rows far from the view are empty shells, and parts of a row
 * arrive late. While the page loads older rows, what it shows already is read, understood and stored.
 */
import { ahead } from '../ahead.ts'
import type { Message, Reject } from '../model.ts'
import type { RawConversation } from '../raw.ts'
import type { Batch, ReadOptions } from '../source.ts'
import type { Captures } from './captures.ts'
import { edgeOf, edgeReached, isInside, olderRows, type Start, unread } from './chat-edges.ts'
import type { Lateness } from './lateness.ts'
import type { LoadSizes } from './load-sizes.ts'
import { loadMaxMs, loadZonePx, MountedRows, movedMaxMs, type Seen } from './mounted-rows.ts'
import type { Pacer } from './pacer.ts'
import type { Pane } from './pane.ts'
import { Timeline, type TimelineEntry } from './timeline.ts'
import { toBottom } from './to-bottom.ts'

/** What a row of the timeline turned out to be, in the order of the entries given. */
export type Reading =
  | { type: 'message'; message: Message }
  | { type: 'reject'; reject: Reject }
  | { type: 'shell' }
  | { type: 'notMessage' }
  /** Its day cannot be known yet: no stamp and no separator is mounted above it. */
  | { type: 'pending' }

export interface ReadChatDeps {
  pane: Pane
  pacer: Pacer
  captures: Captures
  /** Gives meaning to consecutive entries; `openTop`: older rows may still come above them. */
  understand(entries: readonly TimelineEntry[], openTop: boolean): Reading[]
  /** Whether a second witness that knows the chat in full knows of no older message in the window than this one. */
  isOldest(messageId: string): boolean
  /** Whether it knows of no younger one than the lowest row. */
  isNewest(raw: RawConversation): boolean
  /** Told of entries that will not be asked about again in this reading. */
  done?(entries: readonly TimelineEntry[]): void
  /** Members named by the header, which fills in late. */
  participants(raw: RawConversation): string[]
  /** How long parts of a row may come after it. */
  lateness: Lateness
  /** How many rows a load brings. */
  loads: LoadSizes
}

/** After an empty load the pane must be moved below this and up again (reference §4.5: 80). */
export const wakePx = 160
/** The page mounts so many rows at most, and when it makes room at least so many go (reference §4.5). */
const islandRows = 100
const leastLeaving = 20
const gapTries = 4
/** How long a load may take where the second witness says that the chat begins there. */
const startMaxMs = 500
/** The page looks where it stands at most every 100 ms (reference §4.5). */
const awakeMaxMs = 150

type End = NonNullable<Batch['end']>

/** So many batches may wait until their pictures are stored, while the reading goes on. */
const batchesAhead = 2

/** The batches of a reading, newest first; the last one has an end. */
export async function* readChat(deps: ReadChatDeps, options: ReadOptions): AsyncGenerator<Batch> {
  for await (const batch of ahead(readRows(deps, options), batchesAhead)) yield await withPictures(batch, deps.captures)
}

/** The batch with what became of its pictures. */
async function withPictures(batch: Batch, captures: Captures): Promise<Batch> {
  return { ...batch, messages: await Promise.all(batch.messages.map(message => captures.complete(message))) }
}

/** The batches as they are read: their pictures are still to be stored. */
async function* readRows(deps: ReadChatDeps, options: ReadOptions): AsyncGenerator<Batch> {
  const { pane, pacer } = deps
  const timeline = new Timeline()
  /** Loads in a row, at the top, that brought nothing. */
  let quiet = 0
  let gaps = 0
  let topmost: string | null = null
  /** Rows known when the phone was last asked: it is asked again only when that brought some. */
  let askedAt = -1
  let participants: string[] = []
  /** Rows known when older ones were last asked for: what was looked at while they came counts as come. */
  let knownBefore = -1
  /** Loads that brought rows: how long the quickest took, and how many the last one brought. */
  let load = null as { ms: number; rows: number } | null

  // Whatever lies below the place where the reading begins would count as read.
  const bottom = await toBottom(deps, options.mayScroll)
  if (typeof bottom === 'string') return yield await batchOf([], { edge: null, reason: bottom })
  const rows = new MountedRows(deps, options, timeline, bottom)
  let loading = false
  if (options.early) yield* early()
  for (;;) {
    options.signal.throwIfAborted()
    let seen = await rows.note()
    if (!seen) {
      if (++gaps > gapTries) return yield await batchOf(timeline.take(true), { edge: null, reason: 'gap' })
      rows.shown = await pane.move({ by: Math.round(rows.shown.raw.scroll.client / 2) })
      if (await pane.changed(movedMaxMs)) rows.shown = await pane.read()
      loading = false
      continue
    }
    gaps = 0
    seen = await rows.filled(seen)
    participants = deps.participants(rows.shown.raw)
    // Not while a load is on its way: what it pushes out was held, what a move elsewhere pushes out was not.
    if (!loading && (await rows.fillShell(false))) continue
    const { banner, scroll } = rows.shown.raw
    const atTop = scroll.top < loadZonePx
    const start = startOf(seen.readings, banner.shape)
    if (!loading) quiet = atTop && timeline.size === knownBefore ? quiet + 1 : 0
    if (!loading && load) load.rows = Math.max(load.rows, timeline.size - knownBefore)
    const end = edgeReached(seen.readings, banner.shape, start, quiet, options.until)
    if (end) {
      const top = timeline.entries[0]?.key
      seen = await rows.hold(seen, timeline.entries)
      // Rows that came above meanwhile make another end of it.
      if (timeline.entries[0]?.key !== top || (await rows.fillShell(true))) {
        loading = false
        continue
      }
      if (end.edge === 'phone_has_more' && options.askPhone && timeline.size > askedAt) {
        askedAt = timeline.size
        quiet = 0
        if (await pane.askPhone(options.signal)) {
          rows.shown = await pane.read()
          loading = false
          continue
        }
      }
      return yield await batchOf(timeline.take(true), edgeOf(end, options))
    }

    const gone = timeline.take(false)
    if (gone.length > 0) {
      // A row that went while it was empty is looked for once nothing is on its way.
      const undecided = seen.readings.slice(timeline.entries.length).some(({ type }) => type === 'pending' || (loading && type === 'shell'))
      if (undecided) timeline.putBack(gone)
      else yield await batchOf(gone, null, seen.readings.slice(timeline.entries.length))
    }
    if (loading) {
      const maxMs = start === 'said' ? startMaxMs : banner.shape === 'loading' ? loadMaxMs * (quiet + 1) : loadMaxMs
      const grown = await pane.grown(maxMs)
      loading = false
      if (grown) {
        load = { ms: Math.min(grown.loadMs, load?.ms ?? grown.loadMs), rows: 0 }
        quiet = 0
      }
      // What stands there now is looked at before anything is believed, and before it is judged what goes next.
      rows.shown = grown ?? (await pane.read())
      continue
    }
    if (!options.mayScroll(seen.passing)) {
      const last = await rows.look()
      if (last) await rows.hold(last, timeline.entries)
      return yield await batchOf(timeline.take(true), { edge: 'budget', reason: 'budget' })
    }
    if (!seen.passing) await rows.hold(seen, leaving(seen), load?.ms ?? 0)
    await pacer.scroll()
    if (quiet > 0) {
      await pane.move({ at: wakePx })
      await pane.changed(awakeMaxMs)
    }
    const { shape } = rows.shown.raw.banner
    if (load) deps.loads.note(timeline.size - knownBefore)
    knownBefore = timeline.size
    rows.shown = await pane.move('top')
    loading = shape !== 'button' && shape !== 'text'
  }

  /** What says that nothing stands above: the chat's true start is a notice (encryption, group created) with nothing above it (reference §4.2). */
  function startOf(readings: readonly Reading[], banner: RawConversation['banner']['shape']): Start {
    if (banner !== 'none') return 'unsaid'
    const notice = readings[0]?.type === 'notMessage'
    const oldest = readings.find(reading => reading.type !== 'notMessage')
    const known = oldest?.type === 'message' && deps.isOldest(oldest.message.messageId)
    return notice && known ? 'proven' : known ? 'said' : notice ? 'hinted' : 'unsaid'
  }

  /** Rows that the next load brings at most: two windows of rows, or about what the last one did. */
  function coming({ mounted }: Seen): number {
    const { client, height } = rows.shown.raw.scroll
    const fit = Math.ceil((2 * client * mounted) / Math.max(height, 1))
    return deps.loads.most(Math.max(fit, load?.rows ?? 0))
  }

  /** The rows that the next load pushes out: of more than a hundred the lowest go. */
  function leaving(seen: Seen): readonly TimelineEntry[] {
    const excess = seen.mounted + coming(seen) - islandRows
    return excess <= 0 ? [] : timeline.entries.slice(-Math.max(excess, leastLeaving))
  }

  /** What is mounted at once, with whatever it shows by now: it comes again, whole. */
  async function* early(): AsyncGenerator<Batch> {
    const entries = new Timeline()
    entries.merge(rows.shown.raw.items, pacer.now(), rows.shown.ages)
    const readings = deps.understand(entries.entries, true)
    const messages = readings.flatMap(reading => (reading.type === 'message' ? [reading.message] : []))
    // A picture is worth waiting for: without it the message would be stored twice for nothing.
    const ready = messages.filter(({ attachments }) => attachments.every(({ status }) => status !== 'pending'))
    const inside = ready.filter(({ ts }) => isInside(ts, options.since))
    if (inside.length === 0) return
    yield { messages: inside, rejects: [], notMessages: 0, readDownTo: null, end: null, participants: deps.participants(rows.shown.raw) }
  }

  /** At the end nothing more comes above: what waited for that is understood now. */
  async function batchOf(entries: TimelineEntry[], end: End | null, known?: Reading[]): Promise<Batch> {
    const readings = known ?? deps.understand(entries, false)
    const messages: Message[] = []
    const rejects: Reject[] = []
    let notMessages = 0
    const older = olderRows(readings, options.since)
    for (const [index, reading] of readings.entries()) {
      if (reading.type === 'message') messages.push(reading.message)
      else if (reading.type === 'notMessage') notMessages++
      else if (index < older) continue
      else rejects.push(reading.type === 'reject' ? reading.reject : unread(entries[index] as TimelineEntry, reading.type))
    }
    deps.done?.(entries)
    // The topmost message, as for the edge: one stray old stamp further down proves nothing of what lies above it.
    topmost = messages[0]?.ts ?? topmost
    const inside = messages.filter(({ ts }) => isInside(ts, options.since))
    const reason = end && end.reason === null && rejects.length > 0 ? 'not_understood' : (end?.reason ?? null)
    return { messages: inside, rejects, notMessages, readDownTo: topmost, end: end && { edge: end.edge, reason }, participants }
  }
}
