/** A conversation: its messages as far as they are looked at, and ways to others of them. */
import type { Client, Conversation, Message } from '../client/client.ts'
import { byId, element } from './dom.ts'
import { type Item, KeyedList } from './keyed-list.ts'
import { messageItem } from './message-item.ts'
import { type Direction, MessageWindow } from './message-window.ts'
import { showPicture } from './picture.ts'
import type { Times } from './times.ts'
import { counted, incompleteWords } from './words.ts'

export interface Place {
  id: string
  /** Instant that is looked at; null = the newest messages. */
  at: string | null
  message: string | null
}

/** Pages that are looked through for one message. */
const maxPages = 20

/** Pixels from an end at which more is loaded. */
const nearPx = 800

export class Thread {
  readonly #client: Client
  readonly #times: Times
  readonly #scroller = byId('messages')
  readonly #list = new KeyedList(byId('message-list'))
  readonly #state = byId('thread-state')
  readonly #toNewest = byId<HTMLButtonElement>('to-newest')
  #stop = new AbortController()
  #place: Place | null = null
  #conversation: Conversation | null = null
  #window: MessageWindow | null = null
  #loading = false
  /** Who looks is at the end, and stays there. */
  #stays = false
  #frame: number | null = null
  /** New messages that came where nobody looks. */
  #unseen = 0

