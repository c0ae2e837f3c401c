/** What a kind carries besides its text: drawn as the truth says, in an old, a middle and the newest page. */
import type { Page } from '@playwright/test'
import { expect, test } from '../../support/chromium.ts'
import { shownText } from '../app/text.ts'
import type { Sim } from '../server.ts'
import { type ExpectedRow, expectedRows } from '../truth.ts'
import { openChat, scrollTo, storedRows, withSim } from './page.ts'

/** Every message of a chat, drawn at once. */
async function wholeChat(page: Page, sim: Sim, title: string): Promise<ExpectedRow[]> {
  await openChat(page, sim, title)
  for (let last = ''; !last.startsWith('0-'); ) {
    const next = sim.next('loaded')
    await scrollTo(page, 0)
    last = (await next).detail
  }
  return expectedRows(sim.scenario, { since: new Date(0) }).filter(row => row.chatTitle === title)
}

/** What a person sees of a row, from elements only; nothing of a reader. */
function seen(row: Element) {
  const all = (css: string) => [...row.querySelectorAll(css)]
  const words = (css: string) => all(css).map(element => element.textContent ?? '')
  return {
    mentions: all('[data-app-text-template*="@"]').map(element => [
      element.getAttribute('data-plain-text'),
      element.getAttribute('data-app-text-template')?.replaceAll('\u200b', ''),
    ]),
    marks: all('[data-app-text-template*="appText"]').map(element => element.getAttribute('data-app-text-template')),
    links: [...new Set(all('a[href^=http]:not(:has(img))').map(element => element.getAttribute('href')))],
    map: all('a:has(img)').map(element => decodeURIComponent(element.getAttribute('href') ?? '')),
    boxes: all('[role=checkbox] + div').map(element => [...element.children].map(child => child.textContent)),
    names: words('div > span[dir=auto]:only-child'),
    label: all('[aria-label="This is a disappearing message"]').length,
    said: row.textContent ?? '',
  }
}

function expectDetails(found: ReturnType<typeof seen>, row: ExpectedRow, byLid: boolean): void {
  const { details } = row
  const mentioned = row.mentioned.map(({ name, ids }) => [`@${name}`, byLid ? ids.at(-1) : ids[0]])
  expect(found.mentions, row.text ?? '').toEqual(mentioned)
  expect(found.links).toEqual(details.links ?? [])
  expect(found.label).toBe(row.storedDetails.disappearsAfterS === undefined ? 0 : 1)
  if (details.poll) expect(found.boxes).toEqual(details.poll.options.map(option => [option.text, String(option.votes)]))
  if (details.contacts) for (const { name } of details.contacts) expect(found.names).toContain(name)
  if (details.event?.place) expect(found.names).toContain(details.event.place)
  if (details.location) expect(found.map[0]).toContain(`q=${details.location.latitude},${details.location.longitude}&`)
  if (details.call) expect(found.said).toContain(`${details.call.missed ? 'Missed v' : 'V'}${details.call.video ? 'ideo' : 'oice'} call`)
  if (details.viewOnce) expect(found.said).toContain('view once')
  if (details.pages) expect(found.said).toContain(`${details.pages} page`)
}

for (const profile of ['E3', 'E5', 'E7'] as const) {
  test(`mentions, links, polls, cards, places, calls and what disappears are drawn in ${profile}`, async ({ page }) => {
    const account = { chats: 1, messages: 1, older: 0, media: false, details: true }
    await withSim({ profile, switches: { virtualized: false, locale: 'en-US' }, account }, async sim => {
      const group = sim.scenario.chats.find(chat => chat.title === 'Down to the details')!
      const direct = sim.scenario.chats[sim.scenario.chats.indexOf(group) - 1]!
      for (const { title } of [direct, group]) {
        const rows = await wholeChat(page, sim, title)
        expect(rows.length).toBeGreaterThan(25)
        for (const row of rows)
          expectDetails(await page.locator(`div#main [data-id*="${row.messageId}"]`).evaluate(seen), row, profile !== 'E3')
      }
      expect(sim.recorded.filter(event => event.type === 'console')).toEqual([])
    })
  })
}

test('marks are elements that keep their template, nested as they were typed', async ({ page }) => {
  const account = { chats: 1, messages: 1, older: 0, media: false, details: true }
  await withSim({ switches: { virtualized: false }, account }, async sim => {
    const rows = await wholeChat(page, sim, 'Down to the details')
    const row = rows.find(item => item.details.typed?.startsWith('*bold'))!
    expect(row.text).toBe('bold and quiet inside end')
    const element = page.locator(`[data-id="${row.messageId}"]`)
    expect((await element.evaluate(seen)).marks).toEqual([`*\${appText}*`, `_\${appText}_`])
    await expect(element.locator('strong em')).toHaveText('and quiet')
    const code = rows.find(item => item.details.typed?.startsWith('Run this'))!
    await expect(page.locator(`[data-id="${code.messageId}"] code`)).toHaveText('first line\n  second *line*', { useInnerText: false })
    expect(code.text).toBe('Run this:\nfirst line\n  second *line*\nand tell me')
    const passage = rows.find(item => item.details.typed?.startsWith('> '))!
    await expect(page.locator(`[data-id="${passage.messageId}"] blockquote`)).toHaveText('We meet at nine.\nAt the gate.', {
      useInnerText: false,
    })
    const bullets = rows.find(item => item.text?.startsWith('Bring:\n'))!
    await expect(page.locator(`[data-id="${bullets.messageId}"] ul li [data-pre-plain-text="- "]`)).toHaveCount(3)
  })
})

test('a message that could not be read yet becomes real under its id, in the row and in the database', async ({ page }) => {
  await withSim({ account: { chats: 1, messages: 1, older: 0, media: false, details: true } }, async sim => {
    const rows = await wholeChat(page, sim, 'Down to the details')
    const row = rows.find(item => item.kind === 'waiting')!
    const element = page.locator(`[data-id="${row.messageId}"]`)
    await expect(element).toContainText('Waiting for this message')
    sim.resolve(row.chatId, row.messageId, 'Here it is')
    await expect(element).toContainText('Here it is')
    await expect(element).not.toContainText('Waiting')
    const types = async () =>
      (await storedRows(page, 'message'))?.filter(one => String(one.id).includes(row.messageId)).map(one => one.type)
    await expect.poll(types).toEqual(['chat'])
  })
})

test('marks go, whatever they stand in; what is no mark stays', async () => {
  expect(shownText('_*both*_ ~gone~ `one * two`')).toBe('both gone one * two')
  expect(shownText('```*kept*``` (*not*)')).toBe('*kept* (not)')
  expect(shownText('2 * 3 * 4 = 24, a_b_c and ~5 euros')).toBe('2 * 3 * 4 = 24, a_b_c and ~5 euros')
  expect(shownText('> one\n> *two*\nthree > four')).toBe('one\ntwo\nthree > four')
})

test('messages that are stored and not drawn stand in the database alone', async ({ page }) => {
  await withSim({ account: { chats: 1, messages: 1, older: 0, media: false, details: true } }, async sim => {
    const chat = sim.scenario.chats.find(item => item.storedOnly.length > 0)!
    const rows = await wholeChat(page, sim, chat.title)
    const stored = (await storedRows(page, 'message'))!.map(row => String(row.id).split('_')[2])
    for (const { id } of chat.storedOnly) {
      expect(stored).toContain(id)
      expect(rows.some(row => row.messageId === id)).toBe(false)
      await expect(page.locator(`[data-id="${id}"]`)).toHaveCount(0)
    }
    for (const row of rows) expect(stored).toContain(row.messageId)
  })
})
