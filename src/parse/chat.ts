/** Rows of the chat list, understood (reference §3.4). */
import type { ChatListing } from '../model.ts'
import type { RawChatList, RawChatRow } from '../raw.ts'
import type { DateEvidence } from './calibrate.ts'
import { listEvidence } from './evidence.ts'
import { all, has, one } from './fields.ts'
import { asciiDigits, fold, stripBidi } from './fold.ts'
import { labelsOf } from './locales.ts'

export interface ChatListContext {
  locale: string
  archived: boolean
}

export interface ParsedChatList {
  listings: ChatListing[]
  /** Rows without a title: section headers, or rows that have not been drawn yet. */
  untitled: number
  /** Numeric dates of the list, for calibration. */
  evidence: DateEvidence[]
}

/** The rows of one mounted part in screen order: by their place, for the DOM recycles rows (trap 8); in DOM order where no place is given. */
export function parseChatList(raw: Pick<RawChatList, 'rows'>, context: ChatListContext): ParsedChatList {
  const placed = raw.rows.every(row => row.y !== null) ? [...raw.rows].sort((a, b) => (a.y ?? 0) - (b.y ?? 0)) : raw.rows
  const listings: ChatListing[] = []
  for (const row of placed) {
    const listing = parseChatRow(row, listings.length, context)
    if (listing) listings.push(listing)
  }
  return { listings, untitled: placed.length - listings.length, evidence: listEvidence(placed) }
}

/** One row; null where it has no title. */
export function parseChatRow({ fields }: RawChatRow, position: number, { locale, archived }: ChatListContext): ChatListing | null {
  const title = one(fields, 'title')
  if (title === null || stripBidi(title) === '') return null
  const community = one(fields, 'community')
  const labels = labelsOf(locale)
  const badges = all(fields, 'badges').map(fold)
  const says = (words: readonly string[]): boolean => words.some(word => badges.includes(fold(word)))
  const preview = stripBidi(one(fields, 'preview') ?? '')
  return {
    position,
    title: stripBidi(title),
    community: community === null ? null : stripBidi(community),
    preview: preview === '' ? null : preview,
    timeLabel: one(fields, 'time'),
    unread: unreadOf(one(fields, 'unread'), has(fields, 'unreadMark') || says(labels.markedUnread)),
    pinned: has(fields, 'pinned') || says(labels.pinned),
    muted: has(fields, 'muted') || says(labels.muted),
    archived,
    isSelf: has(fields, 'selfMark'),
    isGroup: has(fields, 'group') || community !== null ? true : null,
  }
}

/** The number of a badge in any digits, thousands separators dropped; -1 for a chat marked as unread by hand: a badge without a number or icon. */
function unreadOf(label: string | null, marked: boolean): number {
  const digits = asciiDigits(label ?? '').match(/\d[\d.,٬\s\u00a0\u202f]*/)?.[0]
  if (digits) return Number(digits.replace(/\D/g, ''))
  return marked ? -1 : 0
}
