import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import type { Message } from '../../src/model.ts'
import { expect, onBoth, onBothShared } from '../support/database.ts'
import { afterReadings, message, since, writing } from './given.ts'

interface Rule {
  title: string
  readings: Partial<Message>[]
  row: Record<string, unknown>
  outcome?: 'inserted' | 'updated' | 'unchanged' | 'rejected'
}

const rules: Rule[] = [
  {
    title: 'a blank reading never replaces text',
    readings: [{ text: 'hello' }, { text: null }],
    row: { content_snippet: 'hello' },
    outcome: 'unchanged',
  },
  {
    title: 'white space is a blank reading',
    readings: [{ text: 'hello' }, { text: ' \n' }],
    row: { content_snippet: 'hello' },
    outcome: 'unchanged',
  },
  {
    title: 'text that comes late fills a blank',
    readings: [
      { text: null, kind: 'image' },
      { text: 'caption', kind: 'image' },
    ],
    row: { content_snippet: 'caption' },
    outcome: 'updated',
  },
  {
    title: 'a deletion keeps text and kind and is marked',
    readings: [
      { text: 'hello', kind: 'image' },
      { text: null, kind: 'deleted', deleted: true },
    ],
    row: { content_snippet: 'hello', kind: 'image', is_deleted: true },
    outcome: 'updated',
  },
  {
    title: 'what a deleted row shows as text never replaces text',
    readings: [{ text: 'hello' }, { text: 'This message was deleted', kind: 'deleted', deleted: true }],
    row: { content_snippet: 'hello', is_deleted: true },
  },
  {
    title: 'a deletion stays when an older reading comes after it',
    readings: [{ kind: 'deleted', deleted: true, text: null }, { text: 'hello' }],
    row: { content_snippet: 'hello', kind: 'text', is_deleted: true },
  },
  {
    title: 'an edit replaces the text and is marked, also by a shorter one',
    readings: [{ text: 'hello there' }, { text: 'hi', edited: true }],
    row: { content_snippet: 'hi', is_edited: true },
    outcome: 'updated',
  },
  {
    title: 'a reading from before the edit changes nothing',
    readings: [{ text: 'hi', edited: true }, { text: 'hello there' }],
    row: { content_snippet: 'hi', is_edited: true },
    outcome: 'unchanged',
  },
  {
    title: 'a shorter reading without an edit mark never replaces',
    readings: [{ text: 'hello 👋 there' }, { text: 'hello there' }],
    row: { content_snippet: 'hello 👋 there', is_edited: false },
    outcome: 'unchanged',
  },
  {
    title: 'a text that was cut short never replaces, not even as an edit',
    readings: [{ text: 'one two three' }, { text: 'one two…', edited: true }],
    row: { content_snippet: 'one two three' },
  },
  {
    title: 'a whole text replaces one that was cut short',
    readings: [{ text: 'one two…' }, { text: 'one two three' }],
    row: { content_snippet: 'one two three', is_edited: false },
    outcome: 'updated',
  },
  {
    title: 'a status moves forward',
    readings: [
      { direction: 'out', status: 'sent' },
      { direction: 'out', status: 'read' },
    ],
    row: { status: 'read' },
    outcome: 'updated',
  },
  {
    title: 'a status never moves back',
    readings: [
      { direction: 'out', status: 'read' },
      { direction: 'out', status: 'delivered' },
    ],
    row: { status: 'read' },
    outcome: 'unchanged',
  },
  {
    title: 'a reading without status keeps it',
    readings: [
      { direction: 'out', status: 'read' },
      { direction: 'out', status: null },
    ],
    row: { status: 'read' },
    outcome: 'unchanged',
  },
  {
    title: 'a pending message can fail',
    readings: [
      { direction: 'out', status: 'pending' },
      { direction: 'out', status: 'failed' },
    ],
    row: { status: 'failed' },
  },
  {
    title: 'a delivered message cannot fail',
    readings: [
      { direction: 'out', status: 'delivered' },
      { direction: 'out', status: 'failed' },
    ],
    row: { status: 'delivered' },
    outcome: 'unchanged',
  },
  {
    title: 'a failed message that was sent again moves on',
    readings: [
      { direction: 'out', status: 'failed' },
      { direction: 'out', status: 'sent' },
    ],
    row: { status: 'sent' },
  },
  {
    title: 'waiting becomes the real kind',
    readings: [
      { kind: 'waiting', text: null },
      { kind: 'text', text: 'hello' },
    ],
    row: { kind: 'text', content_snippet: 'hello' },
    outcome: 'updated',
  },
  {
    title: 'a real kind never becomes waiting',
    readings: [{ text: 'hello' }, { kind: 'waiting', text: null }],
    row: { kind: 'text', content_snippet: 'hello' },
    outcome: 'unchanged',
  },
  {
    title: 'unknown becomes the real kind',
    readings: [
      { kind: 'unknown', text: null },
      { kind: 'image', text: null },
    ],
    row: { kind: 'image' },
    outcome: 'updated',
  },
  {
    title: 'a real kind never becomes unknown',
    readings: [
      { kind: 'image', text: null },
      { kind: 'unknown', text: null },
    ],
    row: { kind: 'image' },
    outcome: 'unchanged',
  },
  {
    title: 'seconds replace minutes',
    readings: [{}, { ts: '2026-02-10T10:00:42.000Z', tsPrecision: 'second' }],
    row: { ts_precision: 'second', second: 42 },
    outcome: 'updated',
  },
  {
    title: 'minutes never replace seconds',
    readings: [{ ts: '2026-02-10T10:00:42.000Z', tsPrecision: 'second' }, {}],
    row: { ts_precision: 'second', second: 42 },
    outcome: 'unchanged',
  },
  {
    title: 'another time at the same precision is refused and kept as a reject',
    readings: [{}, { ts: '2026-02-10T11:00:00.000Z' }],
    row: { ts_precision: 'minute' },
    outcome: 'rejected',
  },
  {
    title: 'a direction never flips: the reading becomes a reject',
    readings: [{ direction: 'in' }, { direction: 'out', text: 'a longer text of the same id' }],
    row: { is_outgoing: false, content_snippet: 'text of M1' },
    outcome: 'rejected',
  },
  {
    title: 'a name gives way to a LID',
    readings: [{ senderId: 'Ana' }, { senderId: '77@lid' }],
    row: { sender_id: '77@lid' },
    outcome: 'updated',
  },
  {
    title: 'a LID gives way to a phone number',
    readings: [{ senderId: '77@lid' }, { senderId: '5511988887777@c.us' }],
    row: { sender_id: '5511988887777@c.us' },
  },
  {
    title: 'a phone number never gives way',
    readings: [{ senderId: '5511988887777@c.us' }, { senderId: '77@lid' }],
    row: { sender_id: '5511988887777@c.us' },
    outcome: 'unchanged',
  },
  {
    title: 'a saved name is not replaced by a bare number',
    readings: [{ senderName: 'Ana' }, { senderName: '+55 11 98888-7777' }],
    row: { sender_name: 'Ana' },
    outcome: 'unchanged',
  },
  {
    title: 'reactions follow the latest reading',
    readings: [{ reactions: [{ emoji: '👍', count: 1 }] }, { reactions: [{ emoji: '❤️', count: 2 }] }],
    row: { reactions: [{ emoji: '❤️', count: 2 }] },
    outcome: 'updated',
  },
  {
    title: 'reactions in another order are the same reactions',
    readings: [
      {
        reactions: [
          { emoji: '👍', count: 1 },
          { emoji: '❤️', count: 1 },
        ],
      },
      {
        reactions: [
          { emoji: '❤️', count: 1 },
          { emoji: '👍', count: 1 },
        ],
      },
    ],
    row: {},
    outcome: 'unchanged',
  },
  {
    title: 'no reactions on a row that may be incomplete removes none',
    readings: [{ reactions: [{ emoji: '👍', count: 1 }] }, { reactions: [] }],
    row: { reactions: [{ emoji: '👍', count: 1 }] },
    outcome: 'unchanged',
  },
  {
    title: 'counts that are known are not replaced by unknown ones',
    readings: [{ reactions: [{ emoji: '👍', count: 3 }] }, { reactions: [{ emoji: '👍', count: null }] }],
    row: { reactions: [{ emoji: '👍', count: 3 }] },
    outcome: 'unchanged',
  },
  {
    title: 'a quoted id that the second witness knows is added',
    readings: [{ quoted: { text: 'q', sender: 'Bia', messageId: null } }, { quoted: { text: 'q', sender: 'Bia', messageId: 'Q1' } }],
    row: { quoted_text: 'q', quoted_message_id: 'Q1' },
    outcome: 'updated',
  },
  {
    title: 'a quote that is not shown any more stays',
    readings: [{ quoted: { text: 'q', sender: 'Bia', messageId: null } }, { quoted: null }],
    row: { quoted_text: 'q' },
    outcome: 'unchanged',
  },
]

