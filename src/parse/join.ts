/**
 * Joins a row of the page with what IndexedDB holds under the same message id: the page has the text, IndexedDB has the identity
 * (reference: storage §5, §6). IndexedDB wins where the two disagree about what it keeps exactly; every disagreement is named.
 */
import {
  type Attachment,
  type DeliveryStatus,
  type Direction,
  deliveryStatuses,
  type Message,
  type MessageKind,
  type WitnessedField,
  type Witnesses,
} from '../model.ts'
import { canonicalJid, isGroupJid, isLidJid, isPhoneJid } from './ids.ts'
import type { RowKind } from './kind.ts'
import type { StoredMessage } from './stored.ts'
import { wallIn } from './zone.ts'

/** IndexedDB as far as one chat is concerned. */
export interface ChatWitness {
  message(messageId: string): StoredMessage | null
  /** Phone JID of a LID, where it is known. */
  phoneOf(lid: string): string | null
  nameOf(jid: string): string | null
  /** The account's own ids. */
  owner: { phone: string | null; lid: string | null }
}

/** What the page alone said, before anything was filled in. */
export interface PageReading {
  direction: Direction | null
  /** ISO 8601 UTC, to the minute; null where the page does not tell. */
  ts: string | null
  kind: RowKind
}

/** A message with both witnesses heard. */
export interface Joined {
  message: Message
  /** Values in which the page says something else. */
  disagreements: WitnessedField[]
}

/** Kinds that the page draws in the place of what the message was: the drawing is newer than the row, or older by a moment. */
const placeholders: ReadonlySet<RowKind> = new Set<RowKind>(['deleted', 'waiting', 'album'])

/** The kind of a row when both are asked: the page where it draws a placeholder or IndexedDB does not know, else IndexedDB. */
export function kindWith(page: RowKind, stored: StoredMessage | null): RowKind {
  const kind = stored?.kind ?? null
  if (kind === null || kind === 'hidden' || kind === 'waiting' || kind === 'deleted' || kind === 'album') {
    const untold = page === 'unknown' || page === 'empty' || page === 'system'
    return untold && (kind === 'deleted' || kind === 'waiting') ? kind : page
  }
  // A stamp or a bubble of its own makes a message of what the page draws, whatever the row's type.
  if (kind === 'system') return page === 'empty' || page === 'unknown' ? 'system' : page
  return placeholders.has(page) ? page : kind
}

/** Whose message it is. */
export function directionOf(stored: StoredMessage): Direction {
  return stored.fromMe ? 'out' : 'in'
}

/** Exact instant, ISO 8601 UTC; null where the row has none. */
export function instantOf({ seconds }: StoredMessage): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString()
}

/** The message with what IndexedDB adds, confirms and corrects. `message` was made with its direction, kind and time where the page has none. */
export function joinMessage(
  message: Message,
  page: PageReading,
  stored: StoredMessage,
  { witness, zone }: { witness: ChatWitness; zone: string },
): Joined {
  const witnesses: Witnesses = { ...message.witnesses }
  const disagreements: WitnessedField[] = []
  /** Notes who vouches for a value. */
  const note = (field: WitnessedField, agrees: boolean | null): void => {
    witnesses[field] = agrees ? 'both' : 'storage'
    if (agrees === false) disagreements.push(field)
  }
  const joined: Message = { ...message, witnesses }

  note('direction', page.direction === null ? null : page.direction === directionOf(stored))
  joined.direction = directionOf(stored)
  const exact = instantOf(stored)
  if (exact !== null) {
    note('ts', page.ts === null ? null : sameClock(page.ts, exact, zone))
    joined.ts = exact
    joined.tsPrecision = 'second'
  }
  if (stored.kind === message.kind) note('kind', page.kind === 'unknown' ? null : page.kind === stored.kind)
  const chat = message.chatJid === null ? null : canonicalJid(message.chatJid)
  if (chat === null) joined.chatJid = stored.chatJid
  if (chat === null || chat === stored.chatJid) note('chatJid', chat === null ? null : true)

  const sender = senderOf(stored, witness)
  if (sender !== null && rank(sender) >= rank(message.senderId)) {
    const comparable = message.senderId !== null && rank(sender) === rank(message.senderId)
    note('senderId', comparable ? message.senderId === sender : null)
    joined.senderId = sender
  }
  if (joined.direction === 'in') joined.senderName = message.senderName ?? (sender === null ? null : witness.nameOf(sender))

  if (stored.quotedId !== null) {
    note('quoted', message.quoted !== null)
    const by = stored.quotedSender === null ? null : best(stored.quotedSender, witness)
    joined.quoted = {
      text: message.quoted?.text ?? null,
      sender: message.quoted?.sender ?? (by === null ? null : (witness.nameOf(by) ?? by)),
      messageId: stored.quotedId,
    }
  }
  for (const field of ['forwarded', 'edited', 'deleted'] as const) {
    if (!stored[field]) continue
    note(field, message[field] || null)
    joined[field] = true
  }
  joined.forwardedMany = message.forwardedMany || stored.forwardedMany
  if (joined.direction !== 'out' || joined.deleted) joined.status = null
  else if (stored.status !== null) {
    note('status', message.status === stored.status || null)
    joined.status = further(message.status, stored.status)
  }
  if (stored.fileName !== null && (message.kind === 'document' || message.kind === 'audio')) {
    note('fileName', message.fileName === null ? null : message.fileName === stored.fileName)
    joined.fileName = stored.fileName
  }
  if (stored.durationS !== null && stored.durationS > 0 && message.kind !== 'call') {
    // The player rounds.
    note('durationS', message.durationS === null ? null : Math.abs(message.durationS - stored.durationS) <= 1)
    joined.durationS = message.durationS ?? Math.round(stored.durationS)
  }
  joined.details = detailsWith(message.details, stored, witness, note)
  joined.attachments = joined.attachments.length === 1 ? joined.attachments.map(one => fileWith(one, stored)) : joined.attachments
  return { message: joined, disagreements }
}

