/** What the simulator's own specs share: a small account, a sim that ends with the test, ways to open and scroll a chat. */
import type { Page } from '@playwright/test'
import type { Scenario } from '../app/types.ts'
import { chat, message, rng, stanzaId } from '../message.ts'
import { type Sim, type SimOptions, startSim } from '../server.ts'

export const me = { name: 'Robin Amsel', phone: '447700900999', lid: '200000000000001@lid', saved: true }
export const ada = { name: 'Ada Wintermoor', phone: '447700900001', lid: '100000000000001@lid', saved: true }

/** One chat of `count` texts, the last `unread` of them unread. */
export function talk(count: number, unread = 0): Scenario {
  const random = rng(3)
  const start = Date.now() - count * 600_000
  const messages = Array.from({ length: count }, (_, n) => {
    const own = n % 3 === 0 && n < count - unread
    const id = stanzaId(random, own ? 'desktop' : 'android')
    return message({
      id,
      sender: own ? me : ada,
      direction: own ? 'out' : 'in',
      text: `number ${n}`,
      sentAt: new Date(start + n * 600_000).toISOString(),
    })
  })
  return { account: me, chats: [chat({ id: `${ada.phone}@c.us`, lid: ada.lid, title: ada.name, participants: [ada], messages, unread })] }
}

/** Runs `act` against a paired sim with short delays. */
export async function withSim(options: SimOptions, act: (sim: Sim) => Promise<void>): Promise<void> {
  const sim = await startSim({
    paired: true,
    ...options,
    latency: { bootMs: 20, pageMs: 5, subtitleMs: 20, downloadMs: 20, ...options.latency },
  })
  try {
    await act(sim)
  } finally {
    await sim.close()
  }
}

/** Loads the page and opens a chat as a person does. */
export async function openChat(page: Page, sim: Sim, title: string): Promise<void> {
  await page.goto(sim.url)
  const opened = sim.next('chat_opened')
  await page.locator('#pane-side [aria-selected]', { has: page.locator(`span[title="${title}"]`) }).click()
  await opened
  await page.locator('div#main [data-tab="8"] [data-id]').first().waitFor()
}

export const scroller = (page: Page) => page.locator('[data-scrolltracepolicy="wa.web.conversation.messages"]')
export const scrollTo = (page: Page, top: number) => scroller(page).evaluate((element, y) => element.scrollTo(0, y), top)
export const mounted = (page: Page) => page.locator('div#main [data-id]').count()
/** The page stays visible and never thinks that it has the focus. */
export const unfocused = (page: Page) =>
  page.addInitScript(() => {
    Document.prototype.hasFocus = () => false
    window.addEventListener('focus', event => event.stopImmediatePropagation(), true)
  })

export type Row = Record<string, unknown>

/** Rows of a store of the page's database by the store's own order, or by an index; null where the database, the store or the index is missing. */
export function storedRows(page: Page, store: string, index?: string): Promise<Row[] | null> {
  return page.evaluate(
    async ([name, by]) => {
      if (!(await indexedDB.databases()).some(found => found.name === 'model-storage')) return null
      const open = indexedDB.open('model-storage')
      const database = await new Promise<IDBDatabase>(resolve => {
        open.onsuccess = () => resolve(open.result)
      })
      try {
        const found = database.transaction(name).objectStore(name)
        const all = (by ? found.index(by) : found).getAll()
        return await new Promise<Row[]>(resolve => {
          all.onsuccess = () => resolve(all.result as Row[])
        })
      } catch {
        return null
      } finally {
        database.close()
      }
    },
    [store, index] as const,
  )
}
