/** The status view: session, cycles, problems, and how far each chat is stored. */
import type { Client, Health, Sync } from '../client/client.ts'
import { CoverageTable } from './coverage-table.ts'
import { byId, element, sentence } from './dom.ts'
import { instantElement, withInstants } from './instants.ts'
import { KeyedList } from './keyed-list.ts'
import type { Times } from './times.ts'
import { runWords, sessionWords } from './words.ts'

const askMs = 30_000

export class StatusView {
  readonly #client: Client
  readonly #times: Times
  readonly #now = byId<HTMLButtonElement>('sync-now')
  readonly #problemList = new KeyedList(byId('problems'))
  readonly #coverage: CoverageTable
  #timer: ReturnType<typeof setTimeout> | undefined
  #shown = false
  #all = false

  constructor(client: Client, times: Times) {
    this.#client = client
    this.#times = times
    this.#coverage = new CoverageTable(times)
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
      const { coverage } = health
      this.#coverage.show(sync.coverage, coverage === null || coverage.chats === 0 ? 'No chat is known yet.' : 'Every chat is complete.')
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
    const items = problems.map(problem => ({
      key: problem.code,
      value: JSON.stringify(problem),
      make: () => this.#problem(problem),
    }))
    const none = { key: '', value: '', make: () => element('li', { class: 'none' }, 'None.') }
    this.#problemList.show(items.length === 0 ? [none] : items)
  }

  #problem({ code, message, action }: Health['problems'][number]): HTMLElement {
    const pairing = code === 'pairing_needed' || code === 'session_expired'
    return element(
      'li',
      {},
      element('strong', {}, ...withInstants(sentence(message), this.#times)),
      pairing ? element('a', { href: '#/pair' }, 'Pair on this page') : element('span', {}, ...withInstants(action, this.#times)),
    )
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
    return instantElement(this.#times, instant, none)
  }
}

function join(...parts: (Node | string)[]): Node {
  const all = document.createDocumentFragment()
  all.append(...parts)
  return all
}
