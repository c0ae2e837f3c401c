import { expect, test } from '@playwright/test'
import { makeLogger } from '../../src/log.ts'
import { makeAttendant } from '../../src/web/attend.ts'
import type { Session } from '../../src/web/session.ts'

const log = makeLogger({ level: 'silent', pretty: false })

/** A session of which only what the attendant asks for is there: its page shows a code until it is paired. */
function waiting(status: string) {
  const seen = { looks: 0, opened: 0 }
  const session = {
    status: () => ({ status }),
    qr: () => '2@code',
    look: async () => {
      seen.looks++
      return { state: 'qr' }
    },
    page: { evaluate: async () => '{"expired":false}' },
    changed: () => new Promise<void>(resolve => setImmediate(resolve)),
  } as unknown as Session
  const open = async () => {
    seen.opened++
    return session
  }
  return { seen, open }
}

test('a session that waits for pairing is attended to once, however often it is asked for, until it is closed', async () => {
  const { seen, open } = waiting('pairing')
  const attendant = makeAttendant({ session: open, log })
  for (let n = 0; n < 5; n++) attendant.attend()
  await expect.poll(() => seen.looks).toBeGreaterThan(3)
  expect(seen.opened).toBe(1)
  await attendant.close()
  const { looks } = seen
  attendant.attend()
  await new Promise(resolve => setImmediate(resolve))
  expect(seen).toEqual({ looks, opened: 1 })
})

test('a session that is logged in is left alone, and one that cannot be opened is the next cycle to tell', async () => {
  const paired = waiting('logged_in')
  const attendant = makeAttendant({ session: paired.open, log })
  attendant.attend()
  await attendant.close()
  expect(paired.seen).toEqual({ looks: 0, opened: 1 })
  let tried = 0
  const failing = makeAttendant({
    session: async () => {
      tried++
      throw new Error('no browser')
    },
    log,
  })
  failing.attend()
  await expect
    .poll(() => {
      failing.attend()
      return tried
    })
    .toBeGreaterThan(1)
  await failing.close()
})
