/** An account in which everything that belongs to a person carries a marker of its own, and the search for them in what was written. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Person, Scenario, SimMessage } from '../sim/app/types.ts'
import { chat } from '../sim/message.ts'
import { group, photo, said } from './scene.ts'

/** A word that stands nowhere else; letters alone, for those come through filters that look for sentences and numbers. */
const mark = (what: string) => `Wyvernmark${what}`

function person(name: string, phone: string, saved = true): Person {
  return { name: mark(name), phone, lid: `8${phone.slice(-9)}31337@lid`, saved }
}

/** Every kind of message, from both sides. */
function everything(friend: Person, me: Person, other: Person): SimMessage[] {
  let hours = 60
  const one = (sender: Person, fields: Partial<SimMessage>) => said(sender, hours--, fields)
  const quoted = one(friend, { text: mark('Answered') })
  return [
    quoted,
    one(me, { text: `${mark('Own')} *${mark('Bold')}*`, quoted: { id: quoted.id, text: mark('Quoted'), author: friend.name } }),
    one(friend, { text: `@${other.name} ${mark('Mentioning')}`, mentions: [other] }),
    one(friend, { text: mark('Edited'), edited: true, reactions: [{ emoji: '🎉', count: 1 }] }),
    one(friend, {
      text: `see https://example.org/${mark('Path')}`,
      link: { url: `https://example.org/${mark('Path')}`, title: mark('Link'), description: mark('Description') },
    }),
    one(friend, { kind: 'image', text: mark('Caption'), images: [photo(1)] }),
    one(me, { kind: 'image', text: null, images: [photo(2, false)] }),
    one(friend, { kind: 'image', text: mark('Broken'), images: [photo(3, true, 'truncated')] }),
    one(friend, { kind: 'video', text: mark('Film'), durationS: 12 }),
    one(friend, { kind: 'document', text: null, file: { name: `${mark('File')}.pdf`, size: '18 kB', type: 'PDF', pages: 1 } }),
    one(me, { kind: 'contact', text: null, contacts: [{ name: mark('Card'), phone: '447700900771' }] }),
    one(friend, {
      kind: 'location',
      text: null,
      place: { name: mark('Place'), address: mark('Street'), latitude: 61.234567, longitude: 21.345678, live: false },
    }),
    one(friend, { kind: 'poll', text: mark('Question'), options: [{ text: mark('Option'), votes: 2 }] }),
    one(me, { kind: 'event', text: mark('Event'), event: { at: '2027-01-01T10:00:00.000Z', place: mark('Hall') } }),
    one(friend, { kind: 'voice', text: null, durationS: 7 }),
    one(friend, { kind: 'system', text: `${friend.name} ${mark('Notice')}` }),
    one(friend, { text: mark('Last') }),
  ]
}

export const friend = person('Friend', '447700900661')

/** Four chats: somebody saved, a bare number, a group in a community, one in the archive. */
export function markedAccount(): Scenario {
  const me = person('Owner', '447700900660')
  const [stranger, member, old] = [
    person('Stranger', '5511900000662', false),
    person('Member', '447700900663'),
    person('Old', '447700900664'),
  ]
  const own = (sender: Person, hours: number, text: string, fields: Partial<SimMessage> = {}) =>
    said(sender, hours, { text, ...(sender === me && { direction: 'out', status: 'read' }), ...fields })
  const withMe = (messages: SimMessage[]) =>
    messages.map(one => (one.sender === me ? { ...one, direction: 'out' as const, status: 'read' as const } : one))
  const direct = (who: Person, messages: SimMessage[], fields = {}) =>
    chat({ id: `${who.phone}@c.us`, lid: who.lid, title: who.name, participants: [who], messages: withMe(messages), ...fields })
  const talk = [5, 4, 3, 2].map(hours => own(hours % 2 ? me : stranger, hours, `${mark('Talk')} ${hours}`))
  const met = [9, 8, 7].map(hours => own(hours === 8 ? me : member, hours, `${mark('Grouptext')} ${hours}`))
  const grouped = group(mark('Group'), 77, [friend, member], met)
  grouped.participants = [friend, member, me]
  return {
    account: { name: me.name, phone: me.phone, lid: me.lid },
    chats: [
      direct(friend, everything(friend, me, member), { draft: mark('Draft') }),
      direct(stranger, talk, { unread: 2 }),
      { ...grouped, community: mark('Community') },
      direct(old, [own(old, 100, mark('Archived'))], { archived: true }),
    ],
  }
}

/** What is looked for: each word that carries a marker, and every number in any spacing. */
export function marksOf(scenario: Scenario, secrets: readonly string[]): Map<string, RegExp> {
  const text = JSON.stringify(scenario)
  const words = new Set([...text.matchAll(/Wyvernmark[A-Za-z]+/g)].map(([word]) => word))
  const numbers = new Set([...text.matchAll(/"(?:phone|lid)":"(\d{9,})/g)].map(([, digits = '']) => digits))
  const coordinates = ['61.234567', '21.345678']
  return new Map([
    ...[...words, ...coordinates, ...secrets].map(word => [word, new RegExp(word.replaceAll(/[^\w]/g, '\\$&'))] as const),
    // The country's digits stand apart from the others now and then, and may be left out.
    ...[...numbers].map(digits => [digits, new RegExp([...digits.slice(-9)].join('[ ()-]?'))] as const),
  ])
}

/** The marks that stand in `text`, also as UTF-16 and in base64. */
export function marksIn(marks: ReadonlyMap<string, RegExp>, content: string | Buffer): string[] {
  const bytes = Buffer.from(content)
  const readings = [bytes.toString('latin1'), bytes.toString('utf16le'), bytes.subarray(1).toString('utf16le')]
  const decoded = [...readings[0]!.matchAll(/[A-Za-z0-9+/_-]{24,}/g)].map(([run]) => Buffer.from(run, 'base64').toString('latin1'))
  const all = [...readings, ...decoded].join('\n')
  return [...marks].filter(([, pattern]) => pattern.test(all)).map(([name]) => name)
}

export interface Found {
  path: string
  mode: number
  directory: boolean
}

/** Every file and directory below `dir`, itself included; links are left out. `except` names directories that are not entered. */
export function treeOf(dir: string, except: readonly string[] = []): Found[] {
  const facts = lstatSync(dir, { throwIfNoEntry: false })
  if (!facts || facts.isSymbolicLink() || except.includes(dir)) return []
  const own = { path: dir, mode: facts.mode & 0o777, directory: facts.isDirectory() }
  if (!facts.isDirectory()) return [own]
  return [own, ...readdirSync(dir).flatMap(name => treeOf(join(dir, name), except))]
}

/** What of the marks stands in names and contents of these files, by path. */
export function marksBelow(marks: ReadonlyMap<string, RegExp>, files: readonly Found[]): Record<string, string[]> {
  const found = files.map(({ path, directory }): [string, string[]] => {
    const content = directory || !lstatSync(path).isFile() ? '' : readFileSync(path)
    return [path, [...marksIn(marks, path), ...marksIn(marks, content)]]
  })
  return Object.fromEntries(found.filter(([, marks]) => marks.length > 0))
}
