import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { test as base, expect } from '@playwright/test'
import type { Job, RunRecord } from '../../src/commands/job.ts'
import { runWorker, type WorkerParts } from '../../src/commands/worker.ts'
import { loadConfig } from '../../src/config.ts'
import type { Condition } from '../../src/db/condition.ts'
import type { SelectorReport } from '../../src/drift.ts'
import { BrowserError, LoginRequired, PersonNeeded, Retryable, SchemaError, SelectorDrift } from '../../src/errors.ts'
import { makeBus } from '../../src/events.ts'
import { makeLogger } from '../../src/log.ts'
import { makeMetrics } from '../../src/metrics.ts'
import { type CycleResult, newResult } from '../../src/sync/result.ts'

type Cycle = Job['cycle']

/** A worker on a job that stands in for database and browser: what is tested is the worker around it. */
class Harness {
  readonly bus = makeBus()
  readonly lines: string[] = []
  readonly stop = new AbortController()
  tick: () => void = () => {}
  /** The wait that the schedule has set; null where none. */
  alarm: { afterMs: number; ring: () => void } | null = null
  /** What the database would have on record; a cycle that ends writes it. */
  record: RunRecord = { lastSuccessfulSyncAt: null, lastRun: null, incompleteInARow: 0 }
  #address: Promise<string>
  #listening: (address: string) => void = () => {}
  readonly dir: string
  done: Promise<number> = Promise.resolve(0)

  constructor(dir: string) {
    this.dir = dir
    this.#address = new Promise(resolve => {
      this.#listening = resolve
    })
  }

  start(cycle: Cycle, parts: Partial<WorkerParts> = {}, job: Partial<Job> = {}, env: Record<string, string> = {}): void {
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        this.lines.push(String(chunk))
        done()
      },
    })
    const now = () => new Date(parts.now?.() ?? Date.now()).toISOString()
    const opened: Job = {
      cycle: async options => {
        const startedAt = now()
        const ended = await cycle(options)
        this.record = {
          lastSuccessfulSyncAt: ended.status === 'complete' ? now() : this.record.lastSuccessfulSyncAt,
          lastRun: { status: ended.status, startedAt, error: null, selectorSet: 'e7' },
          incompleteInARow: ended.status === 'incomplete' ? this.record.incompleteInARow + 1 : 0,
        }
        return ended
      },
      latest: async () => this.record,
      ping: async () => 1.5,
      close: async () => {},
      ...job,
    }
    const ready: WorkerParts = {
      config: loadConfig({ DATA_DIR: this.dir, HTTP_PORT: '0', ...env }),
      log: makeLogger({ level: 'info', pretty: false, stream }),
      metrics: makeMetrics({ processMetrics: false }),
      bus: this.bus,
      version: '1.2.3',
      open: async () => opened,
      onListening: this.#listening,
      ticker: tick => {
        this.tick = tick
        return () => {}
      },
      alarm: (afterMs, ring) => {
        this.alarm = { afterMs, ring }
        return () => {
          this.alarm = null
        }
      },
      random: () => 1,
      ...parts,
    }
    this.done = runWorker(ready, this.stop.signal)
  }

  async get(path: string, headers: Record<string, string> = {}) {
    const response = await fetch(`${await this.#address}${path}`, { headers })
    const text = await response.text()
    return { status: response.status, text, json: () => JSON.parse(text) }
  }

  async metric(line: string): Promise<boolean> {
    const key = (await readFile(join(this.dir, 'api-key'), 'utf8')).trim()
    return (await this.get('/metrics', { 'x-api-key': key })).text.split('\n').includes(line)
  }
}

const test = base.extend<{ worker: Harness }>({
  worker: async ({}, use) => {
    const dir = await mkdtemp(join(tmpdir(), 'worker-'))
    const harness = new Harness(dir)
    await use(harness)
    harness.stop.abort()
    await harness.done.catch(() => {})
    await rm(dir, { recursive: true })
  },
})

const result = (status: CycleResult['status']): CycleResult => {
  const made = newResult('7')
  return { ...made, status, seconds: 3, messages: { ...made.messages, seen: 5, inserted: 3, updated: 1, unchanged: 1 } }
}

