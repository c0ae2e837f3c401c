/** Rows: every kind, pictures byte for byte, and what IndexedDB says of them. */
import { expect, test } from '../../support/chromium.ts'
import { shownText } from '../app/text.ts'
import { picture } from '../images.ts'
import { makeAccount } from '../make-account.ts'
import { message } from '../message.ts'
import { expectedRows } from '../truth.ts'
import { ada, openChat, scrollTo, talk, withSim } from './page.ts'

test('pictures come as blobs of the very bytes; one that is not downloaded waits for a click', async ({ page }) => {
  const scenario = talk(2)
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

/** Text of a row as a person sees it: emoji from their pictures, list markers, no hidden copies. */
function seenText(row: Element): string {
  const node = [...row.querySelectorAll('[data-pre-plain-text^="["] [data-testid~=selectable-text]')].find(
    found => !found.closest('[aria-label="Quoted message"]') && !found.parentElement?.closest('[data-testid~=selectable-text]'),
  )
  const read = (part: Node): string => {
    if (part.nodeType === Node.TEXT_NODE) return part.textContent ?? ''
    if (!(part instanceof HTMLElement)) return ''
    const marker = part.dataset.plainText ?? part.dataset.prePlainText ?? ''
    if (part instanceof HTMLImageElement || part.dataset.plainText) return marker
    return marker + [...part.childNodes].map(read).join('')
  }
  return node ? read(node) : ''
}

for (const profile of ['E5', 'E7'] as const) {
  test(`texts of ${profile} read as the truth says, in full once "Read more" was pressed, in bubbles at the right gaps`, async ({
    page,
  }) => {
    await withSim({ profile, switches: { virtualized: false }, account: { chats: 1, messages: 1, older: 0 } }, async sim => {
      const { title } = sim.scenario.chats.find(item => item.kind === 'direct' && item.messages.length > 30)!
      await openChat(page, sim, title)
      for (let last = ''; !last.startsWith('0-'); ) {
        const next = sim.next('loaded')
        await scrollTo(page, 0)
        last = (await next).detail
      }
      const more = page.getByRole('button', { name: 'Read more' })
      while ((await more.count()) > 0) await more.first().click()
      const rows = expectedRows(sim.scenario, { since: new Date(0) }).filter(row => row.chatTitle === title)
      for (const row of rows.filter(item => item.text !== null)) {
        const element = page.locator(`div#main [data-id*="${row.messageId}"]`)
        expect(await element.evaluate(seenText)).toBe(row.text)
      }
      const gap = async (direction: 'in' | 'out') => {
        const row = rows.find(item => item.direction === direction && item.kind === 'text')!
        return page.locator(`div#main [data-id*="${row.messageId}"]`).evaluate(element => {
          const [panel, bubble] = [
            element.closest('[data-tab="8"]')!.getBoundingClientRect(),
            element.querySelector('.xs-bubble')!.getBoundingClientRect(),
          ]
          return { left: Math.round(bubble.left - panel.left), right: Math.round(panel.right - bubble.right) }
        })
      }
      expect((await gap('in')).left).toBe(62)
      expect((await gap('out')).right).toBe(67)
    })
  })
}

test('one seed gives one account, and every expected row stands in its scenario', async () => {
  const now = new Date('2026-03-01T12:00:00Z')
  const [one, two] = [makeAccount(now, { seed: 5 }), makeAccount(now, { seed: 5 })]
  expect(one).toEqual(two)
  expect(makeAccount(now, { seed: 6 })).not.toEqual(one)
  const all = one.chats.flatMap(chat => chat.messages.filter(item => item.kind !== 'system'))
  const month = expectedRows(one, { since: new Date('2026-01-30T12:00:00Z') })
  expect(expectedRows(one, { since: new Date(0) })).toHaveLength(all.length)
  expect(month.length).toBeGreaterThan(400)
  expect(month.length).toBeLessThan(all.length)
  expect(new Set(all.map(item => item.id)).size).toBe(all.length)
})

test('shown text loses its marks and keeps everything else', async () => {
  expect(shownText('a *b* _c_ ~d~ `e` 2*3*4\n1. f')).toBe('a b c d e 2*3*4\n1. f')
})
