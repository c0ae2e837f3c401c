/** Chats whose rows of the list, and whose names, are hard to tell apart (reference 3.4, traps 3, 5 to 7). */
import type { Person, SimChat } from './app/types.ts'
import { type Part, place } from './kinds.ts'
import { chat, type Rng } from './message.ts'

/** Lines of a short talk, the last one in the given words. */
const lines = (by: Person, me: Person, last: string): Part[] => [
  { text: 'Are you there?', by },
  { text: 'I am', by: me },
  { text: last, by },
]

const groupId = (n: number) => `12036300000000${7000 + n}@g.us`

/**
 * Two people and a group of one name; a preview that is another chat's title; many unread; marked unread; who is typing, in a chat and in a
 * group; a draft; muted and pinned at once; a community's announcements; a name from right to left; an archived chat with unread messages.
 */
export function hardList(random: Rng, me: Person, known: Person[], now: Date): SimChat[] {
  const [one, two, third, fourth] = known as [Person, Person, Person, Person]
  const [twin, other] = [one, two].map(person => ({ ...person, name: 'Greta Olm', saved: true })) as [Person, Person]
  const hebrew: Person = { ...third, name: 'נועה לוי', saved: true }
  const stranger: Person = { ...fourth, saved: false }
  const talk = (by: Person, last: string, days: number) => place(random, me, lines(by, me, last), [by], now, days)
  const direct = (person: Person, last: string, days: number, fields: Partial<SimChat> = {}) =>
    chat({
      id: `${person.phone}@c.us`,
      lid: person.lid,
      title: person.name,
      participants: [person],
      messages: talk(person, last, days),
      ...fields,
    })
  const group = (n: number, title: string, by: Person, last: string, fields: Partial<SimChat> = {}) =>
    chat({ id: groupId(n), title, participants: [twin, other, hebrew, me], messages: talk(by, last, 2 + n / 10), ...fields })
  return [
    direct(twin, 'Greta Olm', 1, { unread: 1 }),
    direct(other, 'I am the other one', 1.4, { draft: 'Which of you' }),
    direct(hebrew, 'שלום 👋', 1.6, { typing: hebrew, unread: -1 }),
    direct(stranger, 'Who is this?', 1.8, { pinned: true, muted: true }),
    group(1, 'Greta Olm', twin, 'a group of her name', { unread: 1008 }),
    group(2, 'Rowing', stranger, 'Greta Olm', { typing: stranger, community: 'Riverside' }),
    group(3, 'Announcements', twin, 'The pier is closed', { announcement: true, community: 'Riverside', unread: 2, muted: true }),
    group(4, '12:30', hebrew, 'Yesterday', { emptyPreview: true }),
    group(5, 'Old rowing', twin, 'still here', { archived: true, unread: 3 }),
  ]
}
