/**
 * The open conversation as the reading loop needs it: a seam between deciding (`read-chat.ts`) and doing
 * (`conversation.ts`). Types only.
 */
import type { Attachment } from '../model.ts'
import type { RawConversation, RawRow } from '../raw.ts'

export type Move = 'top' | 'bottom' | { by: number } | { at: number }

/** Everything mounted, and what the page tells of its own pace. */
export interface Shown {
  raw: RawConversation
  /** Of each row, in page order: milliseconds since it came to the page, or was filled. */
  ages: readonly number[]
  /** A text is cut short, and the page offers the rest. */
  readMore: boolean
  /** Of the rows seen so far: the longest time (ms) after which a part came late, and how many were watched for 200 ms at least, 400 ms, … */
  late: { latest: number; watched: readonly number[] }
}

/** What came above, `loadMs` milliseconds after the pane was moved to ask for it. */
export type Grown = Shown & { loadMs: number }

/** A picture of a mounted row whose bytes are wanted. */
export interface ImageWanted {
  messageId: string
  position: number
  url: string
  /** sha256 of the bytes (lower-case hex) where the page tells it beforehand; null where it does not. */
  checksum: string | null
}

/** Whether the bytes of a picture came: `gone` = its address went, the page drew its row anew or took it away. */
export type PictureRead = 'here' | 'gone' | 'never'

export interface Pane {
  read(): Promise<Shown>
  /**
   * Rows that are no longer mounted, as they were at last, where they changed after they were read: those that any look told of since this was last asked,
   * so that a look which the next one replaces takes none with it.
   */
  left(): readonly RawRow[]
  /** Moves the pane and gives what is mounted right then, before anything that the move brings; `moved`: it stands elsewhere than before. */
  move(to: Move): Promise<Shown & { moved: boolean }>
  /**
   * Waits for rows above the one that was topmost after the last move, and gives what is mounted as they come; null when none did within `maxMs` or the
   * page says that none will.
   */
  grown(maxMs: number): Promise<Grown | null>
  /** Waits until something of the last reading is different and the pane is still again; false when nothing was within `maxMs`. */
  changed(maxMs: number): Promise<boolean>
  /** Brings a mounted row (by its key) into view. Nothing moves when the pane would have to stand nearer to its top than `clearPx` (`above`). */
  reveal(key: string, clearPx: number): Promise<'shown' | 'above' | 'absent'>
  /** Presses "Read more" on mounted rows until none is left; gives the number of presses. */
  expand(): Promise<number>
  /** Asks the page to download the picture of a mounted row; false when it offers no such button. */
  download(key: string): Promise<boolean>
  /** Asks the phone for older messages by the page's own button, and waits for them; false when none come. Only where a person wants it. */
  askPhone(signal: AbortSignal): Promise<boolean>
  /** Reads and stores a picture, and gives what became of it; `onRead` is told before that when its row may go. */
  store(wanted: ImageWanted, onRead: (read: PictureRead) => void): Promise<Attachment>
}
