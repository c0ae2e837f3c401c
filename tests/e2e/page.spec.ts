import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { expect, type Locator, mergeTests, type Page } from '@playwright/test'
import { sql } from 'drizzle-orm'
import QRCode from 'qrcode'
import { page as pageRoutes } from '../../src/http/routes/page.ts'
import { message } from '../db/given.ts'
import { type ServingOptions, serveApp } from '../http/serving.ts'
import { test as browserTest } from '../support/chromium.ts'
import { test as databaseTest, type TestDatabase } from '../support/database.ts'
import { hostile, hostileName, pageAccount } from './page-account.ts'

const test = mergeTests(databaseTest, browserTest)
test.use({ locale: 'en-GB', timezoneId: 'Europe/Lisbon' })

const serve = (given: TestDatabase, options: ServingOptions = {}) =>
  serveApp(given, { routes: [pageRoutes(new URL('../../dist/', import.meta.url))], ...options })

/** Everything that a page must not do: errors, breaches of its policy, requests elsewhere. */
function watched(page: Page, url: string): string[] {
  const faults: string[] = []
  page.on('pageerror', error => faults.push(`error: ${error.message}`))
  page.on('console', line => {
    if (line.type() === 'error' && !/status of (503|410)/.test(line.text())) faults.push(`console: ${line.text()}`)
  })
  page.on('request', request => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:image/png')) faults.push(`request: ${request.url()}`)
  })
  return faults
}

const messageIds = (page: Page) =>
  page.locator('#message-list .message').evaluateAll(nodes => nodes.map(node => node.getAttribute('data-id')))

