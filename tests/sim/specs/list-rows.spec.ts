/** Rows of the chat list that are hard to read, and chats that share a name. */
import type { Page } from '@playwright/test'
import { expect, test } from '../../support/chromium.ts'
import type { SimOptions } from '../server.ts'
import { openChat, storedRows, withSim } from './page.ts'

const account = { chats: 1, messages: 1, older: 0, media: false, list: true }

/** Rows as a person reads them, from top to bottom. */
const rowsOf = (page: Page) =>
  page.locator('#pane-side [role=grid] > div').evaluateAll(all =>
    all
      .map(row => {
        const titles = [...row.querySelectorAll('span[dir=auto][title]')].map(span => span.getAttribute('title') ?? '')
        return {
          y: new DOMMatrix(getComputedStyle(row).transform).f,
          height: row.getBoundingClientRect().height,
          titles,
          preview: [...row.querySelectorAll('span[title]:not([dir])')].map(span =>
            span.getAttribute('title')?.replace(/[\u202a-\u202c]/g, ''),
          )[0],
          labels: [...row.querySelectorAll('[aria-colindex="1"] [aria-label]')].map(element => element.getAttribute('aria-label')),
          text: row.textContent ?? '',
        }
      })
      .sort((a, b) => a.y - b.y),
  )

async function withList(page: Page, options: SimOptions, look: (rows: Awaited<ReturnType<typeof rowsOf>>) => Promise<void>): Promise<void> {
  await withSim({ account, ...options }, async sim => {
    const ready = sim.next('ready')
    await page.goto(sim.url)
    await ready
    await look(await rowsOf(page))
    expect(sim.recorded.filter(event => event.type === 'console')).toEqual([])
  })
}

for (const profile of ['E3', 'E7'] as const) {
  test(`counts, marks, drafts, typing, communities and shared names stand in the list of ${profile}`, async ({ page }) => {
    await withList(page, { profile, switches: { locale: 'en-US' } }, async rows => {
      const find = (text: string) => rows.find(row => row.text.includes(text))!
      expect(rows.filter(row => row.titles.includes('Greta Olm'))).toHaveLength(3)
      expect(rows.filter(row => row.preview?.endsWith('Greta Olm') && !row.titles.includes('Rowing'))).toHaveLength(1)
      expect(find('a group of her name').labels).toEqual(['1,008 unread messages'])
      expect(find('a group of her name').text).toContain('1,008')
      expect(find('נועה').labels).toEqual(['Unread'])
      expect(find('נועה').preview).toBe('typing…')
      expect(find('Rowing').preview).toMatch(/^~\u202f.* typing…$/)
      expect(find('Rowing')).toMatchObject({ titles: expect.arrayContaining(['Riverside', 'Rowing']), height: profile === 'E7' ? 95 : 91 })
      expect(find('Which of you').text).toContain('Draft')
      expect(find('Announcements').labels).toEqual(expect.arrayContaining(['2 unread messages', 'Muted chat']))
      expect(rows[0]!.labels).toEqual(expect.arrayContaining(['Pinned chat']))
      expect(rows.some(row => row.titles.includes('Old rowing'))).toBe(false)
      expect(rows.some(row => row.titles.length > 0 && row.text.includes('(You)'))).toBe(true)
    })
  })
}

test('titles stand among marks of direction, and a heading is a row of the list, where the switches say so', async ({ page }) => {
  await withList(page, { switches: { paddedTitles: true, sectionRows: true, selfRow: 'yourself', locale: 'en-US' } }, async rows => {
    expect(rows.filter(row => row.titles.includes('\u202aGreta Olm\u202c'))).toHaveLength(3)
    expect(rows[0]).toMatchObject({ titles: [], text: 'All', y: 0 })
    expect(await page.locator('#pane-side [role=grid]').getAttribute('aria-rowcount')).toBe(String(rows.length))
    expect(await page.getByTestId('message-yourself-row').count()).toBe(1)
  })
})

test('chats of one name are different chats in the database; announcements have no composer', async ({ page }) => {
  await withSim({ account }, async sim => {
    await openChat(page, sim, 'Announcements')
    await expect(page.locator('div#main footer')).toHaveCount(0)
    const named = sim.scenario.chats.filter(chat => chat.title === 'Greta Olm').map(chat => chat.lid ?? chat.id)
    const stored = (await storedRows(page, 'chat'))!.map(row => row.id)
    expect(new Set(named).size).toBe(3)
    for (const id of named) expect(stored).toContain(id)
    expect((await storedRows(page, 'group-metadata'))!.find(row => row.subject === 'Announcements')).toMatchObject({ announce: true })
  })
})
