/** Reading chats with unread messages tells nobody: on the simulated account, whose page sends receipts and its presence as soon as it has the focus. */
import { chromium, expect, test } from '@playwright/test'
import { pino } from 'pino'
import { loadConfig } from '../../src/config.ts'
import { contextOptions, findChromium, launchOptions } from '../../src/web/browser.ts'
import { makeBuckets } from '../../src/web/buckets.ts'
import { createGuard } from '../../src/web/guard.ts'
import { Lateness } from '../../src/web/lateness.ts'
import { LoadSizes } from '../../src/web/load-sizes.ts'
import { webSource } from '../../src/web/source.ts'
import { readState } from '../../src/web/state.ts'
import { type Sim, startSim } from '../sim/server.ts'
import { startDisplay } from '../support/display.ts'
import { openTestSession } from '../support/open-session.ts'

let display: { name: string; close(): Promise<void> }
test.beforeAll(async () => {
  display = await startDisplay()
  process.env.DISPLAY = display.name
})
test.afterAll(() => display.close())

/** What the account's contacts, or its phone, could have noticed. */
const told = (sim: Sim) =>
  sim.recorded.filter(event =>
    ['receipt', 'played', 'presence', 'key', 'input', 'focus', 'history_request', 'use_here'].includes(event.type),
  )

for (const headless of [true, false]) {
  const mode = headless ? 'without a window' : 'in a window'

  test(`chats with unread messages are opened and read, and nobody is told anything (${mode})`, async () => {
    const sim = await startSim({ paired: true, profile: 'E7', latency: { bootMs: 200 }, account: { chats: 5, messages: 24, older: 0 } })
    const { session, close } = await openTestSession(sim.url, { headless, readState: page => readState(page) })
    const pace = { WHATSAPP_SCROLL_PAUSE_MS: '0', WHATSAPP_CHAT_PAUSE_MS: '0', WHATSAPP_DOWNLOAD_PAUSE_MS: '0', WHATSAPP_LATE_MS: '200' }
    const config = loadConfig({ ...pace, WHATSAPP_TIMEZONE: 'America/Sao_Paulo', WHATSAPP_INDEXEDDB: 'false' })
    const { signal } = new AbortController()
    const source = webSource({
      session: async () => session,
      config,
      buckets: makeBuckets(config.pace),
      lateness: new Lateness(config.pace.lateMs),
      loads: new LoadSizes(),
      log: pino({ level: 'silent' }),
      clock: () => new Date().toISOString(),
      picturesOf: () => async (_image, onRead) => {
        onRead('never')
        throw new Error('pictures are not what this test is about')
      },
      onFields: () => {},
      signal,
    })
    const unread = new Map(sim.scenario.chats.filter(chat => chat.unread !== 0).map(chat => [chat.id, chat.unread]))
    await source.ready(signal)
    const { chats } = await source.list(signal)
    const wanted = chats.filter(chat => chat.unread !== 0)
    expect(wanted).toHaveLength(unread.size)
    const since = new Date(Date.now() - 60 * 24 * 60 * 60 * 1000).toISOString()
    const options = {
      since,
      until: since,
      hasImage: () => true,
      wantsDownload: () => false,
      known: null,
      mayScroll: () => true,
      askPhone: false,
      early: false,
      signal,
    }
    for (const listing of wanted) {
      let messages = 0
      for await (const batch of (await source.open(listing, signal)).read(options)) messages += batch.messages.length
      expect(messages).toBeGreaterThan(0)
    }
    const opened = new Set(sim.recorded.filter(event => event.type === 'chat_opened').map(event => event.chat))
    expect([...unread.keys()].filter(id => !opened.has(id))).toEqual([])
    expect(told(sim)).toEqual([])
    expect(new Map(sim.scenario.chats.filter(chat => chat.unread !== 0).map(chat => [chat.id, chat.unread]))).toEqual(unread)
    expect(session.guard.counters.refused).toBe(0)
    expect(await session.page.evaluate(() => [document.hasFocus(), document.visibilityState])).toEqual([false, 'visible'])
    await close()
    await sim.close()
  })
}

test('an ordinary browser does send receipts and its presence from the same clicks, so the tests above can fail', async () => {
  const sim = await startSim({ paired: true, profile: 'E7', latency: { bootMs: 200 } })
  const config = { browser: { profileDir: '', url: sim.url, executablePath: null, timezone: 'UTC', locale: 'en-GB' } }
  const browser = await chromium.launch(launchOptions(config, await findChromium(process.env.CHROMIUM_PATH ?? null)))
  const page = await (await browser.newContext(contextOptions(config))).newPage()
  const ready = sim.next('ready')
  const online = sim.next('presence')
  await page.goto(sim.url)
  await ready
  const receipt = sim.next('receipt')
  const rows = page.locator('#pane-side [role="grid"] [aria-selected]')
  for (let n = 0; n < 8; n++) await createGuard(page).click('chat-row', rows.nth(n))
  expect((await receipt).chat).not.toBeNull()
  expect((await online).detail).toBe('available')
  await browser.close()
  await sim.close()
})
