/** How far each chat is stored, as a table: of many chats as many rows as somebody asks for. */
import type { Sync } from '../client/client.ts'
import { byId, element } from './dom.ts'
import { instantElement } from './instants.ts'
import { KeyedList } from './keyed-list.ts'
import { chatHref } from './route.ts'
import type { Times } from './times.ts'
import { incompleteWords } from './words.ts'

type ChatCoverage = Sync['coverage'][number]

/** Rows that one press adds. */
const pageSize = 100

export class CoverageTable {
  readonly #times: Times
  readonly #rows = new KeyedList(byId('chat-rows'))
  readonly #more = byId<HTMLButtonElement>('more-chats')
  #chats: readonly ChatCoverage[] = []
  #shown = pageSize

  constructor(times: Times) {
    this.#times = times
    this.#more.addEventListener('click', () => {
      this.#shown += pageSize
      this.#draw()
    })
  }

  /** `none`: what is said where there are none. */
  show(chats: readonly ChatCoverage[], none: string): void {
    this.#chats = chats
    byId('chats-said').textContent = chats.length === 0 ? none : ''
    byId('chat-table').hidden = chats.length === 0
    this.#draw()
  }

  #draw(): void {
    const shown = this.#chats.slice(0, this.#shown)
    this.#rows.show(shown.map(chat => ({ key: chat.conversation_id, value: JSON.stringify(chat), make: () => this.#row(chat) })))
    this.#more.hidden = shown.length === this.#chats.length
    this.#more.textContent = `Show more (${shown.length.toLocaleString()} of ${this.#chats.length.toLocaleString()})`
  }

  #row({ conversation_id, name, archived, incomplete_reason: reason, last_read_at, intervals }: ChatCoverage): HTMLElement {
    const newest = intervals.toSorted((a, b) => (a.to < b.to ? 1 : -1))[0]
    const link = element('a', { href: chatHref(conversation_id), dir: 'auto' }, name)
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, link, archived ? ' (archived)' : ''),
      element('td', {}, reason === null ? (newest ? 'complete' : 'not read yet') : whyNot(reason)),
      element('td', {}, instantElement(this.#times, newest?.from ?? null, 'nothing')),
      element('td', {}, instantElement(this.#times, newest?.to ?? null, 'nothing')),
      element('td', {}, instantElement(this.#times, last_read_at, 'never')),
    )
  }
}

function whyNot(reason: string): string {
  const words = incompleteWords[reason]
  return words ? `${words.why}: ${words.action}` : reason
}
