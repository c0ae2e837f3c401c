/** What a saved page says, in the shape of the contract §1.2. */
import { parseChatList } from '../parse/chat.ts'
import type { ParseContext } from '../parse/context.ts'
import { conversationEvidence, listEvidence, orderOf } from '../parse/evidence.ts'
import { countFields, type FieldCounts } from '../parse/fields.ts'
import { parseConversation } from '../parse/message.ts'
import type { ParsedRow } from '../parse/row.ts'
import { orderOfLanguage } from '../parse/shape.ts'
import { classifyState } from '../parse/state.ts'
import type { PageReading } from '../web/saved-page.ts'

export interface InspectedMessage {
  message_id: string | null
  direction: 'in' | 'out' | null
  kind: string
  sender: string | null
  text: string | null
  stamp: string | null
  time_label: string | null
  day_label: string | null
  ts: string | null
  ts_precision: 'second' | 'minute' | null
  quoted_text: string | null
  forwarded: boolean
  edited: boolean
  file_name: string | null
  duration_s: number | null
  album_size: number | null
  reactions: { emoji: string; count: number | null }[]
  status: string | null
}

export interface InspectedChat {
  title: string
  community: string | null
  preview: string | null
  time_label: string | null
  unread: number
  pinned: boolean
  muted: boolean
  archived: boolean
}

export interface Inspection {
  file: string
  state: string
  selector_set: string
  locale: string
  time_order: 'dmy' | 'mdy' | 'ymd' | 'unknown'
  chat: { title: string | null; subtitle: string | null } | null
  chats: InspectedChat[]
  messages: InspectedMessage[]
  shells: number
  not_messages: number
  fields: FieldCounts
}

/** `locale` stands in for a page that does not name its language. `timezone`: the zone that its clock times are taken to be of. */
export interface InspectOptions {
  locale?: string | undefined
  timezone: string
}

/** Reads meaning into what a page shows. The day of the saving is not known, so "Today" and weekdays date nothing. */
export function inspectReading(file: string, { set, state, list, conversation }: PageReading, options: InspectOptions): Inspection {
  const locale = options.locale ?? (state.lang || 'en')
  const evidence = [...conversationEvidence(conversation.items), ...listEvidence(list.rows)]
  const { order, because } = orderOf(evidence, { locale, zone: options.timezone, now: null })
  // Where not one date stands on the page, the language tells what it would look like.
  const shownOrder = order ?? (because === 'no numeric date seen' ? orderOfLanguage(state.lang) : null)
  const context: ParseContext = {
    locale: options.locale ?? state.lang,
    zone: options.timezone,
    now: null,
    order,
    dir: conversation.dir,
    chatTitle: conversation.title,
    ownName: null,
    openTop: false,
  }
  const parsed = parseConversation(conversation, context)
  const page = classifyState(state, locale)
  // The contract has no word for these two: a page that lost its connection is what it shows.
  const withoutNetwork = conversation.open ? 'chat_open' : list.present ? 'ready' : 'loading'
  const rows = conversation.items.filter(item => item.type === 'row')
  const listed = parseChatList(list, { locale, archived: false })
  return {
    file,
    state: page === 'blocked' ? 'unknown' : page === 'offline' ? withoutNetwork : page,
    selector_set: set.id,
    locale: state.lang || (options.locale ?? ''),
    time_order: shownOrder === 'ydm' || shownOrder === null ? 'unknown' : shownOrder,
    chat: conversation.open && parsed.title !== null ? { title: parsed.title, subtitle: parsed.subtitle } : null,
    chats: listed.listings.map(({ title, community, preview, timeLabel, unread, pinned, muted, archived }) => ({
      title,
      community,
      preview,
      time_label: timeLabel,
      unread,
      pinned,
      muted,
      archived,
    })),
    messages: parsed.rows.flatMap(messageOf),
    shells: parsed.rows.filter(row => row.type === 'shell').length,
    not_messages: parsed.rows.filter(row => row.type === 'notMessage').length,
    fields: countFields(
      rows.filter((_, index) => parsed.rows[index]?.type === 'message' || parsed.rows[index]?.type === 'reject').map(row => row.fields),
      Object.keys(set.parts.conversation.fields),
    ),
  }
}

/** Rows that are messages, those that lack a direction or a day included. */
function messageOf(row: ParsedRow): InspectedMessage[] {
  if (row.type === 'shell' || row.type === 'notMessage') return []
  const { shown } = row
  const { messageId, direction, kind, sender, text, stamp, timeLabel, dayLabel, ts } = shown
  return [
    {
      message_id: messageId,
      direction,
      kind,
      sender,
      text,
      stamp,
      time_label: timeLabel,
      day_label: dayLabel,
      // A page shows minutes: no fraction of a second is claimed.
      ts: ts?.replace('.000Z', 'Z') ?? null,
      ts_precision: ts === null ? null : 'minute',
      quoted_text: shown.quotedText,
      forwarded: shown.forwarded,
      edited: shown.edited,
      file_name: shown.fileName,
      duration_s: shown.durationS,
      album_size: shown.albumSize,
      reactions: shown.reactions,
      status: shown.status,
    },
  ]
}
