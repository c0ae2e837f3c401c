/** A small account written by hand: three chats of which every message has a part to play, and none is left to chance. */
import type { Person, PictureSpec, Scenario, SimMessage } from '../sim/app/types.ts'
import { picture } from '../sim/images.ts'
import { chat, message, rng, stanzaId } from '../sim/message.ts'

export const me: Person = { name: 'Robin Amsel', phone: '447700900999', lid: '200000000000001@lid', saved: true }
export const ada: Person = { name: 'Ada Wintermoor', phone: '5511900000001', lid: '100000000000001@lid', saved: true }
export const bela: Person = { name: 'Bela Fernkamp', phone: '447700900102', lid: '100000000000002@lid', saved: true }
export const carl: Person = { name: 'Carl Osterbek', phone: '447700900103', lid: '100000000000003@lid', saved: true }

const random = rng(2026)
const hour = 60 * 60 * 1000

/** ISO instant so many hours ago, on a whole second. */
export function hoursAgo(hours: number): string {
  return new Date(Math.floor((Date.now() - hours * hour) / 1000) * 1000).toISOString()
}

/** A message of `sender`, so many hours old; outgoing when it is the owner's. */
export function said(sender: Person, hours: number, fields: Partial<SimMessage> = {}): SimMessage {
  const own = sender === me
  return message({
    id: stanzaId(random, own ? 'desktop' : 'android'),
    sender,
    sentAt: hoursAgo(hours),
    direction: own ? 'out' : 'in',
    text: `said ${hours} hours ago by ${sender.name}`,
    ...fields,
  })
}

/** A picture that the page has, or (false) only offers to download. */
export function photo(seed: number, downloaded = true, defect?: PictureSpec['defect']) {
  return picture({ seed, width: 240, height: 160, format: 'jpeg', ...(defect && { defect }) }, downloaded)
}

export function direct(person: Person, messages: SimMessage[]) {
  return chat({ id: `${person.phone}@c.us`, lid: person.lid, title: person.name, participants: [person], messages })
}

export function group(title: string, number: number, people: Person[], messages: SimMessage[]) {
  return chat({ id: `12036300000000${String(number).padStart(4, '0')}@g.us`, title, participants: [...people, me], messages })
}

export function account(...chats: Scenario['chats']): Scenario {
  return { account: { name: me.name, phone: me.phone, lid: me.lid }, chats }
}

/** `count` messages between two people, the newest `newest` hours old and each of the others `step` hours older than the next. */
export function talk(person: Person, count: number, newest: number, step = 3): SimMessage[] {
  return Array.from({ length: count }, (_, n) => said(n % 3 === 1 ? me : person, newest + n * step)).reverse()
}
