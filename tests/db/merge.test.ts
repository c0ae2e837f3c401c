import { sql } from 'drizzle-orm'
import { type Database, rowsOf } from '../../src/db/client.ts'
import { makeStore } from '../../src/db/store.ts'
import type { Message } from '../../src/model.ts'
import { expect, onBoth, type TestDatabase } from '../support/database.ts'
import { account, identity, image, listing, message, wholeTables, writing } from './given.ts'

const phone = '5511900000001@c.us'
const lid = '77@lid'
const at = (minute: number) => `2026-02-10T10:${String(minute).padStart(2, '0')}:00.000Z`
const said = (id: string, minute: number, over: Partial<Message> = {}) => message(id, { ts: at(minute), ...over })

const chatsOf = ({ db }: Database) => rowsOf(db, sql`select external_id, jid, lid, title from chats order by id`)
const messagesOf = ({ db }: Database) => rowsOf(db, sql`select external_id, thread_external_id from messages order by message_id, id`)
const placed = (thread: string, ...ids: string[]) => ids.map(id => ({ external_id: id, thread_external_id: thread }))

/** A chat that is known by its number, and a second one that was read as the title alone shows it: nothing of both was seen at once. */
async function twoRows({ store }: TestDatabase) {
  const known = await writing(store, { jid: phone })
  await known.save([said('A', 1), said('B', 2), said('C', 3)], {
    coverage: { from: at(0), to: at(4), fromEdge: 'window_edge' },
  })
  await store.knownChats(account, [listing('Ana'), listing('Ana')])
  const bare = await writing(store, { messageIds: ['D', 'E'] })
  await bare.save([said('D', 5), said('E', 6)], { coverage: { from: at(4), to: at(7), fromEdge: 'interrupted' } })
  return { known, bare }
}

onBoth('a chat of a title that turns out to be one of a number becomes one with it: no row twice, none lost', async given => {
  const { store, database } = given
  const known = await writing(store, { jid: phone })
  await known.save([said('A', 1), said('B', 2)], { coverage: { from: at(0), to: at(3), fromEdge: 'window_edge' } })
  await store.knownChats(account, [listing('Ana'), listing('Ana')])
  const bare = await writing(store, { messageIds: ['C', 'D'] })
  await bare.save([said('C', 4), said('D', 5), said('E', 6)], { coverage: { from: at(3), to: at(7), fromEdge: 'interrupted' } })
  expect(bare.chat.id).not.toBe(known.chat.id)

  const later = await writing(store, { jid: phone, lid, messageIds: ['D', 'E'] })
  const saved = await later.save([said('D', 5), said('E', 6), said('F', 7)])
  expect(saved).toMatchObject({ inserted: 1, rejected: 0 })
  expect(await chatsOf(database)).toEqual([{ external_id: 'title:Ana', jid: phone, lid, title: 'Ana' }])
  expect(await messagesOf(database)).toEqual(
    placed(phone, `${phone}/A`, `${phone}/B`, 'title:Ana/C', 'title:Ana/D', 'title:Ana/E', 'title:Ana/F'),
  )
  const aliases = await rowsOf(database.db, sql`select kind, value from chat_aliases order by kind, value`)
  expect(aliases).toEqual([
    { kind: 'jid', value: phone },
    { kind: 'key', value: phone },
    { kind: 'lid', value: lid },
    { kind: 'title', value: 'Ana' },
  ])
  expect(await store.coverageOf(saved.chatId)).toEqual([{ from: at(0), to: at(7), fromEdge: 'window_edge' }])
  const names = (await store.knownChats(account, [listing('Ana')]))[0]![0]!.names
  expect(names.toSorted()).toEqual([phone, lid, 'title:Ana'].toSorted())
})

