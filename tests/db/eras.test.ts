import { sql } from 'drizzle-orm'
import { type Database, rowsOf } from '../../src/db/client.ts'
import type { ChatIdentity } from '../../src/db/store.ts'
import type { Message } from '../../src/model.ts'
import { expect, onBoth } from '../support/database.ts'
import { account, identity, listing, message, writing } from './given.ts'

const phone = '5511900000001@c.us'
const lid = '77@lid'
const ids = ['A', 'B', 'C', 'D', 'E']

/** How a page of some era, with or without IndexedDB, tells of the same chat and the same messages. */
const eras: Record<string, { facts: Partial<ChatIdentity>; as: Partial<Message> }> = {
  'packed ids': { facts: { jid: phone }, as: { chatJid: phone, senderId: phone } },
  'packed ids of a LID thread': { facts: { jid: lid }, as: { chatJid: lid, senderId: lid } },
  'bare ids': { facts: {}, as: { senderId: 'Ana' } },
  'bare ids and IndexedDB': {
    facts: { jid: phone, lid },
    as: { senderId: phone, ts: '2026-02-10T10:00:30.000Z', tsPrecision: 'second', witnesses: { ts: 'both', senderId: 'storage' } },
  },
  'bare ids and IndexedDB that knows no number': {
    facts: { jid: lid, lid },
    as: { senderId: lid, ts: '2026-02-10T10:00:30.000Z', tsPrecision: 'second', witnesses: { ts: 'both', senderId: 'storage' } },
  },
}

const rowsIn = ({ db }: Database) => rowsOf<Record<string, unknown>>(db, sql`select * from messages order by message_id`)

for (const [before, one] of Object.entries(eras)) {
  for (const [after, two] of Object.entries(eras)) {
    onBoth(`one message, one row: ${before}, then ${after}, then ${before}`, async ({ store, database }) => {
      const read = async ({ facts, as }: typeof one, from: number, to: number) => {
        await store.knownChats(account, [listing('Ana')])
        const shown = ids.slice(from, to)
        const chat = await writing(store, { messageIds: shown, ...facts })
        return chat.save(shown.map(id => message(id, as)))
      }
      await read(one, 0, 3)
      const names = (await rowsIn(database)).map(row => [row.id, row.external_id])
      expect(await read(two, 1, 5)).toMatchObject({ inserted: 2, rejected: 0 })
      expect(await read(one, 0, 5)).toMatchObject({ inserted: 0, rejected: 0 })
      const rows = await rowsIn(database)
      expect(rows.map(row => row.message_id)).toEqual(ids)
      expect(rows.slice(0, 3).map(row => [row.id, row.external_id])).toEqual(names)
      const best = [one, two].some(({ facts }) => facts.jid === phone) ? phone : [one, two].some(({ facts }) => facts.jid) ? lid : 'Ana'
      expect(new Set(rows.map(row => row.sender_id))).toEqual(new Set([best]))
      expect(new Set(rows.map(row => row.thread_external_id))).toEqual(new Set([best === 'Ana' ? 'title:Ana' : best]))
      expect(await rowsOf(database.db, sql`select count(*)::int as chats from chats`)).toEqual([{ chats: 1 }])
    })
  }
}

onBoth('a chat of a title learns its number where no message is shown again', async ({ store, database }) => {
  const bare = await writing(store, {})
  await bare.save([message('A'), message('B', { direction: 'out', senderId: null })])
  await store.knownChats(account, [listing('Ana')])
  const known = await writing(store, { jid: phone, lid, messageIds: ['X'] })
  expect(known.chat.id).toBe(bare.chat.id)
  const rows = await rowsOf(
    database.db,
    sql`select external_id, thread_external_id, sender_id, recipient_ids from messages order by message_id`,
  )
  expect(rows).toEqual([
    { external_id: 'title:Ana/A', thread_external_id: phone, sender_id: phone, recipient_ids: [] },
    { external_id: 'title:Ana/B', thread_external_id: phone, sender_id: null, recipient_ids: [phone] },
  ])
})

onBoth('in a group nobody becomes the sender but who is shown', async ({ store, database }) => {
  const group = await writing(store, { title: 'Team', jid: '1203@g.us', isGroup: true })
  await group.save([message('A'), message('B', { senderId: lid }), message('B', { senderId: phone })], { participants: ['Ana', 'Bia'] })
  const rows = await rowsOf(database.db, sql`select sender_id, recipient_ids from messages order by message_id`)
  expect(rows).toEqual(['Ana', phone].map(sender_id => ({ sender_id, recipient_ids: ['Ana', 'Bia'] })))
})

onBoth("the agent's number is known by what the chat was called before", async ({ store }) => {
  await writing(store, { title: 'Helper', jid: phone, lid })
  const bare = await writing(store, { title: 'Helper', jid: lid })
  const saved = await bare.save([message('A', { direction: 'out' })], {
    agent: { contact: '+55 11 90000-0001', threadName: null, keywords: [] },
  })
  expect(saved.events.map(event => event.type)).toEqual(['message.sent', 'agent.message'])
})

onBoth('a record from before the chat learned its number does not forget it', async ({ store, database }) => {
  const early = await writing(store, {})
  await store.resolveChat(identity('Ana', { jid: phone, lid }))
  await early.save([message('A')], { agent: { contact: '5511900000001', threadName: null, keywords: [] } })
  expect(await rowsOf(database.db, sql`select thread_external_id, sender_id, is_agent_channel from messages`)).toEqual([
    { thread_external_id: phone, sender_id: phone, is_agent_channel: true },
  ])
})
