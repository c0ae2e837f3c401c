/** The chat list: what opens a chat, what is mounted, archived chats, drift. */
import { expect, test } from '../../support/chromium.ts'
import { ada, openChat, talk, withSim } from './page.ts'

test('a chat opens by a real press, not by a synthetic click', async ({ page }) => {
  await withSim({ scenario: talk(5) }, async sim => {
    await page.goto(sim.url)
    const target = page.locator('#pane-side [aria-selected]').first()
    const clicked = sim.next('click')
    await target.evaluate(element => (element as HTMLElement).click())
    expect((await clicked).trusted).toBe(false)
    expect(await page.locator('div#main').count()).toBe(0)
    const opened = sim.next('chat_opened')
    await target.click()
    await opened
    expect(sim.recorded.filter(event => event.type === 'click').at(-1)).toMatchObject({ trusted: true, target: { row: ada.name } })
  })
})

test('a tall list is mounted in part, says how long it is, and every row comes by when it is scrolled', async ({ page }) => {
  await withSim({ account: { chats: 60, messages: 2, older: 0 }, switches: { overscan: 5 } }, async sim => {
    await page.goto(sim.url)
    const grid = page.locator('#pane-side [role=grid]')
    await grid.waitFor()
    const total = Number(await grid.getAttribute('aria-rowcount'))
    const titles = new Set<string>()
    for (let y = 0; titles.size < total && y < total * 100; y += 400) {
      await page.locator('#pane-side').evaluate((element, top) => element.scrollTo(0, top), y)
      await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      expect(await grid.locator('> [role=row]').count()).toBeLessThan(total)
      for (const title of await grid
        .locator('[aria-colindex="2"] span[dir=auto][title]')
        .evaluateAll(all => all.map(e => e.getAttribute('title'))))
        titles.add(title!)
    }
    expect(titles.size).toBe(total)
    expect(total).toBe(sim.scenario.chats.filter(item => !item.archived).length)
  })
})

test('a renamed page shows none of the names that a reader could know', async ({ page }) => {
  await withSim({ scenario: talk(5), switches: { renamed: true } }, async sim => {
    const ready = sim.next('ready')
    await page.goto(sim.url)
    await ready
    expect(await page.locator('#side, #pane-side, [role=grid], [data-testid], [aria-rowcount], [data-tab]').count()).toBe(0)
  })
})

test('archived chats stand behind their own button and are left by the way back', async ({ page }) => {
  await withSim({ account: { chats: 2, messages: 2, older: 0, media: false } }, async sim => {
    await page.goto(sim.url)
    const grid = page.locator('#pane-side [role=grid]')
    await expect(grid).toHaveAttribute('aria-rowcount', '3')
    await page.locator('#pane-side button[aria-label="Archived "]').click()
    await expect(grid).toHaveAttribute('aria-rowcount', '1')
    await page.getByRole('button', { name: 'Back' }).click()
    await expect(grid).toHaveAttribute('aria-rowcount', '3')
  })
})

test('a dialog lies over the list until its button is pressed', async ({ page }) => {
  await withSim({ scenario: talk(3) }, async sim => {
    sim.show('dialog')
    await page.goto(sim.url)
    const row = page.locator('#pane-side [aria-selected]').first()
    await row.waitFor()
    await expect(row.click({ trial: true, timeout: 500 })).rejects.toThrow('intercepts pointer events')
    const dismissed = sim.next('dialog_dismissed')
    await page.getByRole('button', { name: 'Continue' }).click()
    await dismissed
    await row.click({ trial: true })
  })
})

test('a second page of the same profile takes the session, and the first says so', async ({ context }) => {
  await withSim({ scenario: talk(3) }, async sim => {
    const [first, second] = [await context.newPage(), await context.newPage()]
    await first.goto(sim.url)
    await first.locator('#pane-side').waitFor()
    await second.goto(sim.url)
    const here = first.getByRole('button', { name: 'Use here' })
    await here.waitFor()
    const used = sim.next('use_here')
    await here.click()
    await used
  })
})

for (const profile of ['E2', 'E3', 'E4', 'E6'] as const) {
  test(`a chat opens in ${profile}, and the page has no errors`, async ({ page }) => {
    await withSim({ profile, scenario: talk(20) }, async sim => {
      await openChat(page, sim, ada.name)
      await expect(page.locator('div#main').getByText('number 19', { exact: true }).first()).toBeVisible()
      expect(sim.recorded.filter(event => event.type === 'console')).toEqual([])
    })
  })
}
