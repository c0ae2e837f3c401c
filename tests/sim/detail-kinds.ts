/** Two chats in which every kind carries all that it can: a 1:1 and a group. */
import type { Person, SimChat } from './app/types.ts'
import { picture } from './images.ts'
import { type Part, place } from './kinds.ts'
import { chat, type Rng } from './message.ts'
import { formatted } from './words.ts'

const quay = { name: 'Harbour office', address: '4 Quay Street, Northport', latitude: -23.55052, longitude: 46.633309, live: false }

function files(friend: Person, me: Person): Part[] {
  const once = { viewOnce: true, by: friend }
  return [
    { kind: 'document', by: friend, file: { name: 'One page.pdf', size: '18 kB', type: 'PDF', pages: 1 } },
    { kind: 'document', by: me, text: '*Signed*', file: { name: 'Lease (final).docx', size: '1.2 MB', type: 'DOCX', pages: 12 } },
    { kind: 'image', ...once },
    { kind: 'video', ...once },
    {
      kind: 'image',
      by: friend,
      text: 'Gone in a _week_',
      images: [picture({ seed: 140, width: 320, height: 240, format: 'jpeg' })],
      disappearsAfterS: 604_800,
    },
    { text: 'Gone tomorrow', by: me, disappearsAfterS: 86_400 },
  ]
}

function cards(friend: Person, me: Person): Part[] {
  return [
    { kind: 'contact', by: me, contacts: [{ name: 'Hugo Sant', phone: '447700900321' }] },
    {
      kind: 'contact',
      by: friend,
      contacts: [
        { name: 'Yara Tindall', phone: '447700900322' },
        { name: 'Felix Or', phone: null },
        { name: 'Otto Vane 2', phone: '5511900000323' },
      ],
    },
    { kind: 'location', by: friend, place: quay },
    { kind: 'location', by: me, place: { ...quay, name: null, address: null, latitude: 64.1466, longitude: -21.9426 } },
    { kind: 'location', by: friend, place: { ...quay, name: null, address: null, live: true } },
    {
      kind: 'poll',
      by: me,
      text: 'Bring *what*?',
      options: [
        { text: 'Bread', votes: 0 },
        { text: '3 apples', votes: 12 },
      ],
    },
    { kind: 'event', by: me, text: 'Harvest 🍎 walk', event: { at: '2026-10-04T08:30:00.000Z', place: null } },
  ]
}

function calls(friend: Person, me: Person): Part[] {
  return [friend, me].flatMap(by =>
    [true, false].flatMap(callVideo => [
      { kind: 'call', by, callVideo, callMissed: true },
      { kind: 'call', by, callVideo, durationS: callVideo ? 45 : 754 },
    ]),
  )
}

function texts(friend: Person, me: Person, other: Person, third: Person): Part[] {
  return [
    ...formatted.map((text, n) => ({ text, by: n % 2 === 0 ? friend : me })),
    { text: `@${third.name} and @${other.name}: *done*`, by: friend, mentions: [other, third] },
    { text: `List for @${other.name}:\n1. ask @${third.name}\n2. wait`, by: me, mentions: [other, third], edited: true },
    {
      text: 'First https://example.org/a?b=1&c=2 then https://example.net/x_y_z and https://example.org/a?b=1&c=2 again',
      by: friend,
      link: { url: 'https://example.org/a?b=1&c=2', title: 'Ways & means', description: null },
    },
    { text: 'Everyone has *this* one', by: me, forwarded: 2 },
    { kind: 'deleted', by: friend, deletedBy: 'them' },
    { kind: 'deleted', by: me, deletedBy: 'me' },
    { kind: 'waiting', by: friend },
  ]
}

/** The 1:1 and the group; in the group one member shares no number, and an admin deletes. */
export function everyDetail(random: Rng, me: Person, known: Person[], now: Date): SimChat[] {
  const [friend, other, third] = [{ ...known[0]!, saved: true }, known[1]!, known[2]!]
  const hidden: Person = { ...known[3]!, saved: false, phoneHidden: true }
  const direct = [...texts(friend, me, other, third), ...files(friend, me), ...cards(friend, me), ...calls(friend, me)]
  const grouped: Part[] = [
    ...texts(hidden, me, other, third),
    { kind: 'deleted', by: other, deletedBy: 'admin' },
    ...cards(third, me),
    ...files(hidden, me),
  ]
  const arriving = place(random, me, [{ text: 'on its way', by: friend }], [friend], now, 0.3)
  return [
    chat({
      id: `${friend.phone}@c.us`,
      lid: friend.lid,
      title: friend.name,
      participants: [friend],
      messages: place(random, me, direct, [friend], now, 5),
      // Before all that the page loads, and not shown yet.
      storedOnly: [place(random, me, [{ text: 'long ago', by: friend }], [friend], now, 200), arriving].flat(),
    }),
    chat({
      id: '120363000000009002@g.us',
      title: 'Down to the details',
      participants: [third, other, hidden, me],
      messages: place(random, me, grouped, [hidden], now, 3),
    }),
  ]
}
