/**
 * Between two cycles: looks at the rows of the page whenever they change, and reads the chats in which something happened. Knows a page and a reading,
 * nothing of browsers; waits for nothing but the page, and after faults.
 */
import { asEtlError, type EtlError } from '../errors.ts'
import type { ChatListing } from '../model.ts'
import { backoffMs, liveBackoff, reactionTo } from '../retry.ts'
import { namesakes, newsIn, type SeenList, type SeenRow, sameChat } from './news.ts'

/** The page, as it is watched. */
export interface LivePage {
  /** Resolves when rows of the list or of the open conversation have changed, or after a while without; rejects when `signal` aborts. */
  changed(signal: AbortSignal): Promise<{ list: boolean; conversation: boolean; forMs: number }>
  /** The rows of the list that are mounted. */
  rows(): Promise<SeenRow[]>
  /** The chat that is open, where its rows show something that neither the last reading saw nor, without one, the page when it came to rest; else null. */
  changedChat(): Promise<ChatListing | null>
  /** Brings the page to where what is new appears, and remembers what the open conversation shows. */
  rest(): Promise<void>
}

export interface WatchLiveDeps {
  page: LivePage
  /** Reads these chats, the change having been noticed at an instant of `now`. Gives how many of them failed. */
  read(chats: readonly ChatListing[], namesakes: readonly ChatListing[], noticedAt: number): Promise<{ failed: number }>
  unreadPolicy: 'open' | 'skip'
  /** Told of every reading that failed. */
  onFailed(error: EtlError): void
  /** Milliseconds of a monotonic clock. */
  now(): number
  /** Resolves after so many milliseconds, or when `signal` aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  random(): number
}

/** After so many failures in a row the rest is left to the next cycle. */
const failuresInARow = 4
/** So often the open conversation is looked at again right after a reading; rows that never come to rest then wait for the page's next word. */
const looksAfterwards = 2

/**
 * Watches until `signal` aborts; a reading that has begun is brought to its end first. `seen`: the rows as the last cycle saw them. Gives why it ended
 * otherwise: `cycle` = a cycle should look at the page at once, `fault` = with the next one.
 */
export async function watchLive(deps: WatchLiveDeps, before: SeenList, signal: AbortSignal): Promise<'told' | 'cycle' | 'fault'> {
  const { page, now } = deps
  let seen = before
  let failures = 0
  let change = { list: true, conversation: false, forMs: 0 }
  let noticedAt = now()
  let rested = false
  let looks = 0
  for (;;) {
    if (signal.aborted) return 'told'
    try {
      if (!rested) await page.rest()
      rested = true
      const looked = newsIn(seen, await page.rows(), deps.unreadPolicy)
      const chats = change.conversation ? withOpen(looked, await page.changedChat()) : looked.news
      if (chats.length > 0 && !signal.aborted) {
        rested = false
        const { failed } = await deps.read(chats, namesakes(looked.seen, chats), noticedAt)
        seen = looked.seen
        if (failed < chats.length) failures = 0
        else if (++failures >= failuresInARow) return 'fault'
        else await deps.pause(backoffMs(failures, liveBackoff, deps.random()), signal)
        // What came meanwhile shows in the list, or in the chat that is open now.
        change = { list: true, conversation: looks++ < looksAfterwards, forMs: 0 }
        noticedAt = now()
        continue
      }
      seen = looked.seen
      do change = await page.changed(signal)
      while (!change.list && !change.conversation)
      looks = 0
      noticedAt = now() - change.forMs
    } catch (thrown) {
      if (signal.aborted) return 'told'
      const error = asEtlError(thrown)
      deps.onFailed(error)
      const reaction = reactionTo(error)
      if (reaction === 'pause_extraction') return 'cycle'
      if (reaction !== 'retry' || ++failures >= failuresInARow) return 'fault'
      await deps.pause(backoffMs(failures, liveBackoff, deps.random()), signal)
      rested = false
    }
  }
}

/** The chats with news, and the open one where it is not among them: by its row as it is now, where that is mounted. */
function withOpen({ news, seen }: { news: ChatListing[]; seen: SeenList }, open: ChatListing | null): ChatListing[] {
  if (open === null || news.some(one => sameChat(one, open))) return news
  const rows = [...seen.values()].flat().filter(({ listing }) => sameChat(listing, open))
  const [row] = rows
  return [...news, rows.length === 1 && row ? row.listing : open]
}
