/** The messages of a conversation that are loaded: a stretch of it that grows at both ends and is cut where nobody looks. */
import type { Client, Message } from '../client/client.ts'

export type Direction = 'older' | 'newer'

/**
 * How a walk in one direction goes on: behind `cursor`; where there is none, at the instant that is looked at, or at `edge`, the message at
 * that end after others were dropped. Of the messages of the same instant only those behind `edge` count. Null: nothing is left.
 */
type Walk = { cursor: string | null; edge: Message | null } | null

export interface Range {
  conversation: string
  /** The instant that is looked at; null = the newest messages. */
  at: string | null
  client: Pick<Client, 'messages'>
  signal: AbortSignal
  /** Messages of one answer, and how many are kept. */
  pageSize?: number
  keep?: number
}

export class MessageWindow {
  /** Oldest first. */
  readonly messages: Message[] = []
  readonly #range: Required<Range>
  readonly #ids = new Set<string>()
  readonly #walks: Record<Direction, Walk>

  constructor(range: Range) {
    this.#range = { pageSize: 50, keep: 300, ...range }
    const start = { cursor: null, edge: null }
    this.#walks = { older: start, newer: range.at === null ? null : start }
  }

  /** More is there in this direction. */
  has(direction: Direction): boolean {
    return this.#walks[direction] !== null
  }

  /** Loads more, and drops as much at the other end as is too much. */
  async load(direction: Direction): Promise<void> {
    // A page may bring nothing new: messages of the edge's instant, or what live events told already.
    for (let walk = this.#walks[direction]; walk !== null; walk = this.#walks[direction]) {
      const answer = await this.#page(direction, walk)
      const { edge, messages } = behind(walk.edge, answer.messages)
      this.#walks[direction] = answer.next_cursor === null ? null : { cursor: answer.next_cursor, edge }
      if (this.#addAll(messages, direction) > 0) break
    }
    this.#cut(direction === 'older' ? 'newer' : 'older')
  }

  /** Takes a message that was told of: a known one is replaced, a new one put in its place. False where the stretch does not reach. */
  take(message: Message): boolean {
    if (this.#ids.has(message.id)) {
      const index = this.messages.findIndex(({ id }) => id === message.id)
      this.messages[index] = message
      return true
    }
    const index = this.messages.findLastIndex(({ date }) => date <= message.date) + 1
    if (index === 0 && this.has('older')) return false
    if (index === this.messages.length && this.has('newer')) return false
    this.#add(message, index)
    // Many may come at one end while the other is looked at.
    if (this.messages.length > 2 * this.#range.keep) this.#cut(index > this.#range.keep ? 'older' : 'newer')
    return true
  }

  knows(id: string): boolean {
    return this.#ids.has(id)
  }

  /** How many were new. What was stored during a walk comes at its end, out of order: it is put in its place, or left to another walk. */
  #addAll(messages: readonly Message[], direction: Direction): number {
    const known = this.messages.length
    for (const message of messages) {
      if (this.#ids.has(message.id)) continue
      if (this.#isBeyond(message, direction)) this.#add(message, direction === 'older' ? 0 : this.messages.length)
      else this.take(message)
    }
    return this.messages.length - known
  }

  #isBeyond({ date }: Message, direction: Direction): boolean {
    const edge = direction === 'older' ? this.messages[0] : this.messages.at(-1)
    return edge === undefined || (direction === 'older' ? date <= edge.date : date >= edge.date)
  }

  #add(message: Message, index: number): void {
    this.messages.splice(index, 0, message)
    this.#ids.add(message.id)
  }

  #cut(end: Direction): void {
    const { keep } = this.#range
    const surplus = this.messages.length - keep
    if (surplus <= 0) return
    for (const { id } of this.messages.splice(end === 'older' ? 0 : keep, surplus)) this.#ids.delete(id)
    this.#walks[end] = { cursor: null, edge: (end === 'older' ? this.messages[0] : this.messages.at(-1)) ?? null }
  }

  #page(direction: Direction, { cursor, edge }: NonNullable<Walk>) {
    const { client, conversation, at, signal, pageSize } = this.#range
    if (cursor !== null) return client.messages({ cursor, limit: pageSize }, signal)
    const asked = { conversation_id: conversation, include_system: true, limit: pageSize }
    if (direction === 'newer') return client.messages({ ...asked, order: 'asc', since: edge?.date ?? at ?? '0' }, signal)
    // `until` does not count, and messages of the edge's instant may be missing.
    const until = edge ? new Date(Date.parse(edge.date) + 1).toISOString() : at
    return client.messages({ ...asked, order: 'desc', since: '0', until }, signal)
  }
}

/** What comes behind `edge` in a walk that began at its instant; `edge` is null again once it was passed. */
function behind(edge: Message | null, messages: readonly Message[]): { edge: Message | null; messages: readonly Message[] } {
  if (edge === null) return { edge, messages }
  const met = messages.findIndex(({ id }) => id === edge.id)
  if (met !== -1) return { edge: null, messages: messages.slice(met + 1) }
  // It may be gone.
  const passed = messages.findIndex(({ date }) => date !== edge.date)
  return passed === -1 ? { edge, messages: [] } : { edge: null, messages: messages.slice(passed) }
}
