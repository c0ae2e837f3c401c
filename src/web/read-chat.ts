/**
 * Reads one open chat from its newest message up to an edge, and shows that it got there. The page's own rules
 * (reference §4.5): at most about 100 rows are mounted, older ones load when the pane is near its top, after an empty load
 * nothing loads until the pane was moved down and up again, rows far from the view are empty shells, and parts of a row
 * arrive late.
 */
import type { CoverageEdge, Message, Reject } from '../model.ts'
import type { RawConversation } from '../raw.ts'
import type { Batch, IncompleteReason, ReadOptions } from '../source.ts'
import type { Captures } from './captures.ts'
import type { Pacer } from './pacer.ts'
import type { Pane } from './pane.ts'
import { Timeline, type TimelineEntry } from './timeline.ts'

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
  /** Members named by the header, which fills in late. */
  participants(raw: RawConversation): string[]
  lateMs: number
}

/** Nothing loads below this distance from the top (reference §4.5), so the pane counts as being at its top there. */
const loadZonePx = 300
/** After an empty load the pane must be moved below this and up again (reference §4.5: 80). */
export const wakePx = 160
/**
 * Tries at a top where nothing more comes, before it is believed: few where the chat's first notice or a banner says so, more
 * where nothing is said, most where the page says that it is loading.
 */
const triesAt = { said: 1, unsaid: 3, loading: 6 } as const
const shellTries = 4
const seekTries = 100
const gapTries = 4
const bottomTurns = 400
const loadMaxMs = 1_200
const settleMaxMs = 4_000

type End = NonNullable<Batch['end']>

export async function* readChat(deps: ReadChatDeps, options: ReadOptions): AsyncGenerator<Batch> {
  const { pane, pacer, captures } = deps
  const timeline = new Timeline()
  const shells = new Map<string, number>()
  let top = 0
  let gaps = 0
  let seeks = 0
  let topmost: string | null = null
  /** Rows known when the phone was last asked: it is asked again only when that brought some. */
  let askedAt = -1
  let participants: string[] = []

  // Whatever lies below the place where the reading begins would count as read.
  const above = await toBottom(pane, pacer, options.mayScroll)
  if (above) return yield batchOf([], { edge: null, reason: above })
  for (;;) {
    options.signal.throwIfAborted()
    const before = timeline.size
    const { raw, ok, passing } = await settle()
    if (!ok) {
      if (++gaps > gapTries) return yield batchOf(timeline.take(true), { edge: null, reason: 'gap' })
      await pane.scroll({ by: Math.round(raw.scroll.client / 2) }, { grow: false, maxMs: settleMaxMs })
      continue
    }
    gaps = 0
    participants = deps.participants(raw)
    if (await fillShell(raw.scroll.client, false)) continue

    const atTop = raw.scroll.top < loadZonePx
    top = atTop && timeline.size === before ? top + 1 : 0
    const readings = deps.understand(timeline.entries, true)
    const end = edgeReached(readings, raw, top, options.until)
    if (end && (await fillShell(raw.scroll.client, true))) continue
    if (end?.edge === 'phone_has_more' && options.askPhone && timeline.size > askedAt) {
      askedAt = timeline.size
      top = 0
      if (await pane.askPhone(options.signal)) continue
    }
    if (end) return yield batchOf(timeline.take(true), edgeOf(end, options))

    const gone = timeline.take(false)
    if (gone.length > 0) {
      const undecided = readings.slice(timeline.entries.length).some(reading => reading.type === 'pending')
      if (undecided) timeline.putBack(gone)
      else yield batchOf(gone, null)
    }
    if (!options.mayScroll(passing)) return yield batchOf(timeline.take(true), { edge: 'budget', reason: 'budget' })
    await pacer.scroll()
    if (top > 0) await pane.scroll({ at: wakePx }, { grow: false, maxMs: settleMaxMs })
    const step = -Math.max(200, Math.round(raw.scroll.client * 0.8))
    const near = raw.scroll.top + step < loadZonePx
    const loads = near && raw.banner.shape !== 'button' && raw.banner.shape !== 'text'
    const loadMs = startsWithNotice(readings, raw.banner.shape) ? 500 : raw.banner.shape === 'loading' ? loadMaxMs * (top + 1) : loadMaxMs
    await pane.scroll(top > 0 || near ? 'top' : { by: step }, { grow: loads, maxMs: loads ? loadMs : settleMaxMs })
  }

  /** Reads what is mounted until its late parts had their time: a shell or a missing picture is waited for longer. */
  async function settle(): Promise<{ raw: RawConversation; ok: boolean; passing: boolean }> {
    for (;;) {
      if ((await pane.expand()) > 0) await pacer.until(pacer.now(), 50)
      const raw = await pane.read()
      const outcome = timeline.merge(raw.items, pacer.now())
      if (!outcome.ok) return { raw, ok: false, passing: false }
      const { shown, inside } = mountedNow()
      const missing = await captures.take(pane, inside, options)
      const youngest = Math.max(...shown.map(entry => entry.firstSeen), -Infinity)
      const wait = Math.max(youngest + deps.lateMs, missing) - pacer.now()
      if (wait <= 0) return { raw, ok: true, passing: shown.length === 0 && outcome.added > 0 }
      await pacer.until(pacer.now(), Math.min(wait, missing > pacer.now() ? 250 : wait))
    }
  }

  /**
   * The mounted rows that are waited for: not those of ground that is known. `inside` are those known to lie in the window: a picture is read for no
   * other, or its file would belong to nothing.
   */
  function mountedNow(): { shown: TimelineEntry[]; inside: TimelineEntry[] } {
    const readings = deps.understand(timeline.entries, true)
    const floor = options.since.slice(0, 16)
    const shown: TimelineEntry[] = []
    const inside: TimelineEntry[] = []
    for (const [index, entry] of timeline.entries.entries()) {
      const reading = readings[index]
      const ts = reading?.type === 'message' ? reading.message.ts : null
      if (!entry.mounted || (ts !== null && isKnown(ts, options.known))) continue
      shown.push(entry)
      if (ts !== null && ts.slice(0, 16) >= floor) inside.push(entry)
    }
    return { shown, inside }
  }

  /**
   * Brings the newest row that is still an empty shell into view: at once where it is mounted or was passed, at the end of the
   * reading wherever it is. False when there is none left that may still fill.
   */
  async function fillShell(client: number, ended: boolean): Promise<boolean> {
    const entries = timeline.entries
    const at = entries.findLastIndex(entry => entry.row.shell && (shells.get(entry.key) ?? 0) < shellTries)
    const shell = entries[at]
    if (!shell) return false
    const firstMounted = entries.findIndex(entry => entry.mounted)
    if (shell.mounted) {
      shells.set(shell.key, (shells.get(shell.key) ?? 0) + 1)
      return pane.reveal(shell.key)
    }
    if ((at < firstMounted && !ended) || ++seeks > seekTries) return false
    await pane.scroll({ by: Math.round((at < firstMounted ? -0.5 : 0.5) * client) }, { grow: false, maxMs: settleMaxMs })
    return true
  }

  function batchOf(entries: TimelineEntry[], end: End | null): Batch {
    const context = end ? entries : [...timeline.entries, ...entries]
    const readings = deps.understand(context, end === null).slice(context.length - entries.length)
    const messages: Message[] = []
    const rejects: Reject[] = []
    let notMessages = 0
    for (const [index, reading] of readings.entries()) {
      if (reading.type === 'message') messages.push(captures.complete(reading.message))
      else if (reading.type === 'reject') rejects.push(reading.reject)
      else if (reading.type === 'notMessage') notMessages++
      else rejects.push(unread(entries[index] as TimelineEntry, reading.type))
    }
    // The topmost message, as for the edge: one stray old stamp further down proves nothing of what lies above it.
    topmost = messages[0]?.ts ?? topmost
    const inside = insideWindow(messages, rejects, readings, options.since)
    const reason = end && end.reason === null && inside.rejects.length > 0 ? 'not_understood' : (end?.reason ?? null)
    return { ...inside, notMessages, readDownTo: topmost, end: end && { edge: end.edge, reason }, participants }
  }
}

