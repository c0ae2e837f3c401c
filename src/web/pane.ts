/**
 * The open conversation as the reading loop needs it: a seam between deciding (`read-chat.ts`) and doing
 * (`conversation.ts`). Types only.
 */
import type { Attachment } from '../model.ts'
import type { RawConversation } from '../raw.ts'

export type Move = 'top' | 'bottom' | { by: number } | { at: number }

export interface Settle {
  /** Wait until the history grew, within `maxMs`. */
  grow: boolean
  maxMs: number
}

/** What a scroll came to: `moved` when the pane stands elsewhere than before, `changed` when rows came or went meanwhile. */
export interface Scrolled {
  moved: boolean
  changed: boolean
}

/** A picture of a mounted row whose bytes are wanted. */
export interface ImageWanted {
  messageId: string
  position: number
  url: string
}

export interface Pane {
  /** Everything mounted now, in one evaluate. */
  read(): Promise<RawConversation>
  scroll(move: Move, settle: Settle): Promise<Scrolled>
  /** Brings a mounted row (by its key) into view; false when it is not mounted. */
  reveal(key: string): Promise<boolean>
  /** Presses "Read more" on mounted rows until none is left; gives the number of presses. */
  expand(): Promise<number>
  /** Asks the page to download the picture of a mounted row; false when it offers no such button. */
  download(key: string): Promise<boolean>
  /** Asks the phone for older messages by the page's own button, and waits for them; false when none come. Only where a person wants it. */
  askPhone(signal: AbortSignal): Promise<boolean>
  /** Reads and stores pictures while their rows are mounted; attachments by `messageId#position`. */
  store(wanted: ImageWanted[]): Promise<Map<string, Attachment>>
}
