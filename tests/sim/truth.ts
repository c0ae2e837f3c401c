/** What a table must hold of the account. Independent of any reader. */
import { shownText } from './app/text.ts'
import type { Kind, Scenario, Status } from './app/types.ts'
import { detailsOf, type ExpectedDetails, idsOf, mentionedIn, storedDetailsOf, textOf } from './details.ts'

/** What a table must hold of one message. */
export interface ExpectedRow {
  chatId: string
  chatTitle: string
  messageId: string
  direction: 'in' | 'out'
  kind: Exclude<Kind, 'system'>
  /** What the page alone tells of the kind: a message that may be opened once is a notice there, whatever it holds. */
  shownKind: Exclude<Kind, 'system'> | 'unknown'
  /** As the page shows it; null where the kind has none or where it is not a text (poll, place, contact, event: see `details`). */
  text: string | null
  /** A name for people, where there is no text. */
  label: string | null
  /** What the kind carries besides, as the page draws it; `storedDetails` what only IndexedDB adds to it. */
  details: ExpectedDetails
  storedDetails: ExpectedDetails
  /** Ids under which each person named in the text may be known: phone JID (unless it is hidden) and LID. */
  mentioned: { name: string; ids: string[] }[]
  /** ISO, cut to the minute: what the page can tell. `second` is the truth, the time that IndexedDB holds. */
  minute: string
  second: string
  senderName: string
  senderPhone: string
  senderLid: string
  senderSaved: boolean
  /** Shares no number: `senderPhone` stands nowhere. */
  senderPhoneHidden: boolean
  status: Status | null
  edited: boolean
  deleted: boolean
  forwarded: 0 | 1 | 2
  quotedText: string | null
  /** Message id and sender of what it answers: the page draws no id, IndexedDB has it. */
  quotedId: string | null
  quotedSender: string | null
  reactions: { emoji: string; count: number }[]
  fileName: string | null
  durationS: number | null
  albumSize: number | null
  /** Pictures in order; `drawn`: the page has an element for it (an album draws its first four). */
  images: { sha256: string; size: number; downloaded: boolean; drawn: boolean; sound: boolean; width: number; height: number }[]
}

/** Every message sent at or after `since`, oldest first within its chat; system rows are not messages. */
export function expectedRows(scenario: Scenario, { since }: { since: Date }): ExpectedRow[] {
  return scenario.chats.flatMap(chat =>
    chat.messages
      .filter(item => item.kind !== 'system' && Date.parse(item.sentAt) >= since.getTime())
      .map(item => ({
        chatId: chat.id,
        chatTitle: chat.title,
        messageId: item.id,
        direction: item.direction,
        kind: item.kind as ExpectedRow['kind'],
        shownKind: item.viewOnce ? 'unknown' : (item.kind as ExpectedRow['kind']),
        text: textOf(item),
        label: textOf(item) === null ? (item.text ?? item.contacts[0]?.name ?? item.place?.name ?? null) : null,
        details: detailsOf(item),
        storedDetails: storedDetailsOf(item),
        mentioned: mentionedIn(item).map(person => ({ name: person.name, ids: idsOf(person) })),
        minute: `${item.sentAt.slice(0, 16)}:00.000Z`,
        second: item.sentAt,
        senderName: item.sender.name,
        senderPhone: item.sender.phone,
        senderLid: item.sender.lid,
        senderSaved: item.sender.saved,
        senderPhoneHidden: item.sender.phoneHidden === true,
        status: item.kind === 'deleted' || item.kind === 'call' ? null : item.status,
        edited: item.edited,
        deleted: item.kind === 'deleted',
        forwarded: item.forwarded,
        quotedText: item.quoted ? shownText(item.quoted.text) : null,
        quotedId: item.quoted?.id ?? null,
        quotedSender: item.quoted?.author ?? null,
        reactions: item.reactions,
        fileName: item.file?.name ?? null,
        durationS: item.kind === 'voice' || item.kind === 'video' ? item.durationS : null,
        albumSize: item.kind === 'album' ? item.images.length : null,
        images: item.images.map((image, n) => ({
          sha256: image.sha256,
          size: image.size,
          downloaded: image.downloaded,
          drawn: n < 4,
          width: image.width,
          height: image.height,
          sound: image.spec.defect === undefined,
        })),
      })),
  )
}
