/** The account of the matrix: few chats, and in them every kind of message, unread ones, groups, a community, the owner's own notes. */
import type { Person, Scenario, SimMessage } from '../sim/app/types.ts'
import { everyKind } from '../sim/kinds.ts'
import { chat, message, type Rng, rng, stanzaId } from '../sim/message.ts'
import { ada, bela, me, photo } from './scene.ts'

/** Not in the owner's address book: the page shows the number. */
const dora: Person = { name: 'Dora Immergrün', phone: '447700900104', lid: '100000000000004@lid', saved: false }
const emil: Person = { name: 'Emil Rabe', phone: '5511900000105', lid: '100000000000005@lid', saved: true }

const minute = 60_000
const day = 24 * 60 * minute

type Line = [daysAgo: number, sender: Person, fields: Partial<SimMessage>]

/** Messages of a chat, each so many days old, oldest first; lines of one day follow each other by a minute, so that runs form. */
function said(random: Rng, now: Date, lines: Line[]): SimMessage[] {
  return lines.map(([days, sender, fields], n) => {
    const sentAt = new Date(Math.floor((now.getTime() - days * day + n * minute) / 1000) * 1000 - 20 * minute).toISOString()
    const own = sender === me
    return message({ id: stanzaId(random, own ? 'desktop' : 'iphone'), sender, direction: own ? 'out' : 'in', sentAt, ...fields })
  })
}

/** The same `now` gives the same account. Ages reach over the window's edge at 30 days. `everyKindIn`: the chat that holds every kind of message. */
export function matrixAccount(now: Date, everyKindIn: 'direct' | 'group'): Scenario {
  const random = rng(31)
  const stranger = said(random, now, [
    [44, dora, { text: 'long before the window' }],
    [26, dora, { text: 'Is the 5/6 or the 6/5 better?' }],
    [26, dora, { kind: 'image', images: [photo(201)] }],
    [26, dora, { kind: 'voice', durationS: 9 }],
    [17, me, { kind: 'sticker', images: [photo(202)], status: 'delivered' }],
    [17, me, { text: 'the 6/5', status: 'sent' }],
    [9, dora, { kind: 'deleted', deletedBy: 'them' }],
    [9, dora, { text: 'never mind' }],
    [4, me, { kind: 'document', file: { name: 'plan.pdf', size: '12 kB', type: 'PDF', pages: 1 } }],
    [1, dora, { text: 'edited yesterday', edited: true }],
  ])
  const neighbours = said(random, now, [
    [13, emil, { text: 'first of a run' }],
    [13, emil, { text: 'middle of a run' }],
    [13, emil, { kind: 'image', images: [photo(203)] }],
    [13, emil, { text: 'last of a run' }],
    [5, dora, { text: 'Who has the key?' }],
    [5, me, { text: 'I do', reactions: [{ emoji: '🙏', count: 1 }] }],
    [0, dora, { text: 'unread one' }],
    [0, emil, { text: 'unread two' }],
  ])
  const notes = said(random, now, [
    [11, me, { text: 'buy flour', status: 'read' }],
    [2, me, { text: 'call the bank', status: 'read' }],
  ])
  const chats = [
    ...everyKind(random, me, [ada, dora, bela], now).filter(one => one.kind === everyKindIn),
    chat({
      id: `${dora.phone}@c.us`,
      lid: dora.lid,
      title: dora.name,
      participants: [dora],
      pinned: true,
      unread: -1,
      messages: stranger,
    }),
    chat({
      id: '120363000000009002@g.us',
      title: 'Staircase 4',
      community: 'Neighbourhood',
      participants: [emil, dora, me],
      muted: true,
      unread: 2,
      messages: neighbours,
    }),
    chat({ id: `${me.phone}@c.us`, lid: me.lid, title: me.name, kind: 'self', participants: [me], messages: notes }),
  ]
  return { account: { name: me.name, phone: me.phone, lid: me.lid }, chats }
}
