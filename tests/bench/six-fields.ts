/** Six fields of every mounted row by the two usual ways of a browser library, for comparison. Selectors of the sixth era. */
import type { ElementHandle, Page } from 'playwright'

export interface Fields {
  id: string | null
  stamp: string | null
  text: string | null
  time: string | null
  direction: string | null
  status: string | null
}

const row = '#main [data-id]'
const parts = {
  stamp: '[data-pre-plain-text]',
  text: '[data-testid~="selectable-text"]',
  time: '[data-testid="msg-meta"] span[dir="auto"]',
  direction: '.message-in, .message-out',
  status: '[data-testid="msg-meta"] [data-icon]',
}

const directionOf = (classes: string | null | undefined) => /message-(in|out)/.exec(classes ?? '')?.[1] ?? null

/** A handle of each row, from it a handle of each part, from that the value. */
export async function byElementHandles(page: Page): Promise<Fields[]> {
  const found: Fields[] = []
  for (const handle of await page.$$(row)) {
    const part = async (name: keyof typeof parts, value: (element: ElementHandle) => Promise<string | null>) => {
      const element = await handle.$(parts[name])
      return element === null ? null : value(element)
    }
    found.push({
      id: await handle.getAttribute('data-id'),
      stamp: await part('stamp', element => element.getAttribute('data-pre-plain-text')),
      text: await part('text', element => element.innerText()),
      time: await part('time', element => element.innerText()),
      direction: directionOf(await part('direction', element => element.getAttribute('class'))),
      status: await part('status', element => element.getAttribute('data-icon')),
    })
  }
  return found
}

/** A Locator for each row and part; the one part that a row may lack is counted first, since a Locator waits for what is not there. */
export async function byLocators(page: Page): Promise<Fields[]> {
  const rows = page.locator(row)
  const count = await rows.count()
  const found: Fields[] = []
  for (let n = 0; n < count; n++) {
    const one = rows.nth(n)
    const part = (name: keyof typeof parts) => one.locator(parts[name]).first()
    found.push({
      id: await one.getAttribute('data-id'),
      stamp: await part('stamp').getAttribute('data-pre-plain-text'),
      text: await part('text').innerText(),
      time: await part('time').innerText(),
      direction: directionOf(await part('direction').getAttribute('class')),
      status: (await part('status').count()) > 0 ? await part('status').getAttribute('data-icon') : null,
    })
  }
  return found
}