onBoth('what two rows of one message hold becomes one row, with files, jobs and results', async given => {
  const { store, database } = given
  const known = await writing(store, { jid: phone })
  const picture = (checksum: string | null, position = 0) => image(checksum, { position })
  await known.save([
    said('A', 1),
    said('B', 2, { kind: 'image', text: null, attachments: [picture(null, 0), picture('1'.repeat(64), 1)] }),
    said('C', 3, { text: 'whole text', senderId: phone }),
  ])
  const [job] = await store.takeJobs({ worker: 'w', limit: 10 })
  const hidden = await writing(store, { title: 'Ana Souza', jid: lid })
  await hidden.save([
    said('B', 2, { kind: 'image', text: 'caption', attachments: [picture('2'.repeat(64), 0), picture('1'.repeat(64), 1)] }),
    said('C', 3, { text: 'whole', reactions: [{ emoji: '👍', count: 1 }] }),
    said('D', 4),
  ])
  await store.resolveChat(identity('Ana', { jid: phone, lid }))
  const rows = await rowsOf(database.db, sql`select external_id, content_snippet, sender_id, reactions from messages order by message_id`)
  expect(rows).toEqual([
    { external_id: `${phone}/A`, content_snippet: 'text of A', sender_id: phone, reactions: [] },
    { external_id: `${phone}/B`, content_snippet: 'caption', sender_id: phone, reactions: [] },
    { external_id: `${phone}/C`, content_snippet: 'whole text', sender_id: phone, reactions: [{ emoji: '👍', count: 1 }] },
    { external_id: `${lid}/D`, content_snippet: 'text of D', sender_id: phone, reactions: [] },
  ])
  const files = await rowsOf(
    database.db,
    sql`select m.external_id, a.position, a.status, left(a.checksum, 1) as checksum, j.status as job
        from attachments a join messages m on m.id = a.message_id left join extraction_jobs j on j.attachment_id = a.id order by a.position`,
  )
  expect(files).toEqual([
    { external_id: `${phone}/B`, position: 0, status: 'saved', checksum: '2', job: 'queued' },
    { external_id: `${phone}/B`, position: 1, status: 'saved', checksum: '1', job: 'running' },
  ])
  await store.finishJob(job!, { extractor: 'test', content: 'words' })
  const results = await rowsOf(database.db, sql`select provenance from extractions`)
  expect(results).toEqual([{ provenance: { thread_external_id: phone, external_id: `${phone}/B` } }])
  const events = await rowsOf(
    database.db,
    sql`select m.external_id from events e join messages m on m.id = (e.data->>'message_id')::bigint and m.chat_id = (e.data->>'chat_id')::bigint
          and m.external_id = e.data->>'external_id' and m.thread_external_id = e.data->>'thread_external_id'
        where type = 'message.received' order by e.id`,
  )
  expect(events).toEqual(['A', 'B', 'C', 'B', 'C'].map(id => ({ external_id: `${phone}/${id}` })).concat({ external_id: `${lid}/D` }))
})

onBoth('a picture that was understood under the row that goes stays understood', async given => {
  const { store, database } = given
  const known = await writing(store, { jid: phone })
  const picture = (id: string, minute: number) => said(id, minute, { kind: 'image', attachments: [image('3'.repeat(64))] })
  await known.save([said('A', 1), picture('B', 2), said('C', 3)])
  const hidden = await writing(store, { title: 'Ana Souza', jid: lid })
  await hidden.save([picture('B', 2)])
  const jobs = await store.takeJobs({ worker: 'w', limit: 10 })
  await store.finishJob(jobs[1]!, { extractor: 'test', content: 'words' })
  await store.resolveChat(identity('Ana', { jid: phone, lid }))
  const rows = await rowsOf(
    database.db,
    sql`select m.external_id, e.content, e.provenance->>'external_id' as named, j.status from messages m join attachments a on a.message_id = m.id
        join extractions e on e.attachment_id = a.id join extraction_jobs j on j.attachment_id = a.id`,
  )
  expect(rows).toEqual([{ external_id: `${phone}/B`, content: 'words', named: `${phone}/B`, status: 'done' }])
})

