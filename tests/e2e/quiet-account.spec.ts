/** Opening chats with unread messages tells nobody: on the simulated account, which sends a receipt as soon as its page has the focus. */
import { chromium, expect, test } from '@playwright/test'
import { contextOptions, findChromium, launchOptions } from '../../src/web/browser.ts'
import { createGuard } from '../../src/web/guard.ts'
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

  test(`every mounted chat is opened and no receipt goes out (${mode})`, async () => {
    const sim = await startSim({ paired: true, profile: 'E7', latency: { bootMs: 200 } })
    const ready = sim.next('ready')
    const { session, close } = await openTestSession(sim.url, { headless })
    await ready
    const rows = session.page.locator('#pane-side [role="grid"] [aria-selected]')
    const chats = Math.min(8, await rows.count())
    expect(chats).toBeGreaterThan(4)
    for (let n = 0; n < chats; n++) {
      const opened = sim.next('chat_opened')
      await session.guard.click('chat-row', rows.nth(n))
      await opened
    }
    const unread = sim.scenario.chats.filter(chat => chat.unread !== 0).map(chat => chat.id)
    const openedUnread = sim.recorded.filter(event => event.type === 'chat_opened' && unread.includes(event.chat ?? ''))
    expect(openedUnread.length).toBeGreaterThan(0)
    expect(told(sim)).toEqual([])
    expect(sim.recorded.filter(event => event.type === 'click')).toHaveLength(chats)
    expect(session.guard.counters).toMatchObject({ clicks: { 'chat-row': chats }, refused: 0 })
    await close()
    await sim.close()
  })
}

test('an ordinary browser does send receipts from the same clicks, so the tests above can fail', async () => {
  const sim = await startSim({ paired: true, profile: 'E7', latency: { bootMs: 200 } })
  const config = { browser: { profileDir: '', url: sim.url, executablePath: null, timezone: 'UTC', locale: 'en-GB' } }
  const browser = await chromium.launch(launchOptions(config, await findChromium(process.env.CHROMIUM_PATH ?? null)))
  const page = await (await browser.newContext(contextOptions(config))).newPage()
  const ready = sim.next('ready')
  await page.goto(sim.url)
  await ready
  const receipt = sim.next('receipt')
  const rows = page.locator('#pane-side [role="grid"] [aria-selected]')
  for (let n = 0; n < 8; n++) await createGuard(page).click('chat-row', rows.nth(n))
  expect((await receipt).chat).not.toBeNull()
  await browser.close()
  await sim.close()
})
