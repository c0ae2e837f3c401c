/** What the page says in words, and where each word was learnt. */

/** Forms of a counted phrase by the plural category that `Intl.PluralRules` gives; `{}` is the number. */
export type Counted = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

/** Words that no `Intl` gives. `{}` is a name, a number or a date; `{n}` a second number. */
export interface Labels {
  you: string
  pending: string
  sent: string
  delivered: string
  read: string
  played: string
  quoted: string
  openPicture: string
  playVoice: string
  voice: string
  speed: string
  playGif: string
  forwardMedia: string
  forwarded: string
  forwardedMany: string
  edited: string
  readMore: string
  download: string
  deletedByMe: string
  deletedByThem: string
  deletedByAdmin: string
  waiting: string
  maybe: string
  openChatDetails: string
  profile: string
  search: string
  searchBox: string
  menu: string
  archived: string
  back: string
  chatList: string
  unread: Counted
  markedUnread: string
  muted: string
  pinned: string
  draft: string
  photo: string
  video: string
  voicePreview: string
  voiceCall: string
  missedCall: string
  callHint: string
  sticker: string
  self: string
  selfSubtitle: string
  groupHint: string
  loadEarlier: string
  olderButton: string
  olderFailed: string
  olderText: string
  typeTo: string
  scrollToBottom: string
  reactionOne: string
  reactionMany: string
  pollFrom: string
  viewVotes: string
  messageButton: string
  otherWindow: string
  useHere: string
  close: string
  newsTitle: string
  newsText: string
  newsButton: string
  filters: [string, string, string, string]
  pages: Counted
  e2e: string
  scanTitle: string
  stayLoggedIn: string
  pressReload: string
  typing: string
  videoCall: string
  missedVideo: string
  location: string
  liveLocation: string
  contacts: Counted
  viewOnce: string
  disappearing: string
}

/** Words that `Intl` gives; a table names one only where a saved page spells it otherwise. */
export interface Days {
  today: string
  yesterday: string
}

/** `page`: a saved page or WhatsApp's own module; `note`: a field note, or a public project that quotes what it saw; `derived`: Intl; `invented`: no source gives it, ordinary wording of the language. */
export type Source = 'page' | 'note' | 'derived' | 'invented'

/** One language: its words with their sources. `lang` is what `html[lang]` says; `tag` the locale of `Intl` where the language alone is asked for. */
export interface Language {
  lang: string
  tag: string
  labels: Labels & Partial<Days>
  sources: Record<keyof Labels | keyof Days, Source>
}

type Told = Partial<Labels & Days>
type Missing<P extends Told, N extends Told> = Omit<Labels, keyof P | keyof N>

/** Puts the words of each source together; the compiler asks for every word once. */
export function language<P extends Told, N extends Told>(
  names: { lang: string; tag: string },
  page: P,
  note: N,
  invented: Missing<P, N>,
): Language {
  const sources = { today: 'derived', yesterday: 'derived' } as Record<keyof Labels | keyof Days, Source>
  for (const [source, words] of Object.entries({ invented, note, page }))
    for (const key of Object.keys(words)) sources[key as keyof Labels] = source as Source
  return { ...names, labels: { ...invented, ...note, ...page } as unknown as Labels & Partial<Days>, sources }
}