/** Resolves with the n-th call's options once it is made; every call answers with what `answers` gives for it. */
function cycles(...answers: (() => Promise<CycleResult>)[]) {
  const calls: { trigger: string; signal: AbortSignal }[] = []
  const waiting = new Map<number, () => void>()
  const cycle: Cycle = async options => {
    calls.push(options)
    const answer = answers[calls.length - 1] ?? (async () => result('complete'))
    try {
      return await answer()
    } finally {
      setImmediate(() => waiting.get(calls.length)?.())
    }
  }
  const over = (count: number) => new Promise<void>(resolve => waiting.set(count, resolve))
  return { cycle, calls, over }
}

test('the first cycle runs at once, health is ok after it, and a stop ends the worker with status 0', async ({ worker }) => {
  const { cycle, calls, over } = cycles()
  const first = over(1)
  worker.start(cycle)
  await first
  const health = await worker.get('/health')
  expect([health.status, health.json().status, health.json().session.status, health.json().selector_set]).toEqual([
    200,
    'ok',
    'logged_in',
    'e7',
  ])
  expect(health.json().last_successful_sync_at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
  expect((await worker.get('/readyz')).status).toBe(200)
  worker.stop.abort()
  expect(await worker.done).toBe(0)
  expect(calls.map(call => call.trigger)).toEqual(['start'])
})

test('a cycle is counted under the metric names of the contract', async ({ worker }) => {
  const { cycle, over } = cycles()
  const first = over(1)
  worker.start(cycle)
  await first
  for (const line of [
    'whatsapp_sync_messages_fetched 5',
    'whatsapp_sync_upserts 4',
    'whatsapp_sync_rows{outcome="inserted"} 3',
    'whatsapp_sync_cycle_seconds_count{status="complete"} 1',
    'whatsapp_session_status{status="logged_in"} 1',
  ]) {
    expect(await worker.metric(line), line).toBe(true)
  }
})

test('the API key is made once, readable by its owner only, and never logged', async ({ worker }) => {
  const { cycle, over } = cycles()
  const first = over(1)
  worker.start(cycle)
  await first
  const path = join(worker.dir, 'api-key')
  const key = (await readFile(path, 'utf8')).trim()
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(key.length).toBeGreaterThanOrEqual(43)
  expect((await worker.get('/metrics')).status).toBe(401)
  expect((await worker.get('/metrics', { authorization: `Bearer ${key}` })).status).toBe(200)
  expect(worker.lines.join('')).not.toContain(key)
})

test('an unpaired profile leaves the worker waiting: health says what to do, and it goes on by itself later', async ({ worker }) => {
  const { cycle, over } = cycles(async () => {
    throw new LoginRequired()
  })
  let clock = Date.parse('2026-03-01T10:00:00.000Z')
  const first = over(1)
  const failed = worker.bus.next('sync.failed')
  worker.start(cycle, { now: () => clock }, {}, { WHATSAPP_SYNC_INTERVAL_MINUTES: '90' })
  await first
  await failed
  const health = (await worker.get('/health')).json()
  expect([health.status, health.session.status, health.problems[0].code]).toEqual(['degraded', 'pairing', 'pairing_needed'])
  expect(await worker.metric('whatsapp_sync_errors{code="login_required"} 1')).toBe(true)
  expect(await worker.metric('whatsapp_session_status{status="pairing"} 1')).toBe(true)
  const second = over(2)
  expect(worker.alarm?.afterMs).toBe(5 * 60_000)
  clock += 5 * 60_000
  worker.alarm?.ring()
  await second
  expect((await worker.get('/health')).json()).toMatchObject({
    status: 'ok',
    session: { status: 'logged_in', since: '2026-03-01T10:05:00.000Z' },
  })
})

test('an expired session stays told apart from one that was never paired', async ({ worker }) => {
  const { cycle, over } = cycles(async () => {
    worker.bus.emit({ type: 'session.expired', accountId: 'default', data: {} })
    throw new LoginRequired()
  })
  const first = over(1)
  worker.start(cycle)
  await first
  expect((await worker.get('/health')).json().session.status).toBe('expired')
})

test('what keeps the chats from being read is told apart, with what to do, and is over as soon as they are', async ({ worker }) => {
  const { cycle, over } = cycles(async () => {
    throw new PersonNeeded('another window')
  })
  const first = over(1)
  worker.start(cycle)
  await first
  const problems = async () => (await worker.get('/health')).json().problems.map((one: { code: string }) => one.code)
  for (const [reason, code, label] of [
    ['offline', 'offline', 'offline'],
    ['other_window', 'other_window', 'other_window'],
    ['unsupported', 'browser_unsupported', 'unsupported'],
    ['blocked', 'account_blocked', 'blocked'],
    ['the page crashed', 'cycle_failed', 'browser_gone'],
  ]) {
    worker.bus.emit({ type: 'session.disconnected', accountId: 'default', data: { reason } })
    expect((await worker.get('/health')).json().session).toEqual({ status: 'unknown', since: expect.any(String) })
    expect(await problems()).toEqual([code])
    expect(await worker.metric(`whatsapp_session_problem{problem="${label}"} 1`)).toBe(true)
  }
  const second = over(2)
  worker.bus.emit({ type: 'session.connected', accountId: 'default', data: {} })
  await second
  expect(await problems()).toEqual([])
})

test('a session that comes back is read at once where it had expired or a cycle had failed, and not where all was well', async ({
  worker,
}) => {
  const { cycle, calls, over } = cycles()
  const first = over(1)
  worker.start(cycle)
  await first
  const tell = (type: 'session.expired' | 'session.connected' | 'session.disconnected') =>
    worker.bus.emit({ type, accountId: 'default', data: { reason: 'offline' } })
  tell('session.disconnected')
  tell('session.connected')
  expect(calls).toHaveLength(1)
  const second = over(2)
  tell('session.expired')
  tell('session.connected')
  await second
  expect(calls.map(call => call.trigger)).toEqual(['start', 'command'])
})

test('failing cycles are logged, counted and tried again after 15, 30, 60 seconds; one that runs ends that', async ({ worker }) => {
  const clock = Date.parse('2026-03-01T10:00:00.000Z')
  const fail = async () => {
    throw new BrowserError('the browser went away')
  }
  const { cycle, calls, over } = cycles(fail, fail, fail)
  const first = over(1)
  worker.start(cycle, { now: () => clock })
  await first
  const problem = async () => (await worker.get('/health')).json().problems[0]
  expect(await problem()).toMatchObject({
    code: 'cycle_failed',
    message: 'the last cycle failed (browser); it is tried again at 2026-03-01T10:00:15.000Z',
  })
  expect(worker.lines.join('')).toContain('the browser went away')
  const waits: (number | undefined)[] = []
  for (let count = 2; count <= 4; count++) {
    waits.push(worker.alarm?.afterMs)
    expect(await worker.metric(`whatsapp_sync_failures_in_a_row ${count - 1}`)).toBe(true)
    expect(await worker.metric(`whatsapp_sync_retry_seconds ${(worker.alarm?.afterMs ?? 0) / 1000}`)).toBe(true)
    const next = over(count)
    worker.alarm?.ring()
    await next
  }
  expect(waits).toEqual([15_000, 30_000, 60_000])
  const health = (await worker.get('/health')).json()
  expect([health.status, health.next_run_at]).toEqual(['ok', '2026-03-01T10:10:00.000Z'])
  expect(worker.alarm).toBeNull()
  for (const line of ['whatsapp_sync_failures_in_a_row 0', 'whatsapp_sync_retry_seconds 0']) expect(await worker.metric(line)).toBe(true)
  expect(calls.map(call => call.trigger)).toEqual(['start', 'schedule', 'schedule', 'schedule'])
})

test('an error that trying again does not change ends the worker with it, after everything is closed', async ({ worker }) => {
  let closed = 0
  worker.start(
    async () => {
      throw new SchemaError('the database was migrated by a newer version')
    },
    {},
    {
      close: async () => void closed++,
      background: signal => new Promise(resolve => signal.addEventListener('abort', () => resolve())),
    },
  )
  await expect(worker.done).rejects.toThrow('migrated by a newer version')
  expect(closed).toBe(1)
})

test('a page that is not understood is tried after 2, 4, 8 intervals, and in the old rhythm once it is understood', async ({ worker }) => {
  const drift = async () => {
    throw new SelectorDrift('not understood', 'e7', ['text'])
  }
  let clock = Date.parse('2026-03-01T10:00:00.000Z')
  const { cycle, calls, over } = cycles(drift, drift, drift)
  const first = over(1)
  worker.start(cycle, { now: () => clock })
  await first
  const minutes: number[] = []
  for (let count = 2; count <= 5; count++) {
    const next = over(count)
    const health = (await worker.get('/health')).json()
    minutes.push((Date.parse(health.next_run_at) - clock) / 60_000)
    if (count <= 4) expect(health.problems.map((problem: { code: string }) => problem.code)).toContain('selector_drift')
    clock = Date.parse(health.next_run_at) - 60_000
    worker.tick()
    await new Promise(setImmediate)
    expect(calls).toHaveLength(count - 1)
    clock += 60_000
    worker.tick()
    await next
  }
  expect(minutes).toEqual([20, 40, 80, 10])
})

test('a set that is put into SELECTORS_DIR, or a SIGHUP, ends the pause at once; without drift the directory is left alone', async ({
  worker,
}) => {
  const dir = join(worker.dir, 'sets')
  await mkdir(dir)
  const drift = async () => {
    throw new SelectorDrift('not understood', 'e7', ['text'])
  }
  let look: () => void | Promise<void> = () => {}
  let hangup = () => {}
  const { cycle, calls, over } = cycles(drift, drift)
  const first = over(1)
  worker.start(
    cycle,
    {
      setsTicker: tick => {
        look = tick
        return () => {}
      },
      onHangup: listener => {
        hangup = listener
        return () => {}
      },
    },
    {},
    { SELECTORS_DIR: dir },
  )
  await first
  await look()
  expect(calls).toHaveLength(1)
  const second = over(2)
  hangup()
  await second
  const third = over(3)
  await writeFile(join(dir, 'new.json'), '{}')
  await look()
  await third
  expect((await worker.get('/health')).json().status).toBe('ok')
  await writeFile(join(dir, 'another.json'), '{}')
  await look()
  expect(calls.map(call => call.trigger)).toEqual(['start', 'command', 'command'])
})

test('names of incomplete chats reach no log line', async ({ worker }) => {
  const { cycle, over } = cycles(async () => ({
    ...result('incomplete'),
    incomplete: [{ chat: 'Aunt Somebody', reason: 'phone_has_more' }],
  }))
  const first = over(1)
  worker.start(cycle)
  await first
  expect(worker.lines.join('')).toContain('"phone_has_more":1')
  expect(worker.lines.join('')).not.toContain('Somebody')
})

test('while the database is away the server answers that it is not ready, and is ready once it came', async ({ worker }) => {
  const { cycle, over } = cycles()
  let tries = 0
  let letIn: () => void = () => {}
  const gate = new Promise<void>(resolve => {
    letIn = resolve
  })
  const first = over(1)
  worker.start(cycle, {
    patienceMs: 5000,
    open: async () => {
      if (++tries === 1) throw new Retryable('connection refused')
      await gate
      return { cycle, latest: async () => worker.record, ping: async () => 1, close: async () => {} }
    },
  })
  expect((await worker.get('/readyz')).status).toBe(503)
  expect((await worker.get('/livez')).status).toBe(200)
  letIn()
  await first
  expect((await worker.get('/readyz')).status).toBe(200)
  expect(tries).toBe(2)
})

test('a database that does not come within the patience ends the worker with its error, and so does a wrong schema at once', async ({
  worker,
}) => {
  const { cycle } = cycles()
  worker.start(cycle, {
    patienceMs: 0,
    open: async () => {
      throw new Retryable('connection refused')
    },
  })
  await expect(worker.done).rejects.toThrow('connection refused')
  worker.start(cycle, {
    open: async () => {
      throw new SchemaError('the database is newer than this version')
    },
  })
  await expect(worker.done).rejects.toThrow('newer than this version')
})

test('a stop while the database is still being opened ends the worker with status 0', async ({ worker }) => {
  const { cycle, calls } = cycles()
  worker.start(cycle, { open: () => new Promise(() => {}) })
  await worker.get('/livez')
  worker.stop.abort()
  expect(await worker.done).toBe(0)
  expect(calls).toHaveLength(0)
})

test('a stop waits for the cycle in hand, which is told of it, and closes the job after it', async ({ worker }) => {
  const order: string[] = []
  let begun: () => void = () => {}
  const running = new Promise<void>(resolve => {
    begun = resolve
  })
  worker.start(
    async ({ signal }) => {
      begun()
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      await new Promise(setImmediate)
      order.push('batch finished')
      signal.throwIfAborted()
      return result('complete')
    },
    {},
    {
      close: async () => {
        order.push('closed')
      },
    },
  )
  await running
  worker.stop.abort()
  expect(await worker.done).toBe(0)
  expect(order).toEqual(['batch finished', 'closed'])
  expect(worker.lines.join('')).not.toContain('"level":"error"')
})

test('what goes on beside the cycles is told of the stop and waited for, and its failure ends no cycle', async ({ worker }) => {
  const order: string[] = []
  const { cycle, over } = cycles()
  const first = over(1)
  worker.start(
    cycle,
    {},
    {
      background: async signal => {
        await new Promise(resolve => signal.addEventListener('abort', resolve))
        order.push('beside ended')
        throw new Error('of no interest while stopping')
      },
      close: async () => {
        order.push('closed')
      },
    },
  )
  await first
  worker.stop.abort()
  expect(await worker.done).toBe(0)
  expect(order).toEqual(['beside ended', 'closed'])
  expect(worker.lines.join('')).not.toContain('"level":"error"')
})

test('a cycle that will not end does not keep the worker from stopping: status 1', async ({ worker }) => {
  let begun: () => void = () => {}
  const running = new Promise<void>(resolve => {
    begun = resolve
  })
  worker.start(
    () => {
      begun()
      return new Promise(() => {})
    },
    { stopMs: 20 },
  )
  await running
  worker.stop.abort()
  expect(await worker.done).toBe(1)
})

test('what earlier processes left on record counts: old data is down at once, however young this process is', async ({ worker }) => {
  worker.record = {
    lastSuccessfulSyncAt: '2026-01-01T00:00:00.000Z',
    lastRun: { status: 'drift', startedAt: '2026-01-01T01:00:00.000Z', error: 'selector_drift', selectorSet: 'e5' },
    incompleteInARow: 0,
  }
  let begun: () => void = () => {}
  const running = new Promise<void>(resolve => {
    begun = resolve
  })
  const { cycle } = cycles(() => {
    begun()
    return new Promise(() => {})
  })
  worker.start(cycle, { stopMs: 20 })
  await running
  expect((await worker.get('/readyz')).status).toBe(200)
  const health = await worker.get('/health')
  expect([health.status, health.json().last_successful_sync_at, health.json().selector_set]).toEqual([
    503,
    '2026-01-01T00:00:00.000Z',
    'e5',
  ])
  expect(health.json().problems.map((problem: { code: string }) => problem.code)).toEqual(['stale', 'selector_drift'])
})

test('a database that stops answering makes the worker down and not ready', async ({ worker }) => {
  const { cycle, over } = cycles()
  const first = over(1)
  let away = false
  worker.start(
    cycle,
    {},
    {
      ping: async () => {
        if (away) throw new Retryable('connection refused')
        return 1
      },
    },
  )
  await first
  away = true
  const health = await worker.get('/health')
  expect([health.status, health.json().problems[0].message]).toEqual([503, 'the database is not ready: connection refused'])
  expect((await worker.get('/readyz')).status).toBe(503)
})

test('while the database is away health tells how the chats stood when it last answered, and says so', async ({ worker }) => {
  const { cycle, over } = cycles()
  const first = over(1)
  let away = false
  const gone = async (): Promise<never> => {
    throw new Retryable('connection refused')
  }
  const judged = { since: '2026-02-01T00:00:00.000Z', chats: [], listComplete: true }
  const asked: string[] = []
  worker.start(
    cycle,
    {},
    {
      ping: async () => (away ? gone() : 1),
      condition: async () => (away ? gone() : { readOnly: null, pending: 0, unknown: 0 }),
      account: async run => {
        asked.push(run)
        if (away) return gone()
        return { asOf: '2026-03-01T11:00:00.000Z', judged, openRejects: 3, lastEnded: null, newestTs: null, usualPauseS: null }
      },
    },
  )
  await first
  expect((await worker.get('/health')).json().coverage).toMatchObject({ as_of: '2026-03-01T11:00:00.000Z', chats: 0 })
  expect(await worker.metric('whatsapp_database_writable 1')).toBe(true)
  expect(asked.at(-1)).toMatch(/^\d{4}-.*Z complete$/)
  away = true
  const health = (await worker.get('/health')).json()
  expect(health.coverage).toMatchObject({ as_of: '2026-03-01T11:00:00.000Z' })
  expect(health.problems.map((problem: { code: string }) => problem.code)).toEqual(['database_not_ready'])
  expect(await worker.metric('whatsapp_database_writable 0')).toBe(true)
  expect(await worker.metric('whatsapp_rejects_open 3')).toBe(true)
})

test('what the job tells of its database, its chats, its pictures and its page decides about health, also while every cycle says that it is complete', async ({
  worker,
}) => {
  const { cycle, over } = cycles()
  const first = over(1)
  const account = {
    asOf: '2026-03-01T11:00:00.000Z',
    judged: { since: '2026-02-01T00:00:00.000Z', chats: [], listComplete: true },
    openRejects: 0,
    lastEnded: { id: '7', listed: 2, seen: 5, rejected: 0 },
    newestTs: null,
    usualPauseS: null,
  }
  const sound = { readOnly: null, pending: 0, unknown: 0 } as const
  const said: { condition: Condition; openRejects: number; storage: string | null; selectors: SelectorReport | null } = {
    condition: sound,
    openRejects: 0,
    storage: null,
    selectors: null,
  }
  worker.start(
    cycle,
    {},
    {
      condition: async () => said.condition,
      account: async () => ({ ...account, openRejects: said.openRejects }),
      storageProblem: () => said.storage,
      selectors: () => said.selectors,
    },
  )
  await first
  const told = async () => {
    const { status, json } = await worker.get('/health')
    return [status, json().problems.map((problem: { code: string }) => problem.code)]
  }
  expect(await told()).toEqual([200, []])
  for (const [change, http, code] of [
    [{ condition: { ...sound, readOnly: 'setting' } }, 503, 'database_read_only'],
    [{ condition: { ...sound, pending: 1 } }, 503, 'database_behind'],
    [{ condition: { ...sound, unknown: 1 } }, 503, 'database_ahead'],
    [{ openRejects: 100 }, 503, 'rejects'],
    [{ storage: 'the disk is full' }, 200, 'attachments_not_stored'],
    [
      { selectors: { set: 'e7', fields: [], shifted: [{ set: 'e7', field: 'text', from: 0, to: 2 }], snapshot: null } },
      200,
      'selector_shift',
    ],
  ] satisfies [Partial<typeof said>, number, string][]) {
    const before = { ...said }
    Object.assign(said, change)
    expect(await told()).toEqual([http, [code]])
    Object.assign(said, before)
    expect(await told()).toEqual([200, []])
  }
})

test('facts about the chats that cannot be had leave the database ready', async ({ worker }) => {
  const { cycle, over } = cycles()
  const first = over(1)
  worker.start(cycle, {}, { account: () => Promise.reject(new Error('no such column')) })
  await first
  expect((await worker.get('/health')).json()).toMatchObject({ status: 'ok', coverage: null, postgres: { ready: true } })
})

test('a port that is taken is named together with what to do', async ({ worker }) => {
  const { cycle, over } = cycles()
  const first = over(1)
  let address = ''
  worker.start(cycle, { onListening: given => (address = given) })
  await first
  const other = new Harness(worker.dir)
  other.start(cycle, {}, {}, { HTTP_PORT: new URL(address).port })
  await expect(other.done).rejects.toThrow(/is in use: stop what listens there, or set HTTP_PORT/)
})