onBoth('a LID and a number that are learned to be one person are one chat', async given => {
  const { store, database } = given
  const byNumber = await writing(store, { jid: phone })
  await byNumber.save([said('A', 1), said('B', 2), said('C', 3, { direction: 'out' })])
  const byLid = await writing(store, { title: 'Ana Souza', jid: lid })
  await byLid.save([said('C', 3, { direction: 'out' }), said('D', 4, { senderId: lid })])
  const both = await store.resolveChat(identity('Ana Souza', { jid: phone, lid }))
  expect(both).toMatchObject({ id: byNumber.chat.id, externalId: phone, jid: phone, lid, title: 'Ana Souza' })
  expect(await chatsOf(database)).toEqual([{ external_id: phone, jid: phone, lid, title: 'Ana Souza' }])
  const rows = await rowsOf(
    database.db,
    sql`select external_id, thread_external_id, sender_id, recipient_ids from messages order by message_id`,
  )
  const incoming = { thread_external_id: phone, sender_id: phone, recipient_ids: [] }
  expect(rows).toEqual([
    { ...incoming, external_id: `${phone}/A` },
    { ...incoming, external_id: `${phone}/B` },
    { external_id: `${phone}/C`, thread_external_id: phone, sender_id: 'Ana', recipient_ids: [phone] },
    { ...incoming, external_id: `${lid}/D` },
  ])
  // Whatever the next pages call it, and whoever still holds the old record.
  for (const names of [{ jid: lid }, { jid: phone }, { jid: phone, lid }]) {
    expect((await store.resolveChat(identity('Ana Souza', names))).id).toBe(both.id)
  }
  expect(await byLid.save([said('D', 4), said('E', 5)])).toMatchObject({ inserted: 1, chatId: both.id })
})

onBoth('a second merge changes nothing', async given => {
  await twoRows(given)
  const { store, database } = given
  const later = await writing(store, { jid: phone, lid, messageIds: ['E'] })
  const reading = [said('C', 3), said('D', 5), said('E', 6)]
  await later.save(reading)
  const before = await wholeTables(database)
  expect(before.chats).toHaveLength(1)
  expect(await later.save(reading)).toMatchObject({ inserted: 0, updated: 0, unchanged: 3, events: [] })
  const again = await store.resolveChat(identity('Ana', { jid: phone, lid, messageIds: ['E'] }))
  await store.resolveChat(identity('Ana', { jid: lid }))
  expect(await wholeTables(database)).toEqual(before)
  expect(again.externalId).toBe((before.chats![0] as { external_id: string }).external_id)
})

onBoth('a merge that does not reach its end leaves every table as it was', async given => {
  await twoRows(given)
  const { store, database } = given
  const later = await writing(store, { jid: phone, lid, messageIds: ['E'] })
  await database.db.execute(sql`create function stop() returns trigger language plpgsql as 'begin raise exception ''cut off''; end'`)
  await database.db.execute(sql`create trigger stop before delete on chats execute function stop()`)
  const before = await wholeTables(database)
  await expect(later.save([said('C', 3), said('D', 5), said('E', 6)])).rejects.toThrow()
  expect(await wholeTables(database)).toEqual(before)
  await database.db.execute(sql`drop trigger stop on chats`)
  await later.save([said('C', 3), said('D', 5), said('E', 6)])
  expect(await messagesOf(database)).toHaveLength(5)
})

onBoth('two writers that meet in a merge lose nothing and store nothing twice', async given => {
  const { known, bare } = await twoRows(given)
  const { store, database, kind } = given
  const other = kind === 'postgres' ? makeStore(await given.open()) : store
  const later = await writing(other, { jid: phone, lid, messageIds: ['E'] })
  await Promise.all([
    bare.save([said('E', 6), said('F', 7)]),
    later.save([said('C', 3), said('D', 5), said('E', 6), said('G', 8)]),
    known.save([said('A', 1), said('B', 2), said('H', 9)]),
    other.resolveChat(identity('Ana', { jid: phone, lid })),
  ])
  const ids = await rowsOf<{ message_id: string }>(database.db, sql`select message_id from messages order by message_id`)
  expect(ids.map(row => row.message_id)).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'])
  expect(await chatsOf(database)).toHaveLength(1)
})

onBoth('the key of a chat that went is never given again', async given => {
  await twoRows(given)
  const { store, database } = given
  await (await writing(store, { jid: phone })).save([said('C', 3), said('D', 5)])
  expect(await chatsOf(database)).toMatchObject([{ external_id: phone }])
  await store.knownChats(account, [listing('Ana'), listing('Ana')])
  const fresh = await writing(store, { messageIds: ['N'] })
  expect(fresh.chat.externalId).toBe('title:Ana#2')
  expect(await fresh.save([said('D', 20)])).toMatchObject({ inserted: 1 })
  expect(await messagesOf(database)).toEqual([
    ...placed(phone, `${phone}/A`, `${phone}/B`, `${phone}/C`, 'title:Ana/D'),
    ...placed('title:Ana#2', 'title:Ana#2/D'),
    ...placed(phone, 'title:Ana/E'),
  ])
})