/** Same minute of the zone's clock: in the hour that a time change repeats, the page's reading may be the other one of the two. */
function sameClock(page: string, exact: string, zone: string): boolean {
  return JSON.stringify(wallIn(zone, page)) === JSON.stringify(wallIn(zone, exact))
}

function senderOf(stored: StoredMessage, witness: ChatWitness): string | null {
  if (stored.fromMe) return witness.owner.phone ?? witness.owner.lid ?? (stored.participant && best(stored.participant, witness))
  const sender = isGroupJid(stored.chatJid) ? stored.participant : stored.chatJid
  return sender === null ? null : best(sender, witness)
}

/** The phone JID of a person where it is known, else the id given. */
function best(jid: string, witness: ChatWitness): string {
  const canonical = canonicalJid(jid)
  return isLidJid(canonical) ? (witness.phoneOf(canonical) ?? canonical) : canonical
}

function rank(id: string | null): number {
  return id === null ? 0 : isPhoneJid(id) ? 3 : isLidJid(id) ? 2 : 1
}

function further(a: DeliveryStatus | null, b: DeliveryStatus): DeliveryStatus {
  if (a === null || a === 'failed' || b === 'failed') return b
  return deliveryStatuses.indexOf(a) > deliveryStatuses.indexOf(b) ? a : b
}

function detailsWith(
  details: Message['details'],
  stored: StoredMessage,
  witness: ChatWitness,
  note: (field: WitnessedField, agrees: boolean | null) => void,
): Message['details'] {
  const known: Message['details'] = { ...details }
  if (details.mentions) {
    const mentions = details.mentions.map(one => ({ ...one, id: one.id === null ? null : best(one.id, witness) }))
    const free = stored.mentions.map(jid => best(jid, witness)).filter(jid => !mentions.some(one => one.id === jid))
    const open = mentions.filter(one => one.id === null)
    // With one name and one id left over they belong together; with more it would be a guess.
    if (open.length === 1 && open[0] && free.length === 1 && free[0]) open[0].id = free[0]
    if (stored.mentions.length > 0) note('mentions', free.length === 0 ? true : null)
    known.mentions = mentions
  }
  if (stored.deletedBy !== null) known.deletedBy ??= stored.deletedBy
  if (stored.disappearsAfterS !== null) known.disappearsAfterS = stored.disappearsAfterS
  if (stored.viewOnce) known.viewOnce = true
  if (stored.pages !== null) known.pages ??= stored.pages
  return known
}

/** The file of a message of one file: what the page does not tell of it. */
function fileWith(attachment: Attachment, stored: StoredMessage): Attachment {
  return {
    ...attachment,
    mediaType: stored.mimeType !== null && attachment.mediaType.endsWith('/*') ? stored.mimeType : attachment.mediaType,
    sizeBytes: attachment.sizeBytes ?? stored.sizeBytes,
    width: attachment.width ?? stored.width,
    height: attachment.height ?? stored.height,
    durationS: attachment.durationS ?? stored.durationS,
    originalName: attachment.originalName ?? stored.fileName,
  }
}

/** What of a chat was drawn: ids of rows, and of albums that name their pictures only by the first and the last one. */
export interface Drawn {
  ids: ReadonlySet<string>
  albums: readonly (readonly string[])[]
}

/** A stored message of which the page makes a row of its own: no notice, no hidden row, none of an unknown type, no picture of an album. */
export function shouldBeDrawn(message: StoredMessage): message is StoredMessage & { kind: MessageKind } {
  const { kind, albumId } = message
  if (kind === null || kind === 'system' || kind === 'hidden' || kind === 'album') return false
  return albumId === null || !isAlbumPart(kind)
}

const isAlbumPart = (kind: MessageKind): boolean => kind === 'image' || kind === 'video'

/** Messages that IndexedDB holds inside the window and no row of the page showed, by kind: only those that are drawn at all. */
export function unshown(stored: ReadonlyMap<string, StoredMessage>, drawn: Drawn, sinceSeconds: number): Map<MessageKind, string[]> {
  const spans = drawn.albums.map(ids => {
    const ends = ids.map(id => stored.get(id)?.seconds ?? null).filter(seconds => seconds !== null)
    return { from: Math.min(...ends), to: Math.max(...ends) }
  })
  const missing = new Map<MessageKind, string[]>()
  for (const message of stored.values()) {
    const { messageId, seconds } = message
    if (seconds === null || seconds < sinceSeconds || drawn.ids.has(messageId) || !shouldBeDrawn(message)) continue
    const inAlbum = spans.some(({ from, to }) => from <= seconds && seconds <= to)
    if (inAlbum && isAlbumPart(message.kind)) continue
    missing.set(message.kind, [...(missing.get(message.kind) ?? []), messageId])
  }
  return missing
}
