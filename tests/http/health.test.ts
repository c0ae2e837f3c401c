import { expect, test } from '@playwright/test'
import { type HealthFacts, healthBody, judgeHealth } from '../../src/http/health.ts'
import type { JudgedChat } from '../../src/sync/completeness.ts'

const now = '2026-03-01T12:00:00.000Z'
const sound: HealthFacts = {
  startedAt: '2026-03-01T08:00:00.000Z',
  lastSuccessfulSyncAt: '2026-03-01T11:55:00.000Z',
  session: { status: 'logged_in', since: '2026-03-01T08:00:20.000Z', problem: null },
  postgres: { ready: true, latencyMs: 2, problem: null },
  condition: { readOnly: null, pending: 0, unknown: 0 },
  account: null,
  nextRunAt: '2026-03-01T12:05:00.000Z',
  selectorSet: 'e7',
  driftSince: null,
  failuresInARow: 0,
  selectors: null,
  extractionProblem: null,
  storageProblem: null,
  lastCycle: { status: 'complete', errorCode: null },
  incompleteInARow: 0,
  draining: false,
  version: '1.2.3',
}

const chat: JudgedChat = {
  id: 1,
  title: 'Ana',
  complete: true,
  reason: null,
  gaps: [],
  from: '2026-02-01T00:00:00.000Z',
  fromEdge: 'window_edge',
  until: '2026-03-01T11:55:00.000Z',
  untilEdge: 'list',
  retryAt: null,
  failures: 0,
  deepReadAt: null,
}
type Account = NonNullable<HealthFacts['account']>
/** An account of two chats with messages every few hours. */
const account = (over: Partial<Account> = {}, chats: JudgedChat[] = [chat, { ...chat, id: 2 }]): Partial<HealthFacts> => ({
  account: {
    asOf: now,
    judged: { since: '2026-02-01T00:00:00.000Z', chats, listComplete: true },
    openRejects: 0,
    lastEnded: { listed: 2, seen: 100, rejected: 0 },
    newestTs: '2026-03-01T11:00:00.000Z',
    usualPauseS: 12 * 3600,
    ...over,
  },
})
const condition = (over: Partial<NonNullable<HealthFacts['condition']>>): Partial<HealthFacts> => ({
  condition: { readOnly: null, pending: 0, unknown: 0, ...over },
})

