/** The archived chats: a list of their own behind a row above the chat list (reference §3.4). */
import type { Page } from 'playwright'
import { ask } from './ask.ts'
import type { Guard } from './guard.ts'
import { waitChange } from './page/wait-change.ts'
import { type CompiledSet, finish } from './selectors.ts'

const shownMs = 5_000

/** Opens the archived list; false when its row is not there or does not lead to one. */
export async function showArchived(page: Page, guard: Guard, set: CompiledSet): Promise<boolean> {
  const entry = page.locator(set.chatList.archived.join(', ')).first()
  if ((await entry.count()) === 0) return false
  await guard.click('archived-row', entry)
  return (await backButton(page, shownMs)) !== null
}

/** The set for reading the archived list: it has the rows of every list, in a pane of its own. */
export function archivedSet(set: CompiledSet): CompiledSet {
  const { elements, fields } = set.parts.chatList
  const { archivedScroller = [], archivedGrid = [], scroller = [], grid = [] } = elements
  const swapped = { ...elements, scroller: [...archivedScroller, ...scroller], grid: [...archivedGrid, ...grid], archived: [] }
  const { id, about, since, detect, expect } = set
  return finish({ id, about, since, detect, expect, plan: { ...set.parts, chatList: { elements: swapped, fields } } })
}

/** Goes back to the chat list. */
export async function leaveArchived(page: Page, guard: Guard): Promise<void> {
  const back = await backButton(page, 0)
  if (back) {
    await guard.click('archived-back', back)
    await ask(page, waitChange, { timeoutMs: 1_000, quietMs: 100 })
  }
}

async function backButton(page: Page, patienceMs: number) {
  // Not in a conversation: its header has a way back too. The guard looks once more.
  const back = page
    .locator('button, [role="button"]')
    .and(page.locator(':not(div#main *)'))
    .filter({ has: page.locator('svg title').filter({ hasText: /^(?:wds-ic-|ic-)?(?:arrow-)?back/ }) })
    .first()
  const deadline = performance.now() + patienceMs
  for (;;) {
    if ((await back.count()) > 0) return back
    if (performance.now() >= deadline) return null
    await ask(page, waitChange, { timeoutMs: 300, quietMs: 30 })
  }
}
