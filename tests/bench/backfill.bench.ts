/** A first cycle over a month of history, from the browser to committed rows, against the same page that is only scrolled. */
import type { TestInfo } from '@playwright/test'
import { type Account, expect, test } from '../e2e/account.ts'
import { makeAccount as invent } from '../sim/make-account.ts'
import { expectedRows } from '../sim/truth.ts'
import { figure, method, quick } from './figure.ts'
import { nullScroller } from './null-scroller.ts'
import { sync } from './run.ts'

const group = 'Backfill'
const day = 24 * 60 * 60 * 1000

/**
 * The page's answer to a scroll, by seed. The local store answers within tens of milliseconds and the page draws two windows of rows from it; its own
 * export polls the loader every 200 ms, and readers in the field found 400 to 655 ms for a scroll and its settling (reference §4.5, §9).
 */
const pageMs = [150, 250, 350]
const seeds = quick ? [1] : [1, 2, 3]
const size = quick ? { chats: 1, messages: 1000 } : { chats: 8, messages: 500 }
const gentleSize = { chats: 5, messages: 120 }

const latencyOf = (seed: number) => ({ bootMs: 400, pageMs: pageMs[(seed - 1) % 3] ?? 250, subtitleMs: 200, downloadMs: 400 })

/** Chats of a month and a bit more, with pictures, answers, reactions, and two that hold every kind; none in the archive, which is walked apart. */
function history(seed: number, { chats, messages }: typeof size) {
  const all = invent(new Date(), { seed, chats, messages, older: 20 })
  return { ...all, chats: all.chats.filter(({ archived }) => !archived) }
}

const since = () => new Date(Date.now() - 30 * day)

async function backfilled(account: Account, info: TestInfo) {
  info.setTimeout(1_800_000)
  const run = await sync(account)
  const expected = expectedRows(account.sim.scenario, { since: since() }).length
  expect(run.messages.inserted).toBe(expected)
  return run
}

for (const seed of seeds) {
  test(`backfill, seed ${seed}`, async ({ makeAccount }, info) => {
    method(
      info,
      group,
      `A first \`sync\` with the default settings and no rate limits over ${size.chats + 3} chats with ${size.messages} messages each (a tenth of them pictures, two chats of every kind), into Postgres; time from the page's own word that its chats are there to the end of the cycle. The null scroller: the same browser, switches and window on the same simulator; presses the rows of the same chats and goes back to the top, from within the page, in the moment that rows were put above, until the oldest row of the window is there. A page of history takes ${pageMs.slice(0, seeds.length).join(', ')} ms by seed, late parts of a row 150 ms.`,
    )
    const account = await makeAccount('postgres', { scenario: history(seed, size), latency: latencyOf(seed) })
    account.env.WHATSAPP_LATE_MS = undefined
    const run = await backfilled(account, info)
    const perSecond = run.messages.inserted / run.overReady
    const limit = run.messages.inserted / (await nullScroller(account, since()))
    figure(info, { group, name: 'browser to committed rows', value: perSecond, unit: 'messages/s' })
    figure(info, { group, name: 'the same history only scrolled (null scroller)', value: limit, unit: 'messages/s' })
    figure(info, { group, name: 'backfill : null scroller', value: perSecond / limit, unit: '×', target: { atLeast: 0.9 }, band: 0.3 })
  })
}

test('backfill with the gentle defaults', async ({ makeAccount }, info) => {
  test.skip(quick, 'its pauses take minutes and say nothing of the code')
  const account = await makeAccount('postgres', { scenario: history(4, gentleSize), latency: latencyOf(2) })
  const defaults = { WHATSAPP_LATE_MS: undefined, WHATSAPP_SCROLL_PAUSE_MS: undefined, WHATSAPP_CHAT_PAUSE_MS: undefined }
  Object.assign(account.env, { ...defaults, WHATSAPP_DOWNLOAD_PAUSE_MS: undefined })
  const run = await backfilled(account, info)
  const { inserted } = run.messages
  figure(info, { group, name: 'with the gentle defaults', value: inserted / run.overReady, unit: 'messages/s' })
  figure(info, { group, name: "the rate limits' share of that time", value: (100 * run.waited) / run.overReady, unit: '%' })
  figure(info, {
    group,
    name: 'with the gentle defaults, their waits taken off',
    value: inserted / (run.overReady - run.waited),
    unit: 'messages/s',
  })
})
