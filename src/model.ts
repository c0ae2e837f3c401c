/**
 * The vocabulary: one shape of chat, message and attachment, whatever source they come from
 * (WhatsApp Web today, the official Cloud API later). Types and constants only; imports nothing.
 */

/** Direction of a message relative to the account's owner. */
export type Direction = 'in' | 'out'

/** What a message is. `unknown` is a message whose page markup carries no sign of its type (reference: a picture that was not downloaded). */
export const messageKinds = [
  'text',
  'image',
  'video',
  'gif',
  'audio',
  'voice',
  'document',
  'sticker',
  'album',
  'call',
  'contact',
  'location',
  'poll',
  'event',
  'deleted',
  'waiting',
  'unknown',
] as const
export type MessageKind = (typeof messageKinds)[number]

/** Delivery status of an own message, weakest first: a status only ever moves to the right (`failed` stands apart). */
export const deliveryStatuses = ['pending', 'sent', 'delivered', 'read', 'played', 'failed'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

/** How exact `ts` is: the page shows minutes, IndexedDB knows seconds. */
export type TsPrecision = 'second' | 'minute'

/** Order of day, month and year in numeric dates of the page. `ydm`: Kyrgyz. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd' | 'ydm'

/** A reaction as shown under a message: the emoji and how many people chose it (null where the page gives only a total). */
export interface Reaction {
  emoji: string
  count: number | null
}

/** The message that another one answers, as far as the page shows it. `messageId` needs the second witness (IndexedDB). */
export interface Quoted {
  text: string | null
  sender: string | null
  messageId: string | null
}

/** What a kind of message carries besides text and files. A key that is not there: the source does not say, or there is none. Stored as JSON. */
export interface MessageDetails {
  /** The text with WhatsApp's formatting marks (`*bold*`), where it has any; `text` is as the page shows it. */
  typed?: string
  /** People named in the text, in its order; `id` a canonical JID where it is known. */
  mentions?: { name: string; id: string | null }[]
  /** Addresses of the links in the text, in its order, each once. */
  links?: string[]
  linkPreview?: { title: string; description: string | null; url: string | null }
  /** Who took a deleted message back. */
  deletedBy?: 'owner' | 'sender' | 'admin'
  poll?: { question: string; options: { text: string; votes: number | null }[] }
  event?: { name: string; when: string | null; place: string | null }
  contacts?: { name: string; phone: string | null }[]
  /** Degrees where a link of the page tells them. */
  location?: { name: string | null; address: string | null; latitude: number | null; longitude: number | null; live: boolean }
  call?: { video: boolean | null; missed: boolean | null }
  /** Seconds until a disappearing message goes. */
  disappearsAfterS?: number
  viewOnce?: boolean
  /** Pages of a document. */
  pages?: number
}

/** Names of the values of a message that a second witness can tell. */
export const witnessedFields = [
  'ts',
  'direction',
  'kind',
  'chatJid',
  'senderId',
  'quoted',
  'forwarded',
  'edited',
  'deleted',
  'status',
  'fileName',
  'durationS',
  'mentions',
] as const
export type WitnessedField = (typeof witnessedFields)[number]

/**
 * Who vouches for a value: `storage` = the page's IndexedDB alone, `both` = IndexedDB and the text of the page agree. A field that is not
 * named rests on what the page draws.
 */
export type Witnesses = Partial<Record<WitnessedField, 'storage' | 'both'>>

/** `saved`: bytes on disk. `pending`: not downloaded by the page yet, tried again. `unavailable`: gone for good. `metadata_only`: a kind whose bytes are not kept. `failed`: bytes that were refused, with the reason. */
export const attachmentStatuses = ['saved', 'pending', 'unavailable', 'metadata_only', 'failed'] as const
export type AttachmentStatus = (typeof attachmentStatuses)[number]

/** One file of a message. `position` counts from 0 within an album; bytes, where there are any, are already stored under `checksum`. */
export interface Attachment {
  position: number
  /** MIME type where known, else a family such as `image/*`. */
  mediaType: string
  status: AttachmentStatus
  /** Path below ATTACHMENTS_DIR, `/`-separated; null unless `saved`. */
  filePath: string | null
  /** sha256, lower-case hex; null unless `saved`. */
  checksum: string | null
  sizeBytes: number | null
  width: number | null
  height: number | null
  originalName: string | null
  durationS: number | null
  /** Why it is `failed`, `pending` or `unavailable`. */
  reason: string | null
}

/** One message, understood. What the source does not say is null, never a guess. */
export interface Message {
  /** WhatsApp's own message id (stanza id). Rows without one carry `x-` + a hash of chat, stamp, text and ordinal. */
  messageId: string
  /** The chat's JID where this row itself tells it (packed ids), else null. */
  chatJid: string | null
  direction: Direction
  kind: MessageKind
  /** Phone JID (`5511…@c.us`) where known, else `@lid`, else the name shown; null where nothing is shown. */
  senderId: string | null
  senderName: string | null
  /** The whole text with emoji and `\n`; null where the message has none. */
  text: string | null
  /** ISO 8601 UTC. */
  ts: string
  tsPrecision: TsPrecision
  quoted: Quoted | null
  forwarded: boolean
  forwardedMany: boolean
  edited: boolean
  deleted: boolean
  reactions: Reaction[]
  /** Only for own messages. */
  status: DeliveryStatus | null
  fileName: string | null
  durationS: number | null
  albumSize: number | null
  details: MessageDetails
  witnesses: Witnesses
  attachments: Attachment[]
}

/** A row that could not be understood: kept and counted, never dropped and never guessed. */
export interface Reject {
  /** The row's id where it has one, else a hash of its raw strings. */
  rowKey: string
  /** The field that failed, e.g. `ts`, `direction`. */
  field: string
  /** What was expected and what stood there, without message text. */
  reason: string
  /** The raw strings of the row, for a later re-reading. Stored in the database, never logged. */
  raw: unknown
}

/** One row of the chat list, understood. */
export interface ChatListing {
  /** Position on the screen, from 0. */
  position: number
  title: string
  /** First line of a two-line community row. */
  community: string | null
  preview: string | null
  timeLabel: string | null
  /** -1: marked as unread by hand. */
  unread: number
  pinned: boolean
  muted: boolean
  archived: boolean
  isSelf: boolean
  /** True when the row carries a group marker; null when it does not say. */
  isGroup: boolean | null
}

/** How the lower edge of a covered interval is known. The contract's words for `sync_state`. */
export const coverageEdges = ['window_edge', 'chat_start', 'phone_has_more', 'budget', 'interrupted'] as const
export type CoverageEdge = (typeof coverageEdges)[number]

/** A stretch of a chat that was read in full: every message with `from <= ts <= to` is stored. ISO 8601 UTC. */
export interface Coverage {
  from: string
  to: string
  fromEdge: CoverageEdge
}

/** Names of the events the program emits (log, metric, outbox). */
export const eventTypes = [
  'session.qr',
  'session.connected',
  'session.expired',
  'session.disconnected',
  'selectors.drift',
  'message.received',
  'message.sent',
  'message.delivered',
  'message.read',
  'message.edited',
  'message.deleted',
  'message.reaction',
  'sync.completed',
  'sync.failed',
  'agent.message',
] as const
export type EventType = (typeof eventTypes)[number]

/** One event. `data` is JSON; for `message.*` it names the row (`external_id`, `thread_external_id`), never its text in a log. */
export interface SyncEvent {
  type: EventType
  accountId: string
  data: Record<string, unknown>
}

/** Extensions by sniffed image format: the only formats whose bytes are kept. */
export const imageExtensions: Readonly<Record<string, string>> = { jpeg: 'jpg', png: 'png', webp: 'webp', gif: 'gif' }

/** The one account of today; tables and events carry it so that more can come. */
export const defaultAccount = 'default'
