/**
 * Whether what is stored of each chat is all of its window, why not where it is not, and until when that is known. Judged from what
 * readings proved and from what the last walk of the chat list said. Pure.
 */
import type { Coverage, CoverageEdge } from '../model.ts'
import type { IncompleteReason } from '../source.ts'
import { coveredSpan, standingReason } from './plan-chat.ts'

/** What is on record of one chat. Instants ISO 8601 UTC. */
export interface ChatReadings {
  id: number
  title: string
  /** Stretches that were read in full, newest first. */
  coverage: Coverage[]
  /** Why its last reading did not reach its goal. */
  incompleteReason: IncompleteReason | null
  /** End of its last reading. */
  lastReadAt: string | null
  /** Last reading that went down to the window's edge or the chat's start in one go. */
  deepReadAt: string | null
  /** Readings in a row that did not reach their goal, those of killed processes among them. */
  failures: number
  /** Not opened before this instant. */
  retryAt: string | null
  /** Older messages were purged and are not wanted. */
  purgedBefore: string | null
  /** Its newest stored message. */
  newestTs: string | null
}

/** The last cycle that looked at every chat of the list and ran to its end. */
export interface ListWalk {
  startedAt: string
  /** The edge of its window. */
  since: string
  /** What it could not show to be complete, by title; `*` = the list itself. */
  incomplete: { chat: string; reason: IncompleteReason }[]
}

export interface Recorded {
  chats: ChatReadings[]
  walk: ListWalk | null
  /** A cycle is marked as running: a reading that has begun may be in hand. */
  running: boolean
}

/** A stretch of time, ISO 8601 UTC. */
export interface Stretch {
  from: string
  to: string
}

export interface Completeness {
  complete: boolean
  reason: IncompleteReason | null
  /** What of the window up to `until` is not known, newest first; empty when it is complete. */
  gaps: Stretch[]
  /** From here to `until` everything is stored, without a gap; null when nothing of the window is known. */
  from: string | null
  /** How the lower edge is known. */
  fromEdge: CoverageEdge | null
  until: string | null
  /** How the upper edge is known: by a reading, or by the list, in which nothing had happened since. */
  untilEdge: 'reading' | 'list' | null
}

/** A chat with its verdict; `id` null = named by the list and never opened. */
export interface JudgedChat extends Completeness {
  id: number | null
  title: string
  retryAt: string | null
  failures: number
  deepReadAt: string | null
}

export interface Judged {
  /** The window's lower edge. */
  since: string
  /** Incomplete chats first, each group in the order of the ids. */
  chats: JudgedChat[]
  /** Every row that the list announced was seen by the last walk; false before the first one. */
  listComplete: boolean
}

/** The verdict on every chat in the window from `since` to `now` (ISO 8601 UTC). */
export function judgeChats({ chats, walk, running }: Recorded, since: string, now: string): Judged {
  const reported = new Map<string, IncompleteReason>()
  for (const { chat, reason } of walk?.incomplete ?? []) reported.set(chat, reason)
  const listComplete = walk !== null && !reported.delete('*')
  const judged: JudgedChat[] = chats.map(chat => {
    const { id, title, retryAt, failures, deepReadAt } = chat
    const said: Said = {
      at: walk?.startedAt ?? null,
      reason: reported.get(title) ?? null,
      vouches: walk !== null && listComplete && walk.since <= since && !reported.has(title),
    }
    return { id, title, retryAt, failures, deepReadAt, ...judge(chat, said, { since, now, running }) }
  })
  const titles = new Set(chats.map(({ title }) => title))
  const unopened = [...reported].filter(([title]) => !titles.has(title)).map(([title, reason]) => neverOpened(title, reason, since, now))
  return { since, chats: [...unopened, ...judged].sort((a, b) => Number(a.complete) - Number(b.complete)), listComplete }
}

/** What the last walk of the list said of a chat. */
interface Said {
  at: string | null
  reason: IncompleteReason | null
  /** It passed the chat over on proof, for a window at least as wide as the one that is asked about. */
  vouches: boolean
}