for (const { title, readings, row: expected, outcome } of rules) {
  onBothShared(title, async given => {
    const { rows, row, last } = await afterReadings(given, readings)
    expect(rows).toHaveLength(1)
    const { second, ...columns } = expected
    expect(row).toMatchObject(columns)
    if (second !== undefined) expect(new Date(row.ts as string).getUTCSeconds()).toBe(second)
    if (outcome) expect({ ...last, events: [] }).toMatchObject({ inserted: 0, updated: 0, unchanged: 0, rejected: 0, [outcome]: 1 })
  })
}

onBothShared('an empty list of reactions removes them when the row is known to be complete', async given => {
  const { row, last } = await afterReadings(given, [{ reactions: [{ emoji: '👍', count: 1 }] }, { reactions: [] }], { rowsComplete: true })
  expect(row.reactions).toEqual([])
  expect(last.updated).toBe(1)
})

onBoth('a second reading writes no row: the tuples are the same', async ({ store, database }) => {
  const { save } = await writing(store)
  const messages = [
    message('A', { reactions: [{ emoji: '👍', count: 1 }], durationS: 3.7, albumSize: 2 }),
    message('B', { direction: 'out', status: 'sent' }),
  ]
  await save(messages)
  const tuples = () => rowsOf(database.db, sql`select id, xmin::text, ctid::text from messages order by id`)
  const before = await tuples()
  expect(await save(messages)).toMatchObject({ inserted: 0, updated: 0, unchanged: 2, events: [] })
  expect(await tuples()).toEqual(before)
})

