import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from '@playwright/test'
import { isDue, nextRunAt, Schedule, type ScheduleOptions } from '../../src/schedule.ts'
import { startChild } from '../support/child.ts'

const MINUTE = 60_000
const ten = Date.parse('2026-03-01T10:00:00.000Z')

for (const intervalMinutes of [1, 7, 10, 45, 90, 1440]) {
  test(`a cycle every ${intervalMinutes} minutes is due at that minute and not one earlier`, () => {
    const lastStartedAt = ten + 900
    expect(isDue({ lastStartedAt, intervalMinutes, now: ten + intervalMinutes * MINUTE - 1 })).toBe(false)
    expect(isDue({ lastStartedAt, intervalMinutes, now: ten + intervalMinutes * MINUTE + 1 })).toBe(true)
    expect(nextRunAt({ lastStartedAt, intervalMinutes, now: ten + 1000 })).toBe(ten + intervalMinutes * MINUTE)
  })
}

test('without any start on record a cycle is due, and the next run is now', () => {
  expect(isDue({ lastStartedAt: null, intervalMinutes: 45, now: ten })).toBe(true)
  expect(nextRunAt({ lastStartedAt: null, intervalMinutes: 45, now: ten })).toBe(ten)
})

test('a clock that was set back does not silence the schedule', () => {
  expect(isDue({ lastStartedAt: ten, intervalMinutes: 10, now: ten - 3 * 3_600_000 })).toBe(true)
  expect(isDue({ lastStartedAt: ten + 400, intervalMinutes: 10, now: ten })).toBe(false)
})

/** A schedule whose clock, ticks and alarm are the test's: `pass` moves the clock a minute at a time and ticks; `ring` lets the alarm ring. */
function simulate(options: Partial<ScheduleOptions> & { intervalMinutes: number }) {
  const starts: { minute: number; trigger: string }[] = []
  const errors: unknown[] = []
  const clock = { now: ten + 300 }
  let skipped = 0
  let tick: (() => void) | null = null
  let alarm: { afterMs: number; ring: () => void } | null = null
  const schedule = new Schedule({
    lastStartedAt: async () => null,
    run: async () => null,
    onSkipped: () => void skipped++,
    onError: error => void errors.push(error),
    now: () => clock.now,
    ticker: fn => {
      tick = fn
      return () => {
        tick = null
      }
    },
    alarm: (afterMs, ring) => {
      alarm = { afterMs, ring }
      return () => {
        alarm = null
      }
    },
    ...options,
    ...(options.run && {
      run: trigger => {
        starts.push({ minute: Math.floor((clock.now - ten) / MINUTE), trigger })
        return options.run!(trigger)
      },
    }),
  })
  const settle = () => new Promise(setImmediate)
  const begin = () => {
    schedule.start()
    return settle()
  }
  const pass = async (minutes: number) => {
    for (let i = 0; i < minutes; i++) {
      clock.now += MINUTE
      if (tick) await schedule.tick()
      await settle()
    }
  }
  /** Moves the clock to where the alarm rings; gives how long that was, or null where none is set. */
  const ring = async () => {
    if (alarm === null) return null
    const { afterMs, ring } = alarm
    clock.now += afterMs
    ring()
    await settle()
    return afterMs
  }
  return { ring, schedule, begin, settle, starts, errors, clock, pass, skipped: () => skipped, ticking: () => tick !== null }
}

for (const intervalMinutes of [10, 45, 90]) {
  test(`the first cycle starts at once and the others every ${intervalMinutes} minutes, without drift`, async () => {
    const { schedule, begin, starts, pass } = simulate({ intervalMinutes, run: async () => null })
    await begin()
    await pass(3 * intervalMinutes + 1)
    expect(starts.map(start => start.minute)).toEqual([0, intervalMinutes, 2 * intervalMinutes, 3 * intervalMinutes])
    expect(starts.map(start => start.trigger)).toEqual(['start', 'schedule', 'schedule', 'schedule'])
    await schedule.close()
  })
}

test('a cycle longer than its interval is never overlapped: the slots it covers are counted, and the next one starts after it', async () => {
  const ends: (() => void)[] = []
  const { schedule, begin, settle, starts, pass, skipped } = simulate({
    intervalMinutes: 10,
    run: () => new Promise(end => ends.push(() => end(null))),
  })
  await begin()
  await pass(25)
  expect(starts).toHaveLength(1)
  expect(skipped()).toBe(2)
  expect(schedule.request()).toBe(false)
  ends[0]!()
  await settle()
  await pass(1)
  expect(starts.map(start => start.minute)).toEqual([0, 26])
  ends[1]!()
  await schedule.close()
})

test('a run that another process has recorded moves the slot', async () => {
  let recorded = ten
  const { schedule, begin, starts, pass } = simulate({ intervalMinutes: 10, lastStartedAt: async () => recorded, run: async () => null })
  await begin()
  recorded = ten + 6 * MINUTE
  await pass(16)
  expect(starts.map(start => start.minute)).toEqual([0, 16])
  await schedule.close()
})

