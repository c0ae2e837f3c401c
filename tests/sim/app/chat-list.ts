/** The left side: filters, search box, archived button and the virtualised grid (reference 3.1, 3.2). */
import { h, icon, page, set } from './dom.ts'
import { listGrid, sorted } from './list-grid.ts'
import { fill } from './locales.ts'
import { record } from './record.ts'
import { onChange } from './store.ts'
import type { SimChat } from './types.ts'

export interface ChatList {
  element: HTMLElement
  select(id: string | null): void
  /** The strip that says what is wrong with the connection; empty when nothing is. */
  notice(...content: (Node | string)[]): void
  draw(): void
}

/** Builds the side. `open` opens a chat; the archived button swaps the grid for the archived chats (never seen as markup: see README). */
export function chatList(open: (chat: SimChat) => void): ChatList {
  const { words, switches } = page
  let archived = false
  const list = listGrid(() => archived, open)
  const holder = h('div', { tabindex: 0, 'data-tab': 4 }, list.inner)
  const archivedButton = h(
    'button',
    {
      tabindex: 0,
      'data-tab': 4,
      type: 'button',
      'aria-label': `${words.archived} `,
      'aria-disabled': 'false',
      style: 'display:block;width:100%;height:49px',
    },
    h(
      'div',
      { class: '_ak72' },
      h('div', { class: '_ak8n' }, icon('archive-refreshed', switches.comet)),
      h('div', { role: 'group' }, h('div', { class: '_ak8q' }, words.archived)),
    ),
  )
  const search =
    switches.searchInput === 'input'
      ? h('input', {
          role: 'textbox',
          'aria-label': words.searchBox,
          'data-tab': 3,
          type: 'text',
          value: '',
          placeholder: words.searchBox,
          style: 'margin:8px',
        })
      : h('div', { contenteditable: 'true', role: 'textbox', 'data-tab': 3, title: words.searchBox, style: 'margin:8px;min-height:20px' })
  const ids =
    switches.comet && switches.searchInput === 'div'
      ? ['all-filter', 'unread-filter', 'favorites-filter', 'group-filter']
      : ['all-filter', 'label_item_Unread', 'label_item_Favorites', 'additional-filters']
  const filters = h(
    'div',
    { role: 'tablist', 'aria-label': 'chat-list-filters', tabindex: -1 },
    ...words.filters.map((text, n) =>
      h('button', { role: 'tab', type: 'button', id: ids[n], 'aria-controls': 'chat-list', 'aria-pressed': String(n === 0) }, text),
    ),
  )
  const back = h(
    'button',
    { type: 'button', 'aria-label': words.back, 'data-testid': 'btn-closer-drawer' },
    icon('back-refreshed', switches.comet),
  )
  const archivedHead = h(
    'header',
    { style: 'padding:12px' },
    back,
    h('h1', { style: 'display:inline;font-size:18px;margin-left:12px' }, words.archived),
  )
  const header = h(
    'header',
    { 'data-testid': 'chatlist-header', style: 'padding:12px' },
    h('h1', { style: 'font-size:20px;margin:0' }, 'WhatsApp'),
  )
  const butterbar = h('span', { 'data-testid': 'chat-butterbar' })
  const element = h('div', { id: 'side', class: 'xs-side' })
  const arrange = () => {
    if (archived) {
      const drawer = switches.archivedPanel === 'drawer'
      list.scroller.replaceChildren(holder)
      if (drawer) list.scroller.removeAttribute('id')
      element.replaceChildren(
        drawer ? h('div', { 'data-testid': 'drawer-left', class: 'xs-drawer' }, archivedHead, list.scroller) : archivedHead,
      )
      if (!drawer) element.append(list.scroller)
    } else {
      set(list.scroller, 'id', 'pane-side')
      list.scroller.replaceChildren(...(sorted(true).length > 0 ? [archivedButton, holder] : [holder]))
      element.replaceChildren(header, search, filters, butterbar, list.scroller)
    }
    list.scroller.scrollTop = 0
    list.draw()
  }
  const go = (to: boolean) => (event: Event) => {
    if (!event.isTrusted) return
    archived = to
    if (to) record('archived_opened')
    arrange()
  }
  archivedButton.addEventListener('click', go(true))
  back.addEventListener('click', go(false))
  onChange(list.draw)
  arrange()
  return { element, select: list.select, draw: list.draw, notice: (...content) => butterbar.replaceChildren(...content) }
}

/** `(2) WhatsApp`: the number of unread chats. */
export function documentTitle(): string {
  const unread = sorted(false).filter(chat => chat.unread !== 0).length
  return unread > 0 ? fill('({}) WhatsApp', unread) : 'WhatsApp'
}
