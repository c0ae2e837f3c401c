/** Waiting for the phone: whatever the page shows after the press, the waiting ends, and says whether there is more to read. */
import { expect, test } from '@playwright/test'
import type { RawConversation } from '../../src/raw.ts'
import { askPhone } from '../../src/web/ask-phone.ts'
import { ClickRefused } from '../../src/web/guard.ts'

type Shape = RawConversation['banner']['shape']

/** What the page shows after so many looks; the last one stays. The first one is the look before the press. */
async function asked(looks: [Shape, string, string?][], maxMs = 60_000) {
  let at = 0
  let clock = 0
  const did = { presses: 0, nudges: 0 }
  const came = await askPhone(
    {
      async request() {
        did.presses++
      },
      async read() {
        const [shape, text, row = 'A'] = looks[Math.min(at++, looks.length - 1)]!
        const item = { type: 'row' as const, run: null, shell: false, geometry: null, fields: { id: { c: 0, v: [row] } } }
        return { banner: { shape, text }, items: [{ type: 'day', text: 'Today' }, item] } as unknown as RawConversation
      },
      async changed(ms) {
        clock += ms
      },
      async nudge() {
        did.nudges++
      },
      now: () => clock,
      signal: new AbortController().signal,
    },
    maxMs,
  )
  return { came, clock, ...did }
}

const older = 'Click here'
for (const [what, looks, came] of [
  [
    'rows come while it loads',
    [
      ['button', older],
      ['loading', ''],
      ['loading', ''],
      ['loading', '', 'B'],
    ],
    true,
  ],
  [
    'rows come, and the button for more',
    [
      ['button', older],
      ['button', older, 'B'],
    ],
    true,
  ],
  [
    'the chat turns out to begin here',
    [
      ['button', older],
      ['loading', ''],
      ['none', ''],
    ],
    true,
  ],
  [
    'the page says that it is to be done on the phone',
    [
      ['button', older],
      ['loading', ''],
      ['text', 'Use your phone'],
    ],
    false,
  ],
  [
    'the button is back after loading',
    [
      ['button', older],
      ['loading', ''],
      ['button', older],
    ],
    false,
  ],
  [
    'the button says at once that it failed',
    [
      ['button', older],
      ['button', 'Could not get them'],
    ],
    false,
  ],
] as [string, [Shape, string, string?][], boolean][]) {
  test(`one press, and ${came ? 'on' : 'no further'} when ${what}`, async () => {
    expect(await asked(looks)).toMatchObject({ came, presses: 1 })
  })
}

test('a page that loads for ever, or shows nothing of the press, is waited for a minute and no longer', async () => {
  for (const shape of ['loading', 'button'] as const) {
    const { came, clock, presses, nudges } = await asked([
      ['button', older],
      [shape, shape === 'button' ? older : ''],
    ])
    expect([came, presses, clock]).toEqual([false, 1, 60_000])
    // What came may be drawn only when the pane moves; where nothing loads there is nothing to look for.
    expect(nudges > 0).toBe(shape === 'loading')
  }
})

test('a press that the guard refuses ends the asking, any other fault is a fault', async () => {
  const deps = {
    read: async () => ({ banner: { shape: 'button', text: older }, items: [] }) as unknown as RawConversation,
    changed: async () => {},
    nudge: async () => {},
    now: () => 0,
    signal: new AbortController().signal,
  }
  const refusing = (error: Error) =>
    askPhone({
      ...deps,
      request: async () => {
        throw error
      },
    })
  expect(await refusing(new ClickRefused('older-messages', 'nobody said so'))).toBe(false)
  await expect(refusing(new Error('the page is gone'))).rejects.toThrow('the page is gone')
})
