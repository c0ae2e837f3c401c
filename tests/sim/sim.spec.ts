/** The simulator's own behaviour, in a real browser: what the tests of the reader lean on. */
import type { Page } from '@playwright/test'
import jsqr from 'jsqr'
import { PNG } from 'pngjs'
import { expect, test } from '../support/chromium.ts'
import { picture } from './images.ts'
import { chat, message, rng, stanzaId } from './message.ts'
import { type Sim, type SimOptions, startSim } from './server.ts'
import { expectedRows } from './truth.ts'

const me = { name: 'Robin Amsel', phone: '447700900999', lid: '200000000000001@lid', saved: true }
const ada = { name: 'Ada Wintermoor', phone: '447700900001', lid: '100000000000001@lid', saved: true }

/** One chat of `count` texts, the last `unread` of them unread. */
function talk(count: number, unread = 0): SimOptions['scenario'] {
  const random = rng(3)
  const start = Date.now() - count * 600_000
  const messages = Array.from({ length: count }, (_, n) => {
    const own = n % 3 === 0 && n < count - unread
    const id = stanzaId(random, own ? 'desktop' : 'android')
    return message({
      id,
      sender: own ? me : ada,
      direction: own ? 'out' : 'in',
      text: `number ${n}`,
      sentAt: new Date(start + n * 600_000).toISOString(),
    })
  })
  return { account: me, chats: [chat({ id: `${ada.phone}@c.us`, lid: ada.lid, title: ada.name, participants: [ada], messages, unread })] }
}

async function withSim(options: SimOptions, act: (sim: Sim) => Promise<void>): Promise<void> {
  const sim = await startSim({
    paired: true,
    ...options,
    latency: { bootMs: 20, pageMs: 5, subtitleMs: 20, downloadMs: 20, ...options.latency },
  })
  try {
    await act(sim)
  } finally {
    await sim.close()
  }
}

async function openChat(page: Page, sim: Sim, title: string): Promise<void> {
  await page.goto(sim.url)
  const opened = sim.next('chat_opened')
  await page.locator('#pane-side [aria-selected]', { has: page.locator(`span[title="${title}"]`) }).click()
  await opened
  await page.locator('div#main [data-tab="8"] [data-id]').first().waitFor()
}

const scroller = (page: Page) => page.locator('[data-scrolltracepolicy="wa.web.conversation.messages"]')
const scrollTo = (page: Page, top: number) => scroller(page).evaluate((element, y) => element.scrollTo(0, y), top)
const mounted = (page: Page) => page.locator('div#main [data-id]').count()
const unfocused = (page: Page) =>
  page.addInitScript(() => {
    Document.prototype.hasFocus = () => false
    window.addEventListener('focus', event => event.stopImmediatePropagation(), true)
  })

test('the code on the pairing page can be scanned, pairs the browser, and the pairing outlives the page', async ({ page }) => {
  await withSim({ paired: false, scenario: talk(3)! }, async sim => {
    const shown = sim.next('qr_shown')
    await page.goto(sim.url)
    const code = await shown
    const canvas = page.locator('div[data-ref] canvas')
    const png = PNG.sync.read(await canvas.screenshot())
    expect(jsqr(new Uint8ClampedArray(png.data), png.width, png.height)?.data).toBe(code.detail)
    await sim.phone.scan()
    await page.locator('#pane-side [role=grid]').waitFor()
    const ready = sim.next('ready')
    await page.reload()
    await ready
    sim.phone.logout()
    await canvas.waitFor()
  })
})

test('the code rotates and then waits for a click', async ({ page }) => {
  await withSim({ paired: false, scenario: talk(1)!, switches: { qrRotations: 2 }, latency: { qrMs: 50 } }, async sim => {
    await page.goto(sim.url)
    const reload = page.locator('div[data-ref] button')
    await reload.waitFor()
    const codes = sim.recorded.filter(event => event.type === 'qr_shown').map(event => event.detail)
    expect(new Set(codes).size).toBe(2)
    const next = sim.next('qr_shown')
    await reload.click()
    expect(codes).not.toContain((await next).detail)
  })
})