test('chats are read with the key as password: kinds, older messages, days, search and keys; hostile texts stay texts', async ({
  makeDatabase,
  browser,
}) => {
  const given = await makeDatabase('embedded')
  const { ago, ana } = await pageAccount(given)
  const { url, asked, close } = await serve(given, { apiKey: 'the-key' })
  const context = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    httpCredentials: { username: 'me', password: 'the-key' },
    timezoneId: 'Europe/Lisbon',
    locale: 'en-GB',
  })
  const page = await context.newPage()
  const faults = watched(page, url)
  await page.goto(url)
  const messages = page.getByRole('region', { name: 'Messages' })
  const thread = page.locator('#thread')

  await test.step('the list, by keys', async () => {
    const links = page.getByRole('navigation', { name: 'Conversations' }).getByRole('link')
    await expect(links).toHaveCount(3)
    await page.keyboard.press('Control+k')
    await page.keyboard.press('ArrowDown')
    await expect(links.first()).toBeFocused()
    await page.keyboard.press('End')
    await expect(links.last()).toBeFocused()
    await expect(links.last()).toContainText(hostileName)
    await page.keyboard.press('Home')
    await page.keyboard.press('Enter')
    await expect(thread.getByRole('heading', { level: 2 })).toHaveText('Ana Wintermoor')
  })

  await test.step('the newest messages, each kind as what it is', async () => {
    await expect(messages.getByText('Forwarded news of the day')).toBeInViewport()
    for (const text of [
      '0:42',
      'planting plan.pdf',
      'This message was deleted',
      'Missed video call',
      'Which day?',
      'Botanic garden',
      'not downloaded yet',
      'edited',
    ])
      await expect(messages.getByText(text).first()).toBeAttached()
    const time = messages.locator('[data-id$="/K11"] time')
    await expect(time).toHaveAttribute('title', ago(3))
    await expect(messages.locator('[data-id$="/K10"] time')).toHaveAttribute('title', `${ago(28.2)} (to the minute)`)
    await expect(messages.getByRole('img', { name: 'read' })).toBeAttached()
    const picture = messages.getByRole('button', { name: 'Picture' })
    await picture.scrollIntoViewIfNeeded()
    await expect.poll(() => picture.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320)
    await picture.click()
    const whole = page.getByRole('dialog').locator('img')
    await expect.poll(() => whole.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(900)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    const link = messages.getByRole('link', { name: 'https://example.test/garden?a=1', exact: true })
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer')
  })

  await test.step('older messages come as one goes up; few stay', async () => {
    await expect(async () => {
      await messages.evaluate(box => {
        box.scrollTop = 0
      })
      await expect(messages.getByText('Line 0 of a long talk')).toBeAttached({ timeout: 100 })
    }).toPass({ intervals: [50] })
    expect((await messageIds(page)).length).toBeLessThanOrEqual(300)
    await page.getByRole('button', { name: 'To the newest' }).click()
    await expect(messages.getByText('Forwarded news of the day')).toBeInViewport()
    await expect(page.getByRole('button', { name: 'To the newest' })).toBeHidden()
  })

  await test.step('a day', async () => {
    const line = 210
    const at = new Date(ago(24 * 40 - line * 2))
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Lisbon', dateStyle: 'short' }).format(at)
    await page.getByLabel('Go to day').fill(day)
    await page.getByRole('button', { name: 'Go', exact: true }).click()
    const heading = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Lisbon',
      weekday: 'long',
      year: 'numeric',
      month: 'long',
      day: 'numeric',
    })
    await expect(messages.getByText(new RegExp(`^Line ${line} `))).toBeAttached()
    await expect(messages.getByRole('heading', { name: heading.format(at) })).toBeAttached()
    expect((await messageIds(page)).length).toBeLessThan(300)
  })

  await test.step('a search, and from what it found to the message', async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('Line 7 gardens')
    const results = page.getByRole('navigation', { name: 'Results of the search' })
    await expect(results.locator('mark').first()).toHaveText(/line|gardens/i)
    await page.getByRole('searchbox').fill('Line 77 gardens')
    const found = results.getByRole('link', { name: /Line 77 of/ })
    await expect(found).toHaveCount(1)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(messages.locator('[data-id$="/L77"]')).toBeFocused()
    await expect(messages.locator('[data-id$="/L77"]')).toBeInViewport()
    await page.getByRole('searchbox').fill('no such words')
    await expect(page.getByText('Nothing was found')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(results).toBeHidden()
  })

  await test.step('what comes is shown as it comes', async () => {
    await page.getByRole('button', { name: 'To the newest' }).click()
    await expect(messages.getByText('Forwarded news of the day')).toBeInViewport()
    await ana([message('N1', { ts: ago(0), text: 'Just now 😀' })])
    await expect(messages.getByText('Just now 😀')).toBeInViewport()
    await expect(page.getByRole('navigation', { name: 'Conversations' }).getByText('Just now 😀')).toBeVisible()
    await ana([message('N1', { ts: ago(0), text: 'Just now, really', edited: true })])
    await expect(messages.getByText('Just now, really')).toBeInViewport()
    await expect(messages.getByText('Just now 😀')).toHaveCount(0)
    await messages.getByRole('button', { name: /See https/ }).click()
    await expect(messages.locator('[data-id$="/K1"]')).toBeFocused()
  })

  await test.step('scripts from right to left', async () => {
    await page.getByRole('link', { name: /משפחה/ }).click()
    const hebrew = messages.getByText('שלום לכולם')
    await expect(hebrew).toBeVisible()
    const direction = (text: string) => messages.locator('.text', { hasText: text }).evaluate(node => getComputedStyle(node).direction)
    expect([await direction('שלום'), await direction('نعم'), await direction('Great')]).toEqual(['rtl', 'rtl', 'ltr'])
    await expect(messages.getByText('דנה')).toBeVisible()
    // Names stand where every name stands, whatever their script.
    const sides = (locator: Locator) => locator.evaluate(node => getComputedStyle(node).textAlign)
    expect(await sides(thread.getByRole('heading', { level: 2 }))).toBe('left')
    expect(await sides(page.getByRole('link', { name: /משפחה/ }).locator('.name'))).toBe('left')
    expect(await sides(messages.locator('.text', { hasText: 'שלום' })), 'texts as they are read').toBe('start')
  })

  await test.step('hostile texts', async () => {
    await page.getByRole('link', { name: /Mallory/ }).click()
    for (const [n, text] of hostile.entries()) await expect(messages.locator(`[data-id$="/H${n}"] .text`)).toHaveText(text)
    await expect(thread.getByRole('heading', { level: 2 })).toHaveText(hostileName)
    expect(await page.evaluate(() => document.querySelectorAll('#thread script, #thread svg, #thread b, #thread i').length)).toBe(0)
    expect(await page.evaluate(() => document.body.dataset.hacked)).toBeUndefined()
    const refused = await page.evaluate(() => {
      try {
        document.body.innerHTML = '<b>x</b>'
        return false
      } catch {
        return true
      }
    })
    expect(refused).toBe(true)
  })

  expect(faults.filter(fault => !fault.includes('TrustedHTML'))).toEqual([])
  expect([...asked.keys()].filter(what => !what.startsWith('GET '))).toEqual([])
  await context.close()
  await close()
})

