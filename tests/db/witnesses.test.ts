import type { Message, MessageDetails } from '../../src/model.ts'
import { expect, onBothShared } from '../support/database.ts'
import { afterReadings } from './given.ts'

interface Rule {
  title: string
  readings: Partial<Message>[]
  row: Record<string, unknown>
  outcome: 'updated' | 'unchanged' | 'rejected'
}

const seconds = { ts: '2026-02-10T10:00:42.000Z', tsPrecision: 'second' } as const
const phone = '5511988887777@c.us'
const details = (first: MessageDetails, second: MessageDetails, row: MessageDetails, outcome: Rule['outcome']) => ({
  readings: [{ details: first }, { details: second }],
  row: { details: row },
  outcome,
})
const mention = (id: string | null) => ({ mentions: [{ name: 'Bia', id }] })
const poll = (...votes: (number | null)[]) => ({
  poll: { question: 'When?', options: votes.map((count, n) => ({ text: `${n}`, votes: count })) },
})

const rules: Rule[] = [
  {
    title: 'seconds of the witness may lie in another minute than the page showed',
    readings: [{}, { ts: '2026-02-10T10:01:02.000Z', tsPrecision: 'second', witnesses: { ts: 'storage' } }],
    row: { ts_precision: 'second', instant: '2026-02-10T10:01:02.000Z', witnesses: { ts: 'storage' } },
    outcome: 'updated',
  },
  {
    title: 'seconds of another minute that no witness told are refused',
    readings: [{}, { ts: '2026-02-10T10:01:02.000Z', tsPrecision: 'second' }],
    row: { ts_precision: 'minute', instant: '2026-02-10T10:00:00.000Z' },
    outcome: 'rejected',
  },
  {
    title: 'other seconds are refused, whoever tells them',
    readings: [
      { ...seconds, witnesses: { ts: 'both' } },
      { ...seconds, ts: '2026-02-10T10:00:43.000Z', witnesses: { ts: 'both' } },
    ],
    row: { instant: seconds.ts },
    outcome: 'rejected',
  },
  {
    title: 'seconds keep their witness when the page is read alone, and when its minute is another one',
    readings: [{ ...seconds, witnesses: { ts: 'both', direction: 'storage' } }, {}, { ts: '2026-02-10T09:59:00.000Z' }],
    row: { instant: seconds.ts, witnesses: { ts: 'both', direction: 'storage' } },
    outcome: 'unchanged',
  },
  {
    title: 'a direction of the page alone is turned by the witness, with sender, recipient and status',
    readings: [
      { direction: 'in', senderId: 'Ana', senderName: 'Ana' },
      { direction: 'out', senderId: null, senderName: null, status: 'read', witnesses: { direction: 'storage' } },
    ],
    row: { is_outgoing: true, sender_id: null, sender_name: null, status: 'read', witnesses: { direction: 'storage' } },
    outcome: 'updated',
  },
  {
    title: 'a direction that the witness told is not turned by the page',
    readings: [{ direction: 'out', senderId: null, witnesses: { direction: 'storage' } }, { direction: 'in' }],
    row: { is_outgoing: true, witnesses: { direction: 'storage' } },
    outcome: 'rejected',
  },
  {
    title: 'a direction that the witness told is not turned by the witness either',
    readings: [
      { direction: 'out', senderId: null, witnesses: { direction: 'storage' } },
      { direction: 'in', witnesses: { direction: 'both' } },
    ],
    row: { is_outgoing: true, witnesses: { direction: 'storage' } },
    outcome: 'rejected',
  },
  {
    title: 'a value that both tell is witnessed by both from then on',
    readings: [{ witnesses: { kind: 'storage' } }, { witnesses: { kind: 'both' } }, { witnesses: { kind: 'storage' } }, {}],
    row: { witnesses: { kind: 'both' } },
    outcome: 'unchanged',
  },
  {
    title: 'a witness of a value that is not taken over vouches for nothing',
    readings: [{ senderId: phone }, { senderId: '77@lid', kind: 'unknown', witnesses: { senderId: 'storage', kind: 'storage' } }],
    row: { sender_id: phone, kind: 'text', witnesses: {} },
    outcome: 'unchanged',
  },
  {
    title: 'a value that is replaced takes its witness with it',
    readings: [{ senderId: '77@lid', witnesses: { senderId: 'storage' } }, { senderId: phone }],
    row: { sender_id: phone, witnesses: {} },
    outcome: 'updated',
  },
  {
    title: 'a mark keeps the witness that told it',
    readings: [
      { forwarded: true, witnesses: { forwarded: 'both' } },
      { forwarded: false, witnesses: { forwarded: 'storage' } },
    ],
    row: { is_forwarded: true, witnesses: { forwarded: 'both' } },
    outcome: 'unchanged',
  },
  {
    title: 'mentions with ids stay against mentions without',
    ...details(mention('77@lid'), mention(null), mention('77@lid'), 'unchanged'),
  },
  { title: 'mentions learn their ids', ...details(mention(null), mention('77@lid'), mention('77@lid'), 'updated') },
  { title: 'a LID of a mention gives way to a phone number', ...details(mention('77@lid'), mention(phone), mention(phone), 'updated') },
  { title: 'a phone number of a mention never gives way', ...details(mention(phone), mention('77@lid'), mention(phone), 'unchanged') },
  {
    title: 'a detail that is not shown any more stays',
    ...details({ pages: 3, viewOnce: true }, { pages: 3 }, { pages: 3, viewOnce: true }, 'unchanged'),
  },
  { title: 'votes follow the latest reading', ...details(poll(1, 2), poll(2, 1), poll(2, 1), 'updated') },
  { title: 'votes that are known are not replaced by unknown ones', ...details(poll(1, 2), poll(null, null), poll(1, 2), 'unchanged') },
  { title: 'an option that comes to a poll is taken over', ...details(poll(1), poll(1, 0), poll(1, 0), 'updated') },
  {
    title: 'a preview keeps what a poorer reading of it does not say',
    ...details(
      { linkPreview: { title: 'T', description: 'D', url: 'https://example.org' } },
      { linkPreview: { title: 'T', description: null, url: null } },
      { linkPreview: { title: 'T', description: 'D', url: 'https://example.org' } },
      'unchanged',
    ),
  },
  {
    title: 'a number comes to a contact card and stays',
    ...details(
      { contacts: [{ name: 'Bia', phone: '+55 11' }] },
      { contacts: [{ name: 'Bia', phone: null }] },
      { contacts: [{ name: 'Bia', phone: '+55 11' }] },
      'unchanged',
    ),
  },
  {
    title: 'what speaks of the text goes with an edit that replaces it',
    readings: [
      { text: 'see *this* @Bia', details: { typed: 'see *this* @Bia', ...mention(phone), links: ['https://example.org'], pages: 2 } },
      { text: 'see that', edited: true, details: {} },
    ],
    row: { content_snippet: 'see that', details: { pages: 2 } },
    outcome: 'updated',
  },
  {
    title: 'what speaks of a text that is not taken over is not taken over either',
    readings: [
      { text: 'hi *there* @Bia', edited: true, details: { typed: 'hi *there* @Bia', ...mention(phone) } },
      { text: 'hello @Ana', details: { mentions: [{ name: 'Ana', id: phone }], links: ['https://example.org'] } },
    ],
    row: { content_snippet: 'hi *there* @Bia', details: { typed: 'hi *there* @Bia', ...mention(phone) } },
    outcome: 'unchanged',
  },
  {
    title: 'a blank reading takes no detail of the text away',
    readings: [
      { text: 'hi @Bia', details: mention(phone) },
      { text: null, kind: 'deleted', deleted: true, details: { deletedBy: 'sender' } },
    ],
    row: { content_snippet: 'hi @Bia', details: { ...mention(phone), deletedBy: 'sender' } },
    outcome: 'updated',
  },
]

for (const { title, readings, row: expected, outcome } of rules) {
  onBothShared(title, async given => {
    const { rows, row, last } = await afterReadings(given, readings)
    expect(rows).toHaveLength(1)
    const { instant, ...columns } = expected
    for (const [name, value] of Object.entries(columns)) expect(row[name], name).toEqual(value)
    if (instant !== undefined) expect(new Date(row.ts as string).toISOString()).toBe(instant)
    expect({ ...last, events: [] }).toMatchObject({ inserted: 0, updated: 0, unchanged: 0, rejected: 0, [outcome]: 1 })
  })
}
