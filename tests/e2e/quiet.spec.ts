/** The page never learns that it has the focus, also right after a click, in a window and without one. */
import { chromium, expect, test } from '@playwright/test'
import { findChromium, launchOptions } from '../../src/web/browser.ts'
import { startDisplay } from '../support/display.ts'
import { openTestSession } from '../support/open-session.ts'
import { type Served, serve } from '../support/serve.ts'

/** Records from its first script on what a page can see of the focus; a chat row of the kind that may be clicked. */
const page = `<!doctype html><html data-state="ready"><script>
  window.seen = { focus: 0, onfocus: 0, visibility: 0, pressed: 0, hasFocus: [document.hasFocus()] }
  window.addEventListener('focus', event => { if (event.target === window) seen.focus++ }, true)
  window.addEventListener('focus', event => { if (event.target === window) seen.focus++ })
  window.onfocus = () => { seen.onfocus++ }
  document.addEventListener('visibilitychange', () => { seen.visibility++ })
  document.addEventListener('mousedown', () => { seen.hasFocus.push(document.hasFocus()) })
  document.addEventListener('click', () => { seen.pressed++; seen.hasFocus.push(document.hasFocus()); requestAnimationFrame(() => seen.hasFocus.push(document.hasFocus())) })
</script><body><div id="pane-side"><div role="grid"><div role="row"><div role="gridcell" tabindex="0"><div tabindex="-1" aria-selected="false" style="height:76px;width:400px"><span dir="auto" title="A">A</span></div></div></div></div></div></body></html>`

interface Seen {
  focus: number
  onfocus: number
  visibility: number
  pressed: number
  hasFocus: boolean[]
}
declare global {
  interface Window {
    seen: Seen
  }
}

let served: Served
let display: { name: string; close(): Promise<void> }
test.beforeAll(async () => {
  served = await serve(page)
  display = await startDisplay()
  process.env.DISPLAY = display.name
})
test.afterAll(async () => {
  await served.close()
  await display.close()
})

for (const headless of [true, false]) {
  const mode = headless ? 'without a window' : 'in a window'

  test(`an ordinary page does get the focus from a click (${mode}), so the next tests can fail`, async () => {
    const found = await findChromium(process.env.CHROMIUM_PATH ?? null)
    const config = { browser: { profileDir: '', url: served.url, executablePath: null, timezone: 'UTC', locale: 'en-GB' } }
    const browser = await chromium.launch(launchOptions(config, found, headless))
    const ordinary = await browser.newPage()
    await ordinary.goto(served.url)
    await ordinary.mouse.click(100, 40)
    expect(await ordinary.evaluate(() => document.hasFocus())).toBe(true)
    await browser.close()
  })

  test(`the page never has the focus in its own eyes, also after a click and after loading anew (${mode})`, async () => {
    const { session, close } = await openTestSession(served.url, { headless })
    const rounds = ['first document', 'loaded again', 'another address']
    for (const round of rounds) {
      if (round === 'loaded again') await session.reload()
      if (round === 'another address') await session.page.goto(`${served.url.replace('127.0.0.1', 'localhost')}other`)
      await session.guard.click('chat-row', session.page.locator('[aria-selected]'))
      await session.page.waitForFunction(() => window.seen.hasFocus.length >= 4)
      const seen = await session.page.evaluate(() => window.seen)
      expect(seen, round).toEqual({ focus: 0, onfocus: 0, visibility: 0, pressed: 1, hasFocus: [false, false, false, false] })
      expect(await session.page.evaluate(() => [document.hasFocus(), document.visibilityState, document.hidden]), round).toEqual([
        false,
        'visible',
        false,
      ])
    }
    await close()
  })
}

test('the overrides print as the functions of the browser and refuse what those refuse', async () => {
  const { session, close } = await openTestSession(served.url)
  const looks = await session.page.evaluate(() => {
    const getter = Object.getOwnPropertyDescriptor(Document.prototype, 'visibilityState')?.get as () => string
    let wrongThis = ''
    try {
      Document.prototype.hasFocus.call({} as Document)
    } catch (error) {
      wrongThis = (error as Error).name
    }
    return {
      hasFocus: Document.prototype.hasFocus.toString(),
      name: Document.prototype.hasFocus.name,
      getter: Function.prototype.toString.call(getter),
      toString: Function.prototype.toString.toString(),
      ordinary: (() => 1).toString(),
      wrongThis,
    }
  })
  expect(looks).toEqual({
    hasFocus: 'function hasFocus() { [native code] }',
    name: 'hasFocus',
    getter: 'function get visibilityState() { [native code] }',
    toString: 'function toString() { [native code] }',
    ordinary: '() => 1',
    wrongThis: 'TypeError',
  })
  await close()
})

test('focus of fields inside the page still arrives', async () => {
  served.set(
    `<!doctype html><html data-state="ready"><input id="a"><script>window.got = 0; document.addEventListener('focusin', () => window.got++)</script>`,
  )
  const { session, close } = await openTestSession(served.url)
  await session.page.evaluate(() => document.querySelector<HTMLElement>('#a')?.focus())
  expect(await session.page.evaluate(() => document.activeElement?.id)).toBe('a')
  await close()
  served.set(page)
})