const table: { when: string; facts: Partial<HealthFacts>; intervalMinutes?: number; status: string; codes: string[] }[] = [
  { when: 'all is well', facts: {}, status: 'ok', codes: [] },
  {
    when: 'extraction is switched on and nothing is there that extracts',
    facts: { extractionProblem: 'no extractor is installed' },
    status: 'degraded',
    codes: ['extraction_idle'],
  },
  {
    when: 'a picture could not be stored',
    facts: { storageProblem: 'A picture could not be stored below /data/attachments (ENOSPC): the disk is full: free some space.' },
    status: 'degraded',
    codes: ['attachments_not_stored'],
  },
  {
    when: 'the last complete cycle is exactly three intervals old',
    facts: { lastSuccessfulSyncAt: '2026-03-01T11:30:00.000Z' },
    status: 'ok',
    codes: [],
  },
  {
    when: 'the last complete cycle is older than three intervals',
    facts: { lastSuccessfulSyncAt: '2026-03-01T11:29:59.999Z' },
    status: 'down',
    codes: ['stale'],
  },
  {
    when: 'the same age lies within three longer intervals',
    facts: { lastSuccessfulSyncAt: '2026-03-01T11:29:59.999Z' },
    intervalMinutes: 45,
    status: 'ok',
    codes: [],
  },
  {
    when: 'the process has just started again, but the data is old',
    facts: { startedAt: now, lastSuccessfulSyncAt: '2026-02-27T12:00:00.000Z', lastCycle: null },
    status: 'down',
    codes: ['stale'],
  },
  {
    when: 'there never was a complete cycle and the process is young',
    facts: { startedAt: '2026-03-01T11:31:00.000Z', lastSuccessfulSyncAt: null, lastCycle: null },
    status: 'ok',
    codes: [],
  },
  {
    when: 'there never was a complete cycle within three intervals of the start',
    facts: { startedAt: '2026-03-01T11:29:00.000Z', lastSuccessfulSyncAt: null, lastCycle: null },
    status: 'down',
    codes: ['stale'],
  },
  {
    when: 'the clock went back a little behind the last cycle',
    facts: { lastSuccessfulSyncAt: '2026-03-01T12:05:00.000Z' },
    status: 'ok',
    codes: [],
  },
  {
    when: 'the clock went back far behind the last cycle: its freshness proves nothing',
    facts: { lastSuccessfulSyncAt: '2026-03-04T12:00:00.000Z' },
    status: 'down',
    codes: ['stale'],
  },
  {
    when: 'the profile is not paired',
    facts: { session: { status: 'pairing', since: now, problem: 'not_paired' } },
    status: 'degraded',
    codes: ['pairing_needed'],
  },
  {
    when: 'the phone ended the session',
    facts: { session: { status: 'expired', since: now, problem: 'logged_out' } },
    status: 'degraded',
    codes: ['session_expired'],
  },
  { when: 'the session is only starting', facts: { session: { status: 'starting', since: now, problem: null } }, status: 'ok', codes: [] },
  ...(
    [
      ['offline', 'offline'],
      ['other_window', 'other_window'],
      ['unsupported', 'browser_unsupported'],
      ['blocked', 'account_blocked'],
    ] as const
  ).map(([problem, code]) => ({
    when: `the page cannot be read because of ${problem}`,
    facts: {
      session: { status: 'unknown' as const, since: now, problem },
      lastCycle: { status: 'failed' as const, errorCode: problem === 'offline' ? 'retryable' : 'person_needed' },
    },
    status: 'degraded',
    codes: problem === 'offline' ? [code, 'cycle_failed'] : [code],
  })),
  {
    when: 'the browser is gone, and the cycle failed with it',
    facts: { session: { status: 'unknown', since: now, problem: 'browser_gone' }, lastCycle: { status: 'failed', errorCode: 'browser' } },
    status: 'degraded',
    codes: ['cycle_failed'],
  },
  {
    when: 'a dialog that is not known lies over the page',
    facts: { lastCycle: { status: 'failed', errorCode: 'person_needed' } },
    status: 'degraded',
    codes: ['cycle_failed'],
  },
  {
    when: 'the database is away',
    facts: { postgres: { ready: false, latencyMs: null, problem: 'no answer' } },
    status: 'down',
    codes: ['database_not_ready'],
  },
  {
    when: 'the page is not understood',
    facts: { lastCycle: { status: 'drift', errorCode: null } },
    status: 'down',
    codes: ['selector_drift'],
  },
  {
    when: 'the page was not understood, and since then the network is away',
    facts: { lastCycle: { status: 'failed', errorCode: 'retryable' }, driftSince: now },
    status: 'down',
    codes: ['selector_drift', 'cycle_failed'],
  },
  {
    when: 'a later candidate than before gives a field',
    facts: { selectors: { set: 'e7', fields: [], shifted: [{ set: 'e7', field: 'text', from: 0, to: 2 }], snapshot: null } },
    status: 'degraded',
    codes: ['selector_shift'],
  },
  {
    when: 'the last cycle failed',
    facts: { lastCycle: { status: 'failed', errorCode: 'browser' } },
    status: 'degraded',
    codes: ['cycle_failed'],
  },
  {
    when: 'one cycle was incomplete',
    facts: { lastCycle: { status: 'incomplete', errorCode: null }, incompleteInARow: 1 },
    status: 'ok',
    codes: [],
  },
  {
    when: 'two cycles in a row were incomplete',
    facts: { lastCycle: { status: 'incomplete', errorCode: null }, incompleteInARow: 2 },
    status: 'degraded',
    codes: ['incomplete'],
  },
  { when: 'the database is set to read-only', facts: condition({ readOnly: 'setting' }), status: 'down', codes: ['database_read_only'] },
  { when: 'the database is a standby', facts: condition({ readOnly: 'standby' }), status: 'down', codes: ['database_read_only'] },
  { when: 'the database lacks a migration', facts: condition({ pending: 1 }), status: 'down', codes: ['database_behind'] },
  { when: 'a newer version has migrated the database', facts: condition({ unknown: 1 }), status: 'down', codes: ['database_ahead'] },
  { when: 'the database has not said yet how it is', facts: { condition: null }, status: 'ok', codes: [] },
  {
    when: 'the database went away after it was read-only',
    facts: { ...condition({ readOnly: 'setting' }), postgres: { ready: false, latencyMs: null, problem: 'no answer' } },
    status: 'down',
    codes: ['database_not_ready'],
  },
  { when: 'every chat is complete and messages come', facts: account(), status: 'ok', codes: [] },
  {
    when: 'a chat is incomplete for the first time',
    facts: account({}, [{ ...chat, complete: false, reason: 'phone_has_more' }]),
    status: 'ok',
    codes: [],
  },
  {
    when: 'the last cycle saw no chat where some are stored',
    facts: account({ lastEnded: { listed: 0, seen: 0, rejected: 0 } }),
    status: 'down',
    codes: ['nothing_listed'],
  },
  { when: 'an account has no chat', facts: account({ lastEnded: { listed: 0, seen: 0, rejected: 0 } }, []), status: 'ok', codes: [] },
  {
    when: 'more than a twentieth of a cycle was not understood',
    facts: account({ lastEnded: { listed: 2, seen: 200, rejected: 11 } }),
    status: 'down',
    codes: ['rejects'],
  },
  {
    when: 'a twentieth of a cycle was not understood',
    facts: account({ lastEnded: { listed: 2, seen: 200, rejected: 10 } }),
    status: 'ok',
    codes: [],
  },
  {
    when: 'a few of few messages were not understood',
    facts: account({ lastEnded: { listed: 2, seen: 12, rejected: 9 }, openRejects: 9 }),
    status: 'ok',
    codes: [],
  },
  { when: 'ten rows are not understood', facts: account({ openRejects: 10 }), status: 'degraded', codes: ['rejects_open'] },
  { when: 'a hundred rows are not understood', facts: account({ openRejects: 100 }), status: 'down', codes: ['rejects'] },
  {
    when: 'a chat could not be read three times in a row',
    facts: account({}, [{ ...chat, complete: false, reason: 'failed', failures: 3 }]),
    status: 'degraded',
    codes: ['chats_failing'],
  },
  {
    when: 'a chat broke off twice, and another one waits for the phone',
    facts: account({}, [
      { ...chat, complete: false, reason: 'failed', failures: 2 },
      { ...chat, complete: false, reason: 'phone_has_more', failures: 9 },
    ]),
    status: 'ok',
    codes: [],
  },
  {
    when: 'nothing came for more than three times the longest silence',
    facts: account({ newestTs: '2026-02-27T23:59:00.000Z' }),
    status: 'degraded',
    codes: ['silent'],
  },
  {
    when: 'nothing came for exactly three times the longest silence',
    facts: account({ newestTs: '2026-02-28T00:00:00.000Z' }),
    status: 'ok',
    codes: [],
  },
  {
    when: 'a busy account is silent for less than a day',
    facts: account({ newestTs: '2026-02-28T12:00:00.000Z', usualPauseS: 3600 }),
    status: 'ok',
    codes: [],
  },
  {
    when: 'an account with too few messages to tell is silent',
    facts: account({ newestTs: '2026-02-10T00:00:00.000Z', usualPauseS: null }),
    status: 'ok',
    codes: [],
  },
  { when: 'it is stopping', facts: { draining: true }, status: 'degraded', codes: ['stopping'] },
  {
    when: 'several things are wrong at once',
    facts: {
      lastSuccessfulSyncAt: null,
      session: { status: 'pairing', since: now, problem: 'not_paired' },
      postgres: { ready: false, latencyMs: null, problem: null },
    },
    status: 'down',
    codes: ['database_not_ready', 'stale', 'pairing_needed'],
  },
]

