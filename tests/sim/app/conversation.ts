/** The open conversation: header, scroller, banner, list, and the rules by which history comes and goes (reference 4). */

import { titleOf } from './chat-row.ts'
import { h, icon, later, page } from './dom.ts'
import { dateText, dayKey, dayText } from './format.ts'
import { countBack, type Island, slideDown, slideUp } from './island.ts'
import { fill } from './locales.ts'
import { record } from './record.ts'
import { revoke } from './rows/media.ts'
import { callName, type Position } from './rows/parts.ts'
import { buildRow, ownName, type Row } from './rows/row.ts'
import { account, changeChat } from './store.ts'
import type { SimChat, SimMessage } from './types.ts'

interface Kept extends Row {
  key: string
  chat: string
  dropped: ChildNode[] | null
}

/** The day of a message, and whether it starts another run of rows. */
function breaksRun(before: SimMessage | undefined, message: SimMessage): boolean {
  if (!before || before.kind === 'system' || message.kind === 'system') return true
  if (before.direction !== message.direction || before.sender.lid !== message.sender.lid) return true
  if (dayKey(new Date(before.sentAt)) !== dayKey(new Date(message.sentAt))) return true
  return Date.parse(message.sentAt) - Date.parse(before.sentAt) > 45 * 60_000
}

export class Conversation {
  readonly element: HTMLElement
  #chat: SimChat
  #island: Island
  #rows = new Map<string, Kept>()
  #loading = false
  #quietUntilDown = false
  #checked = 0
  #timer = 0
  #lastTop = 0
  readonly #unreadFrom: string | null
  readonly #unreadCount: number
  readonly #scroller: HTMLElement
  readonly #list: HTMLElement
  readonly #banner = h('div', { class: 'xs-banner' })
  readonly #float = h('div', { class: 'xs-float' })
  readonly #jump: HTMLElement
  readonly #observer: IntersectionObserver
  #closed = false

