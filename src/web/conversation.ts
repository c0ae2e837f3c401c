/** The open conversation on the page: what `read-chat.ts` decides is done here, through the guard and one evaluate at a time. */
import type { CDPSession, Locator, Page } from 'playwright'
import { withoutForeignIds } from '../parse/foreign-ids.ts'
import { idOnPage } from '../parse/ids.ts'
import { RawConversation } from '../raw.ts'
import { ask } from './ask.ts'
import { askPhone } from './ask-phone.ts'
import { followConversation } from './followed-conversation.ts'
import { type ClickKind, ClickRefused, type Guard } from './guard.ts'
import type { Pacer } from './pacer.ts'
import { readConversation, readConversationIds } from './page/read-conversation.ts'
import { revealRow } from './page/row-point.ts'
import { waitChange } from './page/wait-change.ts'
import type { Pane } from './pane.ts'
import { wakePx } from './read-chat.ts'
import type { CompiledSet } from './selectors.ts'

export interface ConversationDeps {
  page: Page
  cdp: CDPSession
  guard: Guard
  set(): CompiledSet
  pacer: Pick<Pacer, 'download' | 'scroll' | 'now'>
  /** What changes later after its row than this is news, not a late part of it. Milliseconds. */
  lateMs: number
  store: Pane['store']
}

/** The page looks for older messages at most every 100 ms, and drops or fills rows a frame or two after a scroll (reference §4.5). */
const settleQuietMs = 60
const nudgeMaxMs = 500
/** The one button between the top of the pane and the messages: the strip is the list's sibling in every era (reference §4.2). */
const olderButton =
  'div#main :has(+ [data-tab="8"]) :is(button, [role="button"]), div#main :is(button, [role="button"]):has(+ [data-tab="8"])'
/** One press shows 3,072 more characters: a message of 64 KiB needs about twenty. */
const expandPresses = 40

/** One reading of the open conversation, validated. */
export async function readMounted(page: Page, set: CompiledSet): Promise<RawConversation> {
  return withoutForeignIds(RawConversation.parse(JSON.parse(await ask(page, readConversation, set.plan))))
}

/** The same without what its rows show: which chat is open, and the ids of its rows. */
export async function readIds(page: Page, set: CompiledSet): Promise<RawConversation> {
  return withoutForeignIds(RawConversation.parse(JSON.parse(await ask(page, readConversationIds, set.plan))))
}

/** The pane of the chat that is open now. */
export function conversationPane({ page, cdp, guard, set, pacer, lateMs, store }: ConversationDeps): Pane {
  const followed = followConversation(cdp, set, lateMs)
  /** False where the guard finds nothing to press any more: the page draws its rows anew whenever it likes. */
  const pressed = async (kind: ClickKind, button: Locator): Promise<boolean> => {
    try {
      await guard.click(kind, button)
      return true
    } catch (error) {
      if (error instanceof ClickRefused) return false
      throw error
    }
  }
  return {
    ...followed,
    async reveal(key, clearPx) {
      const answer = await ask(page, revealRow, JSON.stringify({ key: idOnPage(key), clearPx }))
      return (JSON.parse(answer) as { place: 'shown' | 'above' | 'absent' }).place
    },
    async expand() {
      let presses = 0
      const button = page.locator(`div#main :is(${set().message.readMore})`).first()
      while (presses < expandPresses && (await button.count()) > 0 && (await pressed('read-more', button))) presses++
      return presses
    },
    async download(key) {
      const id = quoted(idOnPage(key))
      const row = page.locator(`div#main [data-id="${id}"], div#main [data-testid="conv-msg-${id}"]`).first()
      const button = row.locator(set().message.downloadButton).first()
      if ((await button.count()) === 0) return false
      await pacer.download()
      return (await button.count()) > 0 && pressed('image-download', button)
    },
    async askPhone(signal) {
      return askPhone({
        request: () => guard.click('older-messages', page.locator(olderButton)),
        read: () => readMounted(page, set()),
        changed: async ms => void (await ask(page, waitChange, { timeoutMs: ms, quietMs: settleQuietMs })),
        async nudge() {
          await pacer.scroll()
          await followed.move({ at: wakePx })
          await followed.changed(nudgeMaxMs)
          await followed.move('top')
          await followed.grown(nudgeMaxMs)
        },
        now: () => pacer.now(),
        signal,
      })
    },
    store,
  }
}

/** A value between double quotes of an attribute selector. */
function quoted(value: string): string {
  return value.replace(/["\\\n]/g, character => `\\${character === '\n' ? 'a ' : character}`)
}