for (const { when, facts, intervalMinutes = 10, status, codes } of table) {
  test(`health is ${status} when ${when}`, () => {
    const verdict = judgeHealth({ ...sound, ...facts }, now, intervalMinutes)
    expect({ status: verdict.status, codes: verdict.problems.map(problem => problem.code) }).toEqual({ status, codes })
    for (const { message, action } of verdict.problems) expect([message.length > 10, action.length > 10]).toEqual([true, true])
  })
}

test('a session that needs pairing tells the person to run pair', () => {
  const { problems } = judgeHealth({ ...sound, session: { status: 'expired', since: now, problem: 'logged_out' } }, now, 10)
  expect(problems[0]?.action).toContain('whatsapp-etl pair')
})

test('the body of /health has the shape of the contract', () => {
  expect(healthBody(sound, now, { intervalMinutes: 10, names: false })).toEqual({
    status: 'ok',
    last_successful_sync_at: '2026-03-01T11:55:00.000Z',
    last_cycle: { status: 'complete', error: null },
    session: { status: 'logged_in', since: '2026-03-01T08:00:20.000Z' },
    postgres: { ready: true, latency_ms: 2, writable: true, migrations: { pending: 0, unknown: 0 } },
    next_run_at: '2026-03-01T12:05:00.000Z',
    selector_set: 'e7',
    version: '1.2.3',
    coverage: null,
    chats: [],
    problems: [],
  })
})

test('drift says by which set and fields, since when, when it is tried again, where the structure of the page lies, and what to do', () => {
  const { problems } = judgeHealth(
    {
      ...sound,
      lastCycle: { status: 'drift', errorCode: 'selector_drift' },
      driftSince: '2026-03-01T11:40:00.000Z',
      selectors: { set: 'e6', fields: ['stamp', 'text'], shifted: [], snapshot: '/data/drift/x.html' },
    },
    now,
    10,
  )
  expect(problems[0]?.message).toBe(
    "WhatsApp Web's page is not understood by selector set e6 (stamp, text) since 2026-03-01T11:40:00.000Z; reading is paused so that nothing wrong is stored; it is tried again at 2026-03-01T12:05:00.000Z",
  )
  expect(problems[0]?.action).toMatch(/Update.*SELECTORS_DIR.*\/data\/drift\/x\.html/)
})