  constructor(chat: SimChat) {
    this.#chat = chat
    const { words, switches } = page
    this.#unreadCount = Math.max(0, chat.unread)
    this.#unreadFrom = chat.unread > 0 ? (chat.messages.at(-chat.unread)?.id ?? null) : null
    this.#list = h('div', { tabindex: 0, 'data-tab': 8, role: switches.listRole === 'application' ? 'application' : null })
    this.#scroller = h(
      'div',
      {
        tabindex: 0,
        'data-testid': 'conversation-panel-messages',
        'data-scrolltracepolicy': 'wa.web.conversation.messages',
        class: 'xs-scroll',
      },
      h('div', { class: 'xs-push' }),
      this.#banner,
      this.#list,
      h('div', { style: 'height:8px;flex:none' }),
    )
    this.#jump = h(
      'div',
      { class: 'xs-jump' },
      h(
        'span',
        {},
        h('button', { type: 'button', 'aria-label': words.scrollToBottom, 'data-tab': 7, tabindex: 0 }, icon('ic-chevron-down-wide')),
      ),
    )
    this.#jump.hidden = true
    this.#jump.addEventListener('click', () => this.#toBottom())
    const area = h('div', { class: 'copyable-area xs-area' }, h('span', {}), this.#scroller, this.#float, this.#jump)
    const title = titleOf(chat)
    const composer = h(
      'footer',
      { class: 'xs-foot' },
      h('div', {
        contenteditable: 'true',
        role: 'textbox',
        'data-tab': 10,
        'data-lexical-editor': 'true',
        'aria-label': fill(words.typeTo, title),
      }),
    )
    this.element = h(
      'div',
      { id: 'main', 'data-testid': 'conversation-panel-wrapper', class: 'xs-main' },
      this.#header(title),
      h('div', { 'data-testid': 'conversation-panel-body', class: 'xs-body' }, area),
      composer,
    )
    this.#observer = new IntersectionObserver(entries => this.#seen(entries), {
      root: this.#scroller,
      rootMargin: `${switches.shellPx}px 0px`,
    })
    const end = chat.messages.length
    this.#island = { from: end - countBack(chat.messages, end, innerHeight), to: end }
    this.#scroller.addEventListener('scroll', () => this.#scrolled())
  }

  #header(title: string): HTMLElement {
    const { words, switches } = page
    const chat = this.#chat
    const name = chat.kind === 'self' ? `${account().scenario.account.name} ${words.self}` : title
    const span = h(
      'span',
      {
        dir: 'auto',
        'data-testid': 'conversation-info-header-chat-title',
        title: switches.headerTitleAttr ? name : null,
        class: 'xs-cut',
        style: 'min-height: 0px;',
      },
      name,
    )
    const info = h(
      'div',
      { role: 'button', tabindex: 0, 'data-tab': 6, 'data-testid': 'conversation-info-header', class: 'xs-grow' },
      h('div', { class: 'xs-cut' }, span),
    )
    const subtitle = (text: string, withTitle: boolean) => {
      const inner = h(
        'span',
        {
          title: withTitle ? text : null,
          'data-testid': switches.textClass === 'pair' ? null : 'selectable-text',
          class: 'selectable-text copyable-text',
        },
        text,
      )
      info.querySelector('[data-xs=subtitle]')?.remove()
      info.append(h('div', { 'data-testid': 'chat-subtitle', 'data-xs': 'subtitle', class: 'xs-cut' }, inner))
    }
    if (chat.kind === 'self') subtitle(words.selfSubtitle, true)
    if (chat.kind === 'group') {
      subtitle(words.groupHint, false)
      const others = chat.participants.filter(person => person.lid !== account().scenario.account.lid).map(callName)
      void later(account().latency.subtitleMs).then(() => subtitle([...others, words.you].join(', '), true))
    }
    const avatar = h(
      'div',
      {
        title: words.profile,
        role: 'button',
        'aria-label': switches.testids === 'all' ? words.profile : null,
        class: 'xs-avatar',
        style: 'width:40px;height:40px',
      },
      h('img', { alt: '', draggable: 'false' }),
    )
    const button = (label: string, name2: string) =>
      h('button', { 'data-tab': 6, type: 'button', 'aria-label': label, tabindex: 0 }, icon(name2, false))
    return h(
      'header',
      { 'data-testid': 'conversation-header', class: 'xs-head' },
      avatar,
      info,
      button(words.search, 'ic-search'),
      button(words.menu, 'ic-more-vert'),
    )
  }

  /** Call once the element is in the document. */
  open(): void {
    this.#render()
    const bar = this.#list.querySelector('[aria-live=polite]')
    if (bar)
      this.#scroller.scrollTop = Math.max(
        0,
        (bar as HTMLElement).getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top - 60,
      )
    else this.#scroller.scrollTop = this.#scroller.scrollHeight
    this.#lastTop = this.#scroller.scrollTop
    this.maybeSeen(true)
    this.#check()
  }

  get chatId(): string {
    return this.#chat.id
  }

  close(): void {
    this.#closed = true
    this.#observer.disconnect()
    clearTimeout(this.#timer)
    for (const row of this.#rows.values()) revoke(row.element)
    this.element.remove()
  }

  /** The chat changed: keep the place, redraw what is different, follow the end when it was in view. */
  update(chat: SimChat): void {
    const grown = chat.messages.length - this.#chat.messages.length
    const followed = this.#island.to === this.#chat.messages.length
    this.#chat = chat
    if (followed) this.#island = { ...this.#island, to: chat.messages.length }
    if (this.#island.to - this.#island.from > 100) this.#island = { from: this.#island.to - 100, to: this.#island.to }
    const bottom = this.#atBottom()
    this.#render()
    if (bottom && grown > 0) this.#scroller.scrollTop = this.#scroller.scrollHeight
    this.maybeSeen(false)
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
    this.#jump.hidden = this.#atBottom()
    this.#floatDate()
    const wait = 100 - (performance.now() - this.#checked)
    clearTimeout(this.#timer)
    if (wait <= 0) this.#check()
    else this.#timer = setTimeout(() => this.#check(), wait)
    if (this.#atBottom()) this.maybeSeen(false)
  }

  #floatDate(): void {
    const top = this.#scroller.getBoundingClientRect().top
    for (const row of this.#rows.values()) {
      if (row.element.getBoundingClientRect().bottom < top) continue
      const message = this.#chat.messages.find(item => item.id === row.key)
      if (message) this.#float.replaceChildren(h('div', {}, h('span', { dir: 'auto' }, dayText(new Date(message.sentAt)))))
      break
    }
    clearTimeout(this.#floatTimer)
    this.#floatTimer = setTimeout(() => this.#float.replaceChildren(), 800)
  }
  #floatTimer = 0

  #check(): void {
    this.#checked = performance.now()
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller
    const down = scrollTop > this.#lastTop
    this.#lastTop = scrollTop
    if (this.#closed || this.#loading) return
    if (scrollTop < 300 && !this.#quietUntilDown) void this.#loadEarlier()
    else if (down && scrollHeight - scrollTop - clientHeight < 300 && this.#island.to < this.#chat.messages.length) this.#loadLater()
  }

  async #loadEarlier(): Promise<void> {
    this.#loading = true
    const more = this.#island.from > 0
    if (more) this.#drawBanner()
    await later(more ? account().latency.pageMs : 0)
    this.#loading = false
    if (this.#closed) return
    if (!more) {
      this.#quietUntilDown = this.#scroller.scrollTop <= 80
      return
    }
    const count = countBack(this.#chat.messages, this.#island.from, 2 * innerHeight)
    this.#island = slideUp(this.#island, count)
    this.#render()
    record('loaded', { chat: this.#chat.id, detail: `${this.#island.from}-${this.#island.to}` })
    if (this.#scroller.scrollTop < 300) this.#timer = setTimeout(() => this.#check(), 100)
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
    const anchor = this.#list.isConnected ? this.#anchor(new Set(shown.map(message => message.id))) : null
    const fresh = new Map<string, Kept>()
    const out: HTMLElement[] = []
    let run: HTMLElement | null = null
    for (const [n, message] of shown.entries()) {
      const date = new Date(message.sentAt)
      const before = shown[n - 1]
      if (!before || dayKey(new Date(before.sentAt)) !== dayKey(date)) out.push(this.#separator(dayText(date)))
      const bar = message.id === this.#unreadFrom
      if (bar)
        out.push(
          h(
            'div',
            { class: 'xs-sep', style: 'background:#0001' },
            h(
              'span',
              { 'aria-live': 'polite' },
              fill(this.#unreadCount === 1 ? page.words.unreadOne : page.words.unreadMany, this.#unreadCount),
            ),
          ),
        )
      const starts = bar || breaksRun(before, message)
      const next = shown[n + 1]
      const ends = !next || next.id === this.#unreadFrom || breaksRun(message, next)
      const row = this.#row(message, starts ? (ends ? 'single' : 'front') : ends ? 'last' : 'mid')
      fresh.set(message.id, row)
      if (!page.switches.runWrappers) out.push(row.element)
      else {
        if (starts || !run) {
          run = h('div', { class: 'xs-run x1n2onr6' })
          const sticky = this.#chat.kind === 'group' && message.direction === 'in' && message.kind !== 'system'
          if (sticky)
            run.append(
              h(
                'div',
                { class: 'xs-sticky', style: '--x-height: 100%;' },
                h(
                  'div',
                  {
                    tabindex: 0,
                    role: 'button',
                    'aria-label': fill(
                      page.words.openChatDetails,
                      message.sender.saved
                        ? message.sender.name
                        : `${fill(page.words.maybe, message.sender.name)} ${callName(message.sender)}`,
                    ),
                  },
                  h('img', { alt: '', draggable: 'false' }),
                ),
              ),
            )
          out.push(run)
        }
        run.append(row.element)
      }
    }
    for (const [id, row] of this.#rows) if (!fresh.has(id) || fresh.get(id) !== row) this.#dismount(row)
    this.#rows = fresh
    this.#list.replaceChildren(...out)
    this.#drawBanner()
    if (anchor) {
      const row = fresh.get(anchor.id)
      if (row) this.#scroller.scrollTop += row.element.getBoundingClientRect().top - anchor.top
    }
    if (page.switches.virtualized) for (const row of fresh.values()) this.#observer.observe(row.box)
    this.#lastTop = this.#scroller.scrollTop
  }

  #anchor(staying: Set<string>): { id: string; top: number } | null {
    for (const [id, row] of this.#rows) if (staying.has(id)) return { id, top: row.element.getBoundingClientRect().top }
    return null
  }

  #row(message: SimMessage, position: Position): Kept {
    const key = `${position} ${JSON.stringify({ ...message, images: message.images.length })}`
    const old = this.#rows.get(message.id)
    if (old && old.chat === key) return old
    const built = buildRow(this.#chat, message, { position, group: this.#chat.kind === 'group', ownName: ownName() })
    const kept: Kept = { ...built, key: message.id, chat: key, dropped: null }
    const last = this.#chat.messages.at(-1) === message
    if (page.switches.virtualized && !last && (page.switches.hiddenTab || document.visibilityState === 'hidden')) this.#drop(kept, 60)
    return kept
  }

  #dismount(row: Kept): void {
    this.#observer.unobserve(row.box)
    if (row.dropped) row.box.append(...row.dropped)
    revoke(row.element)
    row.element.remove()
  }

  #drop(row: Kept, height: number): void {
    row.dropped = [...row.box.childNodes]
    row.box.style.minHeight = `${height}px`
    row.box.replaceChildren()
    row.box.setAttribute('data-virtualized', 'true')
  }

  #seen(entries: IntersectionObserverEntry[]): void {
    if (page.switches.hiddenTab) return
    const byBox = new Map([...this.#rows.values()].map(row => [row.box, row]))
    for (const entry of entries) {
      const row = byBox.get(entry.target as HTMLElement)
      if (!row) continue
      if (!entry.isIntersecting && !row.dropped) this.#drop(row, entry.boundingClientRect.height)
      else if (entry.isIntersecting && row.dropped) {
        row.box.append(...row.dropped)
        row.dropped = null
        row.box.style.removeProperty('min-height')
        row.box.setAttribute('data-virtualized', 'false')
      }
    }
  }

  #separator(text: string): HTMLElement {
    const { comet, separatorsUpper } = page.switches
    return h(
      'div',
      { class: `xs-sep${separatorsUpper || comet ? ' focusable-list-item' : ''}`, tabindex: -1 },
      h('div', {}, h('span', { dir: 'auto', style: '--x-fontSize: 12px;' }, text)),
    )
  }

  /** What stands above the first message: loading, a button, a text, or nothing (reference 4.2). */
  #drawBanner(): void {
    const { words } = page
    const chat = this.#chat
    if (this.#island.from > 0) {
      const mark = page.switches.comet ? icon('refresh') : icon('ic-sync', false)
      this.#banner.replaceChildren(h('div', { title: words.loadEarlier }, mark))
    } else if (chat.historyEnd === 'phone_has_more') {
      const button = h('button', { type: 'button' }, h('div', {}, h('div', {}, words.olderButton)))
      button.addEventListener('click', event => record('history_request', { trusted: event.isTrusted, chat: chat.id }))
      this.#banner.replaceChildren(button)
    } else if (chat.historyEnd === 'phone_unavailable') {
      const first = chat.messages[0]
      this.#banner.replaceChildren(h('div', {}, fill(words.olderText, first ? dateText(new Date(first.sentAt)) : '')))
    } else this.#banner.replaceChildren()
  }
}
