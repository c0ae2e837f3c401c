/** Shape of the label tables: what a word is, and where it was learnt. */
import type { DeliveryStatus } from '../../model.ts'

/** `page`: stands in a saved page or WhatsApp's own module. `note`: a field note. `unverified`: general knowledge of the language, seen nowhere. `derived`: from `Intl`. */
export type LabelSource = 'page' | 'note' | 'unverified' | 'derived'

/** Interface words by what they mean. Every list may be empty; comparison ignores case, bidi controls and outer spaces. */
export interface LabelWords {
  /** Label of own bubbles and prefix of own previews, without the colon. */
  you: string[]
  pending: string[]
  sent: string[]
  delivered: string[]
  read: string[]
  played: string[]
  today: string[]
  yesterday: string[]
  /** Prefix of a preview that is a draft, without the colon. */
  draft: string[]
  typing: string[]
  /** First word of the label of an unsaved sender ("Maybe NAME"). */
  maybe: string[]
  quoted: string[]
  /** Words of the unread count's label, lower case, without the number. */
  unread: string[]
  /** The whole label of a chat marked as unread by hand. */
  markedUnread: string[]
  /** Start of the preview of an own reaction. */
  youReacted: string[]
  edited: string[]
  forwarded: string[]
  forwardedMany: string[]
  deleted: string[]
  deletedByYou: string[]
  deletedByAdmin: string[]
  waiting: string[]
  muted: string[]
  pinned: string[]
  archived: string[]
  readMore: string[]
  openImage: string[]
  voice: string[]
  playVoice: string[]
  voiceCall: string[]
  videoCall: string[]
  /** Those of the words of both that say that nobody took the call. */
  missedCall: string[]
  sticker: string[]
  /** First word of a document's title attribute ("Download "FILE""). */
  download: string[]
  /** Start of the label of a poll bubble. */
  poll: string[]
  location: string[]
  /** The line under a map that moves. */
  liveLocation: string[]
  contact: string[]
  /** Parts of system notices, only to classify rows that structure leaves open. */
  system: string[]
}

export type LabelField = keyof LabelWords

/** Label tables of one language: by source, so that no word stands without saying where it is from. */
export interface LocaleTable {
  language: string
  words: { [source in Exclude<LabelSource, 'derived'>]?: Partial<LabelWords> }
}

export const statusFields: readonly DeliveryStatus[] = ['pending', 'sent', 'delivered', 'read', 'played']
