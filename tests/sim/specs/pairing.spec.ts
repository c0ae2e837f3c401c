/** Pairing: the code, its rotation, what a browser profile keeps. */
import jsqr from 'jsqr'
import { PNG } from 'pngjs'
import { expect, test } from '../../support/chromium.ts'
import { talk, withSim } from './page.ts'

test('the code on the pairing page can be scanned, pairs the browser, and the pairing outlives the page', async ({ page }) => {
  await withSim({ paired: false, scenario: talk(3) }, async sim => {
    const shown = sim.next('qr_shown')
    await page.goto(sim.url)
    const code = await shown
    const canvas = page.locator('div[data-ref] canvas')
    const png = PNG.sync.read(await canvas.screenshot())
    expect(jsqr.default(new Uint8ClampedArray(png.data), png.width, png.height)?.data).toBe(code.detail)
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
  await withSim({ paired: false, scenario: talk(1), switches: { qrRotations: 2 }, latency: { qrMs: 50 } }, async sim => {
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
