/**
 * THE use case: one cycle. Walks the chat list, decides what to read, reads each chat newest first and stores it batch by
 * batch: rows, coverage and events of a batch in one transaction. Knows a source and a store, nothing of browsers or SQL.
 */

import { DriftWatch, snapshotHint } from '../drift.ts'
import { asEtlError, type EtlError, SelectorDrift, UsageError } from '../errors.ts'
import type { SyncEvent } from '../model.ts'
import type { ArrivalMark } from '../source.ts'
import { Budget } from './budget.ts'
import type { Cycle, CycleDeps, CycleOptions } from './cycle.ts'
import { lateMessages, markAfter } from './late-messages.ts'
import { newCycle } from './new-cycle.ts'
import { notUnderstood, selectorCounts } from './not-understood.ts'
import { isCalled } from './plan-chat.ts'
import { type Row, readPlanned } from './read-planned.ts'
import { type CycleResult, incomplete } from './result.ts'

const DAY = 24 * 60 * 60 * 1000

/** Runs one cycle to its end. Throws only when nothing can be said about the account at all; the run row is finished either way. */
export async function runCycle(deps: CycleDeps, options: CycleOptions): Promise<CycleResult> {
  const { store } = deps
  const since = new Date(Date.parse(options.now) - options.lookbackDays * DAY).toISOString()
  const runId = await store.startRun({ accountId: options.accountId, trigger: options.trigger, since })
  const started = deps.elapsed()
  const watch = new DriftWatch(await store.baseline(options.accountId))
  const cycle = newCycle({ runId, since, watch, budget: new Budget(options.budget, deps.elapsed) })
  const { result } = cycle
  let arrivalMark: ArrivalMark | null = null
  const finish = async (status: CycleResult['status'], error?: string) => {
    result.status = status
    result.seconds = Math.round((deps.elapsed() - started) / 100) / 10
    const facts = deps.source.facts()
    await store.finishRun(runId, {
      status,
      counts: { ...result, witness: facts.witness, waited_ms: facts.waitedMs, selectors: selectorCounts(watch) },
      error,
      selectorSet: facts.selectorSet,
      build: facts.build,
      arrivalMark,
    })
    const type = status === 'complete' || status === 'incomplete' ? 'sync.completed' : 'sync.failed'
    await tell({ type, accountId: options.accountId, data: { run_id: runId, status } })
  }
  const tell = async (event: SyncEvent) => {
    await store.recordEvent(event)
    deps.publish(event)
  }
  try {
    await deps.source.ready(deps.signal)
    try {
      arrivalMark = await readChats(deps, options, cycle)
    } finally {
      for (const [{ title }, reason] of cycle.outcomes) if (reason !== null) incomplete(result, title, reason)
    }
    for (const { set, field, from, to } of watch.newlyShifted) {
      const data = { run_id: runId, set, fields: [field], severity: 'warning', from, to }
      await tell({ type: 'selectors.drift', accountId: options.accountId, data })
    }
    deps.onSelectors?.({ set: deps.source.facts().selectorSet, fields: [], shifted: watch.shifted, snapshot: null })
    await finish(result.incomplete.length > 0 ? 'incomplete' : 'complete')
    return result
  } catch (thrown) {
    const error = await withSnapshot(asEtlError(thrown), deps)
    if (error instanceof SelectorDrift) {
      const { set, fields, snapshot } = error
      deps.onSelectors?.({ set, fields, shifted: watch.shifted, snapshot })
      await tell({
        type: 'selectors.drift',
        accountId: options.accountId,
        data: { run_id: runId, set, fields, severity: 'drift', snapshot },
      })
    }
    await finish(statusOf(error), deps.signal.aborted ? 'interrupted' : error.code)
    throw Object.assign(error, { result })
  }
}

function statusOf({ code }: EtlError): CycleResult['status'] {
  return code === 'login_required' ? 'login_required' : code === 'selector_drift' ? 'drift' : 'failed'
}

/** Drift with the structure of its page written down; every other error as it is. */
async function withSnapshot(error: EtlError, { source, snapshot }: CycleDeps): Promise<EtlError> {
  if (!(error instanceof SelectorDrift) || !snapshot) return error
  const { set, fields } = error
  const path = await snapshot({ set, fields, build: source.facts().build })
  return new SelectorDrift(`${error.message}${snapshotHint(path)}`, set, fields, { snapshot: path, cause: error })
}

/** Gives from where the next cycle asks for late messages; null = from where this one did. */
async function readChats(deps: CycleDeps, options: CycleOptions, cycle: Cycle): Promise<ArrivalMark | null> {
  const { result, watch } = cycle
  const set = () => deps.source.facts().selectorSet ?? ''
  let list = await deps.source.list(deps.signal)
  // A list that is only just being drawn is looked at once more before its emptiness is believed.
  if (list.chats.length === 0 && watch.expectsChats) list = await deps.source.list(deps.signal)
  const unlisted = watch.list(list.evidence, list.chats.length)
  if (unlisted.length > 0) throw notUnderstood(set(), unlisted)
  if (!list.complete) result.incomplete.push({ chat: '*', reason: 'list_incomplete' })
  result.chats.listed = list.chats.length
  const known = await deps.store.knownChats(options.accountId, list.chats, cycle.since)
  const wanted = chosen(
    list.chats.map((listing, index) => ({ listing, candidates: known[index] ?? [] })),
    options.only,
  )
  const late = await lateMessages(deps, options, wanted, cycle.since)
  await readPlanned(deps, options, cycle, wanted, { activities: list.activities ?? new Map(), late: late.byChat })
  return markAfter(late, wanted, list, cycle.outcomes)
}

/** The rows that were asked for; a name that none of them has is said, not passed over. */
function chosen(rows: Row[], only: readonly string[]): Row[] {
  if (only.length === 0) return rows
  const missing = only.filter(name => !rows.some(row => isCalled(name, row.listing, row.candidates)))
  if (missing.length > 0) {
    throw new UsageError(
      `--chat ${missing.map(name => JSON.stringify(name)).join(', ')}: no chat of the list is called so. Expected a title as the list shows it, a phone number with its country code, or an id of a chat that was read before.`,
    )
  }
  return rows.filter(row => only.some(name => isCalled(name, row.listing, row.candidates)))
}
