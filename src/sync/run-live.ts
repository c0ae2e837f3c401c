/**
 * What is read between two cycles: chats in whose rows something was seen to happen, each down to what is known and no further. It walks no list, so it
 * says nothing of other chats: no sync is more successful by it, and the next cycle reads these chats once more with care.
 */

import { DriftWatch } from '../drift.ts'
import { asEtlError } from '../errors.ts'
import type { ChatListing } from '../model.ts'
import { Budget } from './budget.ts'
import type { Cycle, CycleDeps, CycleOptions } from './cycle.ts'
import { newCycle } from './new-cycle.ts'
import { readPlanned } from './read-planned.ts'
import { newResult } from './result.ts'

export type LiveDeps = Omit<CycleDeps, 'progress' | 'snapshot' | 'onSelectors'> & {
  /** Told when the first rows of a chat in hand stand in the database, and were new or changed. */
  onStored?(): void
}

export type LiveOptions = Omit<CycleOptions, 'trigger' | 'now' | 'deepReadMs' | 'newsOnly' | 'full' | 'askPhone' | 'only'>

/** What became of the chats of one reading. */
export interface LiveCounts {
  /** Something of them was new or changed. */
  stored: number
  unchanged: number
  /** Left closed for their owner, or until their time has come. */
  left: number
  /** Not opened, or their reading broke off or was cut short: the next cycle reads them. */
  failed: number
  messages: { seen: number; inserted: number; updated: number; unchanged: number; rejected: number }
  attachments: { saved: number; deduplicated: number }
}

/** The readings between two cycles, which are one run on record. */
export interface LiveRun {
  /**
   * Reads the news of these chats. `namesakes`: the other rows of the list that have the title of one of them. Throws what it is no use to go on after
   * (the page is not understood, the account is logged out, the browser or the database is away).
   */
  read(chats: readonly ChatListing[], namesakes: readonly ChatListing[]): Promise<LiveCounts>
  /** Ends the run on record; where nothing was read there is none. */
  finish(): Promise<void>
}

const DAY = 24 * 60 * 60 * 1000

export function makeLiveRun(deps: LiveDeps, options: LiveOptions): LiveRun {
  const { store } = deps
  let run: { id: string; watch: DriftWatch } | null = null
  const total = newResult('')
  let readings = 0
  let short = false

  const begun = async (since: string) => {
    run ??= {
      id: await store.startRun({ accountId: options.accountId, trigger: 'live', since }),
      watch: new DriftWatch(await store.baseline(options.accountId)),
    }
    return run
  }

  return {
    async read(chats, namesakes) {
      const now = new Date(deps.clock()).toISOString()
      const since = new Date(Date.parse(now) - options.lookbackDays * DAY).toISOString()
      const { id, watch } = await begun(since)
      const changed = new Set<number>()
      const watched: CycleDeps = {
        ...deps,
        progress: () => {},
        store: {
          ...store,
          saveBatch: async batch => {
            const saved = await store.saveBatch(batch)
            if (saved.inserted + saved.updated > 0 && !changed.has(batch.chat.id)) {
              changed.add(batch.chat.id)
              deps.onStored?.()
            }
            return saved
          },
        },
      }
      const asked: CycleOptions = {
        ...options,
        trigger: 'live',
        now,
        deepReadMs: null,
        newsOnly: true,
        full: false,
        askPhone: false,
        only: [],
      }
      const cycle = newCycle({ runId: id, since, watch, budget: new Budget(options.budget, deps.elapsed) })
      try {
        const known = await store.knownChats(options.accountId, [...chats, ...namesakes], since)
        const rows = chats.map((listing, index) => ({ listing, candidates: known[index] ?? [] }))
        await readPlanned(watched, asked, cycle, rows)
      } catch (thrown) {
        short = true
        throw asEtlError(thrown)
      } finally {
        readings++
        add(total, cycle.result)
      }
      const counts = countsOf(cycle, chats, changed)
      short ||= counts.failed > 0
      return counts
    },

    async finish() {
      if (run === null) return
      const { selectorSet, build } = deps.source.facts()
      const { chats, messages, attachments } = total
      const status = short ? 'incomplete' : 'complete'
      const ending = run
      run = null
      await store.finishRun(ending.id, { status, partial: true, counts: { readings, chats, messages, attachments }, selectorSet, build })
    },
  }
}

type Result = Cycle['result']

function add(total: Result, { chats, messages, attachments }: Result): void {
  total.chats.opened += chats.opened
  for (const key of ['seen', 'inserted', 'updated', 'unchanged', 'rejected'] as const) total.messages[key] += messages[key]
  for (const key of ['saved', 'deduplicated', 'bytes'] as const) total.attachments[key] += attachments[key]
}

function countsOf({ outcomes, taken, result }: Cycle, chats: readonly ChatListing[], changed: ReadonlySet<number>): LiveCounts {
  const counts = { stored: 0, unchanged: 0, left: 0, failed: 0, messages: result.messages, attachments: result.attachments }
  for (const listing of chats) {
    const reason = outcomes.get(listing) ?? null
    const id = taken.get(listing)
    if (id !== undefined && changed.has(id)) counts.stored++
    else if (reason === 'not_opened' || reason === 'failed' || reason === 'budget' || reason === 'not_understood') counts.failed++
    else if (reason !== null && id === undefined) counts.left++
    else if (reason === 'unread_policy') counts.left++
    else counts.unchanged++
  }
  return counts
}
