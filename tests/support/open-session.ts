/** A session on a page of the test's own, in a profile that goes away with it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { loadConfig } from '../../src/config.ts'
import { acquireLock } from '../../src/lock.ts'
import type { RawState } from '../../src/raw.ts'
import { openSession, type Session, type SessionDeps, type SessionEvent } from '../../src/web/session.ts'
import type { PageState } from '../../src/web/session-status.ts'

export interface TestSession {
  session: Session
  events: SessionEvent[]
  profileDir: string
  close(): Promise<void>
}

/** The page says what it shows: `<html data-state="qr" data-ref="2@…">`. What is under test is what the session makes of it. */
export const readMarkedState: SessionDeps['readState'] = async page => {
  const { state, ref } = JSON.parse(
    await page.evaluate(() =>
      JSON.stringify({ state: document.documentElement.dataset.state ?? 'loading', ref: document.documentElement.dataset.ref ?? null }),
    ),
  ) as { state: PageState; ref: string | null }
  const raw: RawState = { lang: 'en', title: '', present: [], qrRef: ref, notice: '', dialogButtons: [], build: null }
  return { state, raw }
}

export async function openTestSession(
  url: string,
  { headless = true, profileDir, readState = readMarkedState, ...more }: Partial<SessionDeps> & { profileDir?: string } = {},
): Promise<TestSession> {
  const root = await mkdtemp(join(tmpdir(), 'session-'))
  const profile = profileDir ?? join(root, 'profile')
  const config = loadConfig({
    ...process.env,
    DATA_DIR: root,
    WHATSAPP_PROFILE_DIR: profile,
    WHATSAPP_WEB_URL: url,
    WHATSAPP_TIMEZONE: 'America/Sao_Paulo',
  })
  const events: SessionEvent[] = []
  const session = await openSession({
    config,
    log: pino({ level: 'silent' }),
    readState,
    onEvent: event => events.push(event),
    headless,
    lock: acquireLock,
    ...more,
  })
  return {
    session,
    events,
    profileDir: profile,
    close: async () => {
      await session.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}
