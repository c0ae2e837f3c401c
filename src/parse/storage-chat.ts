/** Which chat of IndexedDB is the one that is open: by the ids of its rows, not by its title (reference: storage §5.2). */
import { tidy } from './fold.ts'
import { isLidJid } from './ids.ts'
import { phoneJid, samePhone } from './phone.ts'
import { jid } from './storage.ts'
import type { Directory, StoredChat } from './stored.ts'

/** Chats that may carry one of these titles, at most `most`. Only where to look first: the ids decide. */
export function chatsTitled(titles: readonly string[], directory: Directory, most = 12): StoredChat[] {
  const wanted = new Set(titles.map(spelled).filter(title => title !== ''))
  const numbers = titles.filter(title => phoneJid(title) !== null)
  const named = ({ names, phone }: StoredChat): boolean =>
    names.some(name => wanted.has(spelled(name))) || (phone !== null && numbers.some(number => samePhone(number, phone)))
  return [...directory.chats.values()].filter(named).slice(0, most)
}

/** Without the `~` that the page sets before a name that somebody chose for themselves (reference §3.4). */
function spelled(title: string): string {
  return tidy(title).replace(/^~\s*/, '')
}

/** Every spelling under which the page may keep the messages of a chat: its own id, the other id of the person, the older server name. */
export function threadsOf(chatJid: string, others: readonly (string | null)[] = []): string[] {
  const ids = [chatJid, ...others.filter(id => id !== null)]
  return [...new Set(ids.flatMap(id => (id.endsWith('@c.us') ? [id, id.replace(/@c\.us$/, '@s.whatsapp.net')] : [id])))]
}

/**
 * The chat that holds more than half of the ids that were found anywhere, and at least a quarter of those asked for; null otherwise. Threads of one
 * person count as one chat; its id is the one that the page lists, else the one that holds most.
 */
export function chatOfVotes(found: Readonly<Record<string, readonly string[]>>, asked: number, directory: Directory): string | null {
  const chats = new Map<string, { ids: Set<string>; threads: Map<string, number> }>()
  const everywhere = new Set<string>()
  for (const [remote, ids] of Object.entries(found)) {
    const thread = jid(remote)
    if (thread === null || ids.length === 0) continue
    const person = isLidJid(thread) ? (directory.phones.get(thread) ?? thread) : thread
    const chat = chats.get(person) ?? { ids: new Set(), threads: new Map() }
    for (const id of ids) {
      chat.ids.add(id)
      everywhere.add(id)
    }
    chat.threads.set(thread, (chat.threads.get(thread) ?? 0) + ids.length)
    chats.set(person, chat)
  }
  const ranked = [...chats.values()].sort((a, b) => b.ids.size - a.ids.size)
  const [best, second] = ranked
  if (!best || best.ids.size === second?.ids.size) return null
  if (best.ids.size * 2 <= everywhere.size || best.ids.size * 4 < asked) return null
  const threads = [...best.threads].sort((a, b) => b[1] - a[1]).map(([thread]) => thread)
  return threads.find(thread => directory.chats.has(thread)) ?? threads[0] ?? null
}
