/** What may be pressed, on a page in the shape of WhatsApp Web: each kind on the list, and everything beside it refused. */
import { expect } from '@playwright/test'
import type { Page } from 'playwright'
import { type ClickKind, clickKinds, createGuard } from '../../src/web/guard.ts'
import { test } from '../support/chromium.ts'

const row = (name: string, inside = '') =>
  `<div role="row" style="height:76px"><div role="gridcell" tabindex="0"><div id="${name}" tabindex="-1" aria-selected="false" style="height:76px;overflow:hidden"><span dir="auto" title="${name}">${name}</span>${inside}</div></div></div>`

const html = `<!doctype html><style>body{margin:0}.big{position:absolute;left:0;width:100%;height:76px}.over{position:fixed;left:500px;top:0;width:300px}button,[role=button]{min-height:24px}</style>
<div id="app"><div id="side">
  <button role="tab" id="all-filter" tabindex="0" aria-selected="true">All</button>
  <div id="pane-side" style="width:400px">
    <button id="archived" aria-label="Archived " data-tab="4"><span data-icon="archive-refreshed"></span>Archived</button>
    <button id="locked" aria-label="Locked chats" data-tab="4"><span data-icon="lock-refreshed"></span>Locked chats</button>
    <div id="list"><div role="grid">${row('plain')}${row('menu', '<button class="big" style="position:relative">menu</button>')}</div></div>
  </div></div>
  <div id="drawer" style="width:400px"><header><button id="back"><span data-icon="back-refreshed"></span></button><h1>Archived</h1></header><div role="grid">${row('hidden-away')}</div></div>
  <div id="main" style="position:fixed;left:500px;top:0;width:600px;height:700px">
    <header><button id="main-back"><span data-icon="back-refreshed"></span></button><div id="call" role="button"><span data-icon="video-call">call</span></div></header>
    <div><div class="strip"><button id="older" type="button"><div><div>Ältere Nachrichten vom Telefon</div></div></button></div><div data-tab="8" tabindex="0">
      <div role="row"><div data-id="A1"><div id="more" role="button" tabindex="0" class="read-more-button">Read more</div></div></div>
      <div role="row"><div data-id="A2"><button id="picture" tabindex="0"><span data-icon="media-download"></span><span>180 kB</span></button></div></div>
      <div role="row"><div data-id="A3"><div id="document" role="button" title='Download "x.pdf"'><span data-icon="media-download"></span>x.pdf</div></div></div>
      <div role="row"><div data-id="A4"><button id="voice" aria-label="Play voice message"><span data-icon="audio-play"></span></button></div></div>
      <div role="row"><div data-id="A5"><a id="link" href="#there">Read more</a></div></div>
    </div></div>
    <div role="grid">${row('in-main')}</div>
    <footer><div id="composer" contenteditable="true" role="textbox">x</div><button id="send"><span data-icon="send"></span></button></footer>
  </div></div>
<script>window.pressed = []; addEventListener('click', event => { event.preventDefault(); pressed.push([event.target.closest('[id]').id, event.isTrusted]) }); addEventListener('keydown', event => pressed.push(['key', event.key]))</script>`

declare global {
  interface Window {
    pressed: [string, boolean][]
  }
}
const pressed = (page: Page) => page.evaluate(() => window.pressed)

test.beforeEach(async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.setContent(html)
})

const allowed: [ClickKind, string][] = [
  ['chat-row', '#plain'],
  ['chat-row', '#hidden-away'],
  ['archived-row', '#archived'],
  ['archived-back', '#back'],
  ['read-more', '#more'],
  ['image-download', '#picture'],
  ['older-messages', '#older'],
]
for (const [kind, target] of allowed) {
  test(`${kind} presses ${target} once, by a trusted event`, async ({ page }) => {
    const guard = createGuard(page, { askPhone: true })
    await guard.click(kind, page.locator(target))
    expect(await pressed(page)).toEqual([[target.slice(1), true]])
    expect(guard.counters).toMatchObject({ clicks: { [kind]: 1 }, refused: 0 })
  })
}

const refused: [ClickKind, string, string][] = [
  ['chat-row', '#menu', 'a button of the row lies there'],
  ['chat-row', '#all-filter', 'it is no chat row'],
  ['chat-row', '#in-main', 'it is not in the chat list'],
  ['chat-row', '#send', 'it lies in an input, a link or a player'],
  ['chat-row', '#composer', 'it lies in an input, a link or a player'],
  ['archived-row', '#locked', 'it is not the archived row'],
  ['archived-row', '#plain', 'it is no button'],
  ['archived-back', '#main-back', 'it is not in the archived panel'],
  ['archived-back', '#archived', 'it does not lead back'],
  ['read-more', '#picture', 'it is not a "Read more" button'],
  ['read-more', '#link', 'it lies in an input, a link or a player'],
  ['read-more', '#send', 'it lies in an input, a link or a player'],
  ['image-download', '#voice', 'it sends, records, plays or calls'],
  ['image-download', '#document', 'it belongs to a document'],
  ['image-download', '#call', 'it sends, records, plays or calls'],
  ['older-messages', '#picture', 'it does not ask for older messages'],
  ['older-messages', '#main-back', 'it is in no conversation'],
  ['older-messages', '#archived', 'it is in no conversation'],
  ['older-messages', '#send', 'it lies in an input, a link or a player'],
  ['dialog-close', '#send', 'it lies in an input, a link or a player'],
  ['dialog-close', '#more', 'it is in no dialog'],
]
for (const [kind, target, reason] of refused) {
  test(`${kind} refuses ${target}: ${reason}`, async ({ page }) => {
    const guard = createGuard(page, { askPhone: true })
    await expect(guard.click(kind, page.locator(target), { timeoutMs: 100 })).rejects.toMatchObject({ code: 'retryable', kind, reason })
    expect(await pressed(page)).toEqual([])
    expect(guard.counters.refused).toBe(1)
    expect(Object.values(guard.counters.clicks)).toEqual(clickKinds.map(() => 0))
  })
}

