import { expect, test } from '@playwright/test'
import { type CycleCounts, countCycle, countSelectors, countStanding, countWitness, makeMetrics } from '../../src/metrics.ts'

const counts = {
  status: 'incomplete',
  seconds: 42,
  chats: { listed: 9, opened: 4, skipped_unchanged: 5, incomplete: 2 },
  messages: { seen: 20, inserted: 7, updated: 3, unchanged: 9, rejected: 1 },
  attachments: { saved: 3, deduplicated: 2, pending: 1, bytes: 5000 },
  incomplete: [{ reason: 'gap' }, { reason: 'budget' }],
} satisfies CycleCounts

test('the metrics of the contract exist by exactly these names', async () => {
  const names = makeMetrics()
    .registry.getMetricsAsArray()
    .map(metric => metric.name)
  for (const name of [
    'whatsapp_sync_messages_fetched',
    'whatsapp_sync_upserts',
    'whatsapp_attachments_saved',
    'whatsapp_extraction_jobs_enqueued',
    'whatsapp_sync_errors',
    'whatsapp_sync_cycle_seconds',
    'process_resident_memory_bytes',
  ]) {
    expect(names).toContain(name)
  }
})

test('a cycle is counted: messages, rows by outcome, chats, attachments, seconds', async () => {
  const metrics = makeMetrics({ processMetrics: false })
  countCycle(metrics, counts)
  countCycle(metrics, counts)
  const lines = (await metrics.registry.metrics()).split('\n')
  for (const line of [
    'whatsapp_sync_messages_fetched 40',
    'whatsapp_sync_upserts 20',
    'whatsapp_sync_rows{outcome="unchanged"} 18',
    'whatsapp_sync_rows{outcome="rejected"} 2',
    'whatsapp_sync_chats_incomplete{reason="gap"} 1',
    'whatsapp_sync_chats_incomplete{reason="budget"} 1',
    'whatsapp_sync_chats_incomplete{reason="phone_has_more"} 0',
    'whatsapp_attachments_saved 6',
    'whatsapp_attachments_pending 1',
    'whatsapp_sync_cycle_seconds_sum{status="incomplete"} 84',
    'whatsapp_sync_cycles{status="incomplete"} 2',
    'whatsapp_sync_cycles{status="complete"} 0',
  ]) {
    expect(lines).toContain(line)
  }
})

test('chats that are incomplete stay so until a cycle that reached its end says otherwise', async () => {
  const metrics = makeMetrics({ processMetrics: false })
  const gap = async () => (await metrics.registry.metrics()).split('\n').find(line => line.includes('chats_incomplete{reason="gap"}'))
  countCycle(metrics, counts)
  countCycle(metrics, { ...counts, status: 'failed', incomplete: [] })
  expect(await gap()).toBe('whatsapp_sync_chats_incomplete{reason="gap"} 1')
  countCycle(metrics, { ...counts, status: 'complete', incomplete: [] })
  expect(await gap()).toBe('whatsapp_sync_chats_incomplete{reason="gap"} 0')
})

test('what can grow stands at 0 before it does, so that the first time is seen', async () => {
  const lines = (await makeMetrics({ processMetrics: false }).registry.metrics()).split('\n')
  for (const series of [
    'sync_errors{code="browser"}',
    'witness_messages{known_to="storage",kind="text"}',
    'witness_disagreements{field="ts"}',
    'clicks_refused',
  ])
    expect(lines).toContain(`whatsapp_${series} 0`)
})