/**
 * Down to the newest message: a chat with unread messages opens at its unread bar. Null when a scroll to the bottom moved nothing and brought
 * nothing, else why it was not reached.
 */
async function toBottom(pane: Pane, pacer: Pacer, mayScroll: ReadOptions['mayScroll']): Promise<'budget' | 'gap' | null> {
  for (let turn = 1; turn <= bottomTurns; turn++) {
    const { moved, changed } = await pane.scroll('bottom', { grow: false, maxMs: settleMaxMs })
    if (!moved && !changed) return null
    // Most chats open at their bottom: only the way down from an unread bar is paced and counted.
    if (turn === 1) continue
    if (!mayScroll(true)) return 'budget'
    await pacer.scroll()
  }
  return 'gap'
}

/** Whether an instant lies in ground that is known: of the minutes at its ends only a part may have been read. */
function isKnown(ts: string, known: ReadOptions['known']): boolean {
  return known !== null && ts.slice(0, 16) > known.from.slice(0, 16) && ts.slice(0, 16) < known.to.slice(0, 16)
}

/** Whether the reading may end here; the words are the contract's for how an edge is known. */
function edgeReached(
  readings: readonly Reading[],
  raw: Pick<RawConversation, 'banner' | 'items'>,
  quietTurns: number,
  until: string,
): { edge: CoverageEdge | 'until' | null; reason: IncompleteReason | null } | null {
  // The topmost message decides: one stray old stamp further down ends nothing.
  const oldest = readings.find(reading => reading.type === 'message')
  if (oldest && oldest.message.ts.slice(0, 16) < until.slice(0, 16)) return { edge: 'until', reason: null }
  const { shape } = raw.banner
  // The chat's true start is a notice (encryption, group created) with nothing above it (reference §4.2).
  const said = shape === 'button' || shape === 'text' || startsWithNotice(readings, shape)
  if (quietTurns < triesAt[shape === 'loading' ? 'loading' : said ? 'said' : 'unsaid']) return null
  if (shape === 'button' || shape === 'text') return { edge: 'phone_has_more', reason: 'phone_has_more' }
  return shape === 'none' ? { edge: 'chat_start', reason: null } : { edge: null, reason: 'top_not_shown' }
}

function startsWithNotice(readings: readonly Reading[], banner: RawConversation['banner']['shape']): boolean {
  return banner === 'none' && (readings.length === 0 || readings[0]?.type === 'notMessage')
}

function edgeOf(end: NonNullable<ReturnType<typeof edgeReached>>, options: ReadOptions): End {
  if (end.edge !== 'until') return { edge: end.edge, reason: end.reason }
  return { edge: options.until > options.since ? 'covered' : 'window_edge', reason: null }
}

/** Messages older than the window are dropped; so are rejects that stand above the oldest message inside it. */
function insideWindow(
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

function unread(entry: TimelineEntry, type: 'shell' | 'pending'): Reject {
  return type === 'shell'
    ? { rowKey: entry.key, field: 'row', reason: 'the page kept this row empty although it was brought into view', raw: entry.row }
    : { rowKey: entry.key, field: 'ts', reason: 'no stamp and no date separator tells the day of this row', raw: entry.row }
}
