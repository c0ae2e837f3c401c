/** Every kind of message, in every era and two languages, read out of the simulated account's markup: one snapshot against the account's own truth. */
import { expect } from '@playwright/test'
import { parseChatList } from '../../src/parse/chat.ts'
import type { ParseContext } from '../../src/parse/context.ts'
import { conversationEvidence, orderOf } from '../../src/parse/evidence.ts'
import { parseConversation } from '../../src/parse/message.ts'
import { classifyState } from '../../src/parse/state.ts'
import { RawChatList, RawConversation, RawState } from '../../src/raw.ts'
import { readChatList } from '../../src/web/page/read-chat-list.ts'
import { readConversation } from '../../src/web/page/read-conversation.ts'
import { readFeatures } from '../../src/web/page/read-features.ts'
import { readState } from '../../src/web/page/read-state.ts'
import { chooseSet, detectSelectors, loadSelectorSets } from '../../src/web/selectors.ts'
import type { Profile, Switches } from '../sim/app/switches.ts'
import { startSim } from '../sim/server.ts'
import { expectedRows } from '../sim/truth.ts'
import { test } from '../support/chromium.ts'

const { sets } = loadSelectorSets()
const cases: [Profile, Switches['locale']][] = [
  ['E7', 'en-GB'],
  ['E7', 'pt-BR'],
  ['E6', 'en-US'],
  ['E5', 'en-US'],
  ['E5', 'pt-BR'],
  ['E4', 'en-GB'],
  ['E3', 'pt-BR'],
  ['E2', 'en-US'],
]

for (const [profile, locale] of cases) {
  test(`${profile} in ${locale}: every kind is read as the account holds it`, async ({ browser }) => {
    const sim = await startSim({
      paired: true,
      profile,
      switches: { locale, shellPx: 1_000_000, lateFillMs: 0 },
      account: { chats: 1, messages: 5, older: 0 },
      latency: { bootMs: 10, pageMs: 1, subtitleMs: 1 },
    })
    const zone = 'America/Sao_Paulo'
    const context = await browser.newContext({ viewport: { width: 1280, height: 24_000 }, locale, timezoneId: zone })
    try {
      const page = await context.newPage()
      await page.goto(sim.url)
      await page.locator('#pane-side [aria-selected]').first().waitFor()
      const features = JSON.parse(await page.evaluate(readFeatures, JSON.stringify(detectSelectors(sets)))) as string[]
      const { set } = chooseSet(sets, new Set(features))
      const state = RawState.parse(JSON.parse(await page.evaluate(readState, set.plan)))
      expect(classifyState(state)).toBe('ready')
      const list = RawChatList.parse(JSON.parse(await page.evaluate(readChatList, set.plan)))
      expect(parseChatList(list, { locale, archived: false }).listings.length).toBe(list.rowCount)

      for (const title of [
        sim.scenario.chats.find(one => one.messages.length > 30 && one.kind === 'direct')?.title ?? '',
        'Every kind of thing',
      ]) {
        const opened = sim.next('chat_opened')
        await page.locator('#pane-side [aria-selected]', { has: page.locator(`span[title="${title}"]`) }).click()
        await opened
        const truth = expectedRows(sim.scenario, { since: new Date(0) }).filter(row => row.chatTitle === title)
        await expect.poll(() => page.locator('div#main [data-id]').count()).toBeGreaterThanOrEqual(truth.length)
        const chat = sim.scenario.chats.find(one => one.title === title)
        const reacted = truth.filter(row => row.reactions.length > 0).length
        await expect.poll(() => page.locator('div#main button[aria-haspopup]').count()).toBe(reacted)
        while ((await page.locator('.read-more-button').count()) > 0) await page.locator('.read-more-button').first().click()

        const raw = RawConversation.parse(JSON.parse(await page.evaluate(readConversation, set.plan)))
        const now = new Date().toISOString()
        const { order } = orderOf(conversationEvidence(raw.items), { locale, zone, now })
        const parse: ParseContext = { locale: raw.lang, zone, now, order, dir: raw.dir, chatTitle: title, ownName: null, openTop: false }
        const parsed = parseConversation(raw, parse)
        expect(parsed.rows.filter(row => row.type === 'reject').map(row => (row.type === 'reject' ? row.reject : null))).toEqual([])
        expect(parsed.rows.filter(row => row.type === 'notMessage').length).toBe(chat?.messages.filter(one => one.kind === 'system').length)
        const found = parsed.rows.flatMap(row => (row.type === 'message' ? [row.message] : []))
        expect(
          found.map(
            ({
              messageId,
              direction,
              kind,
              text,
              ts,
              edited,
              deleted,
              forwarded,
              forwardedMany,
              quoted,
              reactions,
              status,
              fileName,
              durationS,
              albumSize,
            }) => ({
              messageId,
              direction,
              kind,
              text,
              minute: ts,
              edited,
              deleted,
              forwarded: forwardedMany ? 2 : forwarded ? 1 : 0,
              quotedText: quoted?.text ?? null,
              reactions: reactions.map(one => one.emoji),
              status,
              fileName,
              durationS,
              albumSize,
            }),
          ),
        ).toEqual(
          truth.map(
            ({
              messageId,
              direction,
              kind,
              text,
              minute,
              edited,
              deleted,
              forwarded,
              quotedText,
              reactions,
              status,
              fileName,
              durationS,
              albumSize,
            }) => ({
              messageId,
              direction,
              kind,
              text,
              minute,
              edited,
              deleted,
              forwarded,
              quotedText,
              reactions: reactions.map(one => one.emoji),
              status: direction === 'out' ? status : null,
              fileName,
              durationS,
              albumSize,
            }),
          ),
        )
        expect(found.filter(one => one.direction === 'in').map(one => one.senderName)).toEqual(
          truth.filter(one => one.direction === 'in').map(one => expect.stringMatching(one.senderSaved ? one.senderName : /./)),
        )
      }
    } finally {
      await context.close()
      await sim.close()
    }
  })
}
