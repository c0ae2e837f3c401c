/** Linking this profile to a phone: shows the code, as long as it takes, until the chat list is there. */
import { LoginRequired } from '../errors.ts'
import { codeExpired } from './page/code-expired.ts'
import { readAccount } from './page/read-account.ts'
import type { Session } from './session.ts'
import type { PageState } from './session-status.ts'

export interface PairingOptions {
  /** Called with every new code, and with null once it is gone (scanned, or replaced by nothing). */
  onCode(code: string | null): void
  /** Called when the phone has scanned the code and the page loads the account's chats. */
  onScanned?(): void
  /** Called once for each state that keeps the code away: offline, another window, a dialog that only a person may answer. */
  onHindrance?(state: PageState): void
  timeoutMs: number
  signal: AbortSignal
  /** A code that has not changed for this long has stopped rotating and is asked for anew (60 s is the slowest rotation: reference §2.3). */
  staleMs?: number
}

/** `phone`: the account's own number in digits, null where the page does not tell it. `already`: nothing had to be done. */
export interface Paired {
  already: boolean
  phone: string | null
}

/**
 * Waits for a person to scan the code. The page is loaded again when its code stops rotating: its own "reload" button is not on the list
 * of what may be clicked. Throws LoginRequired when time runs out, whatever `signal` was aborted with, Retryable when the browser is lost.
 */
export async function pairSession(session: Session, options: PairingOptions): Promise<Paired> {
  const { onCode, timeoutMs, signal, staleMs = 90_000 } = options
  const deadline = performance.now() + timeoutMs
  let code: string | null = null
  let sawLogin = false
  const told = new Set<PageState>()
  let changedAt = performance.now()
  for (;;) {
    signal.throwIfAborted()
    const { state } = await session.look()
    const now = performance.now()
    if (session.qr() !== code) {
      const had = code !== null
      code = session.qr()
      changedAt = now
      onCode(code)
      if (had && code === null && (state === 'loading' || state === 'unknown')) options.onScanned?.()
    }
    if (state === 'qr') sawLogin = true
    if (state === 'ready' || state === 'chat_open') {
      if (code !== null) onCode(null)
      return { already: !sawLogin, phone: await ownPhone(session) }
    }
    // A notice over the chats: closed by the session, which knows which ones may be.
    if (state === 'dialog' && (await session.closeNotice())) continue
    if (hindrances.includes(state) && !told.has(state)) {
      told.add(state)
      options.onHindrance?.(state)
    }
    if (now >= deadline) throw new LoginRequired(late(state, timeoutMs))
    if (state === 'qr' && (now - changedAt > staleMs || (await isExpired(session)))) {
      await session.reload()
      // Gone because it was asked for anew, not because it was scanned.
      code = null
      changedAt = performance.now()
    }
    await session.changed(Math.max(1, Math.min(1000, deadline - now)))
  }
}

const hindrances: readonly PageState[] = ['dialog', 'other_window', 'offline', 'unsupported', 'blocked', 'logged_out']

async function isExpired(session: Session): Promise<boolean> {
  try {
    return (JSON.parse(await session.page.evaluate(codeExpired)) as { expired: boolean }).expired
  } catch {
    // The page is on its way to another document: the next look tells.
    return false
  }
}

/** The number in the account's id, without device and server. */
async function ownPhone(session: Session): Promise<string | null> {
  const { wid } = JSON.parse(await session.page.evaluate(readAccount)) as { wid: string | null }
  return wid === null ? null : (/^(\d+)(?::\d+)?@/.exec(wid)?.[1] ?? null)
}

function late(state: string, timeoutMs: number): string {
  const seconds = Math.round(timeoutMs / 1000)
  if (state === 'qr')
    return `nobody scanned the code within ${seconds} s. Run \`whatsapp-etl pair\` again, with --timeout for longer, and scan it on the phone: Settings, Linked devices, Link a device.`
  return `WhatsApp Web showed no chats within ${seconds} s (state: ${state}). Run \`whatsapp-etl pair\` again; \`whatsapp-etl doctor\` checks network and browser.`
}
