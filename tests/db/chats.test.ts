import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { expect, onBoth } from '../support/database.ts'
import { account, identity, listing, message, writing } from './given.ts'

onBoth('a chat keeps its key and its rows when packed ids turn bare and its number turns into a LID', async ({ store, database }) => {
  const packed = await writing(store, { title: 'Ana', jid: '5511900000001@c.us' })
  await packed.save([message('A'), message('B')])
  const bare = await writing(store, { title: 'Ana', messageIds: ['A', 'B'] })
  await bare.save([message('B'), message('C')])
  const lid = await writing(store, { title: 'Ana', jid: '77@lid', messageIds: ['B', 'C'] })
  await lid.save([message('C'), message('D')])
  const renamed = await writing(store, { title: 'Ana Souza', jid: '77@lid', messageIds: [] })
  expect(new Set([packed, bare, lid, renamed].map(era => era.chat.id)).size).toBe(1)
  const rows = await rowsOf(database.db, sql`select external_id, thread_external_id from messages order by id`)
  expect(rows).toEqual(
    ['A', 'B', 'C', 'D'].map(id => ({ external_id: `5511900000001@c.us/${id}`, thread_external_id: '5511900000001@c.us' })),
  )
  const aliases = await rowsOf(database.db, sql`select kind, value from chat_aliases order by kind, value`)
  expect(aliases).toEqual([
    { kind: 'jid', value: '5511900000001@c.us' },
    { kind: 'lid', value: '77@lid' },
    { kind: 'title', value: 'Ana' },
    { kind: 'title', value: 'Ana Souza' },
  ])
})

onBoth('a chat known by its title alone learns its number later: same rows, better thread id', async ({ store, database }) => {
  const bare = await writing(store, { title: 'Ana' })
  await bare.save([message('A')])
  expect(bare.chat).toMatchObject({ externalId: 'title:Ana', threadExternalId: 'title:Ana' })
  const known = await writing(store, { title: 'Ana', jid: '5511900000001@s.whatsapp.net', messageIds: ['A'] })
  await known.save([message('A'), message('B')])
  expect(known.chat).toMatchObject({ id: bare.chat.id, externalId: 'title:Ana', threadExternalId: '5511900000001@c.us' })
  const rows = await rowsOf(database.db, sql`select external_id, thread_external_id from messages order by id`)
  expect(rows).toEqual(['A', 'B'].map(id => ({ external_id: `title:Ana/${id}`, thread_external_id: '5511900000001@c.us' })))
})

onBoth(
  'a chat that was seen before its number was, and of which nothing is stored, is named by the number from then on; its old name still leads to it',
  async ({ store, database }) => {
    const bare = await writing(store, { title: 'Ana' })
    expect(bare.chat.externalId).toBe('title:Ana')
    const known = await writing(store, { title: 'Ana', jid: '5511900000001@c.us', messageIds: ['A'] })
    expect(known.chat).toMatchObject({ id: bare.chat.id, externalId: '5511900000001@c.us', threadExternalId: '5511900000001@c.us' })
    // Also through whoever still has the chat as it was.
    await bare.save([message('A')])
    await known.save([message('A'), message('B')])
    const rows = await rowsOf(database.db, sql`select external_id from messages order by id`)
    expect(rows).toEqual(['A', 'B'].map(id => ({ external_id: `5511900000001@c.us/${id}` })))
    expect(await rowsOf(database.db, sql`select value from chat_aliases where kind = 'key'`)).toEqual([{ value: 'title:Ana' }])
    // The name is nobody else's meanwhile.
    const other = await store.resolveChat(identity('Ana', { messageIds: ['C'], taken: [bare.chat.id] }))
    expect(other.externalId).toBe('title:Ana#2')
  },
)

onBoth('a chat that was read to its end, or purged, keeps its name although it holds no message', async ({ store, database }) => {
  const read = await writing(store, { title: 'Ana' })
  await read.save([], { coverage: { from: '2026-02-01T00:00:00.000Z', to: '2026-02-10T00:00:00.000Z', fromEdge: 'chat_start' } })
  const purged = await writing(store, { title: 'Bea' })
  await database.db.execute(sql`insert into tombstones (account_id, chat_id, purged_before) values (${account}, ${purged.chat.id}, now())`)
  const known = [
    await store.resolveChat(identity('Ana', { jid: '5511900000001@c.us', messageIds: [] })),
    await store.resolveChat(identity('Bea', { jid: '5511900000002@c.us', messageIds: [] })),
  ]
  expect(known.map(chat => chat.externalId)).toEqual(['title:Ana', 'title:Bea'])
})

onBoth('a LID thread that learns its number keeps the number', async ({ store }) => {
  const lid = await writing(store, { title: 'Ana', jid: '77@lid' })
  await lid.save([message('A')])
  const phone = await writing(store, { title: 'Ana', jid: '5511900000001@c.us', messageIds: ['A'] })
  expect(phone.chat).toMatchObject({ id: lid.chat.id, externalId: '77@lid', threadExternalId: '5511900000001@c.us', lid: '77@lid' })
})

