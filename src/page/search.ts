/** The search: conversations by their names, messages by what stands in them. */
import type { Client, Conversation, Found } from '../client/client.ts'
import { conversationItem, moveByArrows } from './conversation-list.ts'
import { byId, element } from './dom.ts'
import { chatHref } from './route.ts'
import type { Times } from './times.ts'
import { counted } from './words.ts'

/** Milliseconds without a key before it is asked. */
const restMs = 250

export interface SearchOptions {
  client: Client
  times: Times
  /** The conversation that is open, where the search is to stay in it. */
  within(): string | null
}

export class Search {
  readonly #options: SearchOptions
  readonly #input = byId<HTMLInputElement>('search-text')
  readonly #only = byId<HTMLInputElement>('search-only')
  readonly #results = byId('results')
  #stop = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: SearchOptions) {
    this.#options = options
    byId('search').addEventListener('submit', event => {
      event.preventDefault()
      void this.#run()
    })
    const soon = () => {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => void this.#run(), restMs)
    }
    this.#input.addEventListener('input', soon)
    this.#only.addEventListener('change', soon)
    this.#input.addEventListener('keydown', event => {
      if (event.key !== 'ArrowDown') return
      event.preventDefault()
      const list = this.#results.hidden ? byId('conversations') : this.#results
      list.querySelector<HTMLElement>('a')?.focus()
    })
    moveByArrows(this.#results)
  }

  focus(): void {
    this.#input.focus()
    this.#input.select()
  }

  /** Back to the list of conversations. */
  clear(): void {
    this.#input.value = ''
    void this.#run()
  }

  get isActive(): boolean {
    return this.#input.value.trim() !== ''
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer)
    this.#stop.abort()
    this.#stop = new AbortController()
    const { signal } = this.#stop
    const q = this.#input.value.trim().slice(0, 200)
    byId('conversations').hidden = q !== ''
    this.#results.hidden = q === ''
    this.#results.replaceChildren()
    if (q === '') return this.#tell('')
    this.#tell('Searching…')
    const { client, within } = this.#options
    const only = this.#only.checked ? within() : null
    try {
      const [named, found] = await Promise.all([
        only === null ? client.conversations({ q, limit: 8, include_system: true }, signal).then(({ conversations }) => conversations) : [],
        client.search({ q, limit: 50, conversation_id: only }, signal),
      ])
      if (signal.aborted) return
      this.#show(q, only, named, found)
    } catch (error) {
      if (!signal.aborted) this.#tell(`The search did not work: ${error instanceof Error ? error.message : 'unknown error'}`)
    }
  }

  #show(q: string, only: string | null, named: Conversation[], found: Found): void {
    const now = new Date().toISOString()
    const list = element('ul', {}, ...this.#items(found, now))
    if (named.length > 0) {
      const items = named.map(conversation => conversationItem(conversation, this.#options.times, now, false))
      this.#results.append(element('h2', {}, 'Chats'), element('ul', {}, ...items))
    }
    if (found.results.length > 0) this.#results.append(element('h2', {}, 'Messages'), list)
    if (found.next_cursor !== null) this.#results.append(this.#moreButton(q, only, found.next_cursor, list))
    const parts = found.matched_by === 'parts' && found.results.length > 0 ? ' that hold it as part of a word' : ''
    const { length } = found.results
    const count = found.next_cursor === null ? counted(length, 'message') : `${length} and more messages`
    const some = found.results.length + named.length > 0
    this.#tell(some ? `${named.length > 0 ? `${counted(named.length, 'chat')}, ` : ''}${count}${parts}` : 'Nothing was found')
    for (const link of this.#results.querySelectorAll('a')) link.tabIndex = 0
  }

  #moreButton(q: string, only: string | null, cursor: string, list: HTMLElement): HTMLElement {
    const more = element('button', { type: 'button' }, 'More')
    const { signal } = this.#stop
    more.addEventListener('click', async () => {
      more.disabled = true
      try {
        const found = await this.#options.client.search({ q, limit: 50, conversation_id: only, cursor }, signal)
        list.append(...this.#items(found, new Date().toISOString()))
        if (found.next_cursor === null) more.remove()
        else more.replaceWith(this.#moreButton(q, only, found.next_cursor, list))
      } catch (error) {
        if (!signal.aborted) this.#tell(`The search did not work: ${error instanceof Error ? error.message : 'unknown error'}`)
        more.disabled = false
      }
    })
    return more
  }

  #items({ results }: Found, now: string): HTMLElement[] {
    const { times } = this.#options
    return results.map(({ message: { id, conversation_id, conversation_name, sender_name, from_user, date }, snippet }) =>
      element(
        'li',
        {},
        element(
          'a',
          { href: chatHref(conversation_id, { at: date, message: id }) },
          element(
            'span',
            { class: 'line' },
            element('span', { class: 'name', dir: 'auto' }, conversation_name),
            element('time', { datetime: date, title: date }, times.brief(date, now)),
          ),
          element(
            'span',
            { class: 'snippet', dir: 'auto' },
            element('span', { class: 'sender', dir: 'auto' }, from_user ? 'You' : (sender_name ?? '')),
            ' ',
            ...snippet.map(({ text, match }) => (match ? element('mark', {}, text) : text)),
          ),
        ),
      ),
    )
  }

  #tell(text: string): void {
    byId('search-state').textContent = text
  }
}
