/** Dry runs: everything happens in the database as it would, and none of it stays. */
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
        transaction: inner => tx.transaction(savepoint => inner(savepoint as unknown as Queries)),
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
