/** `docs/events.md` held against the code. */
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { closings } from '../../src/live/follow.ts'
import { frameTypes } from '../../src/live/frames.ts'
import { newSecret, signedHeaders } from '../../src/webhooks/signature.ts'

const text = readFileSync('docs/events.md', 'utf8')
const firstCells = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell)

test('the document names every type of frame and every code of a goodbye', () => {
  const codes = Object.values(closings).map(({ code }) => String(code))
  // 1009 is the library's own: a frame that is too large.
  expect(firstCells.sort()).toEqual([...frameTypes, ...codes, '1009'].sort())
})

test("the document's way to verify a signature accepts what the worker signs, and nothing else", async () => {
  const [, code = ''] = /```js verify\n([\s\S]*?)```/.exec(text) ?? []
  const { isGenuine } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    isGenuine(secret: string, headers: Record<string, string>, body: string, now?: number): boolean
  }
  const secret = newSecret()
  const now = Date.now()
  const headers = signedHeaders(secret, 'evt_1', now, 'the body €')
  expect(isGenuine(secret, headers, 'the body €')).toBe(true)
  expect(isGenuine(secret, { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` }, 'the body €')).toBe(true)
  expect(isGenuine(secret, headers, 'the body'), 'another body').toBe(false)
  expect(isGenuine(newSecret(), headers, 'the body €'), 'another secret').toBe(false)
  expect(isGenuine(secret, { ...headers, 'webhook-id': 'evt_2' }, 'the body €'), 'another id').toBe(false)
  expect(isGenuine(secret, headers, 'the body €', now + 600_000), 'too old').toBe(false)
})
