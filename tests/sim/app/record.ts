/** Tells the server what happened in the page, in order. */
import type { Recorded } from './types.ts'

let queue: Omit<Recorded, 'at'>[] = []
let sending = false

/** Queues an event and sends it at once; events that come while one is on its way travel together after it. */
export function record(type: Recorded['type'], fields: Partial<Recorded> = {}): void {
  queue.push({ type, trusted: true, target: {}, chat: null, message: null, detail: '', ...fields })
  if (!sending) void flush()
}

async function flush(): Promise<void> {
  sending = true
  while (queue.length > 0) {
    const body = JSON.stringify(queue)
    queue = []
    await fetch('/api/record', { method: 'POST', body, keepalive: body.length < 60_000 }).catch(() => undefined)
  }
  sending = false
}

/** What an element is, for people and assertions. */
function pointedAt(element: Element | null): Record<string, string> {
  const out: Record<string, string> = {}
  const button = element?.closest('button,[role=button],[tabindex]')
  for (const node of [element, button]) {
    for (const name of ['data-testid', 'role', 'aria-label', 'title', 'data-tab', 'data-icon']) {
      const value = node?.getAttribute(name)
      if (value && !out[name]) out[name] = value
    }
  }
  out.tag = element?.tagName.toLowerCase() ?? ''
  out.text = (button ?? element)?.textContent?.slice(0, 60) ?? ''
  const region = element?.closest('[data-xs]')?.getAttribute('data-xs')
  if (region) out.region = region
  return out
}

/** A page that is visible and has the focus shows its owner as online. */
export function tellAvailable(): void {
  if (document.visibilityState === 'visible' && document.hasFocus()) record('presence', { detail: 'available' })
}

/** Writes down clicks, keys, typed text and focus, whoever made them. */
export function watchInput(openChat: () => string | null): void {
  const click = (event: MouseEvent) => {
    const element = event.target instanceof Element ? event.target : null
    const message = element?.closest('[data-id]')?.getAttribute('data-id') ?? null
    const row = element ? chatOf.get(element.closest('[aria-selected]') ?? element) : undefined
    record('click', { trusted: event.isTrusted, target: { ...pointedAt(element), ...(row ? { row } : {}) }, chat: openChat(), message })
  }
  // A press redraws what is under the pointer, so real clicks are written down when the button goes down.
  addEventListener(
    'mousedown',
    event => {
      if (event.isTrusted) click(event)
    },
    true,
  )
  addEventListener(
    'click',
    event => {
      if (!event.isTrusted) click(event)
    },
    true,
  )
  addEventListener(
    'keydown',
    event => {
      record('key', { trusted: event.isTrusted, detail: event.key, chat: openChat() })
    },
    true,
  )
  addEventListener(
    'input',
    event => {
      record('input', { trusted: event.isTrusted, chat: openChat(), target: pointedAt(event.target as Element) })
      if ((event.target as Element | null)?.closest('footer')) record('presence', { detail: 'typing', chat: openChat() })
    },
    true,
  )
  addEventListener('focus', event => {
    if (event.target === window) record('focus', { trusted: event.isTrusted, chat: openChat() })
  })
  addEventListener('error', event => record('console', { detail: event.message }))
  addEventListener('unhandledrejection', event => record('console', { detail: String(event.reason) }))
}

/** Chat titles by their click target; the page itself has no such attribute. */
export const chatOf = new WeakMap<Element, string>()
