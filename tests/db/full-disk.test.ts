/** The embedded database on a disk that fills up under it: the batch that does not fit is refused or ends the process; none before it is lost. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { openDatabase, rowsOf } from '../../src/db/client.ts'
import { startChild } from '../support/child.ts'
import { expect, test } from '../support/database.ts'
import { makeDisk } from '../support/disk.ts'

test('a full disk under the embedded database loses no batch that was told as stored, and leaves none half stored', async ({
  templates,
}) => {
  const root = mkdtempSync(join(tmpdir(), 'whatsapp-etl-full-'))
  const dataDir = join(root, 'data')
  const disk = makeDisk(dataDir, '160m')
  try {
    await templates.embedded(dataDir)
    const child = startChild(new URL('./process/write-until-killed.ts', import.meta.url), { DATA_DIR: dataDir })
    let told = -1
    for (; told < 2; told++) await child.line()
    disk.full(true, child.process.pid ?? 0)
    for (const reading = { over: false }; !reading.over; ) {
      await child.line().then(
        () => {
          told++
        },
        () => {
          reading.over = true
        },
      )
    }
    disk.full(false, child.process.pid ?? 0)
    const database = await openDatabase({ url: null, dataDir })
    const batches = await rowsOf<{ batch: number; n: number }>(
      database.db,
      sql`select split_part(message_id, '-', 1)::int as batch, count(*)::int as n from messages group by 1 order by 1`,
    )
    await database.close()
    // The last batch may be stored without having been told.
    expect(batches.length).toBeGreaterThanOrEqual(told + 1)
    expect(batches.length).toBeLessThanOrEqual(told + 2)
    expect(batches).toEqual(batches.map((_, batch) => ({ batch, n: 50 })))
  } finally {
    disk.close()
    rmSync(root, { recursive: true, force: true })
  }
})
