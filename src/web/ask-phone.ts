/**
 * Asks the phone for older messages of the open chat, by the page's own button, because a person said so (`sync --ask-phone`). What the
 * page does then is not documented: the button gives way to a sign of loading, and rows, a text or a button follow (reference §4.2).
 */
import type { RawConversation } from '../raw.ts'
import { ClickRefused } from './guard.ts'

export interface AskPhoneDeps {
  /** Presses the button, through the guard. */
  request(): Promise<void>
  read(): Promise<RawConversation>
  /** Waits until the page changes, at most `ms`. */
  changed(ms: number): Promise<void>
  /** Moves the pane away from its top and back: what has come may be drawn only then. */
  nudge(): Promise<void>
  /** Milliseconds of a monotonic clock. */
  now(): number
  signal: AbortSignal
}

/** A phone that is asleep may take this long to answer; then the page has nothing to wait for either. */
const phoneMaxMs = 60_000
const roundMs = 1_000

/**
 * Presses once and waits for what comes of it: true when the chat goes on (rows came, or the page no longer says that the phone has
 * more), false when nothing came in time, the page says that it cannot, or the guard refused the press.
 */
export async function askPhone(deps: AskPhoneDeps, maxMs = phoneMaxMs): Promise<boolean> {
  const before = await deps.read()
  try {
    await deps.request()
  } catch (error) {
    if (error instanceof ClickRefused) return false
    throw error
  }
  const deadline = deps.now() + maxMs
  let asked = false
  for (let left = maxMs; left > 0; left = deadline - deps.now()) {
    deps.signal.throwIfAborted()
    await deps.changed(Math.min(left, roundMs))
    const { banner, items } = await deps.read()
    if (banner.shape === 'none' || topOf(items) !== topOf(before.items)) return true
    if (banner.shape === 'text') return false
    asked ||= banner.shape === 'loading'
    // The button is back after a time of loading, or it says something else: the phone was not reached.
    if (banner.shape === 'button' && (asked || banner.text !== before.banner.text)) return false
    if (asked) await deps.nudge()
  }
  return false
}

/** What tells the topmost row from another one. */
function topOf(items: RawConversation['items']): string {
  const row = items.find(item => item.type === 'row')
  return JSON.stringify(row?.type === 'row' ? (row.fields.id ?? row.fields) : null)
}
