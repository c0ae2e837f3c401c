/** The truth of a simulated account: plain JSON, shared by the server, the tests and the browser side. Knows nothing of the reader. */

/** `phone`: digits only; `saved`: in the owner's address book (else the page shows the number, and the name only as a push name). */
export interface Person {
  name: string
  phone: string
  lid: string
  saved: boolean
  /** Shares no number: nothing but the LID and a masked number is known of the person. */
  phoneHidden?: boolean
}

/** A place on the map; `live`: its sender's position while it moves. Degrees. */
export interface MapPlace {
  name: string | null
  address: string | null
  latitude: number
  longitude: number
  live: boolean
}

export type Kind =
  | 'text'
  | 'image'
  | 'video'
  | 'gif'
  | 'audio'
  | 'voice'
  | 'document'
  | 'sticker'
  | 'album'
  | 'call'
  | 'contact'
  | 'location'
  | 'poll'
  | 'event'
  | 'deleted'
  | 'waiting'
  | 'system'

export type Status = 'pending' | 'sent' | 'delivered' | 'read' | 'played'

/** How the bytes of a picture are made; the same spec always gives the same bytes. */
export interface PictureSpec {
  seed: number
  width: number
  height: number
  format: 'png' | 'jpeg'
  /**
   * `truncated`: cut in the middle; `mislabelled`: PNG bytes called image/jpeg; `bomb`: a small file that claims 30000x30000; `svg`, `html`,
   * `zip`: bytes of these called image/jpeg; `polyglot`: a sound JPEG with a page and an archive behind its end.
   */
  defect?: 'truncated' | 'mislabelled' | 'bomb' | 'svg' | 'html' | 'zip' | 'polyglot'
}

/** A picture as the server holds it. `sha256` and `size` may be left empty in a scenario: startSim fills them in from `spec`. */
export interface Picture {
  sha256: string
  size: number
  mime: string
  width: number
  height: number
  /** False: the page shows only the blurred preview and a download button. */
  downloaded: boolean
  /** The server no longer has it: a download never ends in a picture. */
  gone?: boolean
  spec: PictureSpec
}

export interface SimMessage {
  /** Stanza id: 3EB0 + 18 hex (desktop), 32 hex AC… (Android), 20 hex 3A… (iPhone). */
  id: string
  direction: 'in' | 'out'
  kind: Kind
  sender: Person
  /** As typed, with formatting marks; `shownText` gives what the page shows. For system rows the notice. */
  text: string | null
  /** ISO 8601 UTC with seconds. */
  sentAt: string
  status: Status | null
  quoted: { id: string; text: string; author: string } | null
  forwarded: 0 | 1 | 2
  edited: boolean
  deletedBy: 'me' | 'them' | 'admin' | null
  reactions: { emoji: string; count: number }[]
  file: { name: string; size: string; type: string; pages: number | null } | null
  durationS: number | null
  images: Picture[]
  link: { url: string; title: string; description: string | null } | null
  /** A poll's options in order; the question is `text`. */
  options: { text: string; votes: number }[]
  /** People named in the text as `@name`, in its order. */
  mentions: Person[]
  /** A call's outcome; `durationS` is how long it lasted. */
  callMissed: boolean
  callVideo: boolean
  /** The cards of a contact message, one or several. `phone`: digits. */
  contacts: { name: string; phone: string | null }[]
  place: MapPlace | null
  /** An event's particulars (ISO 8601 UTC); its name is `text`. */
  event: { at: string; place: string | null } | null
  /** Seconds until it goes, counted from when it was sent. */
  disappearsAfterS: number | null
  /** May be opened once, and only on the phone. */
  viewOnce: boolean
  starred: boolean
}

export interface SimChat {
  /** `…@c.us` or `…@g.us`. */
  id: string
  lid: string | null
  title: string
  kind: 'direct' | 'group' | 'self'
  community: string | null
  archived: boolean
  pinned: boolean
  muted: boolean
  /** -1: marked as unread by hand. */
  unread: number
  draft: string | null
  /** The list shows no preview (media and system previews often have none). */
  emptyPreview: boolean
  /** Sort key of the chat list, ISO; differs from the last message's time where something unseen moved the chat. */
  activityAt: string
  participants: Person[]
  /** What stands above the first message. `phone_asked`: the phone was asked and has not answered; `phone_failed`: it did not. */
  historyEnd: 'start' | 'phone_has_more' | 'phone_unavailable' | 'phone_asked' | 'phone_failed'
  /** Only admins may write: no composer. */
  announcement: boolean
  /** Who is typing now, as the list says it in place of the preview. */
  typing: Person | null
  /** Oldest first. */
  messages: SimMessage[]
  /** In IndexedDB only, never drawn: older than what the page loads, or arrived and not shown yet. */
  storedOnly: SimMessage[]
  /** On the phone only, oldest first and older than `messages`, until the page asks for them. */
  phoneHolds: SimMessage[]
}

export interface Scenario {
  account: { name: string; phone: string; lid: string }
  chats: SimChat[]
}

/** Artificial delays in milliseconds. */
export interface Latency {
  bootMs: number
  /** One page of history from the local store. */
  pageMs: number
  /** Participants in the header of a group. */
  subtitleMs: number
  downloadMs: number
  /** How long the phone takes to hand over older messages, or to be given up. */
  phoneMs: number
  qrMs: number
  /** How long after a QR code is shown the phone scans it by itself (`autoScan`). */
  scanMs: number
}

/** Something the page did or that was done to it. */
export interface Recorded {
  type:
    | 'click'
    | 'key'
    | 'input'
    | 'focus'
    | 'receipt'
    | 'played'
    | 'presence'
    | 'history_request'
    | 'use_here'
    | 'dialog_dismissed'
    | 'download'
    | 'chat_opened'
    | 'archived_opened'
    | 'read_more'
    | 'paired'
    | 'qr_shown'
    | 'ready'
    | 'loaded'
    | 'shown'
    | 'storage'
    | 'console'
  /** Milliseconds since the epoch, the simulator's clock. */
  at: number
  trusted: boolean
  /** data-testid, role, aria-label, nearest chat title or message id of what was clicked. */
  target: Record<string, string>
  chat: string | null
  message: string | null
  detail: string
}

/** What the server sends to the page; `/api/account`. */
export interface Bootstrap {
  scenario: Scenario
  switches: import('./switches.ts').Switches
  latency: Latency
  /** Added to Date.now(): the account's clock. */
  clockOffsetMs: number
  show: Show
}

export type Show = 'dialog' | 'other_window' | 'unsupported' | 'blocked' | 'frozen' | null
