import { expect, test } from '@playwright/test'
import { activityOf } from '../../src/web/activity.ts'

const options = { locale: 'en', zone: 'America/Sao_Paulo', now: '2026-11-21T15:00:30Z', order: 'dmy' as const }
const active = (label: string | null, more: Partial<typeof options> = {}) => activityOf(label, { ...options, ...more })

test("a clock time is today's minute, or yesterday's where today's has not come yet", () => {
  expect(active('11:59')).toEqual({ earliest: '2026-11-21T14:59:00.000Z', latest: '2026-11-21T14:59:59.999Z' })
  expect(active('12:00')).toEqual({ earliest: '2026-11-21T15:00:00.000Z', latest: '2026-11-21T15:00:59.999Z' })
  expect(active('23:50')).toEqual({ earliest: '2026-11-21T02:50:00.000Z', latest: '2026-11-21T02:50:59.999Z' })
})

test('a clock time of the hour that the clock shows twice may be of both, as far as they have come', () => {
  const berlin = { zone: 'Europe/Berlin' }
  const first = '2026-10-25T00:30:00.000Z'
  expect(active('02:30', { ...berlin, now: '2026-10-25T10:00:00Z' })).toEqual({ earliest: first, latest: '2026-10-25T01:30:59.999Z' })
  expect(active('02:30', { ...berlin, now: '2026-10-25T00:40:00Z' })).toEqual({ earliest: first, latest: '2026-10-25T00:30:59.999Z' })
})

test('a clock time that today skipped is of yesterday', () => {
  expect(active('02:30', { zone: 'Europe/Berlin', now: '2026-03-29T10:00:00Z' })?.earliest).toBe('2026-03-28T01:30:00.000Z')
})

test("today's own weekday may be today on a page that counts from the day before", () => {
  expect(active('Saturday')).toEqual({ earliest: '2026-11-14T03:00:00.000Z', latest: '2026-11-22T02:59:59.999Z' })
})

test('a label that is no time says nothing', () => {
  for (const label of [null, '', '  ', 'typing…']) expect(active(label)).toBeNull()
})
