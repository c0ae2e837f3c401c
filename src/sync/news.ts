/** Which chats have news, told by two looks at the rows of the list. Pure. */
import type { ChatListing } from '../model.ts'

/** A row with the instants (ISO 8601 UTC) that its time label meant when it was seen; null where the label did not say. */
export interface SeenRow {
  listing: ChatListing
  activity: { earliest: string; latest: string } | null
}

/** Rows by what tells their chats apart; several where chats share it. */
export type SeenList = ReadonlyMap<string, readonly SeenRow[]>

/** These rows as seen. */
export function seenOf(rows: readonly SeenRow[]): SeenList {
  const seen = new Map<string, SeenRow[]>()
  for (const row of rows) seen.set(keyOf(row), [...(seen.get(keyOf(row)) ?? []), row])
  return seen
}

/**
 * The rows in which something happened since `before`, in their order, and what is seen now. Rows that are not among these stay as they were: the
 * list mounts a part of itself. No news are a label that aged ("10:30" became "Yesterday"), somebody who types, another place in the list, a
 * mark; that the owner read a chat is news where unread ones are left closed (`skip`).
 */
export function newsIn(before: SeenList, rows: readonly SeenRow[], unreadPolicy: 'open' | 'skip'): { news: ChatListing[]; seen: SeenList } {
  const seen = new Map(before)
  const news: ChatListing[] = []
  for (const [key, mounted] of seenOf(rows)) {
    const left = [...(before.get(key) ?? [])]
    const now: SeenRow[] = []
    const unexplained: SeenRow[] = []
    for (const row of mounted) {
      const at = left.findIndex(one => !isNews(one, row, unreadPolicy))
      const [same] = at < 0 ? [] : left.splice(at, 1)
      if (same) now.push(still(same, row))
      else unexplained.push(row)
    }
    for (const row of unexplained) {
      news.push(row.listing)
      // It stood for one of those that no row explains; where there is none, the chat is new.
      left.shift()
      now.push(row)
    }
    seen.set(key, [...now, ...left])
  }
  const position = new Map(rows.map(({ listing }, index) => [listing, index]))
  return { news: news.sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0)), seen }
}

/** Every row that has the title of one of these chats: by its title alone a chat is told only from the ones that are known to have it. */
export function namesakes(seen: SeenList, chats: readonly ChatListing[]): ChatListing[] {
  const titles = new Set(chats.map(({ title }) => title))
  const all = [...seen.values()].flat().map(({ listing }) => listing)
  return all.filter(listing => titles.has(listing.title) && !chats.includes(listing))
}

/** Whether two rows are of one chat, as far as rows tell. */
export function sameChat(a: ChatListing, b: ChatListing): boolean {
  return keyOf({ listing: a }) === keyOf({ listing: b })
}

/** Without the archive: a message brings a chat out of it. */
function keyOf({ listing: { title, community, isSelf } }: Pick<SeenRow, 'listing'>): string {
  return JSON.stringify([title, community, isSelf])
}

function isNews(before: SeenRow, now: SeenRow, unreadPolicy: 'open' | 'skip'): boolean {
  const [was, is] = [before.listing, now.listing]
  if (is.unread > 0 && is.unread > was.unread) return true
  if (unreadPolicy === 'skip' && was.unread !== 0 && is.unread === 0) return true
  if (before.activity && now.activity && now.activity.earliest > before.activity.latest) return true
  return is.preview !== was.preview && !tellsOfTyping(is.preview)
}

/**
 * In every language the page ends "typing…" and "recording audio…" in an ellipsis (reference §3.4). A message that does so too nearly always comes
 * with another time or unread count; one that does not waits for the next cycle.
 */
function tellsOfTyping(preview: string | null): boolean {
  return preview !== null && preview.length <= 80 && /(?:…|\.\.\.)$/u.test(preview.trimEnd())
}

/** What is seen of a row without news: the narrower meaning of its label, and what the list said before somebody began to type. */
function still(before: SeenRow, now: SeenRow): SeenRow {
  if (now.listing.preview !== before.listing.preview) return before
  return { listing: now.listing, activity: before.activity ?? now.activity }
}
