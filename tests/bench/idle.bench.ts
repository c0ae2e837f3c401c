/** What a cycle costs when little or nothing changed: by the number of chats, and by how many of them have something new. */
import { type Account, expect, test } from '../e2e/account.ts'
import { makeAccount as invent } from '../sim/make-account.ts'
import { figure, method, quick } from './figure.ts'
import { sync } from './run.ts'

const group = 'Idle cycle'
const sizes = quick ? [24] : [50, 500, 2000]
const shares = quick ? [0, 0.05] : [0, 0.01, 0.05]

/** So many chats of a few messages; the archive is left out: every chat is in one list. */
function crowd(chats: number) {
  const all = invent(new Date(), { seed: chats, chats, messages: 3, older: 1, media: false })
  return { ...all, chats: all.chats.filter(({ archived, kind }) => !archived && kind !== 'self') }
}

/** The first cycle opens them all; it is not what is measured, and may be quick. */
async function filled(account: Account, chats: number): Promise<void> {
  const { WHATSAPP_LATE_MS, ...rest } = account.env
  Object.assign(account.env, rest, { WHATSAPP_LATE_MS: '0', WHATSAPP_CYCLE_BUDGET_CHATS: '100000', WHATSAPP_CYCLE_BUDGET_MINUTES: '600' })
  const first = await sync(account)
  expect(first.chats.opened).toBe(chats)
  account.env.WHATSAPP_LATE_MS = undefined
}

for (const chats of sizes) {
  test(`idle cycle of ${chats} chats`, async ({ makeAccount }, info) => {
    info.setTimeout(3_600_000)
    method(
      info,
      group,
      "A `sync` after a complete one, in a new process, default settings without rate limits. `over page-ready`: from the page's own word that its chats are there to the end of the cycle. Calls and bytes are counted where Playwright sends and receives them, from the start of the process; `evaluate calls` run a function in the page, the others are presses and counts of elements.",
    )
    const account = await makeAccount('postgres', { scenario: crowd(chats) })
    await filled(account, chats)
    for (const share of shares) {
      const changed = Math.round(chats * share)
      for (const { id } of account.sim.scenario.chats.slice(0, changed)) await account.sim.say(id, { text: `new, of ${share * 100} %` })
      const run = await sync(account)
      expect(run.messages.inserted).toBe(changed)
      const what = share === 0 ? `${chats} chats, none changed` : `${chats} chats, ${changed} changed (${share * 100} %)`
      const judged = share === 0
      figure(info, { group, name: `${what}: opened`, value: run.chats.opened, unit: 'chats', ...(judged && { target: { atMost: 0 } }) })
      figure(info, {
        group,
        name: `${what}: over page-ready`,
        value: run.overReady,
        unit: 's',
        ...(judged && chats <= 500 && { target: { atMost: 1.5 } }),
      })
      figure(info, {
        group,
        name: `${what}: evaluate calls`,
        value: run.counts.evaluates,
        unit: 'calls',
        ...(judged && chats <= 500 && { target: { atMost: 40 } }),
      })
      figure(info, { group, name: `${what}: other calls to the page`, value: run.counts.others, unit: 'calls' })
      figure(info, { group, name: `${what}: bytes out of the page`, value: run.counts.bytes / 1024, unit: 'KiB' })
    }
  })
}
