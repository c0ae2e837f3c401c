/** What the worker does about errors: one table, and how the waits grow. */
import { expect, test } from '@playwright/test'
import {
  BrowserError,
  ConfigError,
  type ErrorCode,
  EtlError,
  LockedError,
  LoginRequired,
  PageHung,
  PersonNeeded,
  Retryable,
  SchemaError,
  SelectorDrift,
  UnnamedChat,
  UsageError,
} from '../../src/errors.ts'
import { backoffMs, cycleBackoff, personWaitMs, reactionTo } from '../../src/retry.ts'

const table: [EtlError, string, string][] = [
  [new ConfigError(['X']), 'stop', 'stop'],
  [new UsageError('x'), 'stop', 'stop'],
  [new SchemaError('x'), 'stop', 'stop'],
  [new LockedError('x'), 'retry', 'stop'],
  [new LoginRequired(), 'wait_for_person', 'wait_for_person'],
  [new PersonNeeded('x'), 'wait_for_person', 'wait_for_person'],
  [new SelectorDrift('x', 'e7', ['text']), 'pause_extraction', 'pause_extraction'],
  [new Retryable('x'), 'retry', 'retry'],
  [new PageHung(20_000), 'retry', 'retry'],
  [new UnnamedChat('x'), 'retry', 'retry'],
  [new BrowserError('x'), 'retry', 'retry'],
  [new EtlError('internal', 'x'), 'retry', 'stop'],
]

for (const [error, inCycle, atStart] of table) {
  test(`${error.name} (${error.code}): ${inCycle} in a cycle, ${atStart} at the start`, () => {
    expect([reactionTo(error), reactionTo(error, 'start')]).toEqual([inCycle, atStart])
  })
}

test('every code has its reaction', () => {
  const codes: Record<ErrorCode, true> = {
    config: true,
    usage: true,
    schema: true,
    locked: true,
    login_required: true,
    person_needed: true,
    selector_drift: true,
    retryable: true,
    browser: true,
    internal: true,
  }
  expect(new Set(table.map(([{ code }]) => code))).toEqual(new Set(Object.keys(codes)))
})

test('waits double from 15 s to the ceiling, drawn from the upper half', () => {
  const waits = (random: number, minutes: number) =>
    [1, 2, 3, 4, 5, 6, 7, 8, 1000].map(n => backoffMs(n, cycleBackoff(minutes), random) / 1000)
  expect(waits(1, 60)).toEqual([15, 30, 60, 120, 240, 480, 900, 900, 900])
  expect(waits(0, 60)).toEqual([7.5, 15, 30, 60, 120, 240, 450, 450, 450])
  expect(waits(1, 10)).toEqual([15, 30, 60, 120, 240, 480, 600, 600, 600])
  expect(waits(1, 1)).toEqual([15, 30, 60, 60, 60, 60, 60, 60, 60])
})

test('a person is waited for five minutes at a time, or an interval where that is shorter', () => {
  expect([1, 5, 90].map(minutes => personWaitMs(minutes) / 60_000)).toEqual([1, 5, 5])
})
