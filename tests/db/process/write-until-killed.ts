/** Run as a process of its own: stores batch after batch, tells each one that is committed, and waits to be killed. */
import { openDatabase } from '../../../src/db/client.ts'
import { makeStore } from '../../../src/db/store.ts'
import { message, writing } from '../given.ts'

const database = await openDatabase({ url: process.env.URL || null, dataDir: process.env.DATA_DIR ?? '' })
const { save } = await writing(makeStore(database))
for (let batch = 0; ; batch++) {
  // A disk that is full: the process ends, without pages of SQL.
  await save(Array.from({ length: 50 }, (_, n) => message(`${batch}-${n}`))).catch(() => process.exit(1))
  process.stdout.write(`${batch}\n`)
}
