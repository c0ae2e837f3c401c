/** The chat that is opened while the last rows of the one before it are still being stored. */
import type { ChatListing } from '../model.ts'
import type { OpenChat } from '../source.ts'

export class NextChat {
  #listing: ChatListing | null = null
  #pane: Promise<OpenChat> | null = null

  /** Opens it, unless one waits already. What goes wrong is told to whoever takes it. */
  open(listing: ChatListing, open: () => Promise<OpenChat>): void {
    if (this.#pane) return
    this.#listing = listing
    this.#pane = open()
    this.#pane.catch(() => undefined)
  }

  /** The chat, where it is the one that was opened; null where it is to be opened now, and nothing else is being opened. */
  async take(listing: ChatListing | null): Promise<OpenChat | null> {
    const [pane, of] = [this.#pane, this.#listing]
    this.#pane = null
    this.#listing = null
    if (pane && of === listing) return pane
    await pane?.catch(() => undefined)
    return null
  }

  /** Forgets it, once nothing is done on the page for it any more. */
  async drop(): Promise<void> {
    await this.take(null)
  }
}
