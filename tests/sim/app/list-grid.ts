/** The virtualised grid of chats (reference 3.2): which rows are mounted, where they stand, how their nodes are used again. */
import { chatRow } from './chat-row.ts'
import { h, page, set } from './dom.ts'
import { account } from './store.ts'
import type { SimChat } from './types.ts'

/** Pinned first, then by activity: not by the time that the row shows. */
export function sorted(archived: boolean): SimChat[] {
  const chats = account().scenario.chats.filter(chat => chat.archived === archived)
  return chats.sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.activityAt.localeCompare(a.activityAt))
}

const heightOf = (chat: SimChat) => (chat.community ? (page.switches.rowHeight === 76 ? 95 : 91) : page.switches.rowHeight)

const headingHeight = 48

/** A heading among the rows: a row by its role, and no chat (trap 10). */
function sectionHeading(): HTMLElement {
  const style = `z-index: 0; transition: none; height: ${headingHeight}px; transform: translateY(0px);`
  return h(
    'div',
    { role: page.switches.chatRowRole, class: 'xs-row', style },
    h('div', { role: 'gridcell' }, h('span', {}, page.words.filters[0])),
  )
}

interface Slot {
  node: HTMLElement
  drawn: string
}

/** One virtualised grid in its own scroll container. */
export function listGrid(archived: () => boolean, open: (chat: SimChat) => void) {
  const { words, switches } = page
  const rows = h('div', { role: 'grid', 'aria-label': words.chatList, class: 'xs-grid' })
  const inner = h('div', { tabindex: -1, 'data-testid': 'chat-list' }, rows)
  const scroller = h('div', { id: 'pane-side', 'data-scrolltracepolicy': 'wa.web.chatlist', class: 'xs-pane', 'data-xs': 'chat-list' })
  const nodes = new Map<string, Slot>()
  const heading = switches.sectionRows ? sectionHeading() : null
  let selected: string | null = null
  let quiet = 0

  const draw = () => {
    const chats = sorted(archived())
    const tops: number[] = []
    let height = heading ? headingHeight : 0
    for (const chat of chats) {
      tops.push(height)
      height += heightOf(chat)
    }
    set(rows, 'aria-rowcount', String(chats.length + (heading ? 1 : 0)))
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
    const slots = switches.domOrder === 'scrambled' ? [...nodes.values()] : wanted.map(chat => nodes.get(chat.id)!)
    const order = [...(heading && from === 0 ? [heading] : []), ...slots.map(slot => slot.node)]
    if (order.length !== rows.children.length || order.some((node, n) => rows.children[n] !== node)) rows.replaceChildren(...order)
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
