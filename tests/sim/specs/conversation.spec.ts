/** The conversation: history, shells, receipts, states that lie over the page. */
import { expect, test } from '../../support/chromium.ts'
import { ada, mounted, openChat, scroller, scrollTo, talk, unfocused, withSim } from './page.ts'

test('history loads near the top only, keeps its place, and never more than 100 rows stand', async ({ page }) => {
  await withSim({ scenario: talk(400), switches: { virtualized: false } }, async sim => {
    await openChat(page, sim, ada.name)
    const loads = () => sim.recorded.filter(event => event.type === 'loaded').length
    await expect.poll(() => scroller(page).evaluate(element => element.scrollHeight - element.clientHeight)).toBeGreaterThan(420)
    const filled = loads()
    await scrollTo(page, 400)
    const drawn = await mounted(page)
    await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    expect([loads(), await mounted(page)]).toEqual([filled, drawn])
    const before = await page.locator('div#main [data-id]').first().getAttribute('data-id')
    const loaded = sim.next('loaded')
    await scrollTo(page, 100)
    const offset = await page.locator(`[data-id="${before}"]`).evaluate(element => element.getBoundingClientRect().top)
    await loaded
    await expect
      .poll(async () =>
        Math.abs((await page.locator(`[data-id="${before}"]`).evaluate(element => element.getBoundingClientRect().top)) - offset),
      )
      .toBeLessThan(3)
    let last = ''
    while (!last.startsWith('0-')) {
      const next = sim.next('loaded')
      await scrollTo(page, 0)
      last = (await next).detail
      expect(await mounted(page)).toBeLessThanOrEqual(100)
    }
    expect(await page.locator('div#main').getByText('number 399', { exact: true }).count()).toBe(0)
    const down = sim.next('loaded')
    await scrollTo(page, 1_000_000)
    await down
    expect(await page.locator('div#main').getByText('number 0', { exact: true }).count()).toBe(0)
  })
})

test('a window taller than the island stays where it is, and every message comes by on the way up', async ({ page }) => {
  await page.setViewportSize({ width: 1200, height: 4000 })
  await withSim({ scenario: talk(400) }, async sim => {
    await openChat(page, sim, ada.name)
    await expect.poll(() => mounted(page)).toBe(100)
    expect(await page.locator('div#main').getByText('number 399', { exact: true }).count()).toBeGreaterThan(0)
    const seen = new Set<string>()
    for (let last = ''; !last.startsWith('0-'); ) {
      for (const id of await page.locator('div#main [data-id]').evaluateAll(all => all.map(e => e.getAttribute('data-id')!))) seen.add(id)
      const next = sim.next('loaded')
      await scrollTo(page, 0)
      last = (await next).detail
    }
    for (const id of await page.locator('div#main [data-id]').evaluateAll(all => all.map(e => e.getAttribute('data-id')!))) seen.add(id)
    expect(seen.size).toBe(400)
  })
})

test('after a load that brought nothing the top is quiet until the page was scrolled down more than 80', async ({ page }) => {
  await withSim({ scenario: talk(200), switches: { emptyLoads: 1 } }, async sim => {
    await openChat(page, sim, ada.name)
    await expect.poll(() => scroller(page).evaluate(element => element.scrollHeight - element.clientHeight)).toBeGreaterThan(300)
    const empty = sim.next('loaded')
    await scrollTo(page, 0)
    expect((await empty).detail).toBe('empty')
    const quiet = sim.next('loaded')
    await scrollTo(page, 60)
    expect((await quiet).detail).toBe('quiet')
    await scrollTo(page, 200)
    const loaded = sim.next('loaded')
    await scrollTo(page, 0)
    expect((await loaded).detail).toMatch(/^\d+-\d+$/)
  })
})

test('rows far from the window are shells that keep their height', async ({ page }) => {
  await withSim({ scenario: talk(300), switches: { shellPx: 300 } }, async sim => {
    await openChat(page, sim, ada.name)
    for (let n = 0; n < 3; n++) {
      const loaded = sim.next('loaded')
      await scrollTo(page, 0)
      await loaded
    }
    const shell = page.locator('[data-virtualized=true]').first()
    await shell.waitFor()
    expect(await shell.evaluate(element => [element.childElementCount, (element as HTMLElement).style.minHeight.endsWith('px')])).toEqual([
      0,
      true,
    ])
    await shell.evaluate(element => element.closest('[role=row]')?.scrollIntoView())
    await expect(page.locator('div#main [data-virtualized=true]')).not.toHaveCount(0)
  })
})

