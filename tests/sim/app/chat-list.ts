/** The left side: filters, search box, archived button and the virtualised grid (reference 3.1, 3.2). */
import { chatRow } from './chat-row.ts'
import { h, icon, page, set } from './dom.ts'
import { fill } from './locales.ts'
import { record } from './record.ts'
import { account, onChange } from './store.ts'
import type { SimChat } from './types.ts'

export interface ChatList {
  element: HTMLElement
  select(id: string | null): void
  /** The strip that says what is wrong with the connection; empty when nothing is. */
  notice(...content: (Node | string)[]): void
  draw(): void
}

/** Pinned first, then by activity: not by the time that the row shows. */
export function sorted(archived: boolean): SimChat[] {
  const chats = account().scenario.chats.filter(chat => chat.archived === archived)
  return chats.sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.activityAt.localeCompare(a.activityAt))
}

const heightOf = (chat: SimChat) => (chat.community ? (page.switches.rowHeight === 76 ? 95 : 91) : page.switches.rowHeight)

interface Slot {
  node: HTMLElement
  drawn: string
}

/** One virtualised grid in its own scroll container. */
function grid(archived: () => boolean, open: (chat: SimChat) => void) {
  const { words, switches } = page
  const rows = h('div', { role: 'grid', 'aria-label': words.chatList, class: 'xs-grid' })
  const inner = h('div', { tabindex: -1, 'data-testid': 'chat-list' }, rows)
  const scroller = h('div', { id: 'pane-side', 'data-scrolltracepolicy': 'wa.web.chatlist', class: 'xs-pane', 'data-xs': 'chat-list' })
  const nodes = new Map<string, Slot>()
  let selected: string | null = null
  let quiet = 0

  const draw = () => {
    const chats = sorted(archived())
    const tops: number[] = []
    let height = 0
    for (const chat of chats) {
      tops.push(height)
      height += heightOf(chat)
    }
    set(rows, 'aria-rowcount', String(chats.length))
    rows.style.height = `${height}px`
    const above = scroller.scrollTop - inner.offsetTop
    const first = Math.max(
      0,
      tops.findIndex((top, n) => top + heightOf(chats[n]!) > above),
    )
    let end = tops.findIndex(top => top > above + scroller.clientHeight)
    if (end < 0) end = chats.length
    const from = Math.max(0, first - switches.overscan)
    const to = Math.min(chats.length, end + switches.overscan)
    const wanted = chats.slice(from, to)
    const spare = [...nodes].filter(([id]) => !wanted.some(chat => chat.id === id))
    for (const chat of wanted) {
      if (nodes.has(chat.id)) continue
      const [id, slot] = spare.pop() ?? [null, { node: document.createElement('div'), drawn: '' }]
      if (id !== null) nodes.delete(id)
      nodes.set(chat.id, slot)
    }
    for (const [id] of spare) nodes.delete(id)
    for (const [k, chat] of wanted.entries()) {
      const slot = nodes.get(chat.id)!
      fillSlot(
        slot,
        chat,
        {
          role: switches.chatRowRole,
          'data-testid': `list-item-${k}`,
          class: 'xs-row',
          style: `z-index: ${chats.length - 1 - k}; transition: none; height: ${heightOf(chat)}px; transform: translateY(${tops[from + k]}px);`,
        },
        from + k === 0,
      )
    }
    const order = switches.domOrder === 'scrambled' ? [...nodes.values()] : wanted.map(chat => nodes.get(chat.id)!)
    if (order.length !== rows.children.length || order.some((slot, n) => rows.children[n] !== slot.node))
      rows.replaceChildren(...order.map(slot => slot.node))
  }

  /** Draws a row anew only where something in it changed: nodes move and are used again, as the page does it. */
  const fillSlot = (slot: Slot, chat: SimChat, attributes: Record<string, string>, first: boolean) => {
    const outer = h('div', attributes)
    for (const { name } of [...slot.node.attributes]) if (!outer.hasAttribute(name)) slot.node.removeAttribute(name)
    for (const { name, value } of outer.attributes) if (slot.node.getAttribute(name) !== value) slot.node.setAttribute(name, value)
    const drawn = JSON.stringify([{ ...chat, messages: chat.messages.at(-1) }, chat.id === selected, first])
    if (drawn === slot.drawn) return
    slot.drawn = drawn
    slot.node.replaceChildren(chatRow(chat, chat.id === selected, first, open))
  }

  let frame = 0
  scroller.addEventListener('scroll', () => {
    inner.style.pointerEvents = 'none'
    clearTimeout(quiet)
    quiet = setTimeout(() => inner.style.removeProperty('pointer-events'), 150)
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(draw)
  })
  new ResizeObserver(draw).observe(scroller)
  return {
    scroller,
    inner,
    draw,
    select: (id: string | null) => {
      selected = id
      draw()
    },
  }
}

/** Builds the side. `open` opens a chat; the archived button swaps the grid for the archived chats (never seen as markup: see README). */
export function chatList(open: (chat: SimChat) => void): ChatList {
  const { words, switches } = page
  let archived = false
  const list = grid(() => archived, open)
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