onBoth('a message that stands twice in a batch is one row, the richer of both', async ({ store, database }) => {
  const { save } = await writing(store)
  const saved = await save([
    message('A', { text: 'hello' }),
    message('B'),
    message('A', { text: null, reactions: [{ emoji: '👍', count: 1 }] }),
  ])
  expect(saved).toMatchObject({ inserted: 2, updated: 1 })
  const [row] = await rowsOf(database.db, sql`select content_snippet, reactions from messages where message_id = 'A'`)
  expect(row).toEqual({ content_snippet: 'hello', reactions: [{ emoji: '👍', count: 1 }] })
})

onBoth('one message id in two chats is two rows', async ({ store, database }) => {
  const ana = await writing(store, { title: 'Ana', jid: '5511900000001@c.us' })
  const bia = await writing(store, { title: 'Bia', jid: '5511900000002@c.us' })
  await ana.save([message('SAME')])
  await bia.save([message('SAME', { text: 'other' })])
  const rows = await rowsOf<{ external_id: string }>(database.db, sql`select external_id from messages order by id`)
  expect(rows.map(row => row.external_id)).toEqual(['5511900000001@c.us/SAME', '5511900000002@c.us/SAME'])
})

onBoth('the constraint refuses a second row of one message, whoever writes it', async ({ store, database }) => {
  const { save } = await writing(store)
  await save([message('A')])
  const copy = sql`insert into messages (account_id, external_id, thread_external_id, chat_id, message_id, ts, ts_precision, is_outgoing, kind)
    select account_id, external_id, thread_external_id, chat_id, message_id, ts, ts_precision, is_outgoing, kind from messages`
  await expect(rowsOf(database.db, copy)).rejects.toThrow()
})

onBoth('messages older than the window are dropped, at the precision of their time', async ({ store, database }) => {
  const { save } = await writing(store)
  const saved = await save(
    [
      message('older', { ts: '2026-01-31T23:59:00.000Z' }),
      message('edge-minute', { ts: '2026-02-01T00:00:00.000Z' }),
      message('older-second', { ts: '2026-02-01T00:00:29.000Z', tsPrecision: 'second' }),
      message('edge-second', { ts: '2026-02-01T00:00:30.000Z', tsPrecision: 'second' }),
    ],
    { since: '2026-02-01T00:00:30.000Z' },
  )
  expect(saved).toMatchObject({ inserted: 2, dropped: 2 })
  const rows = await rowsOf<{ message_id: string }>(database.db, sql`select message_id from messages order by id`)
  expect(rows.map(row => row.message_id)).toEqual(['edge-minute', 'edge-second'])
})

onBoth('a message whose time is none becomes a reject and keeps nothing else out', async ({ store, database }) => {
  const { save } = await writing(store)
  expect(await save([message('bad', { ts: 'yesterday' }), message('good')])).toMatchObject({ inserted: 1, rejected: 1 })
  expect(await rowsOf(database.db, sql`select row_key, field from rejects`)).toEqual([{ row_key: 'bad', field: 'ts' }])
})

onBoth('the columns of the contract hold what was read', async ({ store, database }) => {
  const { save, runId } = await writing(store, { title: 'Team', jid: '1203@g.us', isGroup: true })
  await save(
    [message('M', { forwarded: true, forwardedMany: true, fileName: 'a.pdf', kind: 'document', senderId: '5511900000001@c.us' })],
    {
      participants: ['Ana', 'Bia'],
      since,
    },
  )
  const [row] = await rowsOf<Record<string, unknown>>(database.db, sql`select * from messages`)
  expect(row).toMatchObject({
    platform: 'whatsapp',
    account_id: 'default',
    external_id: '1203@g.us/M',
    thread_external_id: '1203@g.us',
    recipient_ids: ['Ana', 'Bia'],
    source_app: 'WhatsApp Web',
    is_forwarded: true,
    forwarded_many: true,
    file_name: 'a.pdf',
    run_id: runId,
    selector_set: 'e7',
  })
})
