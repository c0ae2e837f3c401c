/** Saved pages: opened in a throwaway browser with neither account, network nor scripts of the page. */
import { readFile } from 'node:fs/promises'
import type { BrowserContext, Page } from 'playwright'
import type { Config } from '../config.ts'
import { RawChatList, RawConversation, RawState } from '../raw.ts'
import { launchThrowaway } from './browser.ts'
import { readChatList } from './page/read-chat-list.ts'
import { readConversation } from './page/read-conversation.ts'
import { readFeatures } from './page/read-features.ts'
import { readState } from './page/read-state.ts'
import { type CompiledSet, chooseSet, detectSelectors } from './selectors.ts'

/** Everything that one page shows, with the set that it was read with. */
export interface PageReading {
  set: CompiledSet
  warning: string | null
  state: RawState
  list: RawChatList
  conversation: RawConversation
}

export interface SavedPages {
  /** Reads a file. Throws what `readFile` throws. */
  read(file: string, sets: readonly CompiledSet[]): Promise<PageReading>
  close(): Promise<void>
}

/** Starts the browser for saved pages. Throws BrowserError. */
export async function openSavedPages(config: Pick<Config, 'browser'>): Promise<SavedPages> {
  const { context, close } = await launchThrowaway(config)
  return {
    close,
    async read(file, sets) {
      const html = await readFile(file, 'utf8')
      const page = await inertPage(context)
      try {
        await page.setContent(html, { waitUntil: 'domcontentloaded' })
        return await readPage(page, sets)
      } finally {
        await page.close()
      }
    },
  }
}

/** A page that loads nothing and runs nothing of what it shows; our own readers run all the same. */
export async function inertPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.route('**/*', route => route.abort())
  const cdp = await context.newCDPSession(page)
  await cdp.send('Emulation.setScriptExecutionDisabled', { value: true })
  return page
}

/** Reads a page with the set that fits it best. A saved page has no layout, so gaps of bubbles are not measured. */
export async function readPage(page: Page, sets: readonly CompiledSet[]): Promise<PageReading> {
  const features = JSON.parse(await page.evaluate(readFeatures, JSON.stringify(detectSelectors(sets)))) as string[]
  const { set, warning } = chooseSet(sets, new Set(features))
  const plan = JSON.stringify({ ...set.parts, geometry: false })
  return {
    set,
    warning,
    state: RawState.parse(JSON.parse(await page.evaluate(readState, plan))),
    list: RawChatList.parse(JSON.parse(await page.evaluate(readChatList, plan))),
    conversation: RawConversation.parse(JSON.parse(await page.evaluate(readConversation, plan))),
  }
}
