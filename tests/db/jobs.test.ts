import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { makeStore } from '../../src/db/store.ts'
import { expect, onBoth, type TestDatabase, test } from '../support/database.ts'
import { image, message, writing } from './given.ts'

async function queue({ store }: TestDatabase, ...checksums: string[]) {
  const { save } = await writing(store)
  await save(checksums.map(checksum => message(checksum, { kind: 'image', attachments: [image(checksum)] })))
}

onBoth('a job that was taken is nobody else’s, and is due again when its worker died', async given => {
  await queue(given, 'aa', 'bb')
  const { store, database } = given
  const [first] = await store.takeJobs({ worker: 'one', limit: 1 })
  const second = await store.takeJobs({ worker: 'two', limit: 5 })
  expect([first?.checksum, second.map(job => job.checksum)]).toEqual(['aa', ['bb']])
  expect(await store.takeJobs({ worker: 'two', limit: 5 })).toEqual([])
  await database.db.execute(sql`update extraction_jobs set run_after = now() where id = ${first!.id}`)
  const [again] = await store.takeJobs({ worker: 'two', limit: 5 })
  expect(again).toMatchObject({ id: first!.id, attempts: 2 })
  // The first worker was only slow: what it brings now is not stored a second time.
  await store.finishJob(first!, { extractor: 'x', content: 'late' })
  expect(await rowsOf(database.db, sql`select content from extractions`)).toEqual([])
})

onBoth('what was found is stored with the message it came from', async given => {
  await queue(given, 'aa')
  const [job] = await given.store.takeJobs({ worker: 'one', limit: 1 })
  expect(job).toMatchObject({ filePath: 'sha256/aa.jpg', mediaType: 'image/jpeg', kind: 'ocr' })
  await given.store.finishJob(job!, { extractor: 'x', content: 'TOTAL 10', data: { lines: 1 } })
  expect(
    await rowsOf(given.database.db, sql`select attachment_id = ${job!.attachmentId} as same, content, data, provenance from extractions`),
  ).toEqual([
    { same: true, content: 'TOTAL 10', data: { lines: 1 }, provenance: { thread_external_id: 'title:Ana', external_id: 'title:Ana/aa' } },
  ])
  expect(await given.store.queuedJobs()).toBe(0)
})

onBoth('a job that fails is put back for as long as it is told and given up after its last attempt', async given => {
  await queue(given, 'aa')
  const { store, database } = given
  const delays: number[] = []
  for (let attempt = 1; attempt <= 3; attempt++) {
    const [job] = await store.takeJobs({ worker: 'one', limit: 1 })
    expect(job?.attempts).toBe(attempt)
    await store.failJob(job!, 'no extractor', { maxAttempts: 3, delayMs: attempt * 120_000 })
    const [row] = await rowsOf<{ status: string; delay: number }>(
      database.db,
      sql`select status, extract(epoch from run_after - now())::float8 as delay from extraction_jobs`,
    )
    delays.push(Math.round(row!.delay / 60))
    expect(row!.status).toBe(attempt === 3 ? 'failed' : 'queued')
    await database.db.execute(sql`update extraction_jobs set run_after = now()`)
  }
  expect(delays).toEqual([2, 4, 6])
  expect(await store.takeJobs({ worker: 'one', limit: 1 })).toEqual([])
})

test('two workers that take at the same moment never take the same job (postgres)', async ({ makeDatabase }) => {
  const given = await makeDatabase('postgres')
  await queue(given, ...Array.from({ length: 40 }, (_, n) => `c${n}`))
  const other = makeStore(await given.open())
  const taken = await Promise.all(
    Array.from({ length: 16 }, (_, n) => (n % 2 ? given.store : other).takeJobs({ worker: `w${n}`, limit: 5 })),
  )
  const ids = taken.flat().map(job => job.id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toHaveLength(40)
})
