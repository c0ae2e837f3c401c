/** The status view: session, cycles, problems, and how far each chat is stored. */
import type { Client, Health, Sync } from '../client/client.ts'
import { byId, element, sentence } from './dom.ts'
import { chatHref } from './route.ts'
import type { Times } from './times.ts'
import { incompleteWords, runWords, sessionWords } from './words.ts'

const askMs = 30_000

export class StatusView {
  readonly #client: Client
  readonly #times: Times
  readonly #now = byId<HTMLButtonElement>('sync-now')
  #timer: ReturnType<typeof setTimeout> | undefined
  #shown = false
  #all = false

  constructor(client: Client, times: Times) {
    this.#client = client
    this.#times = times
    this.#now.addEventListener('click', () => void this.#sync())
    byId<HTMLInputElement>('all-chats').addEventListener('change', event => {
      this.#all = (event.target as HTMLInputElement).checked
      void this.refresh()
    })
  }

  show(): void {
    this.#shown = true
    void this.refresh()
  }

  hide(): void {
    this.#shown = false
    clearTimeout(this.#timer)
  }

  async refresh(): Promise<void> {
    clearTimeout(this.#timer)
    if (!this.#shown) return
    try {
      const [health, sync] = await Promise.all([
        this.#client.healthcheck(),
        this.#client.sync({ limit: 10, coverage: true, incomplete: !this.#all }),
      ])
      this.#facts(health, sync)
      this.#problems(health)
      this.#chats(health, sync)
      this.#runs(sync)
      byId('status-state').textContent = ''
    } catch (error) {
      byId('status-state').textContent = `The worker does not tell: ${error instanceof Error ? error.message : 'unknown error'}`
    }
    clearTimeout(this.#timer)
    if (this.#shown) this.#timer = setTimeout(() => void this.refresh(), askMs)
  }

  async #sync(): Promise<void> {
    this.#now.disabled = true
    try {
      await this.#client.requestSync()
      byId('sync-said').textContent = 'A cycle is running.'
    } catch (error) {
      byId('sync-said').textContent = error instanceof Error ? error.message : 'That did not work.'
    }
    this.#now.disabled = false
    await this.refresh()
  }

  #facts({ status, session, last_successful_sync_at, next_run_at, coverage, version }: Health, { running }: Sync): void {
    const words = { ok: 'all is well', degraded: 'works, with problems', down: 'data is not fresh' }
    const facts: [string, Node | string][] = [
      ['Worker', `${words[status]} (${status})`],
      ['Session', join(`${sessionWords[session.status]} since `, this.#when(session.since))],
      ['Last complete cycle', this.#when(last_successful_sync_at)],
      ['Next cycle', running ? 'one is running now' : this.#when(next_run_at)],
      ['Chats complete', coverage ? `${coverage.complete.toLocaleString()} of ${coverage.chats.toLocaleString()}` : 'not known yet'],
      ['All chats known from', this.#when(coverage?.known_from ?? null, 'not known yet')],
      ['All chats known until', this.#when(coverage?.known_until ?? null, 'not known yet')],
      ['Version', version],
    ]
    byId('facts').replaceChildren(...facts.map(([name, fact]) => element('div', {}, element('dt', {}, name), element('dd', {}, fact))))
    byId('facts').dataset.status = status
  }

  #problems({ problems }: Health): void {
    const items = problems.map(({ code, message, action }) => {
      const pairing = code === 'pairing_needed' || code === 'session_expired'
      return element(
        'li',
        {},
        element('strong', {}, sentence(message)),
        pairing ? element('a', { href: '#/pair' }, 'Pair on this page') : element('span', {}, action),
      )
    })
    byId('problems').replaceChildren(...(items.length === 0 ? [element('li', { class: 'none' }, 'None.')] : items))
  }

  #chats({ coverage }: Health, { coverage: chats }: Sync): void {
    const rows = chats.map(({ conversation_id, name, archived, incomplete_reason: reason, last_read_at, intervals }) => {
      const newest = intervals.toSorted((a, b) => (a.to < b.to ? 1 : -1))[0]
      return element(
        'tr',
        {},
        element(
          'th',
          { scope: 'row' },
          element('a', { href: chatHref(conversation_id), dir: 'auto' }, name),
          archived ? ' (archived)' : '',
        ),
        element('td', {}, reason === null ? (newest ? 'complete' : 'not read yet') : whyNot(reason)),
        element('td', {}, newest ? this.#when(newest.from) : 'nothing'),
        element('td', {}, newest ? this.#when(newest.to) : 'nothing'),
        element('td', {}, this.#when(last_read_at)),
      )
    })
    byId('chat-rows').replaceChildren(...rows)
    byId('chat-table').hidden = rows.length === 0
    const none = coverage === null || coverage.chats === 0 ? 'No chat is known yet.' : 'Every chat is complete.'
    byId('chats-said').textContent = rows.length === 0 ? none : ''
  }

  #runs({ runs }: Sync): void {
    const rows = runs.map(({ status, started_at, finished_at, trigger, error }) =>
      element(
        'tr',
        {},
        element('td', {}, this.#when(started_at)),
        element('td', {}, runWords[status] + (error === null ? '' : ` (${error})`)),
        element('td', {}, finished_at === null ? '' : `${Math.round((Date.parse(finished_at) - Date.parse(started_at)) / 1000)} s`),
        element('td', {}, trigger),
      ),
    )
    byId('run-rows').replaceChildren(...rows)
    byId('run-table').hidden = rows.length === 0
    byId('runs-said').textContent = rows.length === 0 ? 'None yet.' : ''
  }

  #when(instant: string | null, none = 'never'): Node | string {
    return instant === null ? none : element('time', { datetime: instant, title: instant }, this.#times.whole(instant))
  }
}

function whyNot(reason: string): string {
  const words = incompleteWords[reason]
  return words ? `${words.why}: ${words.action}` : reason
}

function join(...parts: (Node | string)[]): Node {
  const all = document.createDocumentFragment()
  all.append(...parts)
  return all
}
