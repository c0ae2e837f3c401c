/** What a cycle costs when little or nothing changed: by the number of chats, and by how many of them have something new. */
import { type Account, expect, test } from '../e2e/account.ts'
import { account as accountOf, ada, direct, group, said } from '../e2e/scene.ts'
import type { Person } from '../sim/app/types.ts'
import { figure, method, quick } from './figure.ts'
import { sync } from './run.ts'

const section = 'Idle cycle'
const sizes = quick ? [24] : [50, 500, 2000]
const shares = quick ? [0, 0.05] : [0, 0.01, 0.05]

/** So many chats of three messages and an older one, their newest spread over four weeks; every third is a group. */
function crowd(chats: number) {
  const lastHours = 27 * 24
  return accountOf(
    ...Array.from({ length: chats }, (_, n) => {
      const digits = String(n).padStart(6, '0')
      const person: Person = { name: `Person ${n}`, phone: `5511900${digits}`, lid: `100000000${digits}@lid`, saved: true }
      const newest = 1 + (n * lastHours) / chats
      const messages = [31 * 24, newest + 0.2, newest + 0.1, newest].map(hours => said(person, hours))
      return n % 3 === 2 ? group(`Group ${n}`, n, [person, ada], messages) : direct(person, messages)
    }),
  )
}

/** The first cycle opens them all; it is not what is measured, and may be quick. */
async function filled(account: Account, chats: number): Promise<void> {
  Object.assign(account.env, { WHATSAPP_LATE_MS: '0', WHATSAPP_CYCLE_BUDGET_CHATS: '100000', WHATSAPP_CYCLE_BUDGET_MINUTES: '600' })
  const first = await sync(account)
  expect(first.chats.opened).toBe(chats)
  account.env.WHATSAPP_LATE_MS = undefined
}

for (const chats of sizes) {
  test(`idle cycle of ${chats} chats`, async ({ makeAccount }, info) => {
    info.setTimeout(3_600_000)
    method(
      info,
      section,
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
      const put = (name: string, value: number, unit: string, target?: number) =>
        figure(info, { group: section, name: `${what}: ${name}`, value, unit, ...(target !== undefined && { target: { atMost: target } }) })
      const judged = share === 0 && chats <= 500
      put('opened', run.chats.opened, 'chats', share === 0 ? 0 : undefined)
      put('over page-ready', run.overReady, 's', judged ? 1.5 : undefined)
      put('evaluate calls', run.counts.evaluates, 'calls', judged ? 40 : undefined)
      put('other calls to the page', run.counts.others, 'calls')
      put('bytes out of the page', run.counts.bytes / 1024, 'KiB')
    }
  })
}
