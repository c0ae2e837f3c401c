import { createHmac } from 'node:crypto'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { frameOf } from '../../src/live/frames.ts'
import { parseId, startingPlace } from '../../src/live/start.ts'
import { isPrivateAddress, refusedUrl } from '../../src/webhooks/addresses.ts'
import { deliveryBody } from '../../src/webhooks/payload.ts'
import { giveUpMs, isOver, openAfter, pauseMs, retryMs } from '../../src/webhooks/schedule.ts'
import { isSecret, newSecret, signedHeaders } from '../../src/webhooks/signature.ts'

const hour = 3_600_000

test('retries wait longer and longer over days, spread by chance, and never less than the receiver asked for', () => {
  const waits = Array.from({ length: 14 }, (_, n) => retryMs(n + 1, 0.5))
  expect(waits.slice(0, 4)).toEqual([10_000, 30_000, 90_000, 270_000])
  expect(Math.max(...waits)).toBe(12 * hour)
  const total = waits.reduce((sum, ms) => sum + ms, 0)
  expect(total).toBeGreaterThan(giveUpMs)
  expect(
    waits.slice(0, 10).reduce((sum, ms) => sum + ms, 0),
    'not before some days',
  ).toBeLessThan(giveUpMs)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const ms = retryMs(failures, random)
      expect(ms).toBeGreaterThanOrEqual(8000)
      expect(ms).toBeLessThanOrEqual(14.4 * hour)
    }),
  )
  expect(retryMs(1, 0.5, 600_000)).toBe(600_000)
  expect(retryMs(1, 0.5, 1000 * hour), 'at most a day').toBe(24 * hour)
  expect([isOver(0, giveUpMs - 1), isOver(0, giveUpMs)]).toEqual([false, true])
})

test('an endpoint is left alone after some failures in a row, each time longer, up to an hour', () => {
  expect([openAfter - 1, openAfter, openAfter + 1, openAfter + 50].map(pauseMs)).toEqual([0, 60_000, 120_000, hour])
})

test('a signature is that of Standard Webhooks, by their published example and by another implementation', () => {
  const example = signedHeaders(
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1_614_265_330_000,
    '{"test": 2432232314}',
  )
  expect(example['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  const secret = newSecret()
  const {
    'webhook-id': id,
    'webhook-timestamp': at,
    'webhook-signature': signature,
  } = signedHeaders(secret, 'evt_7', 1_700_000_000_999, 'body €')
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  expect([id, at, signature]).toEqual([
    'evt_7',
    '1700000000',
    `v1,${createHmac('sha256', key).update(`evt_7.1700000000.body €`).digest('base64')}`,
  ])
})

test('a secret is whsec_ and 24 to 64 bytes of base64', () => {
  expect(isSecret(newSecret())).toBe(true)
  const of = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`
  expect([of(24), of(64), of(23), of(65), 'whsec_', 'whsec_!!!!', of(32).slice(6), `${of(32)} `].map(isSecret)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ])
})

test('private, loopback, link-local, shared and other special addresses are known in every spelling', () => {
  const refused = `0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1
    192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
    :: ::1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:169.254.169.254 ::ffff:a9fe:a9fe ::ffff:10.0.0.1 0:0:0:0:0:ffff:c0a8:0101 64:ff9b::7f00:1 64:ff9b::10.0.0.1
    64:ff9b:1::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 2001:db8::1 2001::1 2002:7f00:1:: 100::1 ::127.0.0.1 3fff::1
    localhost example.com 127.1 0x7f.1 2130706433`
  for (const address of refused.split(/\s+/)) expect(isPrivateAddress(address), address).toBe(true)
  for (const address of '1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.0.1 2606:4700::1111 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808'.split(
    ' ',
  ))
    expect(isPrivateAddress(address), address).toBe(false)
})

test('a URL that may not be a webhook is refused with what was expected, however its address is spelled', () => {
  const refused = `http://example.com/ ftp://example.com/ https://user:secret@example.com/ https://127.0.0.1/ https://127.1/ https://0x7f000001/
    https://2130706433/ https://017700000001/ https://[::1]/ https://[::ffff:127.0.0.1]/ https://[fe80::1]/ https://169.254.169.254/latest
    https://localhost/ https://a.localhost/ https://10.1.2.3:8443/ /webhook example.com`
  for (const url of [...refused.split(/\s+/), '', `https://example.com/${'x'.repeat(2000)}`]) {
    expect(refusedUrl(url, { allowPrivate: false }), url).not.toBeNull()
  }
  expect(refusedUrl('https://example.com/hook?token=1', { allowPrivate: false })).toBeNull()
  expect(refusedUrl('https://8.8.8.8/', { allowPrivate: false })).toBeNull()
  for (const url of ['http://127.0.0.1:9/', 'http://localhost/', 'https://192.168.0.7/x'])
    expect(refusedUrl(url, { allowPrivate: true })).toBeNull()
  expect(refusedUrl('https://u:p@127.0.0.1/', { allowPrivate: true })).toContain('without user')
})

test('events of no message have frames of their own; reactions, and messages that are gone, have none', () => {
  const row = { id: 7, accountId: 'default', createdAt: '2026-03-01T12:00:00.000Z', message: null }
  expect(frameOf({ ...row, type: 'session.expired', data: { reason: 'logged_out' } })).toEqual({
    type: 'status',
    id: 7,
    data: { ready: false, status: 'expired' },
  })
  expect(frameOf({ ...row, type: 'sync.completed', data: { run_id: 'r', status: 'complete' } })).toEqual({
    type: 'sync',
    id: 7,
    data: { event: 'sync.completed', run_id: 'r', status: 'complete' },
  })
  for (const type of ['message.received', 'message.reaction', 'agent.message'] as const)
    expect(frameOf({ ...row, type, data: { message_id: 1 } })).toBeNull()
  expect(deliveryBody({ ...row, type: 'message.received', data: {} })).toBeNull()
  expect(JSON.parse(deliveryBody({ ...row, type: 'sync.failed', data: { code: 'browser' } })!)).toEqual({
    type: 'sync',
    id: 7,
    timestamp: '2026-03-01T12:00:00.000Z',
    data: { event: 'sync.failed', code: 'browser' },
  })
})

test('a follower begins where nothing can be missing, or is told that something may be', () => {
  const edges = { first: 11, last: 20, drawn: 22 }
  expect(startingPlace(null, edges)).toBe(20)
  expect([0, 10, 15, 20, 21, 22].map(since => startingPlace(since, edges))).toEqual([0, 10, 15, 20, 21, 22])
  expect([1, 9].map(since => startingPlace(since, edges))).toEqual(['gone', 'gone'])
  expect(startingPlace(23, edges)).toBe('unknown')
  const bare = { first: null, last: 0, drawn: 5 }
  expect([null, 0, 4, 5, 6].map(since => startingPlace(since, bare))).toEqual([0, 0, 'gone', 5, 'unknown'])
  expect(['0', '12', '-1', '1e3', '', ' 1', '99999999999999999'].map(parseId)).toEqual([0, 12, null, null, null, null, null])
})
