import { expect, test } from '@playwright/test'
import { makeBus } from '../../src/events.ts'
import type { SyncEvent } from '../../src/model.ts'

const qr: SyncEvent = { type: 'session.qr', accountId: 'default', data: {} }
const failed: SyncEvent = { type: 'sync.failed', accountId: 'default', data: { code: 'browser' } }

test('listeners hear the type they asked for, and * hears all, in order', () => {
  const bus = makeBus()
  const heard: string[] = []
  bus.on('session.qr', event => heard.push(`one ${event.type}`))
  const stop = bus.on('*', event => heard.push(`all ${event.type}`))
  bus.emit(qr)
  bus.emit(failed)
  stop()
  bus.emit(failed)
  expect(heard).toEqual(['one session.qr', 'all session.qr', 'all sync.failed'])
})

test('a listener that throws keeps the event from nobody', () => {
  const errors: unknown[] = []
  const bus = makeBus(error => errors.push(error))
  const heard: string[] = []
  bus.on('*', () => {
    throw new Error('bad listener')
  })
  bus.on('*', event => heard.push(event.type))
  bus.emit(qr)
  expect(heard).toEqual(['session.qr'])
  expect(errors).toHaveLength(1)
})

test('next resolves with the first event of its type and rejects when none comes in time', async () => {
  const bus = makeBus()
  const next = bus.next('sync.failed')
  bus.emit(qr)
  bus.emit(failed)
  expect(await next).toEqual(failed)
  await expect(bus.next('sync.failed', { timeoutMs: 1 })).rejects.toThrow('no sync.failed event within 1 ms')
})
