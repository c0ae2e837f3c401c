/** The open conversation: header, scroller, banner, list, and the rules by which history comes and goes (reference 4). */

import { frozen } from './dialogs.ts'
import { h, later, page } from './dom.ts'
import { dayKey, dayText } from './format.ts'
import { historyBanner } from './history-banner.ts'
import { countBack, type Island, islandSize, slideDown, slideUp } from './island.ts'
import { breaksRun, position, runWrapper, separator, unreadBar } from './list-parts.ts'
import { conversationPane, type Pane } from './pane.ts'
import { record } from './record.ts'
import { revoke } from './rows/media.ts'
import type { Position } from './rows/parts.ts'
import { buildRow, ownName, type Row, stickerGroup } from './rows/row.ts'
import { Shells } from './shells.ts'
import { account, changeChat } from './store.ts'
import type { SimChat, SimMessage } from './types.ts'

interface Kept extends Row {
  /** What it was drawn from: another position or another state of the message draws it anew. */
  drawn: string
}

/** Opens at the unread bar where there is one, else at the end: the first rows to draw. */
function firstIsland(chat: SimChat, unreadAt: number): Island {
  const end = chat.messages.length
  const from = end - countBack(chat.messages, end, innerHeight)
  if (unreadAt < 0 || unreadAt >= from) return { from, to: end }
  return { from: Math.max(0, unreadAt - 8), to: Math.min(end, unreadAt + Math.min(90, Math.max(40, Math.ceil(innerHeight / 50)))) }
}

/** One open chat, from `open` to `close`. */
export class Conversation {
  readonly #pane: Pane
  readonly #scroller: HTMLElement
  readonly #shells: Shells
  readonly #unreadFrom: string | null
  readonly #unreadCount: number
  #chat: SimChat
  #island: Island
  #rows = new Map<string, Kept>()
  #unreadBar: HTMLElement | null = null
  #loading = false
  #closed = false
  #quietUntilDown = false
  #emptyLoads = page.switches.emptyLoads
  #checked = 0
  #timer = 0
  #floatTimer = 0
  #lastTop = 0

  constructor(chat: SimChat) {
    this.#chat = chat
    this.#unreadCount = Math.max(0, chat.unread)
    this.#unreadFrom = chat.unread > 0 ? (chat.messages.at(-chat.unread)?.id ?? null) : null
    this.#pane = conversationPane(chat)
    this.#scroller = this.#pane.scroller
    this.#shells = new Shells(this.#scroller)
    this.#island = firstIsland(
      chat,
      chat.messages.findIndex(message => message.id === this.#unreadFrom),
    )
    this.#pane.jump.addEventListener('click', () => this.#toBottom())
    this.#scroller.addEventListener('scroll', () => this.#scrolled())
  }

  get element(): HTMLElement {
    return this.#pane.element
  }

  /** Call once the element is in the document. */
  open(): void {
    this.#render()
    const bar = this.#unreadBar
    if (bar) this.#scroller.scrollTop = Math.max(0, bar.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top - 60)
    else this.#scroller.scrollTop = this.#scroller.scrollHeight
    this.#lastTop = this.#scroller.scrollTop
    this.maybeSeen(true)
    this.#check(true)
  }

  get chatId(): string {
    return this.#chat.id
  }

