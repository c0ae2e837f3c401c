import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { expect, test } from '@playwright/test'
import { isPrivateAddress } from '../../src/webhooks/addresses.ts'
import { type SendOptions, send } from '../../src/webhooks/send.ts'
import { Receiver } from '../support/receiver.ts'

const anywhere: SendOptions = { refuses: () => false }
const post = (url: string, options: Partial<SendOptions> = {}) =>
  send(new URL(url), { 'x-one': '1' }, '{"type":"sync"}', { ...anywhere, ...options })

test('a 2xx answer is success, everything else a failure with its status; what the receiver asks to wait is understood', async () => {
  const receiver = await Receiver.start()
  expect(await post(receiver.url)).toEqual({ status: 204, error: null, retryAfterMs: null })
  expect(receiver.received[0]!.headers).toMatchObject({ 'content-type': 'application/json', 'x-one': '1' })
  receiver.answer = (_, response) => void response.writeHead(503, { 'retry-after': '120' }).end()
  expect(await post(receiver.url)).toEqual({ status: 503, error: 'status', retryAfterMs: 120_000 })
  receiver.answer = (_, response) => void response.writeHead(429, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }).end()
  const { retryAfterMs, ...limited } = await post(receiver.url)
  expect(limited).toEqual({ status: 429, error: 'status' })
  expect(Math.round(retryAfterMs! / 60_000)).toBe(60)
  receiver.answer = (_, response) => void response.writeHead(503, { 'retry-after': 'Fri, 01 Jan 2021 00:00:00 GMT' }).end()
  expect(await post(receiver.url), 'it is over').toMatchObject({ status: 503, retryAfterMs: 0 })
  receiver.answer = (_, response) => void response.writeHead(400, { 'retry-after': 'tomorrow' }).end('no')
  expect(await post(receiver.url)).toEqual({ status: 400, error: 'status', retryAfterMs: null })
  receiver.answer = (_, response) => void response.destroy()
  expect(await post(receiver.url)).toMatchObject({ status: null, error: 'ECONNRESET' })
  await receiver.stop()
  expect(await post(receiver.url)).toMatchObject({ status: null, error: 'ECONNREFUSED' })
})

test('a name that nobody resolves is given up in time', async () => {
  const url = 'https://receiver.example/'
  expect(await post(url, { resolve: () => new Promise(() => {}), connectMs: 50 })).toMatchObject({ status: null, error: 'connect_timeout' })
})

test('redirects are not followed', async () => {
  const inner = await Receiver.start()
  const receiver = await Receiver.start((_, response) => void response.writeHead(307, { location: inner.url }).end())
  expect(await post(receiver.url)).toEqual({ status: 307, error: 'redirect', retryAfterMs: null })
  expect([receiver.connections, inner.connections]).toEqual([1, 0])
  await Promise.all([receiver.stop(), inner.stop()])
})

test('a receiver that answers byte by byte, or not at all, is given up in time', async () => {
  const sockets: Socket[] = []
  const loris = createServer(socket => {
    sockets.push(socket)
    socket.on('error', () => {})
    const drip = setInterval(() => socket.write('H'), 10)
    socket.write('HTTP/1.1 200 OK\r\n')
    socket.on('close', () => clearInterval(drip))
  })
  loris.listen(0, '127.0.0.1')
  await once(loris, 'listening')
  const { port } = loris.address() as { port: number }
  expect(await post(`http://127.0.0.1:${port}/`, { totalMs: 150 })).toMatchObject({ status: null, error: 'timeout' })
  const closed = once(loris, 'close')
  loris.close()
  await closed
  expect(sockets).toHaveLength(1)
  expect(await post('http://name.example/', { connectMs: 50, resolve: () => new Promise(() => {}) })).toMatchObject({
    error: 'connect_timeout',
  })
})

test('a receiver that never finishes its handshake, or speaks no TLS, is given up', async () => {
  const mute = createServer(socket => socket.on('error', () => {}))
  mute.listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const { port } = mute.address() as { port: number }
  expect(await post(`https://127.0.0.1:${port}/`, { connectMs: 100 })).toMatchObject({ status: null, error: 'connect_timeout' })
  mute.close()
  const receiver = await Receiver.start()
  expect(await post(receiver.url.replace('http:', 'https:'))).toMatchObject({ status: null, error: expect.stringMatching(/^E/) })
  expect(receiver.received).toEqual([])
  await receiver.stop()
})

test('an answer that never ends is a success all the same, and is cut off', async () => {
  const receiver = await Receiver.start((_, response) => {
    response.writeHead(200)
    const more = setInterval(() => response.write('x'.repeat(1024)), 1)
    response.on('close', () => clearInterval(more))
  })
  expect(await post(receiver.url)).toMatchObject({ status: 200, error: null })
  await expect.poll(() => receiver.open).toBe(0)
  receiver.answer = (_, response) => void response.writeHead(200).write('x')
  const started = performance.now()
  expect(await post(receiver.url, { totalMs: 150 })).toMatchObject({ status: 200, error: null })
  expect(performance.now() - started, 'the delivery is under way as long as its connection is open').toBeGreaterThan(140)
  await expect.poll(() => receiver.open).toBe(0)
  receiver.answer = (_, response) => void response.writeHead(200, { 'x-large': 'y'.repeat(30_000) }).end()
  expect(await post(receiver.url)).toMatchObject({ status: null, error: 'HPE_HEADER_OVERFLOW' })
  await receiver.stop()
})

test('nobody is connected to at a private address, given as such or by a name', async () => {
  const receiver = await Receiver.start()
  const { port } = new URL(receiver.url)
  const guarded = { refuses: isPrivateAddress }
  const error = 'private_address'
  for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254', '0.0.0.0']) {
    expect(await post(`http://${host}:${port}/`, guarded), host).toMatchObject({ error })
  }
  for (const address of ['127.0.0.1', '::1', '::ffff:7f00:1', '10.0.0.1', '169.254.169.254']) {
    const resolve = async () => [{ address, family: address.includes(':') ? 6 : 4 }]
    expect(await post(`http://harmless.example:${port}/`, { ...guarded, resolve }), address).toMatchObject({ error })
  }
  expect(await post(`http://localhost:${port}/`, guarded), 'by the real resolver').toMatchObject({ error })
  expect(receiver.connections).toBe(0)
  await receiver.stop()
})

test('the address that was checked is the one that is connected to, however the name resolves a moment later', async () => {
  const receiver = await Receiver.start()
  const { port } = new URL(receiver.url)
  const asked: string[] = []
  // The receiver stands for a public address, 127.0.0.2 for one that is private.
  const rebinding: Partial<SendOptions> = {
    refuses: address => address === '127.0.0.2',
    resolve: async name => {
      asked.push(name)
      return [{ address: asked.length === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]
    },
  }
  expect(await post(`http://rebind.example:${port}/`, rebinding)).toMatchObject({ status: 204 })
  expect(asked).toEqual(['rebind.example'])
  expect(await post(`http://rebind.example:${port}/`, rebinding)).toMatchObject({ error: 'private_address' })
  expect([asked.length, receiver.connections]).toEqual([2, 1])
  await receiver.stop()
})