test('the pairing view shows the code that counts and turns into "paired" by itself; it tells what else stands in the way', async ({
  makeDatabase,
  page,
}) => {
  const given = await makeDatabase('embedded')
  const { url, set, asked, close } = await serve(given)
  const faults = watched(page, url)
  const [first, second] = await Promise.all(['2@first', '2@second'].map(text => QRCode.toDataURL(text.repeat(20))))
  await set({ status: 'pairing', problem: 'not_paired', qr: first ?? null })
  await page.goto(`${url}/initialize`)
  await expect(page).toHaveURL(`${url}/#/pair`)
  const code = page.getByRole('img', { name: /Pairing code/ })
  await expect(code).toHaveAttribute('src', first ?? '')
  await expect(page.getByRole('listitem')).toHaveCount(4)
  await set({ qr: second ?? null })
  await expect(code).toHaveAttribute('src', second ?? '')
  await set({ status: 'logged_in', problem: null, qr: null })
  await expect(page.getByRole('heading', { name: 'Paired' })).toBeVisible()
  await expect(code).toBeHidden()
  await set({ status: 'expired', problem: 'logged_out', qr: first ?? null })
  await expect(page.getByRole('heading', { name: 'The phone ended the session' })).toBeVisible()
  await expect(code).toBeVisible()
  await set({ status: 'disconnected', problem: 'other_window', qr: null })
  await expect(page.getByRole('heading', { name: /open in another window/ })).toBeVisible()
  await expect(page.getByText(/Close WhatsApp Web there/)).toBeVisible()
  await set({ status: 'logged_in', problem: null })
  await set({ status: 'disconnected', problem: 'blocked' })
  await expect(page.getByRole('heading', { name: /banned, suspended or restricted/ })).toBeVisible()

  await page.getByRole('link', { name: 'Status' }).click()
  await expect(page.getByRole('list').getByText(/Open WhatsApp on the phone/)).toBeVisible()
  await set({ status: 'expired', problem: 'logged_out' })
  const told = page.getByRole('list').getByText(/The phone has ended this session/)
  await expect(told.locator('time'), 'an instant as people write it').toHaveText(/\d{1,2} \w{3,4} 20\d\d, \d\d:\d\d/)
  await expect(told).not.toContainText(/T\d\d:/)
  await page.getByRole('button', { name: 'Read now' }).click()
  await expect(page.getByText('A cycle is running.')).toBeVisible()
  await expect(page.getByText('one is running now')).toBeVisible()
  expect(asked.get('POST /sync')).toBe(1)
  await page.goto(url)
  await expect(page, 'nobody is logged in').toHaveURL(`${url}/#/pair`)
  expect(faults).toEqual([])
  await close()
})

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe
    const found = await run()
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
  })
}

test('every view can be used by everybody: axe finds nothing, dark or light, large or small', async ({ makeDatabase, page }) => {
  const given = await makeDatabase('embedded')
  await pageAccount(given)
  const { url, set, close } = await serve(given)
  await page.addInitScript(await readFile(axe, 'utf8'))
  const found: string[] = []
  const look = async (what: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const violation of await violations(page)) found.push(`${what}, ${colorScheme}: ${violation}`)
    }
  }
  await page.setViewportSize({ width: 1200, height: 800 })
  await page.goto(`${url}/#/chats`)
  await page.getByRole('link', { name: /Ana Wintermoor/ }).click()
  await page.getByText('Forwarded news of the day').last().waitFor()
  await look('chat')
  await page.getByRole('searchbox').fill('garden')
  await page.locator('#results mark').first().waitFor()
  await look('search')
  await page.keyboard.press('Escape')
  await set({ status: 'expired', problem: 'logged_out', qr: await QRCode.toDataURL('2@code') })
  await page.getByRole('link', { name: 'Status' }).click()
  await page.getByText('Pair on this page').waitFor()
  await look('status')
  await page.getByText('Pair on this page').click()
  await page.getByRole('img', { name: /Pairing code/ }).waitFor()
  await look('pairing')

  await page.setViewportSize({ width: 360, height: 640 })
  await page.goto(`${url}/#/chats`)
  await page.getByRole('link', { name: /משפחה/ }).click()
  await page.getByText('Great, see you there').waitFor()
  await look('phone')
  expect(await page.evaluate(() => document.documentElement.scrollWidth), 'nothing reaches beyond a small screen').toBe(360)
  await expect(page.getByRole('navigation', { name: 'Conversations' })).toBeHidden()
  await page.getByRole('link', { name: 'Back' }).click()
  await expect(page.getByRole('navigation', { name: 'Conversations' })).toBeVisible()
  await page.getByRole('button', { name: 'Theme: as the system' }).click()
  await page.getByRole('button', { name: 'Theme: light' }).click()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Theme: dark' })).toBeVisible()
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark')
  expect(found).toEqual([])
  await close()
})

