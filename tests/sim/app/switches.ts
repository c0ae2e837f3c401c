/** Independent switches of the page's markup and behaviour, and the named combinations of them (reference 10.2). */
import type { Digits, Locale } from './locales.ts'

export interface Switches {
  idShape: 'packed' | 'packed-lid' | 'bare'
  inOutClass: boolean
  testids: 'all' | 'textOnly' | 'none'
  textClass: 'pair' | 'aupe' | 'both'
  ticks: 'icon' | 'label+title'
  runWrappers: boolean
  virtualized: boolean
  /** Distance from the viewport in px beyond which a row drops its children. */
  shellPx: number
  separatorsUpper: boolean
  listRole: 'application' | 'none'
  chatRowRole: 'listitem' | 'row'
  rowHeight: 72 | 76
  overscan: 5 | 50
  domOrder: 'scrambled' | 'screen'
  headerTitleAttr: boolean
  /** Plant `<mask id="main">` in a chat-list icon, before the conversation. */
  maskMain: boolean
  searchInput: 'div' | 'input'
  /** Panel from right to left, names of tails the other way round; Arabic and Hebrew have it by themselves. */
  rtl: boolean
  /** `auto`: the browser's language. */
  locale: 'auto' | Locale
  digits: Digits
  clock: 'auto' | 12 | 24
  dateOrder: 'auto' | 'dmy' | 'mdy' | 'ymd'
  /** U+00A0 (`narrow`: U+202F) before am/pm, or inside `a.m.` as in es-MX. */
  nbspAmPm: boolean | 'narrow'
  lidAuthors: boolean
  lateFillMs: number
  lateCaptions: boolean
  /** Behave as a hidden tab: only the last message is drawn. */
  hiddenTab: boolean
  /** Separators were written so many days ago by the page's clock and are not written anew: a page that was open over midnight. */
  staleDays: number
  /** False: rows carry no id at all. */
  dataIds: boolean
  /** `range`: an album is named by its first and last picture and their number, and is no message of its own in IndexedDB. */
  albumIds: 'plain' | 'range'
  /** After each sticker stands one more row, which groups it with another and is no message. */
  groupedStickers: boolean
  /** Rows say sender, text, time and status once more in a label of their own. */
  rowLabels: boolean
  /** An extension of the browser writes its translations into the bubbles. */
  translated: boolean
  /** The header of a chat with somebody who is not saved says "Unknown number". */
  unknownTitle: boolean
  /** A chip of the artificial assistant beside the time of own messages. */
  aiChip: boolean
  /** The titles of the list stand among marks that hold their direction. */
  paddedTitles: boolean
  /** A heading stands among the rows of the list and is counted as one. */
  sectionRows: boolean
  /** `yourself`: the owner's own chat is a row without the cell that the others have. */
  selfRow: 'cell' | 'yourself'
  /** After a chat was opened another one jumps to the top of the list. */
  resortOnOpen: boolean
  /** Where archived chats show: in #pane-side itself, or in a drawer over it. */
  archivedPanel: 'pane' | 'drawer'
  /**
   * `model-storage`: `partial` lacks every third message and every second contact; `empty` has every store and no row; `packed` has short
   * column names; `broken` lacks stores and the index of messages; `none`: no database.
   */
  idb: 'full' | 'partial' | 'none' | 'packed' | 'broken' | 'empty'
  /** Names and classes of the Comet years. */
  comet: boolean
  /** Every attribute, id and semantic class that a reader could know has another name; or only those of one thing. */
  renamed: boolean | Renamed
  /** The first loads of earlier messages in a conversation bring nothing: the page goes quiet until it is scrolled down. */
  emptyLoads: number
  /** QR codes shown before the page asks for a click to reload. */
  qrRotations: number
}

/** `stamp`: what stands before a text; `text`: the text itself; `ids`: of rows; `rows`: all that makes a row. */
export type Renamed = 'stamp' | 'text' | 'ids' | 'rows'

export type Profile = 'E2' | 'E3' | 'E4' | 'E5' | 'E6' | 'E7'

const newest: Switches = {
  idShape: 'bare',
  inOutClass: false,
  testids: 'all',
  textClass: 'both',
  ticks: 'label+title',
  runWrappers: true,
  virtualized: true,
  shellPx: 4000,
  separatorsUpper: false,
  listRole: 'none',
  chatRowRole: 'row',
  rowHeight: 76,
  overscan: 50,
  domOrder: 'screen',
  headerTitleAttr: false,
  maskMain: true,
  searchInput: 'input',
  rtl: false,
  locale: 'auto',
  digits: 'auto',
  clock: 'auto',
  dateOrder: 'auto',
  nbspAmPm: false,
  lidAuthors: true,
  lateFillMs: 150,
  lateCaptions: false,
  hiddenTab: false,
  staleDays: 0,
  dataIds: true,
  albumIds: 'plain',
  groupedStickers: false,
  rowLabels: false,
  translated: false,
  unknownTitle: false,
  aiChip: false,
  paddedTitles: false,
  sectionRows: false,
  selfRow: 'cell',
  resortOnOpen: false,
  archivedPanel: 'pane',
  idb: 'full',
  comet: false,
  renamed: false,
  emptyLoads: 0,
  qrRotations: 6,
}
const e6: Switches = { ...newest, inOutClass: true, textClass: 'aupe', ticks: 'icon' }
const e5: Switches = { ...e6, idShape: 'packed-lid', testids: 'textOnly', comet: true }
const e4: Switches = {
  ...e5,
  idShape: 'packed',
  testids: 'none',
  textClass: 'pair',
  overscan: 5,
  searchInput: 'div',
  lidAuthors: false,
  maskMain: false,
}
const e3: Switches = {
  ...e4,
  runWrappers: false,
  virtualized: false,
  separatorsUpper: true,
  listRole: 'application',
  chatRowRole: 'listitem',
  rowHeight: 72,
  domOrder: 'scrambled',
}
const e2: Switches = { ...e3, comet: false, headerTitleAttr: true }

/** E5 and E7 follow saved pages; the others are combinations of the same switches. */
export const profiles: Readonly<Record<Profile, Switches>> = { E2: e2, E3: e3, E4: e4, E5: e5, E6: e6, E7: newest }