test('opening sends a read receipt with the focus, and none without', async ({ browser }) => {
  await withSim({ scenario: talk(30, 4) }, async sim => {
    const away = await (await browser.newContext()).newPage()
    await unfocused(away)
    await openChat(away, sim, ada.name)
    await away.locator('[aria-live=polite]').waitFor()
    await away.close()
    expect(sim.recorded.some(event => ['receipt', 'presence'].includes(event.type))).toBe(false)
    expect(sim.scenario.chats[0]?.unread).toBe(4)
    const [receipt, online] = [sim.next('receipt'), sim.next('presence')]
    const here = await (await browser.newContext()).newPage()
    await openChat(here, sim, ada.name)
    expect((await receipt).message).toBe(sim.scenario.chats[0]?.messages.at(-1)?.id)
    expect(sim.scenario.chats[0]?.unread).toBe(0)
    expect((await online).detail).toBe('available')
  })
})

test('a new message shows in an open chat and counts as unread where nobody looks', async ({ page }) => {
  await withSim({ scenario: talk(10) }, async sim => {
    await unfocused(page)
    await openChat(page, sim, ada.name)
    const said = await sim.say(ada.name, { text: 'fresh' })
    await page.locator(`[data-id="${said.id}"]`).waitFor()
    await page.locator('#pane-side [aria-label="1 unread message"]').waitFor()
    sim.remove(ada.name, said.id)
    await expect(page.locator(`[data-id="${said.id}"]`)).toContainText('This message was deleted')
  })
})

test('a chat with many unread messages opens at the bar, and the newest ones come by on the way down', async ({ page }) => {
  await withSim({ scenario: talk(300, 150) }, async sim => {
    await unfocused(page)
    await openChat(page, sim, ada.name)
    await expect(page.locator('[data-tab="8"] [aria-live=polite]')).toHaveText('150 unread messages')
    const last = page.locator('div#main').getByText('number 299', { exact: true })
    expect(await last.count()).toBe(0)
    for (let to = ''; to !== '300'; ) {
      const next = sim.next('loaded', event => event.detail.includes('-'))
      await scrollTo(page, 1_000_000)
      to = (await next).detail.split('-')[1]!
    }
    await last.first().waitFor()
  })
})

test('a frozen page loads no history', async ({ page }) => {
  await withSim({ scenario: talk(200) }, async sim => {
    await openChat(page, sim, ada.name)
    await expect.poll(() => scroller(page).evaluate(element => element.scrollHeight - element.clientHeight)).toBeGreaterThan(300)
    const before = await mounted(page)
    const shown = sim.next('shown')
    sim.show('frozen')
    await shown
    const loaded = sim.next('loaded')
    await scrollTo(page, 0)
    expect((await loaded).detail).toBe('frozen')
    expect(await mounted(page)).toBe(before)
  })
})

test('a hidden tab draws the last message only', async ({ page }) => {
  await withSim({ scenario: talk(30), switches: { hiddenTab: true } }, async sim => {
    await openChat(page, sim, ada.name)
    await expect(page.locator('div#main [data-virtualized=false]')).toHaveCount(1)
    await expect(page.locator('div#main [data-virtualized=false]')).toContainText('number 29')
  })
})

test('what a reader must never do is written down: keys, voice notes, the phone button', async ({ page }) => {
  const scenario = talk(3)
  const chat = scenario.chats[0]!
  chat.historyEnd = 'phone_has_more'
  chat.messages.push({
    ...chat.messages[1]!,
    id: 'AC00000000000000000000000000000F',
    kind: 'voice',
    text: null,
    durationS: 9,
    sentAt: new Date().toISOString(),
  })
  await withSim({ scenario }, async sim => {
    await openChat(page, sim, ada.name)
    const events = Promise.all([
      sim.next('played'),
      sim.next('history_request'),
      sim.next('presence', event => event.detail === 'typing'),
      sim.next('key'),
    ])
    await page.getByRole('button', { name: 'Play voice message' }).click()
    await page.getByRole('button', { name: 'Click here to get older messages' }).click()
    await page.locator('footer [contenteditable]').pressSequentially('a')
    expect((await events).map(event => event.chat)).toEqual([chat.id, chat.id, chat.id, chat.id])
  })
})

test('the list moves under the hand of who opens a chat', async ({ page }) => {
  await withSim({ account: { chats: 4, messages: 4, older: 0, media: false }, switches: { resortOnOpen: true } }, async sim => {
    await page.goto(sim.url)
    const titles = () =>
      page.locator('#pane-side [aria-colindex="2"] span[dir=auto][title]').evaluateAll(all => all.map(e => e.getAttribute('title')))
    await page.locator('#pane-side [aria-selected]').first().waitFor()
    const before = await titles()
    const opened = sim.next('chat_opened')
    await page.locator('#pane-side [aria-selected]').nth(1).click()
    await opened
    await expect.poll(titles).not.toEqual(before)
  })
})
