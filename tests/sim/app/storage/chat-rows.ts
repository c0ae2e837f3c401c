/** The rows of one chat in the order in which they arrived, with their row ids (storage 4.1, 5). */
import { page } from '../dom.ts'
import type { SimChat, SimMessage } from '../types.ts'
import { derivedId, messageKey } from './keys.ts'
import { albumRow, hiddenRow, loosePicture, messageRow, type Row } from './message-row.ts'

/** The first row id of what came while the page was open; what the phone handed over at pairing lies below. */
export const liveFrom = 1_000_000_000
const historyFrom = 999_900_000

interface Entry {
  /** The row's stanza id: names it within the chat for good, in every era. */
  name: string
  at: number
  row: (rowId: number) => Row
}

/** Rows that tell of something about a message and are never drawn: corrections, deletions, votes, reactions. */
function hidden(chat: SimChat, message: SimMessage): Entry[] {
  const key = messageKey(chat, message)
  const entry = (salt: number, columns: Row): Entry => ({
    name: derivedId(message.id, salt),
    at: Date.parse(message.sentAt) + 60_000,
    row: rowId => hiddenRow(chat, message, salt, rowId, columns),
  })
  return [
    message.edited ? [entry(1, { type: 'protocol', subtype: 'message_edit', protocolMessageKey: key })] : [],
    message.kind === 'deleted' ? [entry(2, { type: 'protocol', subtype: 'sender_revoke', protocolMessageKey: key })] : [],
    message.kind === 'poll' ? [entry(3, { type: 'poll_update' })] : [],
    message.reactions.map((one, n) => entry(10 + n, { type: 'reaction', reactionParentKey: key, reactionText: one.emoji })),
  ].flat()
}

function entries(chat: SimChat): Entry[] {
  const drawn = [...chat.messages, ...chat.storedOnly].flatMap(message => {
    const at = Date.parse(message.sentAt)
    const album = message.kind === 'album' ? message.images : []
    if (album.length > 0 && page.switches.albumIds === 'range')
      return album.map((_, n) => ({
        name: n === 0 ? message.id : derivedId(message.id, 100 + n),
        at,
        row: (rowId: number) => loosePicture(chat, message, n, rowId),
      }))
    return [
      { name: message.id, at, row: (rowId: number) => messageRow(chat, message, rowId) },
      ...album.map((_, n) => ({ name: derivedId(message.id, 100 + n), at, row: (rowId: number) => albumRow(chat, message, n, rowId) })),
      ...hidden(chat, message),
    ]
  })
  const last = chat.messages.at(-1)
  if (last) {
    const row = (rowId: number) => hiddenRow(chat, last, 4, rowId, { type: 'chat', viewMode: 'HIDDEN' })
    drawn.push({ name: derivedId(last.id, 4), at: Date.parse(last.sentAt), row })
  }
  return drawn.sort((a, b) => a.at - b.at)
}

/** Row ids by chat and row, the same for as long as the profile lives. */
export class RowIds {
  readonly #known = new Map<string, number>()
  #history = historyFrom
  #live = liveFrom

  /** A row that was there before the page was loaded. */
  keep(chat: string, name: string, rowId: number): void {
    this.#known.set(`${chat} ${name}`, rowId)
    if (rowId >= liveFrom) this.#live = Math.max(this.#live, rowId + 1)
    else this.#history = Math.max(this.#history, rowId + 1)
  }

  get empty(): boolean {
    return this.#known.size === 0
  }

  of(chat: string, name: string, live: boolean): number {
    const key = `${chat} ${name}`
    const known = this.#known.get(key) ?? (live ? this.#live++ : this.#history++)
    this.#known.set(key, known)
    return known
  }
}

/** The message rows of a chat. In history a pair of neighbours stands the wrong way round now and then: the order is nearly that of time. */
export function chatMessages(chat: SimChat, ids: RowIds, live: boolean): { name: string; row: Row }[] {
  const list = entries(chat)
  const order = list.map((_, n) => n)
  if (!live) for (let n = 11; n + 1 < list.length; n += 16) [order[n], order[n + 1]] = [n + 1, n]
  for (const n of order) ids.of(chat.id, list[n]!.name, live)
  return list.map(({ name, row }) => ({ name, row: row(ids.of(chat.id, name, live)) }))
}