  constructor(client: Client, times: Times) {
    this.#client = client
    this.#times = times
    this.#scroller.addEventListener('scroll', () => {
      this.#stays = this.#isAtEnd()
      void this.#fill()
    })
    // Whoever is at the end stays there when something above grows, or the screen shrinks.
    const sizes = new ResizeObserver(() => {
      if (this.#stays) this.#toEnd()
    })
    sizes.observe(this.#scroller)
    sizes.observe(byId('message-list'))
    this.#toNewest.addEventListener('click', () => void this.#go(null, null))
    byId('jump').addEventListener('submit', event => {
      event.preventDefault()
      const { value } = byId<HTMLInputElement>('jump-day')
      if (value !== '') void this.#go(times.startOf(value), null)
    })
  }

  get conversationId(): string | null {
    return this.#place?.id ?? null
  }

  get conversationName(): string | null {
    return this.#conversation?.name ?? null
  }

  /** Shows a conversation, at its newest messages or at a place. */
  async open(place: Place): Promise<void> {
    const same = place.id === this.#place?.id && place.at === null && this.#window !== null
    this.#place = place
    if (same) return
    this.#conversation = null
    this.#head()
    await this.#go(place.at, place.message, true)
  }

  close(): void {
    this.#stop.abort()
    this.#place = null
    this.#conversation = null
    this.#window = null
    this.#list.show([])
  }

  /** A message that was told of by a live event. */
  take(message: Message, isNew: boolean): void {
    if (message.conversation_id !== (this.#conversation?.id ?? this.#place?.id) || this.#window === null) return
    const known = this.#window.knows(message.id)
    const taken = this.#window.take(message)
    if (isNew && !known && (!taken || !this.#stays)) this.#unseen++
    // A cycle tells of many at once: they are drawn together.
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null
      this.#show()
      if (this.#stays) this.#toEnd()
      this.#offerNewest()
    })
  }

  /** Everything again from the server: events may have been missed. */
  async refresh(): Promise<void> {
    if (this.#place !== null) await this.#go(this.#isAtEnd() ? null : this.#firstSeen(), null, true)
  }

  async #go(at: string | null, message: string | null, withHead = false): Promise<void> {
    if (this.#place === null) return
    this.#stop.abort()
    this.#stop = new AbortController()
    const { signal } = this.#stop
    const { id } = this.#place
    const range = new MessageWindow({ client: this.#client, conversation: id, at, signal })
    this.#tell('Loading…')
    try {
      if (withHead || this.#conversation === null) {
        this.#conversation = await this.#client.conversation(id, { include_system: true }, signal)
        this.#head()
      }
      if (at !== null) await range.load('newer')
      for (let page = 1; message !== null && !range.knows(message) && range.has('newer') && page < maxPages; page++)
        await range.load('newer')
      await range.load('older')
    } catch (error) {
      if (!signal.aborted) this.#fail(error, () => void this.#go(at, message, withHead))
      return
    }
    this.#window = range
    this.#unseen = 0
    this.#stays = at === null
    this.#tell(range.messages.length === 0 ? 'No messages' : null)
    this.#show()
    if (at === null) this.#toEnd()
    else this.#reveal(message ?? range.messages.find(({ date }) => date >= at)?.id ?? range.messages.at(-1)?.id ?? null, message !== null)
    this.#offerNewest()
    await this.#fill()
  }

  /** Loads where an end comes near. */
  async #fill(): Promise<void> {
    this.#offerNewest()
    if (this.#loading) return
    this.#loading = true
    try {
      for (let direction = this.#wanted(); direction !== null; direction = this.#wanted()) {
        const range = this.#window
        await range?.load(direction)
        if (range !== this.#window) continue
        this.#show()
      }
      this.#offerNewest()
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#fail(error, () => void this.#fill())
    } finally {
      this.#loading = false
    }
  }

  #wanted(): Direction | null {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller
    if (this.#window?.has('older') && scrollTop < nearPx) return 'older'
    if (this.#window?.has('newer') && scrollHeight - scrollTop - clientHeight < nearPx) return 'newer'
    return null
  }

  /** Draws the messages; what is on the screen stays where it is. */
  #show(): void {
    const messages = this.#window?.messages ?? []
    const items: Item<Message>[] = []
    const now = new Date().toISOString()
    let day = ''
    for (const message of messages) {
      const own = this.#times.day(message.date)
      if (own !== day) items.push({ key: `day ${own}`, value: message, make: () => this.#day(message.date, now) })
      day = own
      items.push({ key: message.id, value: message, make: one => this.#item(one) })
    }
    const anchor = this.#anchor()
    const before = anchor?.getBoundingClientRect().top ?? 0
    this.#list.show(items)
    if (anchor?.isConnected) this.#scroller.scrollTop += anchor.getBoundingClientRect().top - before
  }

  #item(message: Message): HTMLElement {
    return messageItem(message, {
      times: this.#times,
      withSender: this.#conversation?.is_group !== false,
      onPicture: showPicture,
      onQuoted: id => void this.#showQuoted(id),
    })
  }

  #day(instant: string, now: string): HTMLElement {
    return element('li', { class: 'day' }, element('h3', { dir: 'auto' }, this.#times.dayLabel(instant, now)))
  }

  /** The first message that is on the screen. */
  #anchor(): HTMLElement | null {
    const { top } = this.#scroller.getBoundingClientRect()
    const nodes = this.#window?.messages.map(({ id }) => this.#list.node(id)) ?? []
    return nodes.find(node => node?.isConnected && node.getBoundingClientRect().bottom > top) ?? null
  }

  #firstSeen(): string | null {
    const id = this.#anchor()?.dataset.id
    return this.#window?.messages.find(message => message.id === id)?.date ?? null
  }

  async #showQuoted(messageId: string): Promise<void> {
    const range = this.#window
    const find = () => range?.messages.find(({ id }) => id.endsWith(`/${messageId}`))?.id ?? null
    for (let page = 0; range?.has('older') && find() === null && page < maxPages; page++) await range.load('older')
    if (range !== this.#window) return
    this.#show()
    this.#tell(find() === null ? 'The message that this one answers is not stored, or far back' : null)
    this.#reveal(find(), true)
  }

  #reveal(id: string | null, marked: boolean): void {
    const node = id === null ? undefined : this.#list.node(id)
    if (!node) return
    node.scrollIntoView({ block: marked ? 'center' : 'start' })
    if (!marked) return
    node.classList.add('found')
    node.focus({ preventScroll: true })
    node.addEventListener('blur', () => node.classList.remove('found'), { once: true })
  }

  #isAtEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller
    return this.#window?.has('newer') !== true && scrollHeight - scrollTop - clientHeight < 80
  }

  #toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight
  }

  #offerNewest(): void {
    if (this.#isAtEnd()) this.#unseen = 0
    this.#toNewest.hidden = this.#window === null || this.#isAtEnd()
    this.#toNewest.textContent = this.#unseen === 0 ? 'To the newest ↓' : `${this.#unseen} new ↓`
  }

  #head(): void {
    const { name = '', total_messages: total = 0, incomplete_reason: reason = null, participants = [] } = this.#conversation ?? {}
    byId('thread-name').textContent = name
    const words = reason === null ? null : `not complete: ${incompleteWords[reason]?.why ?? reason}`
    const members = participants.length === 0 ? null : `${participants.length + 1} members`
    const facts = [this.#conversation ? counted(total, 'message') : null, members, words]
    byId('thread-facts').textContent = facts.filter(fact => fact !== null).join(' · ')
  }

  #tell(text: string | null): void {
    this.#state.replaceChildren(...(text === null ? [] : [text]))
  }

  #fail(error: unknown, again: () => void): void {
    const button = element('button', { type: 'button' }, 'Try again')
    button.addEventListener('click', again)
    this.#state.replaceChildren(`This did not work: ${error instanceof Error ? error.message : 'unknown error'} `, button)
  }
}
