/** Two chats that hold every kind of message once or more: a 1:1 and a group. */
import type { Person, SimChat, SimMessage } from './app/types.ts'
import { picture } from './images.ts'
import { chat, message, type Rng, stanzaId } from './message.ts'
import { arabic, endless, long } from './words.ts'

export type Part = Partial<SimMessage> & { by?: Person }

const jpeg = (seed: number, width = 320, height = 240) => picture({ seed, width, height, format: 'jpeg' })

function parts(me: Person, friend: Person, other: Person): Part[] {
  return [
    { kind: 'system', text: 'e2e' },
    ...long.map((text, n) => ({ text, by: n % 2 === 0 ? friend : me })),
    { text: arabic, by: friend },
    { text: endless, by: friend },
    {
      text: 'Look: https://example.org/trip?id=7',
      by: friend,
      link: { url: 'https://example.org/trip?id=7', title: 'The trip', description: 'Seven days' },
    },
    { text: `@${other.name} what do you think?`, by: friend, mentions: [other] },
    { text: 'Sent on', by: friend, forwarded: 1 },
    { text: 'Seen everywhere', by: friend, forwarded: 2 },
    { text: 'Corrected text', by: me, edited: true },
    {
      text: 'Loved',
      by: me,
      reactions: [
        { emoji: '❤️', count: 2 },
        { emoji: '👍', count: 1 },
      ],
      status: 'read',
    },
    { kind: 'image', by: friend, images: [jpeg(101)] },
    { kind: 'image', by: friend, text: 'The view from *here* 🌅', images: [jpeg(102, 360, 200)] },
    { kind: 'image', by: me, images: [jpeg(101)], forwarded: 1 },
    { kind: 'image', by: me, images: [picture({ seed: 103, width: 300, height: 300, format: 'png' })] },
    { kind: 'image', by: friend, images: [picture({ seed: 104, width: 320, height: 240, format: 'jpeg' }, false)] },
    { kind: 'image', by: friend, images: [picture({ seed: 105, width: 320, height: 240, format: 'jpeg', defect: 'truncated' })] },
    { kind: 'image', by: friend, images: [picture({ seed: 106, width: 200, height: 260, format: 'jpeg', defect: 'mislabelled' })] },
    { kind: 'album', by: friend, images: [jpeg(110), jpeg(111), jpeg(112)] },
    { kind: 'album', by: me, images: [jpeg(120), jpeg(121), jpeg(122), jpeg(123), jpeg(124), jpeg(125), jpeg(126)], status: 'delivered' },
    { kind: 'video', by: friend, durationS: 200 },
    { kind: 'video', by: me, durationS: 12, text: 'Short one', status: 'sent' },
    { kind: 'gif', by: friend },
    { kind: 'voice', by: friend, durationS: 37 },
    { kind: 'voice', by: me, durationS: 22, forwarded: 1, status: 'played' },
    { kind: 'audio', by: friend },
    { kind: 'document', by: friend, file: { name: 'Lease draft (v2).pdf', size: '180 kB', type: 'PDF', pages: 3 } },
    { kind: 'document', by: me, text: 'The numbers', file: { name: 'budget 2026.xlsx', size: '41 kB', type: 'XLSX', pages: null } },
    { kind: 'sticker', by: friend, images: [picture({ seed: 130, width: 128, height: 128, format: 'png' })] },
    { kind: 'call', by: friend, callMissed: true },
    { kind: 'call', by: me },
    { kind: 'contact', by: friend, contacts: [{ name: 'Hugo Sant', phone: '447700900321' }] },
    {
      kind: 'location',
      by: friend,
      place: { name: 'Harbour office', address: '4 Quay Street', latitude: -23.55052, longitude: 46.633309, live: false },
    },
    {
      kind: 'poll',
      by: friend,
      text: 'Where shall we meet?',
      options: [
        { text: 'Café', votes: 2 },
        { text: 'Library', votes: 0 },
        { text: 'Online', votes: 1 },
      ],
    },
    { kind: 'event', by: friend, text: 'Summer dinner', event: { at: '2026-06-21T18:30:00.000Z', place: 'The long table' } },
    { kind: 'deleted', by: friend, deletedBy: 'them' },
    { kind: 'deleted', by: me, deletedBy: 'me' },
    { kind: 'waiting', by: friend },
    { text: 'pending', by: me, status: 'pending' },
  ]
}

/** Messages of a chat spread evenly over its last `startDays` days, with ids in the shape of their senders' devices. */
export function place(random: Rng, me: Person, list: Part[], senders: Person[], now: Date, startDays: number): SimMessage[] {
  const start = now.getTime() - startDays * 86_400_000
  const step = ((startDays - 0.2) * 86_400_000) / list.length
  return list.map(({ by, ...part }, n) => {
    const sender = by ?? senders[0]!
    const own = sender === me
    const sentAt = new Date(Math.floor((start + n * step) / 1000) * 1000).toISOString()
    const id = stanzaId(random, own ? 'desktop' : n % 2 === 0 ? 'android' : 'iphone')
    return message({ id, sender, direction: own ? 'out' : 'in', sentAt, ...part })
  })
}

/** A 1:1 (six days) and a group (two days and a half), each with every kind of message, quotes included. */
export function everyKind(random: Rng, me: Person, known: Person[], now: Date): SimChat[] {
  const [friend, other, third] = [known[0]!, known[1]!, known[2]!]
  const direct = place(random, me, parts(me, friend, other), [friend], now, 6)
  const quotedText = direct.find(item => item.text?.startsWith('Thinking'))!
  const quotedImage = direct.find(item => item.kind === 'image')!
  for (const [text, quoted] of [
    ['Agreed', quotedText],
    ['Lovely picture', quotedImage],
  ] as const) {
    direct.push(
      message({
        id: stanzaId(random, 'desktop'),
        sender: me,
        direction: 'out',
        text,
        status: 'delivered',
        sentAt: new Date(now.getTime() - (text === 'Agreed' ? 3_000_000 : 2_400_000)).toISOString(),
        quoted: { id: quoted.id, text: quoted.text ?? 'Photo', author: quoted.direction === 'out' ? 'You' : quoted.sender.name },
      }),
    )
  }
  const alternating = parts(me, friend, third).map((part, n) => (part.by === friend && n % 3 === 0 ? { ...part, by: third } : part))
  const group = place(random, me, alternating, [friend], now, 2.5)
  group.splice(
    2,
    0,
    message({
      ...group[1]!,
      id: stanzaId(random, 'desktop'),
      kind: 'system',
      direction: 'in',
      text: `${friend.name} added ${third.name}`,
      status: null,
      reactions: [],
    }),
  )
  return [
    chat({ id: `${friend.phone}@c.us`, lid: friend.lid, title: friend.name, participants: [friend], messages: direct }),
    chat({ id: '120363000000009001@g.us', title: 'Every kind of thing', participants: [friend, third, other, me], messages: group }),
  ]
}
