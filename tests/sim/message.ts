/** Building blocks of scenarios: people, ids and messages with their defaults. */
import type { Kind, Person, SimChat, SimMessage } from './app/types.ts'

export interface Rng {
  (): number
  int(below: number): number
  pick<T>(list: readonly T[]): T
  hex(length: number): string
}

/** A seeded generator (mulberry32): the same seed gives the same account. */
export function rng(seed: number): Rng {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (below: number) => Math.floor(next() * below)
  return Object.assign(next, {
    int,
    pick: <T>(list: readonly T[]) => list[int(list.length)] as T,
    hex: (length: number) => Array.from({ length }, () => int(16).toString(16).toUpperCase()).join(''),
  })
}

/** A stanza id in the shape of the sender's device (reference 4.6). */
export function stanzaId(random: Rng, device: 'desktop' | 'android' | 'iphone'): string {
  if (device === 'desktop') return `3EB0${random.hex(18)}`
  return device === 'android' ? `AC${random.hex(30)}` : `3A${random.hex(18)}`
}

/** A message with every field set; `own` is the account's owner as a person. */
export function message(fields: Partial<SimMessage> & { id: string; sender: Person; sentAt: string }): SimMessage {
  const kind: Kind = fields.kind ?? 'text'
  const direction = fields.direction ?? 'in'
  return {
    direction,
    kind,
    text: null,
    status: direction === 'out' ? 'read' : null,
    quoted: null,
    forwarded: 0,
    edited: false,
    deletedBy: null,
    reactions: [],
    file: null,
    durationS: null,
    images: [],
    link: null,
    options: [],
    mentions: [],
    callMissed: false,
    callVideo: false,
    contacts: [],
    place: null,
    event: null,
    disappearsAfterS: null,
    viewOnce: false,
    starred: false,
    ...fields,
  }
}

/** A chat with every field set. */
export function chat(fields: Partial<SimChat> & { id: string; title: string }): SimChat {
  const messages = fields.messages ?? []
  return {
    lid: null,
    kind: fields.id.endsWith('@g.us') ? 'group' : 'direct',
    community: null,
    archived: false,
    pinned: false,
    muted: false,
    unread: 0,
    draft: null,
    emptyPreview: false,
    participants: [],
    historyEnd: 'start',
    announcement: false,
    typing: null,
    storedOnly: [],
    phoneHolds: [],
    activityAt: messages.at(-1)?.sentAt ?? '2026-01-01T00:00:00.000Z',
    ...fields,
    messages,
  }
}
