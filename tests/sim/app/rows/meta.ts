/** The meta line of a bubble, and its invisible copy beside the text (reference 4.10). */
import { type Child, h, icon, page } from '../dom.ts'
import { timeText } from '../format.ts'
import type { SimMessage } from '../types.ts'

/** The invisible copy of the meta line that keeps room for it beside the text. */
export function spacer(message: SimMessage): HTMLElement {
  const edited = message.edited ? h('span', {}, page.words.edited) : null
  return h(
    'span',
    {},
    h('span', { 'aria-hidden': 'true', class: 'xs-space' }, edited, h('span', {}), h('span', {}, timeText(new Date(message.sentAt)))),
  )
}

/** Delivery state of an own message: icon with name, or label and title only (reference 4.10). */
function ticks(message: SimMessage): Child {
  if (message.direction === 'in' || !message.status || message.kind === 'deleted' || message.kind === 'call') return null
  const label = ` ${page.words.status[message.status]} `
  const old = { pending: 'msg-time', sent: 'msg-check', delivered: 'msg-dblcheck', read: 'msg-dblcheck', played: 'msg-dblcheck' }
  const wds = { pending: 'wds-ic-pending', sent: 'wds-ic-delivered', delivered: 'wds-ic-read', read: 'wds-ic-read', played: 'wds-ic-read' }
  const name = page.switches.ticks === 'icon' ? old[message.status] : wds[message.status]
  const drawn = icon(name, page.switches.ticks === 'icon')
  drawn.setAttribute('aria-hidden', 'false')
  const span = h(
    'span',
    { 'aria-hidden': 'false', 'aria-label': label, 'data-icon': page.switches.ticks === 'icon' ? name : null },
    ...drawn.childNodes,
  )
  return h('div', { style: 'display:inline-block;margin-left:3px' }, span)
}

/** The meta line: "Edited", time, ticks. */
export function meta(message: SimMessage): HTMLElement {
  const edited = message.edited ? h('span', {}, page.words.edited) : null
  const chip =
    message.disappearsAfterS === null
      ? null
      : h('span', { 'aria-label': page.words.disappearing }, icon('disappearing', page.switches.comet))
  const star = message.starred ? h('span', { 'aria-label': ' Starred ' }, icon('star', page.switches.comet)) : null
  const assistant = page.switches.aiChip && message.direction === 'out' ? h('span', { 'data-testid': 'ai-label' }, 'IA') : null
  const time = h(
    'span',
    { dir: 'auto' },
    assistant,
    edited,
    h('span', { style: '--x-fontSize: 12px; --x-lineHeight: 8.5313px;' }, timeText(new Date(message.sentAt))),
  )
  return h(
    'div',
    { class: 'xs-metabox' },
    h(
      'div',
      { class: 'xs-meta', 'data-testid': 'msg-meta', role: message.direction === 'out' ? 'button' : null },
      chip,
      star,
      time,
      ticks(message),
    ),
  )
}