test('a chat opens by a real press, not by a synthetic click', async ({ page }) => {
  await withSim({ scenario: talk(5)! }, async sim => {
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

test('history loads near the top only, keeps its place, and never more than 100 rows stand', async ({ page }) => {
  await withSim({ scenario: talk(400)!, switches: { virtualized: false } }, async sim => {
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

test('after a load that brought nothing the top is quiet until the page was scrolled down more than 80', async ({ page }) => {
  await withSim({ scenario: talk(200)!, switches: { emptyLoads: 1 } }, async sim => {
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
  await withSim({ scenario: talk(300)!, switches: { shellPx: 300 } }, async sim => {
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
  await withSim({ scenario: talk(30, 4)! }, async sim => {
    const away = await (await browser.newContext()).newPage()
    await unfocused(away)
    await openChat(away, sim, ada.name)
    await away.locator('[aria-live=polite]').waitFor()
    await away.close()
    expect(sim.recorded.some(event => event.type === 'receipt')).toBe(false)
    expect(sim.scenario.chats[0]?.unread).toBe(4)
    const receipt = sim.next('receipt')
    const here = await (await browser.newContext()).newPage()
    await openChat(here, sim, ada.name)
    expect((await receipt).message).toBe(sim.scenario.chats[0]?.messages.at(-1)?.id)
    expect(sim.scenario.chats[0]?.unread).toBe(0)
  })
})

test('a new message shows in an open chat and counts as unread where nobody looks', async ({ page }) => {
  await withSim({ scenario: talk(10)! }, async sim => {
    await unfocused(page)
    await openChat(page, sim, ada.name)
    const said = await sim.say(ada.name, { text: 'fresh' })
    await page.locator(`[data-id="${said.id}"]`).waitFor()
    await page.locator('#pane-side [aria-label="1 unread message"]').waitFor()
    sim.remove(ada.name, said.id)
    await expect(page.locator(`[data-id="${said.id}"]`)).toContainText('This message was deleted')
  })
})

test('pictures come as blobs of the very bytes; one that is not downloaded waits for a click', async ({ page }) => {
  const scenario = talk(2)!
  const spec = { seed: 5, width: 64, height: 48, format: 'jpeg' as const }
  const id = '3A0123456789ABCDEF01'
  const sentAt = new Date().toISOString()
  scenario.chats[0]!.messages.push(message({ id, kind: 'image', sender: ada, sentAt, images: [picture(spec, false)] }))
  await withSim({ scenario }, async sim => {
    await openChat(page, sim, ada.name)
    const row = page.locator(`[data-id="${id}"]`)
    const download = sim.next('download')
    await row.locator('button', { hasText: 'kB' }).click()
    await download
    const src = await row.locator('img[src^="blob:"]').getAttribute('src')
    const bytes = await page.evaluate(async url => [...new Uint8Array(await (await fetch(url!)).arrayBuffer())], src)
    const { sha256 } = sim.scenario.chats[0]!.messages.at(-1)!.images[0]!
    expect(Buffer.from(bytes).equals(sim.media(sha256)!)).toBe(true)
  })
})

test('model-storage holds the account without texts, and secrets only as markers', async ({ page }) => {
  await withSim({ scenario: talk(6)! }, async sim => {
    const ready = sim.next('ready')
    await page.goto(sim.url)
    await ready
    const rows = await page.evaluate(
      () =>
        new Promise<Record<string, unknown>[]>(resolve => {
          const open = indexedDB.open('model-storage')
          open.onsuccess = () => {
            const all = open.result.transaction('message').objectStore('message').index('internalId').getAll()
            all.onsuccess = () => resolve(all.result as Record<string, unknown>[])
          }
        }),
    )
    const truth = sim.scenario.chats[0]!.messages
    expect(rows.map(row => row.t)).toEqual(truth.map(item => Math.floor(Date.parse(item.sentAt) / 1000)))
    expect(rows[1]).toMatchObject({ id: `false_${ada.lid}_${truth[1]!.id}`, mediaKey: 'SIM-SECRET-NEVER-READ' })
    expect(JSON.stringify(rows)).not.toContain('number 1')
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

for (const profile of ['E5', 'E7'] as const) {
  test(`every kind of message is drawn in ${profile}, stamped where the era stamps it`, async ({ page }) => {
    await withSim({ profile, switches: { virtualized: false }, account: { chats: 1, messages: 1, older: 0 } }, async sim => {
      const title = sim.scenario.chats.find(item => item.kind === 'direct' && item.messages.length > 30)!.title
      await openChat(page, sim, title)
      for (let last = ''; !last.startsWith('0-'); ) {
        const next = sim.next('loaded')
        await scrollTo(page, 0)
        last = (await next).detail
      }
      const rows = expectedRows(sim.scenario, { since: new Date(0) }).filter(row => row.chatTitle === title)
      const ids = await page.locator('div#main [data-id]').evaluateAll(all => all.map(e => e.getAttribute('data-id')!))
      for (const row of rows) expect(ids.filter(id => id.split('_').includes(row.messageId))).toHaveLength(1)
      const captioned = rows.filter(row => row.text !== null || row.kind === 'poll').length
      await expect(page.locator('div#main [data-pre-plain-text^="["]')).toHaveCount(captioned)
      expect(await page.locator('div#main [data-testid^=conv-msg]').count()).toBe(profile === 'E7' ? ids.length : 0)
      expect(sim.recorded.filter(event => event.type === 'console')).toEqual([])
    })
  })
}

test('a renamed page shows none of the names that a reader could know', async ({ page }) => {
  await withSim({ scenario: talk(5)!, switches: { renamed: true } }, async sim => {
    const ready = sim.next('ready')
    await page.goto(sim.url)
    await ready
    expect(await page.locator('#side, #pane-side, [role=grid], [data-testid], [aria-rowcount], [data-tab]').count()).toBe(0)
  })
})
