/** Switches of the conversation that no era has by itself: each alone, and what the page then shows. */
import { expect, test } from '../../support/chromium.ts'
import { picture } from '../images.ts'
import { message } from '../message.ts'
import { ada, openChat, storedRows, talk, withSim } from './page.ts'

const day = 86_400_000
const noon = () => new Date(new Date().setHours(12, 0, 0, 0))

test('a page that was open over midnight calls yesterday today, and today by its weekday', async ({ page }) => {
  const scenario = talk(0)
  const now = noon()
  const at = (days: number) => new Date(now.getTime() - days * day - 3_600_000).toISOString()
  scenario.chats[0]!.messages = [2, 1, 0].map(days =>
    message({ id: `3EB0${days}`, sender: ada, text: `${days} days ago`, sentAt: at(days) }),
  )
  await withSim({ scenario, now, switches: { staleDays: 1, locale: 'en-US' } }, async sim => {
    await openChat(page, sim, ada.name)
    const weekday = new Intl.DateTimeFormat('en-US', { weekday: 'long' }).format(now)
    await expect(page.locator('div#main .xs-sep')).toHaveText(['Yesterday', 'Today', weekday])
  })
})

test('rows without an id are drawn like the others', async ({ page }) => {
  await withSim({ scenario: talk(4), switches: { dataIds: false } }, async sim => {
    const opened = sim.next('chat_opened')
    await page.goto(sim.url)
    await page.locator('#pane-side [aria-selected]').first().click()
    await opened
    await expect(page.locator('div#main [data-pre-plain-text^="["]')).toHaveCount(4)
    expect(await page.locator('div#main [data-id], div#main [data-testid^=conv-msg]').count()).toBe(0)
  })
})

const spec = (seed: number) => picture({ seed, width: 64, height: 48, format: 'jpeg' })

test('an album is named by its pictures, and each of them is a message in the database', async ({ page }) => {
  const scenario = talk(2)
  const id = '3A0123456789ABCDEF02'
  const images = [spec(1), spec(2), spec(3)]
  scenario.chats[0]!.messages.push(message({ id, kind: 'album', sender: ada, sentAt: new Date().toISOString(), images }))
  await withSim({ scenario, switches: { albumIds: 'range' } }, async sim => {
    await openChat(page, sim, ada.name)
    const name = await page.locator('div#main [data-id^="album-"]').getAttribute('data-id')
    expect(name).toMatch(new RegExp(`^album-${id}-3EB0[0-9A-F]{18}-3$`))
    await expect(page.locator('div#main [data-id^="album-"] .xs-tiletime')).toHaveCount(3)
    const pictures = (await storedRows(page, 'message'))!.filter(row => row.type === 'image')
    expect(pictures).toHaveLength(3)
    expect(
      name!
        .split('-')
        .slice(1, 3)
        .every(one => pictures.some(row => String(row.id).includes(one))),
    ).toBe(true)
    sim.set({ albumIds: 'plain' })
    await openChat(page, sim, ada.name)
    await expect(page.locator(`div#main [data-id="${id}"]`)).toHaveCount(1)
    const rows = (await storedRows(page, 'message'))!
    expect(rows.filter(row => row.type === 'album')).toHaveLength(1)
    expect(rows.filter(row => String(row.parentMsgKey).includes(id))).toHaveLength(3)
  })
})

test('stickers are grouped once more in a row that is no message', async ({ page }) => {
  const scenario = talk(1)
  scenario.chats[0]!.messages.push(
    message({ id: '3A0123456789ABCDEF03', kind: 'sticker', sender: ada, sentAt: new Date().toISOString(), images: [spec(4)] }),
  )
  await withSim({ scenario, switches: { groupedStickers: true } }, async sim => {
    await openChat(page, sim, ada.name)
    await expect(page.locator('div#main [data-id^="grouped-sticker--3A0123456789ABCDEF03-"]')).toHaveCount(1)
    await expect(page.locator('div#main [data-id="3A0123456789ABCDEF03"]')).toHaveCount(1)
  })
})

test('labels of rows, translations and chips repeat or add words that are no part of a text', async ({ page }) => {
  const scenario = talk(3)
  Object.assign(scenario.chats[0]!.messages[0]!, { starred: true, disappearsAfterS: 86_400 })
  await withSim({ scenario, switches: { rowLabels: true, translated: true, aiChip: true, locale: 'en-US' } }, async sim => {
    await openChat(page, sim, ada.name)
    await expect(page.locator('.focusable-list-item[aria-label^="You  number 0  "]')).toHaveCount(1)
    await expect(page.locator('.focusable-list-item[aria-label^="Ada Wintermoor  number 1  "]')).toHaveCount(1)
    await expect(page.locator('div#main font.immersive-translate-target-wrapper')).toHaveCount(3)
    await expect(page.getByTestId('ai-label')).toHaveText('IA')
    await expect(page.locator('div#main [aria-label=" Starred "]')).toHaveCount(1)
    await expect(page.locator('div#main [aria-label="This is a disappearing message"]')).toHaveCount(1)
  })
})

test('the header of a stranger may say nothing of who it is', async ({ page }) => {
  const scenario = talk(3)
  scenario.chats[0]!.participants = [{ ...ada, saved: false }]
  await withSim({ scenario, switches: { unknownTitle: true, locale: 'pt-BR' } }, async sim => {
    const opened = sim.next('chat_opened')
    await page.goto(sim.url)
    await page.locator('#pane-side [aria-selected]', { hasText: '+44 7700 900001' }).click()
    await opened
    await expect(page.getByTestId('conversation-info-header-chat-title')).toHaveText('Número desconhecido')
  })
})
