/** What every kind carries, read out of the simulated account's markup in every era, against the account's own truth. */
import { expect } from '@playwright/test'
import { parseItems } from '../../src/parse/message.ts'
import { RawConversation } from '../../src/raw.ts'
import { readConversation } from '../../src/web/page/read-conversation.ts'
import { loadSelectorSets } from '../../src/web/selectors.ts'
import type { Profile, Switches } from '../sim/app/switches.ts'
import { startSim } from '../sim/server.ts'
import { expectedRows } from '../sim/truth.ts'
import { test } from '../support/chromium.ts'

const cases: [Profile, Switches['locale']][] = [
  ['E7', 'en-GB'],
  ['E7', 'pt-BR'],
  ['E6', 'es-MX'],
  ['E5', 'en-US'],
  ['E4', 'pt-BR'],
  ['E3', 'en-GB'],
  ['E2', 'es-MX'],
]

for (const [profile, locale] of cases) {
  test(`${profile} in ${locale}: every kind carries what the account holds`, async ({ browser }) => {
    const sim = await startSim({
      paired: true,
      profile,
      switches: { locale, shellPx: 1_000_000, lateFillMs: 0 },
      account: { chats: 1, messages: 5, older: 0, details: true },
      latency: { bootMs: 10, pageMs: 1, subtitleMs: 1 },
    })
    const context = await browser.newContext({ viewport: { width: 1280, height: 20_000 }, locale, timezoneId: 'UTC' })
    const [set] = loadSelectorSets({ pinned: profile.toLowerCase() }).sets
    try {
      const page = await context.newPage()
      await page.goto(sim.url)
      await page.locator('#pane-side [aria-selected]').first().waitFor()
      const grouped = sim.scenario.chats.find(one => one.title === 'Down to the details')
      const direct = sim.scenario.chats.find(one => one.kind === 'direct' && one.messages.some(message => message.viewOnce))
      for (const chat of [direct, grouped]) {
        if (!chat) throw new Error('the account has no chat with every detail')
        const opened = sim.next('chat_opened')
        await page
          .locator('#pane-side [aria-selected]', { has: page.locator(`span[title="${chat.title}"]`) })
          .first()
          .click()
        await opened
        const truth = expectedRows(sim.scenario, { since: new Date(0) }).filter(row => row.chatId === chat.id)
        await expect.poll(() => page.locator('div#main [data-id]').count()).toBeGreaterThanOrEqual(truth.length)
        const raw = RawConversation.parse(JSON.parse(await page.evaluate(readConversation, set?.plan ?? '')))
        const now = new Date().toISOString()
        const rows = parseItems(raw.items, {
          locale,
          zone: 'UTC',
          now,
          order: null,
          dir: raw.dir,
          chatTitle: chat.title,
          ownName: null,
          openTop: false,
        })
        expect(rows.filter(row => row.type === 'pending')).toEqual([])
        const found = rows.flatMap(row => (row.type === 'message' ? [row.message] : []))
        for (const row of truth) {
          const message = found.find(one => one.messageId === row.messageId)
          const what = `${chat.title} · ${row.kind} · ${row.text ?? row.label ?? row.messageId}`
          expect([message?.kind, message?.text], what).toEqual([row.shownKind, row.text])
          const { event, mentions, ...rest } = message?.details ?? {}
          const { event: expectedEvent, mentions: named, ...expected } = row.details
          expect(rest, what).toEqual(expected)
          // The page writes the time of an event in its own words.
          expect(event && { ...event, when: event.when !== null }, what).toEqual(expectedEvent && { ...expectedEvent, when: true })
          expect(
            mentions?.map(one => one.name),
            what,
          ).toEqual(named?.map(one => one.name))
          for (const [n, one] of row.mentioned.entries()) expect(one.ids, what).toContain(mentions?.[n]?.id)
        }
      }
    } finally {
      await context.close()
      await sim.close()
    }
  })
}