  close(): void {
    this.#closed = true
    this.#shells.close()
    clearTimeout(this.#timer)
    clearTimeout(this.#floatTimer)
    for (const row of this.#rows.values()) revoke(row.element)
    this.element.remove()
  }

  /** The chat changed: keep the place, redraw what is different, follow the end when it was in view. */
  update(chat: SimChat): void {
    // What the phone handed over stands above everything; the page draws it where the window is not full, else when it is next scrolled to.
    const first = this.#chat.messages[0]?.id
    const above = Math.max(
      0,
      chat.messages.findIndex(message => message.id === first),
    )
    const grown = chat.messages.length - above - this.#chat.messages.length
    const followed = this.#island.to === this.#chat.messages.length
    this.#chat = chat
    this.#island = { from: this.#island.from + above, to: this.#island.to + above }
    if (followed) this.#island = { ...this.#island, to: chat.messages.length }
    if (this.#island.to - this.#island.from > 100) this.#island = { from: this.#island.to - 100, to: this.#island.to }
    const bottom = this.#atBottom()
    this.#render()
    if (bottom && grown > 0) this.#scroller.scrollTop = this.#scroller.scrollHeight
    this.maybeSeen(false)
    if (above > 0 && !this.#loading && this.#scroller.scrollHeight - this.#scroller.clientHeight < 300) void this.#loadEarlier()
  }

  /** A read receipt goes out when the page has the focus and the end is in view. */
  maybeSeen(opening: boolean): void {
    const last = this.#chat.messages.findLast(message => message.direction === 'in')
    if (this.#chat.unread === 0 || document.visibilityState !== 'visible' || !document.hasFocus()) return
    if (!opening && !this.#atBottom()) return
    record('receipt', { chat: this.#chat.id, message: last?.id ?? null })
    changeChat({ ...this.#chat, unread: 0 })
  }

  #atBottom(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller
    return scrollHeight - scrollTop - clientHeight < 80 && this.#island.to === this.#chat.messages.length
  }

  #toBottom(): void {
    const end = this.#chat.messages.length
    this.#island = { from: Math.max(this.#island.from, end - 100), to: end }
    this.#render()
    this.#scroller.scrollTop = this.#scroller.scrollHeight
  }

  #scrolled(): void {
    const { scrollTop } = this.#scroller
    if (scrollTop > 80) this.#quietUntilDown = false
    this.#pane.jump.hidden = this.#atBottom()
    this.#floatDate()
    const wait = 100 - (performance.now() - this.#checked)
    clearTimeout(this.#timer)
    if (wait <= 0) this.#check()
    else this.#timer = setTimeout(() => this.#check(), wait)
    if (this.#atBottom()) this.maybeSeen(false)
  }

  #floatDate(): void {
    const top = this.#scroller.getBoundingClientRect().top
    for (const [id, row] of this.#rows) {
      if (row.element.getBoundingClientRect().bottom < top) continue
      const message = this.#chat.messages.find(item => item.id === id)
      if (message) this.#pane.float.replaceChildren(h('div', {}, h('span', { dir: 'auto' }, dayText(new Date(message.sentAt)))))
      break
    }
    clearTimeout(this.#floatTimer)
    this.#floatTimer = setTimeout(() => this.#pane.float.replaceChildren(), 800)
  }
  /** `forced`: also when nothing was scrolled since the page itself last moved (anchoring makes scroll events too). */
  #check(forced = false): void {
    this.#checked = performance.now()
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller
    if (!forced && scrollTop === this.#lastTop) return
    const down = scrollTop > this.#lastTop
    this.#lastTop = scrollTop
    if (this.#closed || this.#loading) return
    const why = frozen() ? 'frozen' : this.#quietUntilDown ? 'quiet' : null
    if (scrollTop < 300 && why) record('loaded', { chat: this.#chat.id, detail: why })
    else if (scrollTop < 300) void this.#loadEarlier()
    else if (down && scrollHeight - scrollTop - clientHeight < 300 && this.#island.to < this.#chat.messages.length) this.#loadLater()
  }

  async #loadEarlier(): Promise<void> {
    this.#loading = true
    const { scrollHeight, clientHeight } = this.#scroller
    // Filling the window is never empty: the switch is about a person's (or a reader's) own scrolling.
    const filling = scrollHeight - clientHeight < 300
    const more = this.#island.from > 0 && (filling || this.#emptyLoads-- <= 0)
    await later(more ? account().latency.pageMs : 0)
    this.#loading = false
    if (this.#closed) return
    if (!more) {
      this.#quietUntilDown = this.#scroller.scrollTop <= 80
      record('loaded', { chat: this.#chat.id, detail: 'empty' })
      return
    }
    const count = countBack(this.#chat.messages, this.#island.from, 2 * innerHeight)
    this.#island = slideUp(this.#island, count)
    this.#render()
    record('loaded', { chat: this.#chat.id, detail: `${this.#island.from}-${this.#island.to}` })
    const { scrollTop } = this.#scroller
    const full = this.#island.to - this.#island.from >= islandSize
    // A window that a full island cannot fill must not run through the whole history by itself.
    if (scrollTop === 0 || (scrollTop < 300 && !full)) this.#timer = setTimeout(() => this.#check(true), 100)
  }

  #loadLater(): void {
    const count = Math.max(20, countBack(this.#chat.messages, this.#chat.messages.length, innerHeight))
    this.#island = slideDown(this.#island, count, this.#chat.messages.length)
    this.#render()
    record('loaded', { chat: this.#chat.id, detail: `${this.#island.from}-${this.#island.to}` })
  }

  /** Draws the island, keeping the first row that stays where it is on the screen. */
  #render(): void {
    const shown = this.#chat.messages.slice(this.#island.from, this.#island.to)
    const anchor = this.#pane.list.isConnected ? this.#anchor(new Set(shown.map(message => message.id))) : null
    const fresh = new Map<string, Kept>()
    const out: HTMLElement[] = []
    let run: HTMLElement | null = null
    for (const [n, message] of shown.entries()) {
      const date = new Date(message.sentAt)
      const before = shown[n - 1]
      if (!before || dayKey(new Date(before.sentAt)) !== dayKey(date)) out.push(separator(dayText(date)))
      const bar = message.id === this.#unreadFrom ? unreadBar(this.#unreadCount) : null
      if (bar) out.push(bar)
      this.#unreadBar = bar ?? this.#unreadBar
      const next = shown[n + 1]
      const starts = bar !== null || breaksRun(before, message)
      const ends = !next || next.id === this.#unreadFrom || breaksRun(message, next)
      const row = this.#row(message, position(starts, ends))
      fresh.set(message.id, row)
      if (page.switches.runWrappers && (starts || !run)) {
        run = runWrapper(message, this.#chat.kind === 'group')
        out.push(run)
      }
      const rows = page.switches.groupedStickers && message.kind === 'sticker' ? [row.element, stickerGroup(message)] : [row.element]
      if (run) run.append(...rows)
      else out.push(...rows)
    }
    for (const [id, row] of this.#rows) if (!fresh.has(id) || fresh.get(id) !== row) this.#dismount(row)
    this.#rows = fresh
    this.#pane.list.replaceChildren(...out)
    this.#drawBanner()
    if (anchor) {
      const row = fresh.get(anchor.id)
      if (row) this.#scroller.scrollTop += row.element.getBoundingClientRect().top - anchor.top
    }
    for (const row of fresh.values()) this.#shells.watch(row.box)
    this.#lastTop = this.#scroller.scrollTop
  }

  #anchor(staying: Set<string>): { id: string; top: number } | null {
    for (const [id, row] of this.#rows) if (staying.has(id)) return { id, top: row.element.getBoundingClientRect().top }
    return null
  }

  #row(message: SimMessage, at: Position): Kept {
    const drawn = `${at} ${JSON.stringify({ ...message, images: message.images.length })}`
    const old = this.#rows.get(message.id)
    if (old?.drawn === drawn) return old
    const row = buildRow(this.#chat, message, { position: at, group: this.#chat.kind === 'group', ownName: ownName() })
    const last = this.#chat.messages.at(-1) === message
    const { virtualized, hiddenTab } = page.switches
    if (virtualized && !last && (hiddenTab || document.visibilityState === 'hidden')) this.#shells.drop(row.box, 60)
    return { ...row, drawn }
  }

  #dismount(row: Kept): void {
    this.#shells.forget(row.box)
    revoke(row.element)
    row.element.remove()
  }

  #drawBanner(): void {
    const banner = historyBanner(this.#chat, this.#island.from > 0)
    this.#pane.banner.replaceChildren(...(banner ? [banner] : []))
  }
}
