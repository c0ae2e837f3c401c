/** Rows of the `message` store: one for each message, and those that the page keeps and never draws (storage 4.1, 5). */
import type { Kind, Person, SimChat, SimMessage, Status } from '../types.ts'
import { derivedId, internalId, memberJid, messageKey, ownJid, threadOf, wid } from './keys.ts'
import { kindColumns, pictureColumns } from './media-columns.ts'
import { messageSecrets, opaque } from './secrets.ts'

export type Row = Record<string, unknown>

const ack: Record<Status, number> = { pending: 0, sent: 1, delivered: 2, read: 3, played: 4 }
const types: Record<Kind, string> = {
  text: 'chat',
  image: 'image',
  video: 'video',
  gif: 'video',
  audio: 'audio',
  voice: 'ptt',
  document: 'document',
  sticker: 'sticker',
  album: 'album',
  call: 'call_log',
  contact: 'vcard',
  location: 'location',
  poll: 'poll_creation',
  event: 'event_creation',
  deleted: 'revoked',
  waiting: 'ciphertext',
  system: 'notification_template',
}

const secondsOf = (message: SimMessage) => Math.floor(Date.parse(message.sentAt) / 1000)

/** A person by the thread's own way of addressing. */
function personJid(chat: SimChat, person: Person): string {
  return chat.kind === 'group' ? memberJid(person) : threadOf(chat).endsWith('@lid') ? person.lid : `${person.phone}@c.us`
}

function typeOf(chat: SimChat, message: SimMessage): Row {
  if (message.kind === 'system') {
    if (message.text === 'e2e') return { type: 'e2e_notification', subtype: 'encrypt' }
    return chat.kind === 'group' ? { type: 'gp2', subtype: 'add' } : { type: 'notification_template', subtype: 'disappearing_mode' }
  }
  if (message.kind === 'deleted') {
    // The owner takes back somebody else's message as an admin.
    const asAdmin = message.deletedBy === 'admin' || (message.deletedBy === 'me' && message.direction === 'in')
    return { type: 'revoked', subtype: asAdmin ? 'admin' : 'sender' }
  }
  return { type: message.kind === 'contact' && message.contacts.length > 1 ? 'multi_vcard' : types[message.kind] }
}

/** Who deleted a message and when; the one who did it stands in the row. */
function revoked(chat: SimChat, message: SimMessage): Row {
  if (message.kind !== 'deleted') return {}
  const admin = chat.participants.find(person => person.lid !== message.sender.lid) ?? message.sender
  const by = message.deletedBy === 'me' ? ownJid(chat) : personJid(chat, message.deletedBy === 'admin' ? admin : message.sender)
  return { protocolMessageKey: messageKey(chat, message), revokeSender: by, revokeTimestamp: secondsOf(message) + 30 }
}

function edited(message: SimMessage): Row {
  return message.edited
    ? { latestEditMsgKey: derivedId(message.id, 1), latestEditSenderTimestampMs: secondsOf(message) * 1000 + 60_000, editMsgType: 1 }
    : {}
}

function quoted(chat: SimChat, message: SimMessage, rowId: number): Row {
  if (!message.quoted) return {}
  const original = chat.messages.find(item => item.id === message.quoted?.id)
  return {
    quotedStanzaID: message.quoted.id,
    quotedMsg: { type: original ? types[original.kind] : 'chat' },
    ...(original ? { quotedParticipant: wid(personJid(chat, original.sender), rowId + 1) } : {}),
  }
}

function disappears(message: SimMessage): Row {
  const { disappearsAfterS: after } = message
  if (after === null) return {}
  const start = secondsOf(message)
  return { ephemeralDuration: after, ephemeralStartTimestamp: start, expiredTimestamp: start + after }
}

/** One message. There is no `fromMe` column: it is the key's prefix. `to` and `author` are now a string, now an object. */
export function messageRow(chat: SimChat, message: SimMessage, rowId: number): Row {
  const remote = threadOf(chat)
  const out = message.direction === 'out'
  const group = chat.kind === 'group' && message.kind !== 'system'
  const columns: Row = {
    id: messageKey(chat, message),
    internalId: internalId(remote, rowId),
    rowId,
    t: secondsOf(message),
    ...typeOf(chat, message),
    from: out ? ownJid(chat) : remote,
    to: wid(out ? remote : ownJid(chat), rowId),
    author: group ? wid(memberJid(message.sender), rowId + 1) : undefined,
    // Incoming rows have one too: how far the owner's own receipt got.
    ack: out ? ack[message.status ?? 'sent'] : 1,
    viewMode: rowId % 3 === 0 ? undefined : 'VISIBLE',
    ...(message.forwarded ? { isForwarded: true, forwardingScore: message.forwarded === 2 ? 127 : 1 } : {}),
    ...quoted(chat, message, rowId),
    ...edited(message),
    ...revoked(chat, message),
    ...disappears(message),
    mentionedJidList: message.mentions.length ? message.mentions.map((person, n) => wid(personJid(chat, person), n)) : undefined,
    isViewOnce: message.viewOnce || undefined,
    isStarred: message.starred ? 1 : undefined,
    hasReaction: message.reactions.length > 0 || undefined,
    ...kindColumns(message),
    ...messageSecrets(),
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}

/** One of an album's pictures as a message of its own: what an album was before it had a row itself. */
export function loosePicture(chat: SimChat, album: SimMessage, n: number, rowId: number): Row {
  const id = n === 0 ? album.id : derivedId(album.id, 100 + n)
  return messageRow(chat, { ...album, id, kind: 'image', images: [album.images[n]!] }, rowId)
}

/** Pictures of an album are rows of their own, which the page draws inside their parent. */
export function albumRow(chat: SimChat, album: SimMessage, n: number, rowId: number): Row {
  const child: SimMessage = {
    ...album,
    id: derivedId(album.id, 100 + n),
    kind: 'image',
    text: null,
    reactions: [],
    images: [album.images[n]!],
  }
  return {
    ...messageRow(chat, child, rowId),
    ...pictureColumns(album.images[n]!),
    parentMsgKey: messageKey(chat, album),
    associationType: 1,
  }
}

/** A row that is kept and never drawn. */
export function hiddenRow(chat: SimChat, about: SimMessage, salt: number, rowId: number, columns: Row): Row {
  const hidden: SimMessage = { ...about, id: derivedId(about.id, salt), kind: 'text', reactions: [], quoted: null, edited: false }
  const remote = threadOf(chat)
  return {
    id: messageKey(chat, hidden),
    internalId: internalId(remote, rowId),
    rowId,
    t: secondsOf(about) + 60,
    from: about.direction === 'out' ? ownJid(chat) : remote,
    to: wid(about.direction === 'out' ? remote : ownJid(chat), rowId),
    ack: 1,
    ...(chat.kind === 'group' ? { author: memberJid(about.sender) } : {}),
    ...columns,
    messageSecret: messageSecrets().messageSecret,
    msgRowOpaqueData: opaque(),
  }
}
