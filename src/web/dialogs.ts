/** Notices that lie over a ready page ("what's new", "turn on notifications"): closed where every button is known, else left alone. */
import type { Page } from 'playwright'
import { closingCaptions, companionCaptions } from './captions.ts'
import { ClickRefused, type Guard } from './guard.ts'
import { readDialog } from './page/read-dialog.ts'
import { waitChange } from './page/wait-change.ts'

/** `dismissed`: one was closed. `unknown`: one is there that may not be touched; `buttons` counts what it offers. */
export interface DialogOutcome {
  dismissed: boolean
  unknown: boolean
  buttons: number
}

const position = new Map(closingCaptions.map((caption, index) => [caption.toLowerCase(), index]))
const companions = new Set(companionCaptions.map(caption => caption.toLowerCase()))

/**
 * The index of the button that closes a dialog with these captions: the gentlest closing one, or null where any button is not known.
 * A window that asks for "Use here", a log-out or anything new therefore stays as it is.
 */
export function closingButton(captions: readonly string[]): number | null {
  const folded = captions.map(caption => caption.toLowerCase())
  if (folded.some(caption => !position.has(caption) && !companions.has(caption))) return null
  const [best] = folded
    .map((caption, index) => ({ index, rank: position.get(caption) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => a.rank - b.rank)
  return best && Number.isFinite(best.rank) ? best.index : null
}

/** Closes the topmost dialog if it is a known notice, and waits until it is gone. Presses through the guard, which looks for itself. */
export async function dismissDialog(page: Page, guard: Guard): Promise<DialogOutcome> {
  const before = await dialogsOf(page)
  const top = before.at(-1)
  if (!top) return { dismissed: false, unknown: false, buttons: 0 }
  const index = closingButton(top.buttons)
  if (index === null) return { dismissed: false, unknown: true, buttons: top.buttons.length }
  const dialog = page.locator('[role="dialog"]:not([data-testid="conversation-subheader"])').filter({ visible: true }).last()
  try {
    await guard.click('dialog-close', dialog.locator('button, [role="button"]').nth(index))
  } catch (error) {
    if (error instanceof ClickRefused) return { dismissed: false, unknown: true, buttons: top.buttons.length }
    throw error
  }
  for (let attempt = 0; attempt < 10; attempt++) {
    if ((await dialogsOf(page)).length < before.length) return { dismissed: true, unknown: false, buttons: top.buttons.length }
    await page.evaluate(waitChange, { timeoutMs: 300, quietMs: 20 })
  }
  return { dismissed: false, unknown: true, buttons: top.buttons.length }
}

async function dialogsOf(page: Page): Promise<{ buttons: string[] }[]> {
  return (JSON.parse(await page.evaluate(readDialog)) as { dialogs: { buttons: string[] }[] }).dialogs
}