test('messages that only one witness has are counted by kind, whichever of the two lacks them', async () => {
  const metrics = makeMetrics({ processMetrics: false })
  countWitness(metrics, { matched: { text: 9, image: 1 }, pageOnly: { poll: 2 }, storageOnly: { text: 3 }, disagreements: { ts: 4 } })
  const lines = (await metrics.registry.metrics()).split('\n').filter(line => /witness_\w+\{.* [1-9]/.test(line))
  expect(lines.sort()).toEqual([
    'whatsapp_witness_disagreements{field="ts"} 4',
    'whatsapp_witness_messages{known_to="both",kind="image"} 1',
    'whatsapp_witness_messages{known_to="both",kind="text"} 9',
    'whatsapp_witness_messages{known_to="page",kind="poll"} 2',
    'whatsapp_witness_messages{known_to="storage",kind="text"} 3',
  ])
})

test('the sync lag grows from the last complete cycle on and is not a number before the first', async () => {
  let now = 1_000_000
  const metrics = makeMetrics({ processMetrics: false, now: () => now })
  const lag = async () => (await metrics.registry.metrics()).split('\n').find(line => line.startsWith('whatsapp_sync_lag_seconds '))
  expect(await lag()).toBe('whatsapp_sync_lag_seconds Nan')
  metrics.setLastComplete(now)
  now += 90_000
  expect(await lag()).toBe('whatsapp_sync_lag_seconds 90')
  now -= 500_000
  expect(await lag()).toBe('whatsapp_sync_lag_seconds 0')
})

test('what the database says of itself and of the chats stands in the gauges; what it no longer says stays, but that it can be written to', async () => {
  let now = 2_000_000
  const metrics = makeMetrics({ processMetrics: false, now: () => now })
  const lines = async () => (await metrics.registry.metrics()).split('\n')
  expect(await lines()).toEqual(expect.arrayContaining(['whatsapp_silence_seconds Nan', 'whatsapp_silence_usual_seconds Nan']))
  const condition = { readOnly: null, pending: 0, unknown: 1 }
  const gap = {}
  const chats = [
    { complete: true, gaps: [] },
    { complete: false, gaps: [gap, gap] },
  ]
  const account = { judged: { chats }, openRejects: 4, newestTs: new Date(1_000_000).toISOString(), usualPauseS: 60 }
  countStanding(metrics, { reachable: true, condition, account })
  const told = [
    'whatsapp_database_migrations{state="unknown"} 1',
    'whatsapp_coverage_chats{state="complete"} 1',
    'whatsapp_coverage_chats{state="incomplete"} 1',
    'whatsapp_coverage_gaps 2',
    'whatsapp_rejects_open 4',
    'whatsapp_silence_seconds 1000',
    'whatsapp_silence_usual_seconds 60',
  ]
  expect(await lines()).toEqual(expect.arrayContaining([...told, 'whatsapp_database_writable 1']))
  countStanding(metrics, { reachable: false, condition, account: null })
  expect(await lines()).toEqual(expect.arrayContaining([...told, 'whatsapp_database_writable 0']))
  countStanding(metrics, { reachable: true, condition: { ...condition, readOnly: 'standby' }, account })
  now += 5000
  expect(await lines()).toEqual(expect.arrayContaining(['whatsapp_database_writable 0', 'whatsapp_silence_seconds 1005']))
})

test('the session is in exactly one status, and at most one thing keeps the chats from being read', async () => {
  const metrics = makeMetrics({ processMetrics: false })
  const standing = async (name: string) => {
    const lines = (await metrics.registry.metrics()).split('\n').filter(line => line.startsWith(`whatsapp_session_${name}{`))
    return [lines.length, ...lines.filter(line => line.endsWith(' 1'))]
  }
  metrics.setSession('unknown', 'blocked')
  expect(await standing('status')).toEqual([5, 'whatsapp_session_status{status="unknown"} 1'])
  expect(await standing('problem')).toEqual([7, 'whatsapp_session_problem{problem="blocked"} 1'])
  metrics.setSession('logged_in', null)
  expect(await standing('status')).toEqual([5, 'whatsapp_session_status{status="logged_in"} 1'])
  expect(await standing('problem')).toEqual([7])
})

test('two sets of metrics share nothing', async () => {
  const [one, other] = [makeMetrics({ processMetrics: false }), makeMetrics({ processMetrics: false })]
  one.upserts.inc()
  expect(await other.registry.metrics()).toContain('whatsapp_sync_upserts 0')
})

test('fields that are not understood and fields that moved on stand in the metrics as long as it is so', async () => {
  const metrics = makeMetrics({ processMetrics: false })
  countSelectors(metrics, { set: 'e7', fields: ['text', 'id'], shifted: [{ set: 'e7', field: 'time', from: 0, to: 1 }] })
  const text = await metrics.registry.metrics()
  for (const line of ['drift{set="e7",field="text"} 1', 'drift{set="e7",field="id"} 1', 'shift{set="e7",field="time"} 1'])
    expect(text).toContain(`whatsapp_selector_${line}`)
  countSelectors(metrics, { set: 'e7', fields: [], shifted: [] })
  expect(await metrics.registry.metrics()).not.toMatch(/^whatsapp_selector_(?:drift|shift)\{/m)
})
