/** What the page's own IndexedDB says of messages, chats and people: shapes only (reference: storage §4). Texts are not among it: they are encrypted there. */
import type { DeliveryStatus, MessageKind } from '../model.ts'

/** A row of the `message` store. What the row does not say is null. All JIDs canonical. */
export interface StoredMessage {
  /** The stanza id: what joins it to a row of the conversation. */
  messageId: string
  chatJid: string
  fromMe: boolean
  /** Sender inside a group. */
  participant: string | null
  /** Exact Unix seconds. */
  seconds: number | null
  /** `system`: a notice; `hidden`: a row that the page never draws (protocol, votes, reactions); null: a type that is not known. */
  kind: MessageKind | 'system' | 'hidden' | null
  quotedId: string | null
  quotedSender: string | null
  forwarded: boolean
  forwardedMany: boolean
  edited: boolean
  deleted: boolean
  deletedBy: 'owner' | 'sender' | 'admin' | null
  mentions: string[]
  /** Only of own messages. */
  status: DeliveryStatus | null
  fileName: string | null
  durationS: number | null
  sizeBytes: number | null
  mimeType: string | null
  width: number | null
  height: number | null
  /** sha256 of the whole file, lower-case hex. */
  fileHash: string | null
  pages: number | null
  /** Message id of the album that this picture belongs to. */
  albumId: string | null
  disappearsAfterS: number | null
  viewOnce: boolean
}

/** A row of the `chat` store with what `contact`, `group-metadata` and `participant` add. */
export interface StoredChat {
  /** The id under which the page keeps its messages, canonical: `…@lid`, `…@c.us`, `…@g.us`, …. */
  jid: string
  /** Of a chat with one person: the phone JID, where known. */
  phone: string | null
  lid: string | null
  isGroup: boolean
  /** Names that the page may show for it (contact, push name, subject), the likeliest first. */
  names: string[]
  /** Unix seconds of the last activity. */
  lastActivity: number | null
  /** -1: marked as unread by hand. */
  unread: number | null
  archived: boolean | null
  /** What the phone handed over: `complete` = nothing older is left there. */
  history: 'complete' | 'phone_has_more' | 'unknown'
  /** Members of a group, the best id of each (phone JID where known, else LID), the owner left out. */
  participants: string[]
}

/** Everything about chats and people, read once in a cycle. */
export interface Directory {
  chats: ReadonlyMap<string, StoredChat>
  /** LID → phone JID; both canonical. */
  phones: ReadonlyMap<string, string>
  /** JID → the name that the page shows. */
  names: ReadonlyMap<string, string>
  /** The account's own ids; null where they are not known. */
  owner: { phone: string | null; lid: string | null }
}

/**
 * What could be read of IndexedDB: `full` = every store and column that is asked for, `partial` = some of them, `none` = nothing.
 * `because` names what is missing, for a person; null when nothing is.
 */
export interface StorageCapability {
  level: 'full' | 'partial' | 'none'
  because: string | null
}
