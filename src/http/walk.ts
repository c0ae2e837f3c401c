/**
 * A walk over messages: exactly once each, also while messages are stored. It goes over the rows that were there at its beginning, in their
 * order; what was stored meanwhile, however old, comes after them, as a walk of its own.
 */
import { z } from 'zod'
import type { MessageFilter, MessagePage, ReadMessage } from '../db/read-messages.ts'
import type { Reader } from '../db/reader.ts'
import { messageKinds } from '../model.ts'
import { instantText, readCursor, rowNumber, writeCursor } from './cursor.ts'

/** Where a walk stands. `filter` without the chat's row: it is looked up again by `conversation`, which may have become another one. */
const placeSchema = z.strictObject({
  conversation: z.string().nullable(),
  since: instantText.nullable(),
  until: instantText.nullable(),
  kinds: z.array(z.enum(messageKinds)).nullable(),
  includeSystem: z.boolean(),
  order: z.enum(['asc', 'desc']),
  floor: rowNumber,
  ceiling: rowNumber,
  after: z.strictObject({ at: instantText, row: rowNumber }).nullable(),
})
export type Place = z.output<typeof placeSchema>

/** The place that a cursor stands for; HttpError 400 for anything else. */
export function placeOf(cursor: string): Place {
  return readCursor(placeSchema, cursor)
}

/** What a place asks of the database. */
export function pageAt(place: Place, filter: Pick<MessageFilter, 'accountId' | 'chatId'>, limit: number | null): MessagePage {
  const { since, until, kinds, includeSystem, order, floor, ceiling, after } = place
  return { filter: { ...filter, since, until, kinds, includeSystem }, sweep: { floor, ceiling }, order, after, limit }
}

/** Messages fetched at a time: what is in memory of an answer. */
const piece = 500

/** The messages of a page in pieces; at the end the cursor of what comes after them, null when that is nothing. */
export async function* walk(reader: Reader, page: MessagePage, place: Place): AsyncGenerator<ReadMessage[], string | null> {
  let left = page.limit ?? Number.POSITIVE_INFINITY
  let { after } = page
  for (;;) {
    const wanted = Math.min(piece, left + 1)
    const found = await reader.messages({ ...page, after, limit: wanted })
    const given = found.slice(0, left)
    if (given.length > 0) yield given
    const last = given.at(-1)
    if (last) after = { at: last.at, row: last.row }
    left -= given.length
    if (found.length > given.length) return writeCursor({ ...place, after })
    if (found.length < wanted) return storedMeanwhile(reader, page, place)
  }
}

async function storedMeanwhile(reader: Reader, page: MessagePage, place: Place): Promise<string | null> {
  const sweep = { floor: page.sweep.ceiling, ceiling: await reader.highestRow(page.filter.accountId) }
  if (sweep.ceiling <= sweep.floor) return null
  const [first] = await reader.messages({ ...page, sweep, after: null, limit: 1 })
  return first ? writeCursor({ ...place, ...sweep, after: null }) : null
}
