/** The page between two cycles: brought to where what is new appears, looked at where it stands, and waited for. */
import type { ChatListing } from '../model.ts'
import type { RawChatRow, RawConversation } from '../raw.ts'
import type { ListPane } from './chat-list.ts'
import { readMounted } from './conversation.ts'
import type { Learned } from './learned.ts'
import type { Pacer } from './pacer.ts'
import { type Changes, rowsChanged, startWatching } from './row-watch.ts'

export interface WatchedPage {
  /** Leaves the archived list and shows the top of the list and the end of the conversation; what changes from then on is told by `changed`. */
  rest(): Promise<void>
  /** The rows of the list that are mounted now: nothing is scrolled. */
  mounted(): Promise<ChatListing[]>
  /** The conversation that is open, as it is mounted now. */
  shown(): Promise<RawConversation>
  /** Resolves when rows have changed, or after a while without (row-watch.ts). */
  changed(signal: AbortSignal): Promise<Changes>
}

/** What the source lends. */
export interface WatchedPageDeps {
  opened(): Learned
  pane(): ListPane
  listingsOf(rows: readonly RawChatRow[], from: number): ChatListing[]
  /** Shows the main list. */
  showMain(): Promise<unknown>
  /** Moves the open conversation to its end. */
  showEnd(): Promise<void>
  pacer: Pick<Pacer, 'scroll'>
}

export function watchedPage({ opened, pane, listingsOf, showMain, showEnd, pacer }: WatchedPageDeps): WatchedPage {
  const parts = () => {
    const { chatList, conversation } = opened().set
    return { list: [...chatList.scroller, ...chatList.grid], conversation: conversation.scroller }
  }
  const shown = () => readMounted(opened().session.page, opened().set)
  return {
    shown,
    async rest() {
      await startWatching(opened().session, parts())
      await showMain()
      if ((await pane().readAt(null)).scroll.top > 0) await pane().readAt(0)
      const { open, scroll: at } = await shown()
      if (!open || at.top + at.client >= at.height - 1) return
      await pacer.scroll()
      await showEnd()
    },
    async mounted() {
      const { rows } = await pane().readAt(null)
      return listingsOf(
        rows.sort((a, b) => (a.y ?? 0) - (b.y ?? 0)),
        0,
      )
    },
    changed: signal => rowsChanged(opened().session, parts(), signal),
  }
}
