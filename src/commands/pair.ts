/** `pair`: links this profile to a phone, once. The only command that shows a QR code. */
import { type Config, loadConfig } from '../config.ts'
import { exitStatuses, LoginRequired, UsageError } from '../errors.ts'
import { acquireLock } from '../lock.ts'
import { makeLogger } from '../log.ts'
import { type Paired, pairSession } from '../web/pairing.ts'
import { qrLines } from '../web/qr.ts'
import { openSession, type Session } from '../web/session.ts'
import { readState } from '../web/state.ts'
import type { Io } from './io.ts'

export interface PairCommandOptions {
  terminal?: boolean
  /** Seconds; 300 where it is not given. */
  timeout?: number | string
  json?: boolean
}

/**
 * Shows the code in a window, or with `terminal` (and where there is no display) in the terminal, until the phone has scanned it and the
 * chats are there. Exit 0 when paired or paired already; throws LoginRequired (exit 3) when time runs out.
 */
export async function pair(options: PairCommandOptions, io: Io): Promise<number> {
  const seconds = Number(options.timeout ?? 300)
  if (!Number.isFinite(seconds) || seconds <= 0)
    throw new UsageError(`--timeout is "${options.timeout}": expected seconds, a number above 0.`)
  const config = loadConfig(io.env)
  const say = (line: string): void => void io.stderr.write(`${line}\n`)
  const inTerminal = options.terminal === true || !hasDisplay(io.env)
  if (inTerminal && !options.terminal) say('There is no display for a window, so the code is drawn here.')
  const session = await openSession({
    config,
    log: makeLogger({ level: io.env.LOG_LEVEL ? config.log.level : 'warn', pretty: io.isTty }),
    readState: page => readState(page),
    onEvent: () => {},
    headless: inTerminal,
    forPerson: !inTerminal,
    lock: acquireLock,
  })
  try {
    const paired = await watch(session, { inTerminal, timeoutMs: seconds * 1000 }, io, say)
    await session.close()
    report(paired, config, options, io)
    return exitStatuses.complete
  } finally {
    // In order, not killed: what the page stored in the last seconds is on disk only after a proper close (reference: measured).
    await session.close()
  }
}

async function watch(
  session: Session,
  { inTerminal, timeoutMs }: { inTerminal: boolean; timeoutMs: number },
  io: Io,
  say: (line: string) => void,
): Promise<Paired> {
  const drawing = makeDrawing(io)
  say(inTerminal ? 'Waiting for the code of WhatsApp Web …' : 'A window opens with WhatsApp Web.')
  let told = false
  try {
    return await pairSession(session, {
      timeoutMs,
      signal: io.signal,
      onCode: code => {
        if (code !== null && !told) say('On the phone: WhatsApp, Settings, Linked devices, Link a device; then scan the code.')
        told ||= code !== null
        if (inTerminal) drawing(code)
      },
      onScanned: () => say('Scanned. Loading the chats, which can take a few minutes for the first time …'),
      onHindrance: state => say(hints[state] ?? ''),
    })
  } catch (error) {
    if (!inTerminal && session.signal.aborted)
      throw new LoginRequired('the window was closed before the code was scanned. Run `whatsapp-etl pair` again.')
    throw error
  }
}

const hints: Partial<Record<string, string>> = {
  offline: 'WhatsApp Web says that it is offline; waiting for the network …',
  other_window: 'WhatsApp Web is open in another window: close that one, or press "Use here" yourself in a window of `whatsapp-etl pair`.',
  dialog: 'WhatsApp Web shows a dialog that only you may answer: run `whatsapp-etl pair` where there is a display.',
  unsupported: 'WhatsApp Web refuses this browser: set CHROMIUM_PATH to a current Chrome or Chromium.',
  blocked: 'WhatsApp Web seems to say that this account is blocked: open WhatsApp on the phone, which says why and for how long.',
  logged_out: 'This device was logged out; waiting for a new code …',
}

/** Draws the code on stderr: over the last one on a terminal, below it otherwise. */
function makeDrawing(io: Io): (code: string | null) => void {
  let drawn = 0
  return code => {
    const erase = io.isTty && drawn > 0 ? `\u001b[${drawn}A\u001b[0J` : ''
    const lines = code === null ? [] : qrLines(code, { plain: !io.isTty })
    io.stderr.write(erase + lines.map(line => `${line}\n`).join(''))
    drawn = lines.length
  }
}

function hasDisplay(env: Io['env']): boolean {
  return process.platform === 'darwin' || process.platform === 'win32' || Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY)
}

function report({ already, phone }: Paired, config: Config, options: PairCommandOptions, io: Io): void {
  const profile = config.browser.profileDir
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ paired: true, already, phone, profile })}\n`)
    return
  }
  const who = phone === null ? 'this profile' : `+${phone}`
  io.stdout.write(
    already
      ? `${who} is paired already; nothing to do. Profile: ${profile}\n`
      : `${who} is paired. Profile: ${profile}\nNext: whatsapp-etl sync\n`,
  )
}
