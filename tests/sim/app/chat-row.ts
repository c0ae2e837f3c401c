/** One row of the chat list: the markup between the positioned row and its texts (reference 3.3). */
import { preview } from './chat-preview.ts'
import { type Child, h, icon, page, withEmoji } from './dom.ts'
import { listTime, padded } from './format.ts'
import { countText, numberText } from './locales.ts'
import { chatOf } from './record.ts'
import { callName } from './rows/parts.ts'
import { account } from './store.ts'
import type { SimChat } from './types.ts'

/** What the page calls a chat: an unsaved person's number stands for the name. */
export function titleOf(chat: SimChat): string {
  const person = chat.participants[0]
  return chat.kind === 'direct' && person && !person.saved ? callName(person) : chat.title
}

function unreadBadge(chat: SimChat): Child {
  const { words } = page
  if (chat.unread === 0) return null
  if (chat.unread < 0) return h('span', {}, h('div', { class: '_ahlk' }, h('span', { 'aria-label': words.markedUnread })))
  const label = countText(words, words.unread, chat.unread)
  return h(
    'span',
    {},
    h(
      'div',
      { class: '_ahlk' },
      h('span', { 'aria-label': label, 'data-testid': 'icon-unread-count' }, h('span', {}, numberText(words, chat.unread))),
    ),
  )
}

function flags(chat: SimChat): Child[] {
  const { words, switches } = page
  const flag = (name: string, label: string) => h('span', {}, h('div', { class: '_ahlk', 'aria-label': label }, icon(name, switches.comet)))
  return [
    unreadBadge(chat),
    chat.muted ? flag(switches.comet ? 'mute-notifications-refreshed' : 'ic-notifications-off', words.muted) : null,
    chat.pinned ? flag(switches.comet ? 'pin-refreshed-thin' : 'ic-keep', words.pinned) : null,
  ]
}

function titleSpan(chat: SimChat): Child[] {
  const { words } = page
  const shown = chat.kind === 'self' ? account().scenario.account.name : titleOf(chat)
  const title = page.switches.paddedTitles ? padded(shown) : shown
  const name = h('span', { dir: 'auto', title, class: 'xs-cut _ao3e', style: 'min-height: 0px;' }, ...withEmoji(title))
  // The newest era says the count once more inside the title, for readers of screens.
  const said = chat.unread > 0 && page.switches.testids === 'all' ? countText(words, words.unread, chat.unread) : null
  const hidden = said ? h('span', { class: 'xs-said' }, said) : null
  return chat.kind === 'self' ? [name, h('span', { dir: 'auto' }, words.self)] : [hidden, name]
}

function maskIcon(): HTMLElement {
  const span = icon(page.switches.comet ? 'key' : 'ic-key', page.switches.comet)
  const mask = document.createElementNS('http://www.w3.org/2000/svg', 'mask')
  mask.id = 'main'
  span.querySelector('svg')?.append(mask)
  return span
}

/** The inside of a row: gridcell, click target, cell. `open` is called on a real press only. */
export function chatRow(chat: SimChat, selected: boolean, first: boolean, open: (chat: SimChat) => void): HTMLElement {
  const { switches } = page
  const when = h(
    'div',
    { 'data-testid': 'cell-frame-primary-detail', class: '_ak8i' },
    h('span', {}, chat.messages.length ? listTime(new Date(chat.messages.at(-1)!.sentAt)) : ''),
  )
  const secondary = h(
    'div',
    { class: '_ak8j xs-line', 'data-testid': 'cell-frame-secondary' },
    h('div', { class: '_ak8k xs-grow xs-cut' }, switches.maskMain && first ? maskIcon() : null, preview(chat)),
    h('div', { role: 'gridcell', 'aria-colindex': 1, class: '_ak8i' }, ...(chat.community ? flags(chat).slice(1) : flags(chat))),
  )
  const lines = chat.community
    ? [
        h('div', { class: '_am_2 xs-line' }, h('span', { dir: 'auto', title: chat.community, class: 'xs-cut' }, chat.community), when),
        h(
          'div',
          { role: 'gridcell', 'aria-colindex': 2, class: '_ak8o xs-line' },
          h('div', { class: '_ak8q', 'data-testid': 'cell-frame-title' }, ...titleSpan(chat)),
          h('div', { role: 'gridcell', 'aria-colindex': 1, class: '_ak8i' }, unreadBadge(chat)),
        ),
        secondary,
      ]
    : [
        h(
          'div',
          { role: 'gridcell', 'aria-colindex': 2, class: '_ak8o xs-line' },
          h('div', { class: '_ak8q xs-cut', 'data-testid': 'cell-frame-title' }, ...titleSpan(chat)),
          when,
        ),
        secondary,
      ]
  const avatar = h(
    'div',
    { class: 'xs-avatar _ak8n' },
    chat.kind === 'group'
      ? icon(chat.community ? 'default-community-refreshed' : 'default-group-refreshed')
      : h('img', { alt: '', draggable: 'false', tabindex: -1 }),
  )
  const apart = chat.kind === 'self' && switches.selfRow === 'yourself'
  const cell = h(
    'div',
    { class: '_ak72 xs-cell', 'data-testid': apart ? 'message-yourself-row' : 'cell-frame-container', 'aria-selected': null },
    avatar,
    h('div', { class: '_ak8l xs-grow' }, ...lines),
  )
  const flat = switches.chatRowRole === 'listitem'
  const target = h(
    'div',
    { tabindex: selected ? 0 : -1, 'aria-selected': String(selected), role: flat ? 'row' : null, style: 'height:100%' },
    cell,
  )
  chatOf.set(target, titleOf(chat))
  target.addEventListener('mousedown', event => {
    if (event.isTrusted && event.button === 0) open(chat)
  })
  return flat ? target : h('div', { role: 'gridcell', tabindex: 0, style: 'height:100%' }, target)
}
