/** Six fields of a row by the two usual ways of a browser library, for comparison. Selectors of the sixth era. */
import type { ElementHandle, Locator } from 'playwright'

export interface Fields {
  id: string | null
  stamp: string | null
  text: string | null
  time: string | null
  direction: string | null
  status: string | null
}

/** The rows. */
export const row = '#main [data-id]'
const parts = {
  stamp: '[data-pre-plain-text]',
  text: '[data-testid~="selectable-text"]',
  time: '[data-testid="msg-meta"] span[dir="auto"]',
  direction: '.message-in, .message-out',
  status: '[data-testid="msg-meta"] [data-icon]',
}

const directionOf = (classes: string | null | undefined) => /message-(in|out)/.exec(classes ?? '')?.[1] ?? null

/** From the handle of a row a handle of each part, from that the value. */
export async function byElementHandles(handle: ElementHandle): Promise<Fields> {
  const part = async (name: keyof typeof parts, value: (element: ElementHandle) => Promise<string | null>) => {
    const element = await handle.$(parts[name])
    return element === null ? null : value(element)
  }
  return {
    id: await handle.getAttribute('data-id'),
    stamp: await part('stamp', element => element.getAttribute('data-pre-plain-text')),
    text: await part('text', element => element.innerText()),
    time: await part('time', element => element.innerText()),
    direction: directionOf(await part('direction', element => element.getAttribute('class'))),
    status: await part('status', element => element.getAttribute('data-icon')),
  }
}

/** A Locator for each part of a row; the one part that a row may lack is counted first, since a Locator waits for what is not there. */
export async function byLocators(one: Locator): Promise<Fields> {
  const part = (name: keyof typeof parts) => one.locator(parts[name]).first()
  return {
    id: await one.getAttribute('data-id'),
    stamp: await part('stamp').getAttribute('data-pre-plain-text'),
    text: await part('text').innerText(),
    time: await part('time').innerText(),
    direction: directionOf(await part('direction').getAttribute('class')),
    status: (await part('status').count()) > 0 ? await part('status').getAttribute('data-icon') : null,
  }
}
