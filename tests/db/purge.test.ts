import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { type PurgeScope, purgeable, purgeMessages } from '../../src/db/purge.ts'
import type { Message } from '../../src/model.ts'
import { planChat, signatureOf } from '../../src/sync/plan-chat.ts'
import { expect, onBoth, type TestDatabase } from '../support/database.ts'
import { account, image, listing, message, wholeTables, writing } from './given.ts'

const phone = '5511900000001@c.us'
const now = '2026-02-20T12:00:30.000Z'
const on = (day: number, time = '10:00:00') => `2026-02-${String(day).padStart(2, '0')}T${time}.000Z`
const said = (id: string, day: number, over: Partial<Message> = {}) => message(id, { ts: on(day), ...over })
const scope = (over: Partial<PurgeScope>): PurgeScope => ({ accountId: account, chatIds: null, olderThan: null, now, ...over })
const { signal } = new AbortController()

const idsOf = async ({ database }: TestDatabase) =>
  (await rowsOf<{ message_id: string }>(database.db, sql`select message_id from messages order by message_id`)).map(row => row.message_id)
const chatRow = async ({ database }: TestDatabase, id: number) =>
  (await rowsOf<Record<string, unknown>>(database.db, sql`select * from chats where id = ${id}`))[0]!

/** Rows that are about a chat's messages, of every table but the chats'. */
const withoutChats = async ({ database }: TestDatabase) => {
  const { chats: _, tombstones: __, ...tables } = await wholeTables(database)
  return tables
}

onBoth('a chat that is purged loses everything but the row it is known by, and no other chat loses anything', async given => {
  const { database, store } = given
  const other = await writing(store, { title: 'Bea', jid: '5511900000002@c.us' })
  await other.save([said('X', 3, { attachments: [image('aa')] })], {
    rejects: [{ rowKey: 'r', field: 'ts', reason: 'why', raw: { t: 'x' } }],
  })
  const before = await withoutChats(given)

  const { save, chat, runId } = await writing(store, { jid: phone, participants: ['Ana'] })
  await save([said('A', 2, { attachments: [image('aa'), image('bb', { position: 1 })] }), said('B', 5)], {
    listing: { ...listing('Ana', { preview: 'secret words' }), signature: 'secret words' },
    rejects: [{ rowKey: `false_${phone}_R`, field: 'ts', reason: 'why', raw: { t: 'secret words' } }],
  })
  const [job] = await store.takeJobs({ worker: 'w', limit: 10 }).then(jobs => jobs.filter(one => one.checksum === 'bb'))
  await store.finishJob(job!, { extractor: 'test', content: 'secret words' })
  await store.finishRun(runId, {
    status: 'incomplete',
    counts: {
      incomplete: [
        { chat: 'Ana', reason: 'gap' },
        { chat: 'Bea', reason: 'gap' },
      ],
    },
  })

  expect(await purgeable(database.db, scope({ chatIds: [chat.id] }))).toEqual([
    // The other file is of a message that stays too.
    { chatId: chat.id, externalId: phone, title: 'Ana', messages: 2, attachments: 2, files: 1, bytes: 1000 },
  ])
  expect(await purgeMessages(database, scope({ chatIds: [chat.id] }), { signal })).toEqual({ messages: 2, attachments: 2 })
  const after = await withoutChats(given)
  expect(after.chat_aliases).toHaveLength((before.chat_aliases?.length ?? 0) + 2)
  for (const table of ['messages', 'attachments', 'rejects', 'events', 'extractions']) expect(after[table], table).toEqual(before[table])
  // Its job may have been taken meanwhile, nothing else.
  expect(after.extraction_jobs).toHaveLength(before.extraction_jobs!.length)
  expect(await chatRow(given, chat.id)).toMatchObject({
    external_id: phone,
    title: 'Ana',
    preview: null,
    signature: null,
    participants: [],
  })
  expect(JSON.stringify(await wholeTables(database))).not.toContain('secret words')
  const [run] = await rowsOf<{ counts: unknown }>(database.db, sql`select counts from sync_runs where id = ${runId}`)
  expect(run?.counts).toEqual({
    incomplete: [
      { chat: '(purged)', reason: 'gap' },
      { chat: 'Bea', reason: 'gap' },
    ],
  })
})

