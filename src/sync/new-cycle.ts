/** What the chats of a cycle share, before the first of them. */
import type { DriftWatch } from '../drift.ts'
import type { Budget } from './budget.ts'
import type { Cycle } from './cycle.ts'
import { newResult } from './result.ts'

/** A cycle in which nothing was read yet. */
export function newCycle({ runId, since, watch, budget }: { runId: string; since: string; watch: DriftWatch; budget: Budget }): Cycle {
  return {
    runId,
    since,
    result: newResult(runId),
    watch,
    budget,
    withheld: [],
    outcomes: new Map(),
    taken: new Map(),
    reached: new Map(),
    at: { chat: 0, chats: 0 },
  }
}
