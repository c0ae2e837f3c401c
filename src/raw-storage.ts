/**
 * What the readers of the page's IndexedDB give (`web/page/read-storage*.ts`): columns of a fixed list, ids as strings, no meaning. Validated
 * by these shapes before anything is made of it. A column that a row does not have is not there (reference: storage §4).
 */
import { z } from 'zod'

/** A row of `message`. */
export const RawStoredMessage = z.object({
  /** `<fromMe>_<chat>_<message id>[_<participant>]` */
  id: z.string(),
  rowId: z.number().optional(),
  /** Unix seconds. */
  t: z.number().optional(),
  type: z.string().optional(),
  subtype: z.string().optional(),
  author: z.string().optional(),
  ack: z.number().optional(),
  isForwarded: z.boolean().optional(),
  forwardingScore: z.number().optional(),
  mentionedJidList: z.array(z.string()).optional(),
  quotedStanzaID: z.string().optional(),
  quotedParticipant: z.string().optional(),
  /** Who took a deleted message back. */
  revokeSender: z.string().optional(),
  latestEditMsgKey: z.boolean().optional(),
  latestEditSenderTimestampMs: z.boolean().optional(),
  mimetype: z.string().optional(),
  /** base64 */
  filehash: z.string().optional(),
  size: z.number().optional(),
  filename: z.string().optional(),
  duration: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  pageCount: z.number().optional(),
  isGif: z.boolean().optional(),
  isViewOnce: z.boolean().optional(),
  ephemeralDuration: z.number().optional(),
  associationType: z.string().optional(),
  parentMsgKey: z.string().optional(),
  viewMode: z.string().optional(),
  invis: z.boolean().optional(),
  isSendFailure: z.boolean().optional(),
})
export type RawStoredMessage = z.infer<typeof RawStoredMessage>

/** A row of `chat`. */
export const RawStoredChat = z.object({
  id: z.string(),
  t: z.number().optional(),
  unreadCount: z.number().optional(),
  archive: z.boolean().optional(),
  name: z.string().optional(),
  endOfHistoryTransferType: z.number().optional(),
  accountLid: z.string().optional(),
})
export type RawStoredChat = z.infer<typeof RawStoredChat>

/** Ids of chats with their last activity as the page keeps it. */
export const RawActivities = z.object({ activities: z.array(z.tuple([z.string(), z.number()])), next: z.string().nullable() })
export type RawActivities = z.infer<typeof RawActivities>

/** Row ids that a database reaches: of messages that came while it was open, and of the phone's history. */
const RowMark = z.object({ live: z.number(), oldest: z.number().nullable(), newest: z.number().nullable() })

/** Messages that came after a mark, and the mark as it is now; null where rows do not tell in which order they came. */
export const RawArrivals = z.object({ rows: z.array(z.unknown()), mark: RowMark.nullable(), more: z.boolean() })
export type RawArrivals = z.infer<typeof RawArrivals>

/** A row of `contact`; a person may have two, one by LID and one by phone number. */
export const RawContact = z.object({
  id: z.string(),
  phoneNumber: z.string().optional(),
  name: z.string().optional(),
  pushname: z.string().optional(),
  verifiedName: z.string().optional(),
  displayNameLID: z.string().optional(),
})
export type RawContact = z.infer<typeof RawContact>

/** A row of `group-metadata`. */
export const RawGroup = z.object({ id: z.string(), subject: z.string().optional() })
export type RawGroup = z.infer<typeof RawGroup>

/** A row of `participant`. */
export const RawParticipants = z.object({
  groupId: z.string(),
  participants: z.array(z.string()).optional(),
  admins: z.array(z.string()).optional(),
  superAdmins: z.array(z.string()).optional(),
})
export type RawParticipants = z.infer<typeof RawParticipants>

/** What the database is made of. `messages`: a few rows of `message` from both ends, as they are (an id may be missing here). */
export const RawProbe = z.object({
  version: z.number(),
  storeCount: z.number(),
  stores: z.record(z.string(), z.object({ key: z.string().nullable(), indexes: z.array(z.string()), columns: z.array(z.string()) })),
  schemes: z.array(z.number()),
  messages: z.array(z.looseObject({ id: z.string().optional(), t: z.number().optional(), type: z.string().optional() })),
})
export type RawProbe = z.infer<typeof RawProbe>

/** Rows as the page gave them: each is judged by itself, so that one of an unknown form does not hide the others. */
export const RawRows = z.object({
  rows: z.array(z.unknown()),
  next: z.string().nullable().optional(),
  older: z.number().optional(),
  seen: z.number().optional(),
})
export type RawRows = z.infer<typeof RawRows>

/** Thread → those of the ids asked for that it holds. */
export const RawFound = z.object({ found: z.record(z.string(), z.array(z.string())), next: z.string().nullable().optional() })
export type RawFound = z.infer<typeof RawFound>

/** The account's own id (`web/page/read-account.ts`). */
export const RawAccount = z.object({ wid: z.string().nullable() })

/** First keys of some threads. */
export const RawKeys = z.object({ keys: z.array(z.string()) })

/** The frame of every answer. `late`: the time was up, there may be more. */
export const RawAnswer = z.looseObject({
  state: z.enum(['read', 'absent', 'failed']),
  late: z.boolean().optional(),
  why: z.string().optional(),
})
