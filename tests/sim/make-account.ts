/** A whole account made from a seed: chats of every kind, every kind of message, a month of history and what lies before it. */
import type { Person, Scenario, SimChat, SimMessage } from './app/types.ts'
import { everyDetail } from './detail-kinds.ts'
import { picture } from './images.ts'
import { everyKind } from './kinds.ts'
import { hardList } from './list-chats.ts'
import { chat, message, type Rng, rng, stanzaId } from './message.ts'
import { names, sentences } from './words.ts'

export interface AccountOptions {
  seed?: number
  /** Generated direct and group chats besides the fixed ones. Default 8. */
  chats?: number
  /** Messages per generated chat within `days`. Default 60. */
  messages?: number
  /** Default 30. */
  days?: number
  /** Messages per chat older than `days`. Default 12. */
  older?: number
  /** False: texts only, no media. Default true. */
  media?: boolean
  /** True: two more chats with everything that a kind can carry. Default false. */
  details?: boolean
  /** True: chats that make the list hard to read: one title twice, a title that is another's preview, who is typing, … Default false. */
  list?: boolean
}

const day = 86_400_000

function people(count: number): Person[] {
  return Array.from({ length: count }, (_, n) => ({
    name: n < names.length ? names[n]! : `${names[n % names.length]!} ${Math.floor(n / names.length) + 1}`,
    phone: n % 3 === 0 ? `5511900000${String(n).padStart(3, '0')}` : `447700900${String(n).padStart(3, '0')}`,
    lid: `1000000000${String(n).padStart(5, '0')}@lid`,
    saved: n % 4 !== 3,
  }))
}

/** The times of a chat's messages, oldest first: bursts of a few minutes, spread over the days. */
function times(random: Rng, count: number, from: number, to: number): number[] {
  const out: number[] = []
  while (out.length < count) {
    const start = from + random() * (to - from)
    for (let n = 0, t = start; n < 1 + random.int(6) && out.length < count; n++) {
      t += (5 + random.int(240)) * 1000
      if (t < to) out.push(Math.floor(t / 1000) * 1000)
    }
  }
  return out.sort((a, b) => a - b)
}

function talk(random: Rng, me: Person, others: Person[], count: number, from: number, to: number, media: boolean): SimMessage[] {
  const out: SimMessage[] = []
  let speaker: Person = others[0]!
  for (const at of times(random, count, from, to)) {
    if (random() < 0.45) speaker = random() < 0.45 ? me : random.pick(others)
    const own = speaker === me
    const id = stanzaId(random, own ? 'desktop' : Number(speaker.phone.at(-1)) % 2 === 0 ? 'android' : 'iphone')
    const base = { id, sender: speaker, direction: own ? ('out' as const) : ('in' as const), sentAt: new Date(at).toISOString() }
    const roll = random()
    if (media && roll < 0.1) {
      const spec = { seed: random.int(40), width: 240 + random.int(4) * 40, height: 160 + random.int(5) * 40, format: 'jpeg' as const }
      out.push(message({ ...base, kind: 'image', text: roll < 0.03 ? random.pick(sentences) : null, images: [picture(spec)] }))
    } else {
      const quoted = roll > 0.93 ? out.findLast(item => item.kind === 'text') : undefined
      out.push(
        message({
          ...base,
          text: random.pick(sentences),
          edited: roll > 0.9 && roll < 0.92,
          reactions: roll > 0.87 && roll < 0.9 ? [{ emoji: '👍', count: 1 + random.int(3) }] : [],
          quoted: quoted ? { id: quoted.id, text: quoted.text ?? '', author: quoted.sender === me ? 'You' : quoted.sender.name } : null,
        }),
      )
    }
  }
  const last = out.findLast(item => item.direction === 'out')
  if (last) last.status = 'delivered'
  return out
}

/** An invented account as it stands at `now`. Every id, name and number is made up; the same options and `now` give the same account. */
export function makeAccount(now: Date, options: AccountOptions = {}): Scenario {
  const { seed = 7, chats: count = 8, messages = 60, days = 30, older = 12, media = true, details = false, list = false } = options
  const random = rng(seed)
  const me: Person = { name: 'Robin Amsel', phone: '447700900999', lid: '200000000000001@lid', saved: true }
  const known = people(count + 24)
  const end = now.getTime() - 90_000
  const edge = now.getTime() - days * day
  const all: SimChat[] = []
  for (let n = 0; n < count; n++) {
    const group = n % 3 === 2
    const members = group ? known.slice(n, n + 5) : [known[n]!]
    const to = end - n * 5_400_000
    const list = [
      ...talk(random, me, members, older, edge - 40 * day, edge - day / 2, media),
      ...talk(random, me, members, messages, edge + day / 2, to, media),
    ]
    const person = members[0]!
    all.push(
      chat({
        id: group ? `12036300000000${String(n).padStart(4, '0')}@g.us` : `${person.phone}@c.us`,
        lid: group ? null : person.lid,
        title: group ? `${['Flat hunters', 'Choir on Tuesdays', 'Book club', 'Team Heron'][(n - 2) / 3] ?? `Group ${n}`}` : person.name,
        participants: group ? [...members, me] : [person],
        pinned: n === 1,
        muted: n === 2,
        unread: n === 3 ? 4 : n === 4 ? -1 : 0,
        draft: n === 6 ? 'I was going to say' : null,
        historyEnd: n === 0 ? 'phone_has_more' : n === 5 ? 'phone_unavailable' : 'start',
        community: n === 5 ? 'Neighbourhood' : null,
        emptyPreview: n === 7,
        // Something unseen moved the chat up: its row shows an older time than the rows below it.
        ...(n === 4 ? { activityAt: new Date(end - 60_000).toISOString() } : {}),
        messages: list,
      }),
    )
  }
  for (const item of all.slice(3, 4)) markUnread(item)
  if (media) all.push(...everyKind(random, me, known.slice(count + 5), now))
  if (details) all.push(...everyDetail(rng(seed + 1), me, known.slice(count + 12), now))
  if (list) all.push(...hardList(rng(seed + 2), me, known.slice(count + 16), now))
  const self = chat({
    id: `${me.phone}@c.us`,
    lid: me.lid,
    title: me.name,
    kind: 'self',
    participants: [me],
    messages: talk(random, me, [me], 6, edge + day, end - 3 * day, false).map(item => ({
      ...item,
      direction: 'out' as const,
      status: 'read' as const,
    })),
  })
  const stranger = known[count + 9]!
  const archived = chat({
    id: `${stranger.phone}@c.us`,
    lid: stranger.lid,
    title: stranger.name,
    participants: [stranger],
    archived: true,
    messages: talk(random, me, [stranger], 10, edge + day, end - 9 * day, media),
  })
  all.push(self, archived)
  return { account: { name: me.name, phone: me.phone, lid: me.lid }, chats: all }
}

/** The chat's last messages become incoming ones, so that the unread count tells the truth. */
function markUnread(item: SimChat): void {
  const sender = item.participants[0]!
  for (const last of item.messages.slice(-item.unread)) Object.assign(last, { direction: 'in', sender, status: null })
}
