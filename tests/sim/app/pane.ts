/** The fixed parts of an open conversation, from `div#main` down to the empty list (reference 4.1). */
import { titleOf } from './chat-row.ts'
import { conversationHeader, subheader } from './conversation-header.ts'
import { h, icon, page } from './dom.ts'
import { fill } from './locales.ts'
import type { SimChat } from './types.ts'

export interface Pane {
  element: HTMLElement
  scroller: HTMLElement
  /** The strip before the list. */
  banner: HTMLElement
  list: HTMLElement
  /** The date that floats over the messages while they are scrolled; outside the list. */
  float: HTMLElement
  jump: HTMLElement
}

function composer(chat: SimChat): HTMLElement {
  const label = fill(page.words.typeTo, titleOf(chat))
  const attributes = { contenteditable: 'true', role: 'textbox', 'data-tab': 10, 'data-lexical-editor': 'true', 'aria-label': label }
  return h('footer', { class: 'xs-foot' }, h('div', attributes))
}

export function conversationPane(chat: SimChat): Pane {
  const { words, switches } = page
  const banner = h('div', { class: 'xs-banner' })
  const list = h('div', { tabindex: 0, 'data-tab': 8, role: switches.listRole === 'application' ? 'application' : null })
  const policy = { 'data-testid': 'conversation-panel-messages', 'data-scrolltracepolicy': 'wa.web.conversation.messages' }
  const end = h('div', { style: 'height:8px;flex:none' })
  const scroller = h('div', { tabindex: 0, ...policy, class: 'xs-scroll' }, h('div', { class: 'xs-push' }), banner, list, end)
  const arrow = h(
    'button',
    { type: 'button', 'aria-label': words.scrollToBottom, 'data-tab': 7, tabindex: 0 },
    icon('ic-chevron-down-wide'),
  )
  const jump = h('div', { class: 'xs-jump' }, h('span', {}, arrow))
  const float = h('div', { class: 'xs-float' })
  jump.hidden = true
  const area = h('div', { class: 'copyable-area xs-area' }, h('span', {}), scroller, float, jump)
  const body = h('div', { 'data-testid': 'conversation-panel-body', class: 'xs-body' }, area)
  const attributes = { id: 'main', 'data-testid': 'conversation-panel-wrapper', class: 'xs-main' }
  return {
    element: h('div', attributes, conversationHeader(chat), subheader(chat), body, chat.announcement ? null : composer(chat)),
    scroller,
    banner,
    list,
    float,
    jump,
  }
}