function judge(chat: ChatReadings, said: Said, { since, now, running }: { since: string; now: string; running: boolean }): Completeness {
  const edge = chat.purgedBefore !== null && chat.purgedBefore > since ? chat.purgedBefore : since
  const [newest] = chat.coverage
  const reached = coveredSpan(chat.coverage, edge) !== null
  const readSince = said.at === null || (chat.lastReadAt !== null && chat.lastReadAt >= said.at)
  const vouched = !readSince && said.vouches
  const reason = reasonOf(chat, { edge, running, reached, vouched, reported: readSince ? null : said.reason })
  const byList = vouched && reason === null && said.at !== null && (newest === undefined || newest.to < said.at)
  const until = byList ? said.at : (newest?.to ?? null)
  const untilEdge = byList ? 'list' : newest ? 'reading' : null
  if (reason === null) {
    const fromEdge = newest?.fromEdge === 'chat_start' ? 'chat_start' : 'window_edge'
    return { complete: true, reason, gaps: [], from: edge, fromEdge, until, untilEdge }
  }
  // A reading that was wanted and did not happen, or broke off, leaves open what came since.
  const open = newest === undefined || said.reason === reason || reason === 'failed' || reason === 'interrupted'
  const gaps = gapsOf(chat.coverage, edge, open ? now : newest.to)
  if (newest === undefined || newest.to < edge) return { complete: false, reason, gaps, from: null, fromEdge: null, until, untilEdge }
  const [from, fromEdge] = newest.from > edge ? [newest.from, newest.fromEdge] : [edge, 'window_edge' as const]
  return { complete: false, reason, gaps, from, fromEdge, until, untilEdge }
}

interface Grounds {
  edge: string
  running: boolean
  reached: boolean
  vouched: boolean
  reported: IncompleteReason | null
}

function reasonOf(chat: ChatReadings, { edge, running, reached, vouched, reported }: Grounds): IncompleteReason | null {
  if (reported !== null) return reported
  // Begun, and nothing written down since: what read it died, unless it is at it.
  const inHand = running && chat.failures === 1
  if (chat.failures > 0 && chat.incompleteReason === null && !inHand) return 'interrupted'
  // A chat is passed over in spite of a reason only when nothing in it is as young as the window; any other one has left the list.
  const outOfWindow = vouched && (chat.newestTs === null || chat.newestTs < edge)
  const stored = standingReason(chat.incompleteReason, chat.coverage, edge)
  if (stored !== null) return outOfWindow ? null : stored
  if (reached || vouched) return null
  const lowest = chat.coverage[0]?.fromEdge
  if (lowest === undefined) return 'interrupted'
  // Read to the edge of a narrower window, or in parts that do not meet.
  return lowest === 'window_edge' || lowest === 'chat_start' ? 'gap' : lowest
}

function neverOpened(title: string, reason: IncompleteReason, since: string, now: string): JudgedChat {
  const nothing = { from: null, fromEdge: null, until: null, untilEdge: null, retryAt: null, failures: 0, deepReadAt: null }
  return { id: null, title, complete: false, reason, gaps: [{ from: since, to: now }], ...nothing }
}

/** What of the time between two instants lies in no stretch (`coverage` newest first), newest first. */
export function gapsOf(coverage: readonly Coverage[], from: string, to: string): Stretch[] {
  const gaps: Stretch[] = []
  let upper = to
  for (const span of coverage) {
    if (span.to < upper && span.to >= from) gaps.push({ from: span.to, to: upper })
    else if (span.to < from) break
    upper = span.from < upper ? span.from : upper
    if (span.fromEdge === 'chat_start') return gaps
  }
  if (upper > from) gaps.push({ from, to: upper })
  return gaps
}

/** What a person can do about a chat that is incomplete. */
export const remedies: Record<IncompleteReason, string> = {
  phone_has_more: 'the rest is only on the phone: `sync --ask-phone` asks it; or shorten WHATSAPP_SYNC_LOOKBACK_DAYS',
  budget: 'nothing: the next cycles go on; raise WHATSAPP_CYCLE_BUDGET_* where it takes too long',
  top_not_shown: 'nothing: the next cycle tries again',
  gap: 'nothing: the next cycles close it',
  not_understood: 'look at the table rejects; look for an update',
  unread_policy: 'read the chat on the phone; or set WHATSAPP_UNREAD_POLICY=open',
  not_opened: 'nothing: the next cycle tries again',
  interrupted: 'nothing: the next cycle reads it again',
  list_incomplete: 'nothing: the next cycle walks the list again',
  failed: 'see the log; it is tried again with growing pauses',
  not_shown: 'nothing: the next cycle looks for these messages again',
}
