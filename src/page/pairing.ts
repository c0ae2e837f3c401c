/** The pairing view: the code as long as one is needed, and what else may stand in the way. */
import type { Client, Health, Initialized, LiveEvent } from '../client/client.ts'
import { byId, element, sentence } from './dom.ts'
import { inWords } from './instants.ts'
import type { Times } from './times.ts'

/** How often it is asked how things stand, milliseconds; live events tell sooner. */
const askMs = 4000

/** Problems of `/health` that a code does not solve. */
const others = ['other_window', 'browser_unsupported', 'account_blocked', 'offline', 'selector_drift']

export class Pairing {
  readonly #client: Client
  readonly #times: Times
  #timer: ReturnType<typeof setTimeout> | undefined
  #shown = false

  constructor(client: Client, times: Times) {
    this.#client = client
    this.#times = times
  }

  show(): void {
    if (this.#shown) return
    this.#shown = true
    void this.#ask()
  }

  hide(): void {
    this.#shown = false
    clearTimeout(this.#timer)
  }

  event({ type, data }: LiveEvent): void {
    if (!this.#shown) return
    if (type === 'qr') drawCode(data)
    if (type === 'status') void this.#ask()
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer)
    try {
      const [state, health] = await Promise.all([this.#client.initialize(), this.#client.healthcheck()])
      if (this.#shown) draw(state, health, this.#times)
    } catch (error) {
      if (this.#shown) tell('The worker does not answer', error instanceof Error ? error.message : '')
    }
    clearTimeout(this.#timer)
    if (this.#shown) this.#timer = setTimeout(() => void this.#ask(), askMs)
  }
}

function draw({ ready, qrCode, status }: Initialized, { problems }: Health, times: Times): void {
  const problem = problems.find(({ code }) => others.includes(code))
  byId('pair-done').hidden = !ready
  byId('pair-steps').hidden = ready || (problem !== undefined && qrCode === null)
  drawCode(ready ? null : qrCode)
  const [title, text] = wordsFor({ ready, qrCode, status }, problem)
  tell(inWords(title, times), inWords(text, times))
}

function wordsFor({ ready, qrCode, status }: Initialized, problem: Health['problems'][number] | undefined): [title: string, text: string] {
  if (ready) return ['Paired', 'This worker reads the chats of your phone. You can close this page.']
  if (problem && qrCode === null) return [sentence(problem.message), problem.action]
  if (status === 'expired') return ['The phone ended the session', 'What is stored stays. Pair again to go on.']
  if (status === 'starting') return ['Starting', 'The worker is opening its browser; a code comes in a moment.']
  if (qrCode === null) return ['Waiting for a code', 'WhatsApp Web is being opened; this can take a minute.']
  return ['Not paired yet', 'Scan the code with your phone.']
}

function drawCode(code: string | null): void {
  const figure = byId('pair-code')
  const known = figure.querySelector('img')
  if (code === null) figure.replaceChildren(element('p', { class: 'waiting' }, 'No code yet'))
  else if (known) known.src = code
  else
    figure.replaceChildren(element('img', { src: code, alt: 'Pairing code: scan it with WhatsApp on your phone', width: 264, height: 264 }))
}

function tell(title: string, text: string): void {
  // Said again only when it changes: it is read aloud.
  if (byId('pair-state').textContent !== title) byId('pair-state').textContent = title
  if (byId('pair-text').textContent !== text) byId('pair-text').textContent = text
}
