/** What stands between the rows: date separators, the unread bar, run wrappers with their sticky avatar (reference 4.3). */
import { h, page } from './dom.ts'
import { dayKey } from './format.ts'
import { countText, fill } from './locales.ts'
import { callName, type Position } from './rows/parts.ts'
import type { SimMessage } from './types.ts'

/** Runs break at another sender or day, around system rows, and after a pause: a new wrapper does not imply a new sender. */
export function breaksRun(before: SimMessage | undefined, message: SimMessage): boolean {
  if (!before || before.kind === 'system' || message.kind === 'system') return true
  if (before.direction !== message.direction || before.sender.lid !== message.sender.lid) return true
  if (dayKey(new Date(before.sentAt)) !== dayKey(new Date(message.sentAt))) return true
  return Date.parse(message.sentAt) - Date.parse(before.sentAt) > 45 * 60_000
}

export function position(starts: boolean, ends: boolean): Position {
  if (starts) return ends ? 'single' : 'front'
  return ends ? 'last' : 'mid'
}

export function separator(text: string): HTMLElement {
  const { comet, separatorsUpper } = page.switches
  const style = `xs-sep${separatorsUpper || comet ? ' focusable-list-item' : ''}`
  return h('div', { class: style, tabindex: -1 }, h('div', {}, h('span', { dir: 'auto', style: '--x-fontSize: 12px;' }, text)))
}

export function unreadBar(count: number): HTMLElement {
  const text = countText(page.words, page.words.unread, count)
  return h('div', { class: 'xs-sep', style: 'background:#0001' }, h('span', { 'aria-live': 'polite' }, text))
}

/** One wrapper of a run; in groups an incoming one starts with the sender's avatar. */
export function runWrapper(first: SimMessage, group: boolean): HTMLElement {
  const wrapper = h('div', { class: 'xs-run x1n2onr6' })
  if (!group || first.direction === 'out' || first.kind === 'system') return wrapper
  const { name, saved } = first.sender
  const who = saved ? name : `${fill(page.words.maybe, name)} ${callName(first.sender)}`
  const button = h(
    'div',
    { tabindex: 0, role: 'button', 'aria-label': fill(page.words.openChatDetails, who) },
    h('img', { alt: '', draggable: 'false' }),
  )
  wrapper.append(h('div', { class: 'xs-sticky', style: '--x-height: 100%;' }, button))
  return wrapper
}