onBoth('two chats of one title stay two, whichever comes first in the list', async ({ store }) => {
  const rows = [listing('Ana', { position: 0 }), listing('Ana', { position: 1 })]
  await store.knownChats(account, rows)
  const first = await writing(store, { title: 'Ana', messageIds: ['A1'] })
  await first.save([message('A1')])
  const second = await writing(store, { title: 'Ana', messageIds: ['B1'], taken: [first.chat.id] })
  await second.save([message('B1')])
  expect(second.chat.externalId).toBe('title:Ana#2')

  await store.knownChats(account, rows)
  const again = await store.resolveChat(identity('Ana', { messageIds: ['B1', 'B2'] }))
  const other = await store.resolveChat(identity('Ana', { messageIds: ['A1'], taken: [again.id] }))
  expect([again.id, other.id]).toEqual([second.chat.id, first.chat.id])
})

onBoth('a new chat that takes a known title is not mixed with it, although it is opened first', async ({ store }) => {
  const known = await writing(store, { title: 'Ana' })
  await known.save([message('A1')])
  await store.knownChats(account, [listing('Ana', { position: 0 }), listing('Ana', { position: 1 })])
  const fresh = await store.resolveChat(identity('Ana', { messageIds: ['N1'] }))
  expect(fresh.id).not.toBe(known.chat.id)
  expect((await store.resolveChat(identity('Ana', { messageIds: ['A1'], taken: [fresh.id] }))).id).toBe(known.chat.id)
})

onBoth('two empty chats of one title do not multiply', async ({ store, database }) => {
  for (let cycle = 0; cycle < 3; cycle++) {
    await store.knownChats(account, [listing('Ana'), listing('Ana')])
    const first = await store.resolveChat(identity('Ana'))
    await store.resolveChat(identity('Ana', { taken: [first.id] }))
  }
  expect(await rowsOf(database.db, sql`select count(*)::int as chats from chats`)).toEqual([{ chats: 2 }])
})

onBoth('a chat of another number or kind is another chat, whatever its title and ids say', async ({ store }) => {
  const ana = await writing(store, { title: 'Ana', jid: '5511900000001@c.us', isGroup: false })
  await ana.save([message('A1'), message('A2')])
  const number = await store.resolveChat(identity('Ana', { jid: '5511900000002@c.us', messageIds: ['A1', 'A2'] }))
  const group = await store.resolveChat(identity('Ana', { isGroup: true, messageIds: ['A1', 'A2'] }))
  expect(new Set([ana.chat.id, number.id, group.id]).size).toBe(3)
})

onBoth('a few ids that a sender chose do not turn a chat into another one', async ({ store }) => {
  const ana = await writing(store, { title: 'Ana' })
  await ana.save([message('A1'), message('A2'), message('A3')])
  const mallory = await store.resolveChat(identity('Mallory', { messageIds: ['A1', 'A2', 'M1', 'M2', 'M3'] }))
  expect(mallory.id).not.toBe(ana.chat.id)
})

onBoth('a renamed chat is known by its messages', async ({ store }) => {
  const before = await writing(store, { title: '+55 11 90000-0001' })
  await before.save([message('A1'), message('A2'), message('A3')])
  const after = await store.resolveChat(identity('Ana', { messageIds: ['A1', 'A2', 'A3', 'A4'] }))
  expect(after).toMatchObject({ id: before.chat.id, title: 'Ana', externalId: 'title:+55 11 90000-0001' })
})

onBoth('ids of two chats never run into one another', async ({ store, database }) => {
  const left = await writing(store, { title: 'a' })
  const right = await writing(store, { title: 'a/b' })
  await left.save([message('b/c')])
  await right.save([message('c')])
  const rows = await rowsOf<{ external_id: string }>(database.db, sql`select external_id from messages order by id`)
  expect(rows.map(row => row.external_id)).toEqual(['title:a/b/c', 'title:a%2Fb/c'])
})

onBoth('rows of the list find their chats, with what is covered and what waits', async ({ store }) => {
  const { save } = await writing(store, { title: 'Ana' })
  await save(
    [
      message('A', {
        kind: 'image',
        attachments: [
          {
            position: 0,
            mediaType: 'image/*',
            status: 'pending',
            filePath: null,
            checksum: null,
            sizeBytes: null,
            width: null,
            height: null,
            originalName: null,
            durationS: null,
            reason: null,
          },
        ],
      }),
    ],
    {
      coverage: { from: '2026-02-01T00:00:00.000Z', to: '2026-02-10T11:00:00.000Z', fromEdge: 'window_edge' },
      listing: { ...listing('Ana', { preview: 'hi' }), signature: '["hi",0]' },
    },
  )
  const [ana, bia] = await store.knownChats(account, [listing('Ana'), listing('Bia')])
  expect(bia).toEqual([])
  expect(ana).toEqual([
    {
      id: expect.any(Number),
      names: expect.arrayContaining([expect.any(String)]),
      signature: '["hi",0]',
      coverage: [{ from: '2026-02-01T00:00:00.000Z', to: '2026-02-10T11:00:00.000Z', fromEdge: 'window_edge' }],
      pendingImages: 1,
      incompleteReason: null,
      failures: 0,
      retryAt: null,
      lastReadAt: expect.any(String),
      deepReadAt: expect.any(String),
      pendingSince: expect.stringMatching(/^2026-02-\d\dT.*Z$/),
    },
  ])
  expect(await store.knownChats(account, [listing('Ana'), listing('Ana')])).toEqual([[], []])
})
