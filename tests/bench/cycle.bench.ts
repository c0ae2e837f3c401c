/** The whole program on the simulated account: how fast a history is stored, against a page that is only scrolled; what an idle cycle costs. */
import { chromium } from 'playwright'
import { type Account, expect, test } from '../e2e/account.ts'
import { account as accountOf, ada, bela, direct, talk } from '../e2e/scene.ts'
import { expectedRows } from '../sim/truth.ts'
import { chromiumPath } from '../support/chromium.ts'
import { figure, quick } from './figure.ts'

const perChat = quick ? 200 : 1500

interface Result {
  seconds: number
  chats: { listed: number; opened: number }
  messages: { inserted: number }
}

async function sync(account: Account): Promise<Result> {
  const { status, stdout, stderr } = await account.run('sync', '--json')
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as Result
}

/** Opens the first chat of a page of its own and scrolls it to the top as fast as it goes; messages rendered per second. */
async function nullScroller(url: string): Promise<number> {
  const browser = await chromium.launch({ executablePath: await chromiumPath(), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 2000 }, reducedMotion: 'reduce' })
    await page.goto(url)
    await page.locator('#pane-side [role="row"], #pane-side [role="listitem"]').first().click()
    await page.locator('[data-id]').first().waitFor()
    return await page.evaluate(async total => {
      const seen = new Set<string>()
      const note = () => {
        for (const row of document.querySelectorAll('#main [data-id]')) seen.add(row.getAttribute('data-id') ?? '')
      }
      const scroller = () => {
        let element = document.querySelector('#main [data-id]')?.parentElement ?? null
        while (element && element.scrollHeight <= element.clientHeight + 1) element = element.parentElement
        return element
      }
      const started = performance.now()
      while (seen.size < total && performance.now() - started < 300_000) {
        const pane = scroller()
        if (pane) pane.scrollTop = Math.max(0, pane.scrollTop - pane.clientHeight * 0.8)
        await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 0)))
        note()
      }
      return (seen.size * 1000) / (performance.now() - started)
    }, perChat)
  } finally {
    await browser.close()
  }
}

test('backfill of one long chat, and the idle cycle after it', async ({ makeAccount }, info) => {
  info.setTimeout(900_000)
  const group = 'Cycle'
  const scenario = accountOf(direct(ada, talk(ada, perChat, 1, 400 / perChat)), direct(bela, talk(bela, 5, 2)))
  const account = await makeAccount('postgres', { scenario })
  Object.assign(account.env, { WHATSAPP_LATE_MS: undefined })
  const first = await sync(account)
  const since = new Date(Date.now() - 30 * 24 * 60 * 60 * 1000)
  expect(first.messages.inserted).toBe(expectedRows(account.sim.scenario, { since }).length)
  const perSecond = first.messages.inserted / first.seconds
  figure(info, {
    group,
    name: `backfill of ${first.messages.inserted} messages, browser to committed rows`,
    value: perSecond,
    unit: 'messages/s',
  })
  const idle = await sync(account)
  expect(idle.chats.opened).toBe(0)
  figure(info, { group, name: 'idle cycle of 2 chats, browser start and page load included', value: idle.seconds, unit: 's' })
  const limit = await nullScroller(account.sim.url)
  figure(info, { group, name: 'the same history only scrolled (null scroller)', value: limit, unit: 'messages/s' })
  figure(info, { group, name: 'backfill : null scroller', value: perSecond / limit, unit: '×' })
})
