/** The conversations, the newest first; more are loaded as one goes down. */
import type { Client, Conversation, Message } from '../client/client.ts'
import { byId, element } from './dom.ts'
import { KeyedList } from './keyed-list.ts'
import { chatHref } from './route.ts'
import type { Times } from './times.ts'
import { kindWord } from './words.ts'

const pageSize = 60

export class ConversationList {
  readonly #client: Client
  readonly #times: Times
  readonly #box = byId('conversations')
  readonly #list = new KeyedList(byId('conversation-list'))
  #conversations: Conversation[] = []
  #cursor: string | null = null
  #loading: Promise<void> | null = null
  #failed = false
  #current: string | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(client: Client, times: Times) {
    this.#client = client
    this.#times = times
    this.#box.addEventListener('scroll', () => void this.#fill())
    moveByArrows(this.#box)
  }

  get isEmpty(): boolean {
    return this.#conversations.length === 0
  }

  /** As many as are loaded, again from the server. */
  async refresh(): Promise<void> {
    await this.#page({ limit: Math.max(pageSize, this.#conversations.length) }, () => [])
    if (!this.#failed) await this.#fill()
  }

  /** Marks the one that is open. */
  mark(id: string | null): void {
    if (id === this.#current) return
    this.#current = id
    for (const link of this.#box.querySelectorAll('a')) setCurrent(link, link.dataset.id === id)
    this.#makeReachable()
  }

  /** Something happened in a conversation: it may be the newest one now. Many events ask for one answer. */
  touched({ conversation_id, date }: Message): void {
    const known = this.#conversations.find(({ id }) => id === conversation_id)
    if (known && known.last_updated > date) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#page({ limit: pageSize }, rest => rest), 500)
  }

  async #fill(): Promise<void> {
    const { scrollTop, scrollHeight, clientHeight } = this.#box
    if (this.#cursor === null || this.#loading !== null || scrollHeight - scrollTop - clientHeight > 600) return
    await this.#page({ limit: pageSize, cursor: this.#cursor }, null)
    if (!this.#failed) await this.#fill()
  }

  /** `keep`: what of the known ones stays behind those that come; null: they come behind the known ones. */
  async #page(query: { limit: number; cursor?: string }, keep: ((rest: Conversation[]) => Conversation[]) | null): Promise<void> {
    await this.#loading
    const state = byId('conversations-state')
    const load = async () => {
      const answer = await this.#client.conversations({ ...query, include_system: true })
      const come = new Set(answer.conversations.map(({ id }) => id))
      const rest = this.#conversations.filter(({ id }) => !come.has(id))
      const kept = keep?.(rest) ?? []
      this.#conversations = keep === null ? [...rest, ...answer.conversations] : [...answer.conversations, ...kept]
      // Behind what stays, the older walk goes on.
      if (keep === null || kept.length === 0) this.#cursor = answer.next_cursor
      this.#show()
      this.#failed = false
      state.textContent = this.isEmpty ? 'Nothing is stored yet. After the first cycle your chats stand here.' : ''
    }
    this.#loading = load()
      .catch(error => {
        this.#failed = true
        state.textContent = `The chats cannot be shown: ${error instanceof Error ? error.message : 'unknown error'}`
      })
      .finally(() => {
        this.#loading = null
      })
    await this.#loading
  }

  #show(): void {
    const now = new Date().toISOString()
    const day = this.#times.day(now)
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.id : undefined
    this.#list.show(
      this.#conversations.map(conversation => ({
        key: conversation.id,
        // What did not change keeps its element; the value is what decides.
        value: `${day} ${JSON.stringify(conversation)}`,
        make: () => conversationItem(conversation, this.#times, now, conversation.id === this.#current),
      })),
    )
    if (focused !== undefined) this.#box.querySelector<HTMLElement>(`a[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
    this.#makeReachable()
  }

  #makeReachable(): void {
    const links = [...this.#box.querySelectorAll('a')]
    const one = links.find(link => link.dataset.id === this.#current) ?? links[0]
    for (const link of links) link.tabIndex = link === one ? 0 : -1
  }
}

export function conversationItem(conversation: Conversation, times: Times, now: string, current: boolean): HTMLElement {
  const { id, name, community, last_message: last, unread, pinned, archived, muted, is_self } = conversation
  const marks = [pinned && 'pinned', archived && 'archived', muted && 'muted', is_self && 'you'].filter(mark => mark !== false)
  const preview = `${last.from_user ? 'You: ' : ''}${last.text === '' ? kindWord(last.kind) : last.text}`
  const link = element(
    'a',
    { href: chatHref(id), 'data-id': id, tabindex: -1 },
    element(
      'span',
      { class: 'line' },
      element('span', { class: 'name', dir: 'auto' }, name),
      element('time', { datetime: last.date, title: last.date }, times.brief(last.date, now)),
    ),
    community === null ? null : element('span', { class: 'community', dir: 'auto' }, community),
    element(
      'span',
      { class: 'line' },
      element('span', { class: 'preview', dir: 'auto' }, preview.slice(0, 200)),
      marks.length === 0 ? null : element('span', { class: 'marks' }, marks.join(', ')),
      unread === 0 ? null : element('span', { class: 'unread' }, unread > 0 ? `${unread} unread` : 'unread'),
    ),
  )
  setCurrent(link, current)
  return element('li', {}, link)
}

function setCurrent(link: HTMLAnchorElement, current: boolean): void {
  if (current) link.setAttribute('aria-current', 'page')
  else link.removeAttribute('aria-current')
}

/** Up, down, Home and End go from link to link. */
export function moveByArrows(box: HTMLElement): void {
  box.addEventListener('keydown', event => {
    const links = [...box.querySelectorAll<HTMLElement>('a, button')]
    const at = links.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key]
    if (to === undefined || !links[to]) return
    event.preventDefault()
    links[to].focus()
  })
}
