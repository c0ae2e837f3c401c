/** What a row of IndexedDB is, by its type (reference: storage §4.1, §12.18). A type that is not listed is not known: null. */
import type { RawStoredMessage } from '../raw-storage.ts'
import type { StoredMessage } from './stored.ts'

const kinds: Readonly<Record<string, StoredMessage['kind']>> = {
  chat: 'text',
  image: 'image',
  video: 'video',
  // A round video note.
  ptv: 'video',
  gif: 'gif',
  audio: 'audio',
  ptt: 'voice',
  document: 'document',
  sticker: 'sticker',
  album: 'album',
  call_log: 'call',
  vcard: 'contact',
  multi_vcard: 'contact',
  location: 'location',
  live_location: 'location',
  poll_creation: 'poll',
  event_creation: 'event',
  scheduled_event_creation: 'event',
  revoked: 'deleted',
  ciphertext: 'waiting',
  // Notices between the messages.
  gp2: 'system',
  e2e_notification: 'system',
  notification: 'system',
  notification_template: 'system',
  group_notification: 'system',
  broadcast_notification: 'system',
  newsletter_notification: 'system',
  pinned_message: 'system',
  poll_add_option_decrypted: 'system',
  debug: 'system',
  // What changes other rows and has none of its own.
  protocol: 'hidden',
  reaction: 'hidden',
  reaction_enc: 'hidden',
  poll_update: 'hidden',
  poll_vote: 'hidden',
  event_response: 'hidden',
  event_edit_encrypted: 'hidden',
  message_edit_encrypted: 'hidden',
  keep_in_chat: 'hidden',
  pin_message: 'hidden',
}

/** Rows that are kept and not drawn: a view mode that says so. */
const unseen = /hidden|invis|scheduled/i

export function storedKind({ type, isGif, viewMode, invis }: RawStoredMessage): StoredMessage['kind'] {
  if (invis === true || (viewMode !== undefined && unseen.test(viewMode))) return 'hidden'
  const kind = type !== undefined && Object.hasOwn(kinds, type) ? kinds[type]! : null
  return kind === 'video' && isGif === true ? 'gif' : kind
}