onBoth('what was purged does not come back with the next reading, newer messages do', async given => {
  const { database, store } = given
  const { save, chat } = await writing(store, { jid: phone })
  await save([said('A', 2), said('B', 20, { ts: on(20, '12:00:10'), tsPrecision: 'second' })])
  await purgeMessages(database, scope({ chatIds: [chat.id] }), { signal })
  expect(await store.purgedBefore(account, chat.id)).toBe(now)

  const again = await writing(store, { jid: phone })
  expect(again.chat.id).toBe(chat.id)
  const shown = { ...listing('Ana', { preview: 'secret words' }), signature: signatureOf(listing('Ana', { preview: 'secret words' })) }
  const saved = await again.save([said('A', 2), said('B', 20, { ts: on(20, '12:00:00') })], {
    listing: shown,
    rejects: [{ rowKey: 'r', field: 'ts', reason: 'why', raw: { t: 'secret words' } }],
    coverage: { from: on(1), to: now, fromEdge: 'window_edge' },
  })
  expect(saved).toMatchObject({ inserted: 0, updated: 0, unchanged: 0, dropped: 2, rejected: 1, events: [] })
  expect(await idsOf(given)).toEqual([])
  expect(JSON.stringify(await wholeTables(database))).not.toContain('secret words')

  // The chat counts as read: nothing makes the next cycle open it again.
  const [candidates] = await store.knownChats(account, [shown])
  const plan = {
    listing: shown,
    candidates: candidates!,
    now,
    since: on(1),
    overlapMs: 0,
    deepReadMs: null,
    patient: true,
    witnessed: null,
    late: null,
    unreadPolicy: 'open',
    newsOnly: false,
    full: false,
  } as const
  expect(planChat({ ...plan, lastActivity: { earliest: on(20), latest: on(20) } })).toEqual({ action: 'skip', because: 'unchanged' })

  const fresh = await again.save([said('B', 20, { ts: on(20, '12:00:10') }), said('C', 20, { ts: on(20, '12:01:00') })], { listing: shown })
  expect(fresh).toMatchObject({ inserted: 1, dropped: 1 })
  expect(await idsOf(given)).toEqual(['C'])
  expect(await chatRow(given, chat.id)).toMatchObject({ preview: 'secret words' })
})

onBoth('a row that is understood late and belongs to what was purged closes its reject and is not stored', async given => {
  const { database, store } = given
  const { save, chat } = await writing(store, { jid: phone })
  await purgeMessages(database, scope({ chatIds: [chat.id] }), { signal })
  await save([], { rejects: [{ rowKey: 'A', field: 'ts', reason: 'why', raw: null }] })
  await save([said('A', 2)])
  expect(await rowsOf(database.db, sql`select row_key from rejects where resolved_at is null`)).toEqual([])
  expect(await idsOf(given)).toEqual([])
})

onBoth('by age, older messages of every chat go and stay away, also of chats that come later', async given => {
  const { database, store } = given
  const ana = await writing(store, { jid: phone })
  await ana.save([said('A', 2), said('B', 10, { ts: on(10, '09:59:00') }), said('C', 10)], {
    listing: { ...listing('Ana', { preview: 'of C' }), signature: 's' },
  })
  // What rows showed before they were understood goes with their messages.
  const unread = ['A', 'C'].map(id => ({ rowKey: `false_${phone}_${id}`, field: 'ts', reason: 'why', raw: { t: `of ${id}` } }))
  await ana.save([], { rejects: unread })
  const bea = await writing(store, { title: 'Bea' })
  await bea.save([said('D', 3)], { listing: { ...listing('Bea', { preview: 'of D' }), signature: 's' } })
  expect(await purgeMessages(database, scope({ olderThan: on(10) }), { signal, batch: 1 })).toEqual({ messages: 3, attachments: 0 })
  expect(await idsOf(given)).toEqual(['C'])
  expect(await rowsOf(database.db, sql`select row_key from rejects`)).toEqual([{ row_key: `false_${phone}_C` }])
  expect((await chatRow(given, ana.chat.id)).preview).toBe('of C')
  expect((await chatRow(given, bea.chat.id)).preview).toBe(null)
  expect(await ana.save([said('A', 2), said('C', 10, { ts: on(10, '10:00:20'), tsPrecision: 'second' })])).toMatchObject({
    dropped: 1,
    inserted: 0,
  })
  const cleo = await writing(store, { title: 'Cleo' })
  expect(await cleo.save([said('E', 9), said('F', 11)])).toMatchObject({ dropped: 1, inserted: 1 })
  expect(await idsOf(given)).toEqual(['C', 'F'])
  // A younger edge never takes back an older one.
  await purgeMessages(database, scope({ olderThan: on(5) }), { signal })
  expect(await store.purgedBefore(account, cleo.chat.id)).toBe(on(10))
})

onBoth('by age and chat, only the older messages of that chat go', async given => {
  const { database, store } = given
  const ana = await writing(store, { jid: phone })
  await ana.save([said('A', 2), said('B', 12)])
  const bea = await writing(store, { title: 'Bea' })
  await bea.save([said('C', 2)])
  await purgeMessages(database, scope({ chatIds: [ana.chat.id], olderThan: on(10) }), { signal })
  expect(await idsOf(given)).toEqual(['B', 'C'])
  expect(await store.purgedBefore(account, bea.chat.id)).toBe(null)
})

