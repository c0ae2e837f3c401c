/** Server-sent events, from text in pieces (HTML standard, "9.2.6 Interpreting an event stream"). Pure. */

/** `id`: the last one that the stream told, also where this event brought none. */
export interface StreamedEvent {
  event: string
  data: string
  id: string
}

/** Takes text as it comes and gives the events that are whole by then. */
export class EventStreamParser {
  #rest = ''
  #id = ''
  #event = ''
  #data: string[] = []

  /** The last id that was told, also outside of events. */
  get lastId(): string {
    return this.#id
  }

  push(text: string): StreamedEvent[] {
    const whole = this.#rest + text
    // A CR at the end may be the first half of a CRLF.
    const end = whole.endsWith('\r') ? whole.length - 1 : whole.length
    const lines = whole.slice(0, end).split(/\r\n|\n|\r/)
    this.#rest = (lines.pop() ?? '') + whole.slice(end)
    return lines.flatMap(line => this.#line(line) ?? [])
  }

  #line(line: string): StreamedEvent | null {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.#event = value
    else if (field === 'data') this.#data.push(value)
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    return null
  }

  #dispatch(): StreamedEvent | null {
    const event = this.#data.length === 0 ? null : { event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id }
    this.#event = ''
    this.#data = []
    return event
  }
}
