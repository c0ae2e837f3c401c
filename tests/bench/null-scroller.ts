/** The page's own limit: a browser as the program starts it, whose page is made to render the same history, and nothing is read. */
import { chromium, type Page } from 'playwright'
import { loadConfig } from '../../src/config.ts'
import { contextOptions, findChromium, launchOptions } from '../../src/web/browser.ts'
import type { Account } from '../e2e/account.ts'
import { expectedRows } from '../sim/truth.ts'

/**
 * Walks through the same chats by pressing their rows, and scrolls each up until the row of its oldest message since `since` is there. Gives the
 * seconds from the moment that the page showed its chats.
 */
export async function nullScroller({ sim, env }: Account, since: Date): Promise<number> {
  const config = loadConfig(env as NodeJS.ProcessEnv)
  const browser = await chromium.launch(launchOptions(config, await findChromium(process.env.CHROMIUM_PATH ?? null)))
  try {
    const page = await (await browser.newContext(contextOptions(config))).newPage()
    const ready = sim.next('ready')
    await page.goto(sim.url)
    const started = (await ready).at
    const ends = oldest(expectedRows(sim.scenario, { since }))
    for (const y of await rowsOf(page, ends.size)) {
      await page.mouse.click(200, y)
      ends.delete(await page.evaluate(scrollUp, [...ends]))
    }
    return (Date.now() - started) / 1000
  } finally {
    await browser.close()
  }
}

/** Ids of the oldest message of each chat. */
function oldest(rows: ReturnType<typeof expectedRows>): Set<string> {
  const first = new Map<string, string>()
  for (const { chatId, messageId } of rows) if (!first.has(chatId)) first.set(chatId, messageId)
  return new Set(first.values())
}

/** Where the rows of the list stand. All of them are within the tall window. */
async function rowsOf(page: Page, count: number): Promise<number[]> {
  const places = await page.evaluate(() =>
    [...document.querySelectorAll('#pane-side [role="row"], #pane-side [role="listitem"]')].map(row => {
      const { top, height } = row.getBoundingClientRect()
      return top + height / 2
    }),
  )
  if (places.length !== count) throw new Error(`the list shows ${places.length} chats, the scenario has ${count} with messages`)
  return places
}

/** Runs in the page: back to the top whenever something moved the pane from it, until one of the rows is there; gives its id. */
export function scrollUp(ends: string[]): Promise<string> {
  return new Promise(resolve => {
    let pane: Element | null = null
    let frame = 0
    const paneOf = () => {
      let element = document.querySelector('#main [data-id]')?.parentElement ?? null
      while (element && !/auto|scroll/.test(getComputedStyle(element).overflowY)) element = element.parentElement
      return element
    }
    const pull = () => {
      const end = ends.find(id => document.querySelector(`#main [data-id="${id}"]`) !== null)
      if (end !== undefined) {
        observer.disconnect()
        cancelAnimationFrame(frame)
        resolve(end)
        return
      }
      if (!pane?.isConnected) pane = paneOf()
      if (!pane) return
      // A page that missed the way to its top looks again only after a move down and up (reference §4.5).
      const asleep = pane.scrollTop === 0 && performance.now() - changedAt > 600
      if (asleep) changedAt = performance.now()
      if (asleep) pane.scrollTop = 160
      else if (pane.scrollTop > 0) pane.scrollTop = 0
    }
    let changedAt = performance.now()
    const observer = new MutationObserver(() => {
      changedAt = performance.now()
      pull()
    })
    observer.observe(document.body, { childList: true, subtree: true })
    // What moves the pane without changing a row (scroll anchoring) shows with the next frame.
    const tick = () => {
      frame = requestAnimationFrame(tick)
      pull()
    }
    tick()
  })
}
