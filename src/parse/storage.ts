/** Rows of the page's IndexedDB as messages: exact time, direction, sender, kind and what a file is, without any text (reference: storage §4.1, §5). */
import type { DeliveryStatus } from '../model.ts'
import type { RawStoredMessage } from '../raw-storage.ts'
import { canonicalJid, isGroupJid, isLidJid, parseRowId } from './ids.ts'
import { storedKind } from './storage-kind.ts'
import type { Directory, StoredMessage } from './stored.ts'

/** By `ack`; 5 is a message between own devices and says nothing here. */
const acks: readonly (DeliveryStatus | null)[] = ['pending', 'sent', 'delivered', 'read', 'played', null]

/** Forwarded this often, the page draws a double arrow. */
const manyForwards = 5

/** The row as a message; null when its key is of no known form. `owner`: whose work a deletion can be. */
export function storedMessage(raw: RawStoredMessage, owner: Directory['owner']): StoredMessage | null {
  const key = parseRowId(raw.id)
  if (key.kind !== 'message' || key.chatJid === null || key.fromMe === null) return null
  const kind = storedKind(raw)
  const file = kind !== null && kind !== 'system' && kind !== 'hidden'
  return {
    messageId: key.messageId,
    chatJid: key.chatJid,
    fromMe: key.fromMe,
    participant: isGroupJid(key.chatJid) ? sender(raw.author, key.participant) : null,
    seconds: unixSeconds(raw.t),
    kind,
    quotedId: raw.quotedStanzaID === undefined ? null : stanzaOf(raw.quotedStanzaID),
    quotedSender: jid(raw.quotedParticipant),
    forwarded: raw.isForwarded === true || (raw.forwardingScore ?? 0) > 0,
    forwardedMany: (raw.forwardingScore ?? 0) >= manyForwards,
    edited: raw.latestEditMsgKey === true || raw.latestEditSenderTimestampMs === true,
    deleted: kind === 'deleted',
    deletedBy: kind === 'deleted' ? deletedBy(raw, key.fromMe, owner) : null,
    mentions: (raw.mentionedJidList ?? []).map(jid).filter(one => one !== null),
    status: key.fromMe && ticked(kind) ? statusOf(raw) : null,
    fileName: file ? (raw.filename ?? null) : null,
    durationS: file && raw.duration !== undefined && raw.duration > 0 ? Math.round(raw.duration) : null,
    sizeBytes: count(raw.size),
    mimeType: mimeType(raw.mimetype),
    width: count(raw.width),
    height: count(raw.height),
    fileHash: hexOf(raw.filehash),
    pages: count(raw.pageCount),
    albumId: isAlbum(raw.associationType) && raw.parentMsgKey !== undefined ? stanzaOf(raw.parentMsgKey) : null,
    disappearsAfterS: count(raw.ephemeralDuration),
    viewOnce: raw.isViewOnce === true,
  }
}

/**
 * Rows of one chat by message id. A message may stand under the phone and under the LID of a person (reference: storage §5.5): the row of
 * `thread`, the id that was asked for, counts, and a row that is drawn before one that is not. Senders choose message ids: rows of one id that differ in
 * their direction or, by ids of one sort, in their sender are left out, for the page does not say which of them it draws.
 */
export function messagesById(rows: readonly StoredMessage[], thread: string): Map<string, StoredMessage> {
  const byId = new Map<string, StoredMessage>()
  const torn = new Set<string>()
  const weight = (row: StoredMessage): number => (row.kind === 'hidden' ? 0 : 2) + (row.chatJid === thread ? 1 : 0)
  for (const row of rows) {
    const known = byId.get(row.messageId)
    if (known && (known.kind === 'hidden') === (row.kind === 'hidden') && !sameSender(known, row)) torn.add(row.messageId)
    if (!known || weight(row) > weight(known)) byId.set(row.messageId, row)
  }
  for (const id of torn) byId.delete(id)
  return byId
}

function sameSender(a: StoredMessage, b: StoredMessage): boolean {
  const differ = a.participant !== null && b.participant !== null && a.participant !== b.participant
  return a.fromMe === b.fromMe && !(differ && serverOf(a.participant) === serverOf(b.participant))
}

const serverOf = (id: string | null): string => (id ?? '').slice((id ?? '').indexOf('@'))

/** A JID in its canonical spelling; null for what is none. */
export function jid(value: string | undefined): string | null {
  return value !== undefined && /^[^\s@]+@[a-z.]+$/i.test(value.trim()) ? canonicalJid(value) : null
}

/** Unix seconds between 2009 and 2100, else null. */
export function unixSeconds(value: number | undefined): number | null {
  return value !== undefined && value > 1_230_000_000 && value < 4_102_444_800 ? Math.floor(value) : null
}

/** Who sent a row of a group: the column, else the key's fourth part. Two different ids of one server contradict each other: null. */
function sender(author: string | undefined, participant: string | null): string | null {
  const named = jid(author)
  if (named === null || participant === null) return named ?? participant
  return named !== participant && serverOf(named) === serverOf(participant) ? null : named
}

/** The message id of a whole key, or the bare one. */
function stanzaOf(key: string): string | null {
  const { kind, messageId } = parseRowId(key)
  return kind === 'message' && messageId !== '' ? messageId : null
}

/**
 * Who took it back. An admin can be the owner of the account: then the row names one of their ids. Where it names nobody, or by an id that
 * cannot be compared with theirs, it is not known.
 */
function deletedBy({ subtype, revokeSender }: RawStoredMessage, fromMe: boolean, owner: Directory['owner']): StoredMessage['deletedBy'] {
  if (subtype === 'sender') return fromMe ? 'owner' : 'sender'
  if (subtype !== 'admin') return null
  if (fromMe) return 'admin'
  const by = jid(revokeSender)
  const own = by !== null && isLidJid(by) ? owner.lid : owner.phone
  return by === null || own === null ? null : by === own ? 'owner' : 'admin'
}

/** Whether messages of the kind are delivered and read at all: the number in the rows of calls, deletions and notices means nothing. */
function ticked(kind: StoredMessage['kind']): boolean {
  return kind !== 'call' && kind !== 'deleted' && kind !== 'system' && kind !== 'hidden'
}

function statusOf({ ack, isSendFailure }: RawStoredMessage): DeliveryStatus | null {
  if (isSendFailure === true || (ack !== undefined && ack < 0)) return 'failed'
  return ack === undefined ? null : (acks[ack] ?? null)
}

/** The number or the word of the association "picture of an album". */
function isAlbum(association: string | undefined): boolean {
  return association !== undefined && /^1$|^media_?album$/i.test(association)
}

function count(value: number | undefined): number | null {
  return value !== undefined && Number.isInteger(value) && value > 0 ? value : null
}

/** The type without its parameters (`audio/ogg; codecs=opus`), lower case. */
function mimeType(value: string | undefined): string | null {
  return /^\s*([\w.+-]+\/[\w.+-]+)\s*(?:;|$)/.exec(value ?? '')?.[1]?.toLowerCase() ?? null
}

/** A sha256 in base64 (either alphabet) as hex. */
function hexOf(base64: string | undefined): string | null {
  if (base64 === undefined || !/^[\w+/-]{43}=?$/.test(base64)) return null
  const hex = Buffer.from(base64, 'base64').toString('hex')
  return hex.length === 64 ? hex : null
}
