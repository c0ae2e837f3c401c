/** A whole row: id, virtualised box, list item, bubble, and what stands beside and below it (reference 4.4). */
import { h, icon, later, page } from '../dom.ts'
import { padded, timeText } from '../format.ts'
import { account } from '../store.ts'
import { shownText } from '../text.ts'
import type { SimChat, SimMessage } from '../types.ts'
import { content, mediaKinds } from './content.ts'
import { callName, forwardButton, type Place, reactions } from './parts.ts'
import { dataId, groupedStickerId } from './row-id.ts'

/** Own forwarded voice notes have neither tail nor label; polls no label (reference 4.6). */
function edges(message: SimMessage, place: Place): { tail: boolean; label: boolean } {
  const front = place.position === 'front' || place.position === 'single'
  const forwardedVoice = message.kind === 'voice' && message.forwarded > 0 && message.direction === 'out'
  const groupIn = place.group && message.direction === 'in'
  return { tail: front && !forwardedVoice, label: place.position !== 'mid' && !forwardedVoice && !groupIn && message.kind !== 'poll' }
}

/** `NAME  text  09.46   `, `You  text   10:42 PM Read  ` (reference 4.11). */
function rowLabel(message: SimMessage): string {
  const { words } = page
  const own = message.direction === 'out'
  const text = shownText(message.text ?? (mediaKinds.has(message.kind) ? words.photo : ''))
  const status = own && message.status ? words.status[message.status] : ''
  return `${own ? words.you : callName(message.sender)}  ${text}  ${timeText(new Date(message.sentAt))} ${status}  `
}

function bubble(chat: SimChat, message: SimMessage, place: Place): HTMLElement {
  const { comet, inOutClass, rtl, rowLabels } = page.switches
  const out = message.direction === 'out'
  const { tail, label } = edges(message, place)
  const tailName = out !== rtl ? 'tail-out' : 'tail-in'
  const tailIcon = tail ? icon(tailName) : null
  tailIcon?.classList.add('xs-tail')
  const labelSpan = label ? h('span', { 'aria-label': `${out ? page.words.you : callName(message.sender)}:` }) : null
  const inner = h(
    'div',
    { class: comet ? '_amk6 _amlo false false' : 'false false' },
    comet ? labelSpan : null,
    h('div', {}, comet ? null : labelSpan, h('div', {}, ...content(chat, message, place))),
    h('span', { class: '' }),
    h('div', {}),
  )
  const container = h(
    'div',
    { 'data-testid': 'msg-container', class: `xs-bubble${comet ? ' _amk4 false _amkd false' : ''}` },
    tailIcon,
    inner,
  )
  const classes = [
    'xs-msg',
    out ? 'xs-out' : 'xs-in',
    inOutClass ? `message-${message.direction}` : '',
    'focusable-list-item',
    comet ? '_amjy _amjz _amjw' : '',
  ]
    .filter(Boolean)
    .join(' ')
  return h(
    'div',
    { class: classes, ...(rowLabels ? { role: '', 'aria-label': rowLabel(message) } : {}) },
    h('span', { class: '' }),
    container,
    h('div', { class: comet ? '_amj_' : '' }, mediaKinds.has(message.kind) ? forwardButton() : null),
  )
}

function notice(message: SimMessage): HTMLElement {
  const text = message.text === 'e2e' ? page.words.e2e : (message.text ?? '')
  const body = h(
    'div',
    { role: 'button' },
    page.switches.comet && message.text === 'e2e' ? icon('lock-small') : null,
    h('span', { 'data-testid': 'system_message' }, h('span', { dir: 'auto' }, page.switches.rtl ? padded(text) : text)),
  )
  const container = h(
    'div',
    { 'data-testid': 'msg-notification-container', style: 'background:#ffeecd;border-radius:8px;padding:6px 12px;max-width:70%' },
    h('div', { class: 'false false' }, body),
  )
  return h(
    'div',
    { class: `xs-msg xs-mid focusable-list-item${page.switches.comet ? ' _amk1' : ''}`, role: page.switches.comet ? 'button' : null },
    h('span', {}),
    container,
  )
}

export interface Row {
  /** `div[role=row]`. */
  element: HTMLElement
  /** The box that keeps or drops its children. */
  box: HTMLElement
}

/** One row of the conversation. Reactions come late. */
export function buildRow(chat: SimChat, message: SimMessage, place: Place): Row {
  const { comet, virtualized, lateFillMs, dataIds } = page.switches
  const id = dataId(chat, message)
  const addons = h('div', { 'data-testid': 'addon-bubble-container' })
  const inner = message.kind === 'system' ? h('div', {}, notice(message)) : h('div', {}, bubble(chat, message, place), addons)
  const box = h('div', { 'data-virtualized': virtualized ? 'false' : null }, inner)
  const names = dataIds ? { 'data-id': id, 'data-testid': `conv-msg-${id}` } : {}
  const node = h('div', { tabindex: -1, class: comet ? '_amjv' : 'x1n2onr6', ...names }, box)
  const drawn = reactions(message)
  if (drawn) {
    addons.style.minHeight = '20px'
    void later(lateFillMs).then(() => addons.append(drawn))
  }
  addons.style.paddingInline = '62px 67px'
  addons.style.textAlign = message.direction === 'out' ? 'end' : 'start'
  return { element: h('div', { tabindex: -1, class: '', role: 'row' }, node), box }
}

/** A row of its own that shows two stickers once more; no message. */
export function stickerGroup(message: SimMessage): HTMLElement {
  const id = groupedStickerId(message)
  const image = () => h('img', { alt: page.words.sticker, width: 64, height: 64 })
  const time = h('div', { 'data-testid': 'msg-meta' }, h('span', {}, timeText(new Date(message.sentAt))))
  const node = h('div', { tabindex: -1, 'data-id': id, 'data-testid': `conv-msg-${id}` }, image(), image(), time)
  return h('div', { tabindex: -1, class: '', role: 'row' }, node)
}

/** The owner's push name, as stamps of own messages carry it. */
export const ownName = () => account().scenario.account.name