onBoth('of two chats that become one the later tombstone holds, whichever of them had it', async given => {
  const { database, store } = given
  for (const purged of ['kept', 'gone'] as const) {
    const title = `Ana ${purged}`
    const [jid, lid] = [`551190000${purged === 'kept' ? '1001' : '2001'}@c.us`, purged === 'kept' ? '71@lid' : '72@lid']
    const one = await writing(store, { title, jid })
    await one.save([said('A', 15), said('B', 16)])
    await store.knownChats(account, [listing(title), listing(title)])
    const two = await writing(store, { title, lid, messageIds: ['Q'] })
    expect(two.chat.id).not.toBe(one.chat.id)
    const [edge, younger] = [on(12), on(18)]
    // The one with messages stays.
    await purgeMessages(database, scope({ chatIds: [one.chat.id], olderThan: purged === 'kept' ? younger : edge }), { signal })
    await purgeMessages(database, scope({ chatIds: [two.chat.id], olderThan: purged === 'kept' ? edge : younger }), { signal })
    if (purged === 'kept') await one.save([said('C', 19)])
    const both = await writing(store, { title, jid, lid })
    expect(both.chat.id).toBe(one.chat.id)
    expect(await store.purgedBefore(account, both.chat.id)).toBe(younger)
    expect(await both.save([said('Z', 17)])).toMatchObject({ dropped: 1, inserted: 0 })
  }
  expect(await rowsOf(database.db, sql`select chat_id from tombstones`)).toHaveLength(2)
})

onBoth('a purge that fails in the middle leaves whole messages, brings nothing back, and can be run again', async given => {
  const { database, store } = given
  const { save, chat } = await writing(store, { jid: phone })
  const pictures = [said('A', 2), said('B', 3), said('C', 4)].map((one, at) => ({ ...one, attachments: [image(`c${at}`)] }))
  await save(pictures)
  await database.db.execute(sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'power cut'; end $$`)
  await database.db.execute(
    sql`create trigger refuse before delete on messages for each row when (old.message_id = 'B') execute function refuse()`,
  )
  await expect(purgeMessages(database, scope({ chatIds: [chat.id] }), { signal, batch: 1 })).rejects.toThrow()
  const left = await rowsOf(
    database.db,
    sql`select m.message_id, a.checksum, j.checksum as job, (select count(*)::int from events e where e.data->>'message_id' = m.id::text) as events
        from messages m join attachments a on a.message_id = m.id join extraction_jobs j on j.attachment_id = a.id order by 1`,
  )
  expect(left).toEqual([
    { message_id: 'B', checksum: 'c1', job: 'c1', events: 1 },
    { message_id: 'C', checksum: 'c2', job: 'c2', events: 1 },
  ])
  expect(await save(pictures)).toMatchObject({ dropped: 3, inserted: 0 })
  await database.db.execute(sql`drop trigger refuse on messages`)
  expect(await purgeMessages(database, scope({ chatIds: [chat.id] }), { signal })).toEqual({ messages: 2, attachments: 2 })
  for (const table of ['messages', 'attachments', 'extraction_jobs', 'events'])
    expect((await wholeTables(database))[table], table).toEqual([])
})

onBoth('it stops between two batches when it is told to', async given => {
  const { database, store } = given
  const { save, chat } = await writing(store, { jid: phone })
  await save([said('A', 2), said('B', 3), said('C', 4)])
  const stop = new AbortController()
  const purging = purgeMessages(database, scope({ chatIds: [chat.id] }), { signal: stop.signal, batch: 1, onBatch: () => stop.abort() })
  await expect(purging).rejects.toThrow('abort')
  expect(await idsOf(given)).toEqual(['B', 'C'])
})

onBoth('a worker that stores, and takes jobs, while the purge runs brings nothing back and stops nobody', async given => {
  const { database, store } = given
  const { save, chat } = await writing(store, { jid: phone })
  const old = Array.from({ length: 30 }, (_, n) => said(`A${n}`, 2, { attachments: [image(`a${n}`)] }))
  const fresh = Array.from({ length: 30 }, (_, n) => said(`B${n}`, 25, { attachments: [image(`b${n}`)] }))
  await save(old)
  const working = async () => {
    for (const [at, message] of old.entries()) {
      await save([message, fresh[at]!])
      for (const job of await store.takeJobs({ worker: 'w', limit: 3 })) await store.finishJob(job, { extractor: 'test', content: 'seen' })
    }
  }
  await Promise.all([working(), purgeMessages(database, scope({ chatIds: [chat.id], olderThan: on(20) }), { signal, batch: 2 })])
  expect(await idsOf(given)).toEqual(fresh.map(one => one.messageId).toSorted())
  const left = await rowsOf(database.db, sql`select checksum from attachments union select checksum from extraction_jobs order by 1`)
  expect(left).toEqual(
    fresh.map(one => ({ checksum: one.attachments[0]!.checksum })).toSorted((a, b) => (a.checksum! < b.checksum! ? -1 : 1)),
  )
})