test('of many chats and messages only what is looked at is loaded', async ({ makeDatabase, page }) => {
  const [chats, count] = process.env.TEST_FULL === '1' ? [2000, 100_000] : [2000, 10_000]
  const given = await makeDatabase('postgres')
  await fill(given, chats, count)
  const { url, asked, close } = await serve(given)
  const faults = watched(page, url)
  let bytes = 0
  page.on('response', async response => {
    if (/\/(messages|conversations)\b/.test(response.url())) bytes += (await response.body().catch(() => Buffer.alloc(0))).length
  })
  await page.goto(`${url}/#/chats`)
  const list = page.getByRole('navigation', { name: 'Conversations' })
  const links = list.getByRole('link')
  await expect(links.first()).toContainText('Chat 0')
  expect(await links.count()).toBeLessThan(200)
  await list.evaluate(box => {
    box.scrollTop = box.scrollHeight
  })
  await expect.poll(() => links.count()).toBeGreaterThan(100)
  await links.first().click()
  const messages = page.getByRole('region', { name: 'Messages' })
  await expect(messages.getByText(/^message \d+ of chat 0$/).last()).toBeInViewport()
  for (let turn = 0; turn < 10; turn++) {
    const before = await page.locator('#message-list .message').first().getAttribute('data-id')
    await messages.evaluate(box => {
      box.scrollTop = 0
    })
    await expect(page.locator('#message-list .message').first()).not.toHaveAttribute('data-id', before ?? '')
  }
  expect((await messageIds(page)).length).toBeLessThanOrEqual(300)
  await page.getByRole('link', { name: 'Status' }).click()
  await page.getByLabel('show the complete ones too').check()
  const rows = page.getByRole('region', { name: 'Coverage by chat' }).getByRole('row')
  await expect(rows).toHaveCount(101)
  await page.getByRole('button', { name: `Show more (100 of ${chats.toLocaleString('en-GB')})` }).click()
  await expect(rows).toHaveCount(201)
  const link = page.getByRole('link', { name: 'Chat 10', exact: true })
  await link.focus()
  const before = asked.get('GET /sync') ?? 0
  await page.getByRole('button', { name: 'Read now' }).evaluate(node => (node as HTMLButtonElement).click())
  await expect.poll(() => asked.get('GET /sync')).toBeGreaterThan(before)
  await expect(page.getByText('one is running now')).toBeVisible()
  await expect(link, 'what is shown anew keeps the focus').toBeFocused()
  await expect(rows).toHaveCount(201)
  expect(asked.get('GET /messages')).toBeLessThan(20)
  expect(asked.get('GET /conversations')).toBeLessThan(10)
  expect(bytes).toBeLessThan(1_500_000)
  expect(faults).toEqual([])
  await close()
})

/** Half of the messages in the first chat, the others spread over all of them. */
async function fill({ database: { db } }: TestDatabase, chats: number, count: number): Promise<void> {
  await db.execute(sql`insert into chats (account_id, platform, external_id, thread_external_id, title)
    select 'default', 'whatsapp', 'c' || n, 'c' || n, 'Chat ' || n from generate_series(0, ${chats - 1}::int) n`)
  await db.execute(sql`insert into messages (account_id, external_id, thread_external_id, chat_id, message_id, content_snippet, ts, ts_precision, is_outgoing, kind)
    select 'default', c.external_id || '/M' || n, c.external_id, c.id, 'M' || n, 'message ' || n || ' of chat ' || substr(c.external_id, 2),
      now() - (${count}::int - n) * interval '1 minute' - (substr(c.external_id, 2)::int) * interval '1 second', 'minute', n % 3 = 0, 'text'
    from generate_series(1, ${count}::int) n join chats c on c.external_id = 'c' || case when n % 2 = 0 then 0 else n % ${chats}::int end`)
  await db.execute(sql`analyze`)
}