test('after the clock was set back an hour one cycle starts, and then the interval holds again', async () => {
  const { schedule, begin, starts, clock, pass } = simulate({ intervalMinutes: 10, lastStartedAt: async () => ten, run: async () => null })
  await begin()
  clock.now -= 60 * MINUTE
  await pass(11)
  expect(starts.map(start => start.minute)).toEqual([0, -59, -49])
  await schedule.close()
})

test('a run that asks for another wait gets it once, to the millisecond, whatever the interval', async () => {
  for (const intervalMinutes of [1, 90]) {
    const answers = [15_000, 31_500, null]
    const { schedule, begin, starts, errors, clock, ring, pass } = simulate({ intervalMinutes, run: async () => answers.shift() ?? null })
    await begin()
    expect(schedule.nextRunAt).toBe(new Date(ten + 300 + 15_000).toISOString())
    expect(await ring()).toBe(15_000)
    expect(schedule.nextRunAt).toBe(new Date(ten + 300 + 46_500).toISOString())
    expect(await ring()).toBe(31_500)
    expect(await ring()).toBeNull()
    expect(clock.now).toBe(ten + 46_800)
    expect(schedule.nextRunAt).toBe(new Date(ten + intervalMinutes * MINUTE).toISOString())
    await pass(intervalMinutes)
    expect(starts.map(start => start.minute)).toEqual([0, 0, 0, intervalMinutes])
    expect(errors).toEqual([])
    await schedule.close()
  }
})

test('a longer wait than the interval is kept by ticks too, also where the alarm never rings; whoever asks meanwhile ends it', async () => {
  const answers = [25 * MINUTE, 25 * MINUTE, null]
  const { schedule, begin, settle, starts, ring, pass } = simulate({ intervalMinutes: 10, run: async () => answers.shift() ?? null })
  await begin()
  await pass(25)
  expect(starts.map(start => start.minute)).toEqual([0, 25])
  await pass(5)
  expect(schedule.request()).toBe(true)
  await settle()
  expect(await ring()).toBeNull()
  await pass(11)
  expect(starts.map(start => start.minute)).toEqual([0, 25, 30, 40])
  await schedule.close()
})

test('a wait is no licence to overlap, ends with the schedule, and outlives no clock that was set back', async () => {
  const ends: ((afterMs: number | null) => void)[] = []
  const { schedule, begin, settle, starts, clock, ring, pass } = simulate({
    intervalMinutes: 10,
    run: () => new Promise(end => ends.push(end)),
  })
  await begin()
  await pass(3)
  ends[0]!(20 * MINUTE)
  await settle()
  clock.now -= 60 * MINUTE
  await pass(1)
  expect(starts.map(start => start.minute)).toEqual([0, -56])
  expect(await ring()).toBeNull()
  const closing = schedule.close()
  ends[1]!(1000)
  await closing
  expect(await ring()).toBeNull()
  expect(starts).toHaveLength(2)
})

test('a failing run or record is handed on, and the schedule goes on', async () => {
  let asked = 0
  const { schedule, begin, starts, errors, pass } = simulate({
    intervalMinutes: 2,
    lastStartedAt: async () => {
      if (++asked === 2) throw new Error('database away')
      return null
    },
    run: async () => {
      throw new Error('page gone')
    },
  })
  await begin()
  await pass(5)
  expect(starts.map(start => start.minute)).toEqual([0, 3, 5])
  expect(errors.map(error => (error as Error).message)).toEqual(['page gone', 'database away', 'page gone', 'page gone'])
  await schedule.close()
})

test('closing waits for the cycle in hand and stops the ticks', async () => {
  let end: (value: null) => void = () => {}
  const { schedule, begin, ticking } = simulate({ intervalMinutes: 10, run: () => new Promise(resolve => (end = resolve)) })
  await begin()
  expect(schedule.nextRunAt).toBe('2026-03-01T10:10:00.000Z')
  let closed = false
  const closing = schedule.close().then(() => {
    closed = true
  })
  await new Promise(setImmediate)
  expect(closed).toBe(false)
  expect(ticking()).toBe(false)
  expect(schedule.request()).toBe(false)
  end(null)
  await closing
  expect(schedule.nextRunAt).toBeNull()
})

test('ticks go on when the clock is set days ahead, and when it is set back', async ({}, info) => {
  const file = info.outputPath('clock')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '0')
  const clock = new URL('../support/stepped-clock.mjs', import.meta.url).href
  const child = startChild(new URL('./process/tick.ts', import.meta.url), { CLOCK_FILE: file }, clock)
  try {
    await child.line()
    for (const days of [3, -3]) {
      writeFileSync(file, String(days * 24 * 60 * 60_000))
      child.process.kill('SIGUSR2')
      for (let tick = 0; tick < 3; tick++) expect(await child.line()).toBe('tick')
    }
  } finally {
    await child.kill()
  }
})