test('older messages are not asked of the phone unless a person said so', async ({ page }) => {
  const guard = createGuard(page)
  await expect(guard.click('older-messages', page.locator('#older'))).rejects.toMatchObject({
    reason: 'nobody said that the phone may be asked',
  })
  expect([await pressed(page), guard.counters.refused]).toEqual([[], 1])
})

test('the button for older messages is known by its place alone or by its words, and never beside another button', async ({ page }) => {
  const guard = createGuard(page, { askPhone: true })
  await page.evaluate(() => {
    const [strip, button] = [document.querySelector('.strip'), document.querySelector('#older')]
    if (!strip || !button) return
    button.textContent = 'Klik di sini untuk mendapatkan pesan yang lebih lama dari telepon Anda.'
    strip.before(button)
    strip.append('Something new')
  })
  await guard.click('older-messages', page.locator('#older'))
  expect(await pressed(page)).toEqual([['older', true]])
  await page.evaluate(() => {
    const strip = document.querySelector('.strip')
    strip?.append(document.querySelector('#older') ?? '')
    strip?.insertAdjacentHTML('beforeend', '<button>Report</button>')
  })
  await expect(guard.click('older-messages', page.locator('#older'), { timeoutMs: 100 })).rejects.toMatchObject({
    reason: 'it does not stand alone',
  })
})

test('a kind that is not on the list is refused whatever it points at', async ({ page }) => {
  const guard = createGuard(page)
  await expect(guard.click('send' as ClickKind, page.locator('#send'))).rejects.toMatchObject({
    reason: 'this kind of click is not on the list',
  })
  expect(guard.counters.refused).toBe(1)
})

test('a row that takes no pointer yet after a scroll is waited for', async ({ page }) => {
  await page.evaluate(() => {
    const list = document.querySelector<HTMLElement>('#list')
    if (list) list.style.pointerEvents = 'none'
    setTimeout(() => list?.removeAttribute('style'), 300)
  })
  await createGuard(page).click('chat-row', page.locator('#plain'))
  expect(await pressed(page)).toEqual([['plain', true]])
})

test('a row that still moves is pressed where it comes to rest', async ({ page }) => {
  await page.evaluate(() => {
    const list = document.querySelector<HTMLElement>('#list')
    let left = 12
    const step = () => {
      if (list) list.style.marginTop = `${left * 10}px`
      if (left-- > 0) requestAnimationFrame(step)
    }
    step()
  })
  await createGuard(page).click('chat-row', page.locator('#plain'))
  expect(await pressed(page)).toEqual([['plain', true]])
})

test('what something else lies over is not pressed, by element or by point', async ({ page }) => {
  const box = await page.locator('#plain').boundingBox()
  const point = { x: Math.round((box?.x ?? 0) + 180), y: Math.round((box?.y ?? 0) + 38) }
  await page.evaluate(() =>
    document.body.insertAdjacentHTML('beforeend', '<div role="dialog" style="position:fixed;inset:0"><button>OK</button></div>'),
  )
  const guard = createGuard(page)
  await expect(guard.click('chat-row', page.locator('#plain'), { timeoutMs: 100 })).rejects.toMatchObject({ code: 'retryable' })
  await expect(guard.click('chat-row', point, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'retryable' })
  expect(await pressed(page)).toEqual([])
  await page.evaluate(() => document.querySelector('[role=dialog]')?.remove())
  await guard.click('chat-row', point)
  expect(await pressed(page)).toEqual([['plain', true]])
})

test('a menu that appears under the pointer when it arrives is not pressed', async ({ page }) => {
  await page.evaluate(() => {
    const target = document.querySelector<HTMLElement>('#plain')
    target?.addEventListener(
      'mousemove',
      () => target.querySelector('button') ?? target.insertAdjacentHTML('beforeend', '<button class="big">menu</button>'),
    )
    if (target) target.style.position = 'relative'
  })
  const guard = createGuard(page)
  await expect(guard.click('chat-row', page.locator('#plain'), { timeoutMs: 100 })).rejects.toMatchObject({
    reason: 'a button of the row lies there',
  })
  expect(await pressed(page)).toEqual([])
})

test('an element that is not there, or is there twice, is refused', async ({ page }) => {
  const guard = createGuard(page)
  await expect(guard.click('read-more', page.locator('#nothing'), { timeoutMs: 100 })).rejects.toMatchObject({ code: 'retryable' })
  await expect(guard.click('chat-row', page.locator('[aria-selected=false]'), { timeoutMs: 100 })).rejects.toMatchObject({
    code: 'retryable',
  })
  expect(guard.counters.refused).toBe(2)
})
