/** How many messages conversations hold. */
import { sql } from 'drizzle-orm'
import { type Queries, rowsOf } from './client.ts'
import { notSystem } from './read-messages.ts'

/**
 * What a statement can see: two that say the same see the same rows. It changes with every transaction that writes, in any database of the
 * server (documentation of Postgres, "Transaction ID and Snapshot Information Functions").
 */
export const snapshotNow = sql`pg_current_snapshot()::text`

export interface Counted {
  chatIds: readonly number[]
  /** Messages with higher row numbers are not counted. */
  ceiling: number
  includeSystem: boolean
  /** What the statement saw that found these conversations. */
  seen: string
}

/** Questions whose counts are kept: walks that began at different times. */
const kept = 8

/**
 * Counts, and keeps what it counted for as long as nobody has written. Counting takes longest of an answer about many conversations, and a walk
 * asks for the same conversations page after page.
 */
export class MessageTotals {
  #seen = ''
  readonly #counts = new Map<string, Map<number, number>>()

  /** By the rows of the chats. */
  async of(queries: Queries, { chatIds, ceiling, includeSystem, seen }: Counted): Promise<ReadonlyMap<number, number>> {
    const known = this.#known(seen, ceiling, includeSystem)
    const missing = chatIds.filter(id => !known.has(id))
    if (missing.length === 0) return known
    const [answer] = await rowsOf<{ snapshot: string; counts: Record<string, number> | null }>(
      queries,
      sql`select ${snapshotNow} as snapshot, (select json_object_agg(chat_id, total) from (
            select m.chat_id, count(*) as total from messages m
            where m.chat_id = any(${`{${missing.join(',')}}`}::bigint[]) and m.id <= ${ceiling} ${includeSystem ? sql`` : sql`and ${notSystem}`}
            group by m.chat_id) x) as counts`,
    )
    const counts = new Map(missing.map(id => [id, answer?.counts?.[id] ?? 0]))
    const now = this.#known(answer?.snapshot ?? '', ceiling, includeSystem)
    for (const [id, total] of counts) now.set(id, total)
    return now === known ? known : new Map([...known, ...counts])
  }

  /** The counts of one question as of this snapshot; those of any other are forgotten. */
  #known(seen: string, ceiling: number, includeSystem: boolean): Map<number, number> {
    if (seen !== this.#seen || this.#counts.size > kept) this.#counts.clear()
    this.#seen = seen
    const question = `${ceiling} ${includeSystem}`
    const known = this.#counts.get(question) ?? new Map<number, number>()
    this.#counts.set(question, known)
    return known
  }
}
