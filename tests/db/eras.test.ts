import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import type { ChatIdentity } from '../../src/db/store.ts'
import type { Message } from '../../src/model.ts'
import { expect, onBoth, onBothShared } from '../support/database.ts'
import { account, identity, listing, message, writing } from './given.ts'

const phone = '5511900000001@c.us'
const lid = '77@lid'

interface Era {
  facts: Partial<ChatIdentity>
  as: Partial<Message>
}

/** How pages of some eras, with or without IndexedDB, tell of one chat and its messages. */
function erasOf(phone: string, lid: string): Record<string, Era> {
  const exact = { ts: '2026-02-10T10:00:30.000Z', tsPrecision: 'second', witnesses: { ts: 'both', senderId: 'storage' } } as const
  return {
    'packed ids': { facts: { jid: phone }, as: { chatJid: phone, senderId: phone } },
    'packed ids of a LID thread': { facts: { jid: lid }, as: { chatJid: lid, senderId: lid } },
    'bare ids': { facts: {}, as: { senderId: 'Ana' } },
    'bare ids and IndexedDB': { facts: { jid: phone, lid }, as: { senderId: phone, ...exact } },
    'bare ids and IndexedDB that knows no number': { facts: { jid: lid, lid }, as: { senderId: lid, ...exact } },
  }
}

let people = 0
const names = Object.keys(erasOf(phone, lid))

for (const before of names) {
  for (const after of names) {
    onBothShared(`one message, one row: ${before}, then ${after}, then ${before}`, async ({ store, database }) => {
      const person = String(++people).padStart(4, '0')
      const [phone, lid, title] = [`551191111${person}@c.us`, `99${person}@lid`, `Ana ${person}`]
      const eras = erasOf(phone, lid)
      const [one, two] = [eras[before]!, eras[after]!]
      const ids = ['A', 'B', 'C', 'D', 'E'].map(id => `${person}${id}`)
      const read = async ({ facts, as }: Era, from: number, to: number) => {
        await store.knownChats(account, [listing(title)])
        const shown = ids.slice(from, to)
        const { save } = await writing(store, { title, messageIds: shown, ...facts })
        return save(shown.map(id => message(id, as)))
      }
      const stored = () =>
        rowsOf<Record<string, unknown>>(
          database.db,
          sql`select m.* from messages m join chats c on c.id = m.chat_id where c.title = ${title} order by message_id`,
        )
      const keys = (rows: Record<string, unknown>[]) => rows.map(row => [row.id, row.external_id])
      await read(one, 0, 3)
      const first = await stored()
      expect(await read(two, 1, 5)).toMatchObject({ inserted: 2, rejected: 0 })
      expect(await read(one, 0, 5)).toMatchObject({ inserted: 0, rejected: 0 })
      const rows = await stored()
      expect(rows.map(row => row.message_id)).toEqual(ids)
      expect(keys(rows.slice(0, 3))).toEqual(keys(first))
      const known = [one, two].map(({ facts }) => facts.jid)
      const best = known.includes(phone) ? phone : known.includes(lid) ? lid : null
      expect(new Set(rows.map(row => row.sender_id))).toEqual(new Set([best ?? 'Ana']))
      expect(new Set(rows.map(row => row.thread_external_id))).toEqual(new Set([best ?? `title:${title}`]))
      expect(new Set(rows.map(row => row.chat_id)).size).toBe(1)
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
