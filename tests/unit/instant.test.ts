import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { parseInstant } from '../../src/http/instant.ts'

const table: [given: string, expected: string | undefined][] = [
  ['2026-02-28T09:00:00Z', '2026-02-28T09:00:00.000Z'],
  ['2026-02-28T09:00:00.123456+01:00', '2026-02-28T08:00:00.123Z'],
  ['2026-02-28t09:00:00,5z', '2026-02-28T09:00:00.500Z'],
  ['2026-02-28 09:00', '2026-02-28T09:00:00.000Z'],
  ['2026-02-28T09:00:00', '2026-02-28T09:00:00.000Z'],
  ['2026-02-28', '2026-02-28T00:00:00.000Z'],
  ['2026-02-28T23:30:00-0230', '2026-03-01T02:00:00.000Z'],
  ['2026-02-28T09:00:00+05', '2026-02-28T04:00:00.000Z'],
  ['2026-02-28T09:00:00 05:45', '2026-02-28T03:15:00.000Z'],
  ['2024-02-29T00:00Z', '2024-02-29T00:00:00.000Z'],
  ['1772265600', '2026-02-28T08:00:00.000Z'],
  ['1772265600.25', '2026-02-28T08:00:00.250Z'],
  ['0', '1970-01-01T00:00:00.000Z'],
  ['-1', '1969-12-31T23:59:59.000Z'],
  ['1772265600000', undefined],
  ['2026-02-29', undefined],
  ['2026-13-01', undefined],
  ['2026-00-10', undefined],
  ['2026-02-28T24:00:00Z', undefined],
  ['2026-02-28T09:60Z', undefined],
  ['2026-02-28T09:00:00+24:00', undefined],
  ['2026-2-8', undefined],
  ['0000-01-01', undefined],
  ['yesterday', undefined],
  ['', undefined],
  ['1e9', undefined],
  ['NaN', undefined],
]

for (const [given, expected] of table) {
  test(`"${given}" is ${expected ?? 'no instant'}`, () => expect(parseInstant(given)).toBe(expected))
}

test('every instant that the API writes is read as what it is', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), date => {
      expect(parseInstant(date.toISOString())).toBe(date.toISOString())
    }),
  )
})
