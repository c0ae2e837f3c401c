/** Opens a chat of the list by a real pointer press, and believes it only when the page shows that chat (reference §3.5, trap 11). */
import type { Page } from 'playwright'
import { LeftToOwner, Retryable, UnnamedChat } from '../errors.ts'
import type { RawChatList, RawConversation } from '../raw.ts'
import { ask } from './ask.ts'
import type { Guard } from './guard.ts'
import { chatRowPoint } from './page/row-point.ts'
import { waitChange } from './page/wait-change.ts'

/** The row that is to be opened, as the walk of the list found it. */
export interface ListedChat {
  title: string
  community: string | null
  isSelf: boolean
  y: number | null
}

export interface OpenChatDeps {
  page: Page
  guard: Guard
  rowSelectors: readonly string[]
  /** Moves the list to a place (px; null = stays) and gives the rows that are mounted there. */
  readListAt(place: number | null): Promise<RawChatList>
  /** The conversation with nothing of its rows but their ids. */
  readShown(): Promise<RawConversation>
  readConversation(): Promise<RawConversation>
  /** Whether the row, as it stands now, may be opened: something may have come since the list was walked. */
  mayOpen(row: RawChatList['rows'][number]): boolean
  signal: AbortSignal
  now(): number
}

const openMs = 15_000
/** A chat whose rows have not come after this long has none to show. */
const emptyMs = 3_000
const tries = 3
/** The row is brought into view with so much of the list above it, px. */
const aboveRow = 300

/** Opens the chat and gives its first reading. Throws Retryable when the row is not found or another chat opened, UnnamedChat when one without a name did, LeftToOwner. */
export async function openListedChat(deps: OpenChatDeps, chat: ListedChat): Promise<RawConversation> {
  let because = 'its row was not found'
  let unnamed = false
  for (let attempt = 0; attempt < tries; attempt++) {
    deps.signal.throwIfAborted()
    const point = await locate(deps, chat, attempt)
    if (!point) continue
    const before = await deps.readShown()
    if (point.selected && titleFits(before, chat)) return deps.readConversation()
    if (!point.mayOpen)
      throw new LeftToOwner(
        'a chat was left closed: it has unread messages since its row was last read, and the unread policy is to skip such chats.',
      )
    await deps.guard.click('chat-row', point)
    const opened = await verified(deps, chat, before)
    if (opened === 'unnamed') unnamed = true
    else if (opened) return opened
    because = 'the page did not show it after its row was pressed'
  }
  if (unnamed) throw new UnnamedChat('a chat was opened whose pane carries no name that is known. It is tried again in the next cycle.')
  throw new Retryable(`a chat could not be opened: ${because}. It is tried again in the next cycle.`)
}

async function locate(
  deps: OpenChatDeps,
  chat: ListedChat,
  attempt: number,
): Promise<{ x: number; y: number; selected: boolean; mayOpen: boolean } | null> {
  const place = (by: number): number => Math.max(0, (chat.y ?? 0) + by - aboveRow)
  // Where the row is in view already the list is left as it is. It may have moved since it was walked: the later tries look around the row's place.
  for (const to of attempt === 0 ? [null, place(0)] : [place(attempt === 1 ? -400 : 400)]) {
    const { rows } = await deps.readListAt(to)
    const [found] = rows
      .map((row, index) => ({ row, index, distance: Math.abs((row.y ?? 0) - (chat.y ?? 0)) }))
      .filter(
        ({ row }) => sameTitle(row.fields.title?.v[0], chat.title) && sameTitle(row.fields.community?.v[0] ?? '', chat.community ?? ''),
      )
      .sort((a, b) => a.distance - b.distance)
    // Several chats may share a title: away from the row's place another one of them could be the nearest that is mounted.
    if (!found || (to === null && found.distance > 0)) continue
    const arg = JSON.stringify({ rows: deps.rowSelectors, offset: found.row.y, index: found.index })
    const point = JSON.parse(await ask(deps.page, chatRowPoint, arg)) as { x: number | null; y: number; selected: boolean }
    if (point.x !== null) return { x: point.x, y: point.y, selected: point.selected, mayOpen: deps.mayOpen(found.row) }
  }
  return null
}

/** Waits for the header of the chat and for rows that are not the former chat's; null when they do not come, `unnamed` when no name does. */
async function verified(deps: OpenChatDeps, chat: ListedChat, before: RawConversation): Promise<RawConversation | 'unnamed' | null> {
  const former = new Set(idsOf(before))
  let unnamed = false
  const started = deps.now()
  while (deps.now() - started < openMs) {
    deps.signal.throwIfAborted()
    const shown = await deps.readShown()
    const ids = idsOf(shown)
    const other = ids.length > 0 ? !ids.some(id => former.has(id)) : deps.now() - started > emptyMs
    if (shown.open && other && titleFits(shown, chat)) return deps.readConversation()
    unnamed = shown.open && shown.title === null && !shown.fields.composer
    await ask(deps.page, waitChange, { timeoutMs: 500, quietMs: 30 })
  }
  return unnamed ? 'unnamed' : null
}

function idsOf(conversation: RawConversation): string[] {
  return conversation.items.flatMap(item => (item.type === 'row' && item.fields.id ? item.fields.id.v.slice(0, 1) : []))
}

/**
 * The header names the chat, or (an unsaved number, which the header calls "unknown") the composer does. Of the chat with
 * oneself the header may add "(You)".
 */
export function titleFits(conversation: RawConversation, chat: Pick<ListedChat, 'title' | 'isSelf'>): boolean {
  const header = fold(conversation.title ?? '')
  const title = fold(chat.title)
  if (header === title || (chat.isSelf && header.startsWith(title))) return true
  const composer = fold(conversation.fields.composer?.v[0] ?? '')
  const at = title === '' ? -1 : composer.indexOf(title)
  if (at < 0) return false
  // A whole name, not the beginning of another one: "Mar" is not in "Type to Marta".
  const around = [composer.slice(0, at).at(-1), composer.slice(at + title.length).at(0)]
  return around.every(character => character === undefined || !/[\p{L}\p{N}]/u.test(character))
}

function sameTitle(a: string | undefined, b: string): boolean {
  return fold(a ?? '') === fold(b)
}

/** Bidi controls are padding of the page (trap 6); spaces of all kinds count as one. */
function fold(text: string): string {
  return text
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\u00a0\u202f]+/g, ' ')
    .trim()
}
