/** The way to a chat's newest message, where its reading begins. */
import type { ReadOptions } from '../source.ts'
import { filledMaxMs, loadMaxMs, movedMaxMs } from './mounted-rows.ts'
import type { Pane, Shown } from './pane.ts'
import type { ReadChatDeps } from './read-chat.ts'
import { rowKey } from './timeline.ts'

const bottomTurns = 400

/**
 * Down to the newest message: a chat with unread messages opens at its unread bar. Gives what is shown there once a move to the bottom moved nothing and
 * brought no row, else why it was not reached.
 */
export async function toBottom(
  { pane, pacer, isNewest }: Pick<ReadChatDeps, 'pane' | 'pacer' | 'isNewest'>,
  mayScroll: ReadOptions['mayScroll'],
): Promise<Shown | 'budget' | 'gap'> {
  for (let turn = 1; turn <= bottomTurns; turn++) {
    const { moved, ...before } = await pane.move('bottom')
    if (!moved && isAtBottom(before) && isNewest(before.raw)) return before
    // Below an unread bar the page loads as it does above: where it came down once, it is given that time.
    const below = turn > 1 || before.raw.items.some(({ type }) => type === 'unread')
    let after: Shown = before
    if (!moved) after = await lower(pane, before, below ? loadMaxMs : filledMaxMs, () => pacer.now())
    else if (await pane.changed(movedMaxMs)) after = await pane.read()
    if (!moved && lowestKey(after) === lowestKey(before) && isAtBottom(after)) return after
    // Most chats open at their bottom: only the way down from an unread bar is paced and counted.
    if (turn === 1 || !moved) continue
    if (!mayScroll(true)) return 'budget'
    await pacer.scroll()
  }
  return 'gap'
}

/** What is shown once another row is the lowest, or `maxMs` later. */
async function lower(pane: Pick<Pane, 'changed' | 'read'>, before: Shown, maxMs: number, now: () => number): Promise<Shown> {
  const until = now() + maxMs
  let shown = before
  for (let left = maxMs; left > 0 && lowestKey(shown) === lowestKey(before); left = until - now()) {
    if (!(await pane.changed(left))) break
    shown = await pane.read()
  }
  return shown
}

function isAtBottom({ raw: { scroll } }: Shown): boolean {
  return scroll.top + scroll.client >= scroll.height - 2
}

function lowestKey({ raw }: Shown): string | null {
  const lowest = raw.items.findLast(item => item.type === 'row')
  return lowest?.type === 'row' ? rowKey(lowest) : null
}
