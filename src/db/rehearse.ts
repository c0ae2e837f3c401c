/** Dry runs: everything happens in the database as it would, and none of it stays. */
import { sql } from 'drizzle-orm'
import type { Database, Queries } from './client.ts'

class Undo extends Error {}

/**
 * Runs `work` on a database whose transactions are savepoints of one transaction that is rolled back at the end, also when
 * `work` fails. Gives what `work` gave.
 */
export async function rehearse<T>(database: Database, work: (rehearsal: Database) => Promise<T>): Promise<T> {
  let outcome: { value: T } | null = null
  try {
    await database.transaction(async tx => {
      const value = await work({
        ...database,
        db: tx,
        transaction: inner => inSavepoint(tx, inner),
        maintain: async () => {},
        close: async () => {},
      })
      outcome = { value }
      throw new Undo()
    })
  } catch (thrown) {
    if (!(thrown instanceof Undo)) throw thrown
  }
  return (outcome as unknown as { value: T }).value
}

/** One after the other: a rehearsal has one connection. */
async function inSavepoint<T>(tx: Queries, work: (tx: Queries) => Promise<T>): Promise<T> {
  await tx.execute(sql`savepoint rehearsal`)
  try {
    return await work(tx)
  } catch (error) {
    await tx.execute(sql`rollback to savepoint rehearsal`)
    throw error
  } finally {
    await tx.execute(sql`release savepoint rehearsal`).catch(() => {})
  }
}
