import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import type { ChatIdentity } from '../../src/db/store.ts'
import type { Message } from '../../src/model.ts'
import { expect, onBoth } from '../support/database.ts'
import { account, identity, listing, message, writing } from './given.ts'

const phone = '5511900000001@c.us'
const otherPhone = '5511900000002@c.us'
const lid = '77@lid'
const said = (id: string, over: Partial<Message> = {}) => message(id, over)

interface Apart {
  title: string
  first: { facts?: Partial<ChatIdentity>; messages: Message[] }
  second: { facts?: Partial<ChatIdentity>; messages: Message[] }
}

/** The second is read after the first, and again; each pair is tried in both orders. */
const apart: Apart[] = [
  {
    title: 'one title, nothing else in common',
    first: { messages: [said('A'), said('B')] },
    second: { facts: { jid: phone }, messages: [said('C'), said('D')] },
  },
  {
    title: 'one title and one broadcast of the owner',
    first: { messages: [said('X', { direction: 'out' })] },
    second: { facts: { jid: phone }, messages: [said('X', { direction: 'out' })] },
  },
  {
    title: 'one title and one id that a sender chose among many messages',
    first: { messages: [said('X'), said('A'), said('B'), said('C')] },
    second: { facts: { jid: phone }, messages: [said('X'), said('D'), said('E'), said('F')] },
  },
  {
    title: 'the same ids at other times',
    first: { messages: [said('A'), said('B')] },
    second: {
      facts: { jid: phone },
      messages: [said('A', { ts: '2026-02-11T10:00:00.000Z' }), said('B', { ts: '2026-02-11T10:00:00.000Z' })],
    },
  },
  {
    title: 'two numbers, all messages the same',
    first: { facts: { jid: phone }, messages: [said('A'), said('B')] },
    second: { facts: { jid: otherPhone }, messages: [said('A'), said('B')] },
  },
  {
    title: 'two LIDs, all messages the same',
    first: { facts: { jid: '78@lid' }, messages: [said('A'), said('B')] },
    second: { facts: { jid: lid }, messages: [said('A'), said('B')] },
  },
  {
    title: 'a group and a person, all messages the same',
    first: { facts: { isGroup: true }, messages: [said('A'), said('B')] },
    second: { facts: { jid: phone }, messages: [said('A'), said('B')] },
  },
  {
    title: 'other titles, all messages the same',
    first: { facts: { title: 'Bia' }, messages: [said('A'), said('B')] },
    second: { facts: { jid: phone }, messages: [said('A'), said('B')] },
  },
]

for (const { title, first, second } of apart) {
  for (const [order, one, two] of [
    ['in this order', first, second],
    ['in the other order', second, first],
  ] as const) {
    onBoth(`two chats stay two: ${title}, ${order}`, async ({ store, database }) => {
      await store.knownChats(account, [listing('Ana'), listing('Ana')])
      const open = async ({ facts, messages }: Apart['first'], taken: number[]) => {
        const chat = await writing(store, { title: 'Ana', messageIds: messages.map(({ messageId }) => messageId), taken, ...facts })
        await chat.save(messages)
        return chat
      }
      const a = await open(one, [])
      const b = await open(two, [a.chat.id])
      await a.save(one.messages)
      await b.save(two.messages)
      expect(await rowsOf(database.db, sql`select count(*)::int as chats from chats`)).toEqual([{ chats: 2 }])
      const rows = await rowsOf(database.db, sql`select count(*)::int as rows from messages`)
      expect(rows).toEqual([{ rows: one.messages.length + two.messages.length }])
    })
  }
}

onBoth('two rows of one list are two chats, whatever they hold', async ({ store, database }) => {
  await store.knownChats(account, [listing('Ana'), listing('Ana')])
  const bare = await writing(store, { title: 'Ana' })
  await bare.save([said('A'), said('B')], { listing: { ...listing('Ana'), signature: null } })
  const known = await store.resolveChat(identity('Ana', { jid: phone, taken: [bare.chat.id] }))
  await bare.save([said('A'), said('B')], { chat: known })
  expect(await rowsOf(database.db, sql`select count(*)::int as chats from chats`)).toEqual([{ chats: 2 }])
})

onBoth(
  'a LID that the page gives to another number keeps its chat and its number, and a reject tells of it',
  async ({ store, database }) => {
    const ana = await writing(store, { jid: phone, lid })
    await ana.save([said('A')])
    const moved = await store.resolveChat(identity('Ana', { jid: otherPhone, lid, messageIds: ['A'] }))
    expect(moved).toMatchObject({ id: ana.chat.id, jid: phone, lid, threadExternalId: phone })
    const clash = { jid: otherPhone, lid, stored: { jid: phone, lid } }
    expect(await rowsOf(database.db, sql`select row_key, field, raw from rejects where resolved_at is null`)).toEqual([
      { row_key: lid, field: 'jid', raw: clash },
    ])
    expect(await rowsOf(database.db, sql`select value from chat_aliases where kind = 'jid'`)).toEqual([{ value: phone }])
    await store.resolveChat(identity('Ana', { jid: phone, lid }))
    expect(await rowsOf(database.db, sql`select row_key from rejects where resolved_at is null`)).toEqual([])
  },
)

onBoth('a number that the page gives to another LID is another thread, unless it shows the messages of the old one', async ({ store }) => {
  const ana = await writing(store, { jid: phone, lid })
  await ana.save([said('A'), said('B')])
  const same = await store.resolveChat(identity('Ana', { jid: phone, lid: '78@lid', messageIds: ['A', 'B', 'C'] }))
  expect(same).toMatchObject({ id: ana.chat.id, lid })
  const stranger = await store.resolveChat(identity('Ana', { jid: phone, lid: '79@lid', messageIds: ['N'] }))
  expect(stranger).toMatchObject({ jid: null, lid: '79@lid', externalId: '79@lid' })
  expect(stranger.id).not.toBe(ana.chat.id)
})

onBoth('two chats that the page calls one person stay two where their names contradict', async ({ store, database }) => {
  const one = await writing(store, { jid: phone, lid: '78@lid' })
  const two = await writing(store, { jid: lid })
  expect((await store.resolveChat(identity('Ana', { jid: phone, lid }))).id).toBe(two.chat.id)
  expect(two.chat.id).not.toBe(one.chat.id)
  expect(await rowsOf(database.db, sql`select field from rejects`)).toEqual([{ field: 'jid' }])
})
