import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { expect, onBoth } from '../support/database.ts'
import { image, message, since, writing } from './given.ts'

const withImages = (id: string, ...attachments: ReturnType<typeof image>[]) => message(id, { kind: 'image', text: null, attachments })

onBoth('files are counted once for each checksum, and every saved picture gets its job', async ({ store, database }) => {
  const { save } = await writing(store)
  const first = await save([withImages('A', image('aa')), withImages('B', image('aa')), withImages('C', image('bb'))])
  expect(first).toMatchObject({ attachments: { saved: 2, deduplicated: 1, pending: 0, bytes: 2000 }, jobs: 3 })
  const second = await save([withImages('A', image('aa')), withImages('D', image('aa'))])
  expect(second).toMatchObject({ attachments: { saved: 0, deduplicated: 1, pending: 0, bytes: 0 }, jobs: 1 })
  expect(await store.queuedJobs()).toBe(4)
  expect(await store.storedFiles()).toEqual([
    { filePath: 'sha256/aa.jpg', checksum: 'aa', sizeBytes: 1000, attachmentIds: [1, 2, expect.any(Number)] },
    { filePath: 'sha256/bb.jpg', checksum: 'bb', sizeBytes: 1000, attachmentIds: [3] },
  ])
  const flags = await rowsOf(database.db, sql`select distinct has_attachments from messages`)
  expect(flags).toEqual([{ has_attachments: true }])
})

onBoth('a pending picture is saved later; saved bytes never become pending again', async ({ store, database }) => {
  const { save, chat } = await writing(store)
  expect((await save([withImages('A', image(null))])).attachments).toMatchObject({ pending: 1, saved: 0 })
  const waiting = await store.imageState(chat.id, since)
  expect([[...waiting.settled], [...waiting.pending]]).toEqual([[], ['A']])
  expect((await save([withImages('A', image('aa'))])).attachments).toMatchObject({ pending: 0, saved: 1 })
  expect((await save([withImages('A', image(null))])).attachments).toMatchObject({ pending: 0, saved: 0 })
  const settled = await store.imageState(chat.id, since)
  expect([[...settled.settled], [...settled.pending]]).toEqual([['A#0'], []])
  const [row] = await rowsOf(database.db, sql`select status, checksum, file_path, attempts, media_type from attachments`)
  expect(row).toEqual({ status: 'saved', checksum: 'aa', file_path: 'sha256/aa.jpg', attempts: 2, media_type: 'image/jpeg' })
})

onBoth('a picture that was refused stays refused until there are bytes', async ({ store, database }) => {
  const { save } = await writing(store)
  await save([withImages('A', image(null, { status: 'failed', reason: 'not an image' }))])
  await save([withImages('A', image(null))])
  expect(await rowsOf(database.db, sql`select status, reason from attachments`)).toEqual([{ status: 'failed', reason: 'not an image' }])
})

onBoth('a larger picture replaces its thumbnail, a smaller one does not come back', async ({ store, database }) => {
  const { save } = await writing(store)
  await save([withImages('A', image('thumb', { width: 10, height: 10 }))])
  await save([withImages('A', image('full', { width: 1000, height: 800 }))])
  await save([withImages('A', image('thumb', { width: 10, height: 10 }))])
  expect(await rowsOf(database.db, sql`select checksum, width from attachments`)).toEqual([{ checksum: 'full', width: 1000 }])
})

onBoth('items of an album are rows of their own', async ({ store }) => {
  const { save, chat } = await writing(store)
  await save([withImages('A', image('aa'), image(null, { position: 1 }), image('cc', { position: 2 }))])
  const state = await store.imageState(chat.id, since)
  expect([[...state.settled].sort(), [...state.pending]]).toEqual([['A#0', 'A#2'], ['A']])
})

onBoth('a second reading of saved pictures writes no row', async ({ store, database }) => {
  const { save } = await writing(store)
  await save([withImages('A', image('aa'))])
  const tuples = () => rowsOf(database.db, sql`select id, xmin::text from attachments`)
  const before = await tuples()
  await save([withImages('A', image('aa'))])
  expect(await tuples()).toEqual(before)
})
