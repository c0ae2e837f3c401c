/** The chat list in every language of the simulated account and every era: counts, marks, titles and times, against the account's own truth. */
import { parseChatList } from '../../src/parse/chat.ts'
import { orderOf } from '../../src/parse/evidence.ts'
import { RawChatList, RawState } from '../../src/raw.ts'
import { activityOf } from '../../src/web/activity.ts'
import { readChatList } from '../../src/web/page/read-chat-list.ts'
import { readFeatures } from '../../src/web/page/read-features.ts'
import { readState } from '../../src/web/page/read-state.ts'
import { chooseSet, detectSelectors, loadSelectorSets } from '../../src/web/selectors.ts'
import { type Locale, locales } from '../sim/app/locales.ts'
import type { Profile } from '../sim/app/switches.ts'
import type { Person, Scenario, SimChat } from '../sim/app/types.ts'
import { chat, message } from '../sim/message.ts'
import { startSim } from '../sim/server.ts'
import { expect, test } from '../support/chromium.ts'

const { sets } = loadSelectorSets()
const zone = 'America/Sao_Paulo'
const eras: readonly Profile[] = ['E2', 'E3', 'E4', 'E5', 'E6', 'E7']
const me: Person = { name: 'Robin Amsel', phone: '447700900999', lid: '200000000000001@lid', saved: true }

/** Chats whose last message is so many days old, with what their row shows besides. */
const rows: [daysAgo: number, shown: Partial<SimChat>][] = [
  [0, { unread: 1 }],
  [1, { unread: 2 }],
  [3, { unread: 7 }],
  [6, { unread: 1008 }],
  [12, { unread: -1 }],
  [17, { pinned: true }],
  [23, { muted: true, unread: 11 }],
  [28, { draft: 'I was going to say' }],
  [31, { community: 'Neighbourhood', unread: 3, id: '120363000000009002@g.us' }],
  [45, { kind: 'self', title: me.name }],
]

function account(now: Date): Scenario {
  const chats = rows.map(([days, shown], n) => {
    const person: Person = {
      name: `Person ${n}`,
      phone: `4477009001${String(n).padStart(2, '0')}`,
      lid: `10000000000010${n}@lid`,
      saved: true,
    }
    const sentAt = new Date(now.getTime() - days * 24 * 60 * 60 * 1000 - 120_000).toISOString()
    const last = message({ id: `3A${String(n).padStart(18, '0')}`, sender: person, text: `last of ${n}`, sentAt })
    return chat({ id: `${person.phone}@c.us`, lid: person.lid, title: person.name, participants: [person], messages: [last], ...shown })
  })
  return { account: { name: me.name, phone: me.phone, lid: me.lid }, chats }
}

const cases: { locale: Locale; profile: Profile }[] = locales.map((locale, n) => ({ locale, profile: eras[n % eras.length] as Profile }))

for (const { locale, profile } of cases) {
  test(`${profile} in ${locale}: rows of the list are read as the account holds them`, async ({ browser }) => {
    const now = new Date()
    const scenario = account(now)
    const sim = await startSim({ paired: true, profile, switches: { locale }, scenario, latency: { bootMs: 10 } })
    const context = await browser.newContext({ viewport: { width: 1280, height: 1400 }, timezoneId: zone })
    try {
      const page = await context.newPage()
      await page.goto(sim.url)
      await page
        .locator('#pane-side [aria-selected]')
        .nth(rows.length - 1)
        .waitFor()
      const features = JSON.parse(await page.evaluate(readFeatures, JSON.stringify(detectSelectors(sets)))) as string[]
      const { set } = chooseSet(sets, new Set(features))
      const { lang } = RawState.parse(JSON.parse(await page.evaluate(readState, set.plan)))
      const raw = RawChatList.parse(JSON.parse(await page.evaluate(readChatList, set.plan)))
      const { listings, evidence } = parseChatList(raw, { locale: lang, archived: false })
      const { order } = orderOf(evidence, { locale: lang, zone, now: now.toISOString() })

      const found = new Map(listings.map(one => [one.title, one]))
      expect(found.size).toBe(rows.length)
      for (const one of scenario.chats) {
        expect(found.get(one.title), one.title).toMatchObject({
          unread: one.unread,
          pinned: one.pinned,
          muted: one.muted,
          community: one.community,
          isSelf: one.kind === 'self',
        })
        const seen = activityOf(found.get(one.title)?.timeLabel ?? null, { locale: lang, zone, now: now.toISOString(), order })
        const at = one.messages[0]?.sentAt ?? ''
        expect(seen, `${one.title}: ${found.get(one.title)?.timeLabel}`).not.toBeNull()
        expect((seen?.earliest ?? '') <= at && at <= (seen?.latest ?? ''), `${one.title}: ${JSON.stringify(seen)} ${at}`).toBe(true)
      }
    } finally {
      await context.close()
      await sim.close()
    }
  })
}
