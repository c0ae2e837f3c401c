/** From the rows of the list to what was read of their chats: planned, read in turn, and stored as far as the page is understood. */

import type { ChatListing } from '../model.ts'
import type { Cycle, CycleDeps, CycleOptions } from './cycle.ts'
import { notUnderstood, settleWithheld } from './not-understood.ts'
import type { KnownChat } from './plan-chat.ts'
import { planCycle, type Witnessed } from './plan-cycle.ts'
import { leaveToOwner } from './read-chat.ts'
import { readInTurn } from './turns.ts'

/** A row of the list and the stored chats that it may be. */
export interface Row {
  listing: ChatListing
  candidates: KnownChat[]
}

/** Reads what the plan of these rows says; what each came to stands in the cycle's outcomes. Throws SelectorDrift where the page is not understood. */
export async function readPlanned(
  deps: CycleDeps,
  options: CycleOptions,
  cycle: Cycle,
  rows: readonly Row[],
  witnessed: Witnessed = { activities: new Map(), late: new Map() },
): Promise<void> {
  const { turns, left, skipped } = planCycle(rows, options, cycle.since, deps.activityOf, witnessed)
  cycle.result.chats.skipped_unchanged += skipped
  for (const { listing, reason } of left) {
    if (reason === 'unread_policy') await leaveToOwner(deps, options, cycle, listing)
    cycle.outcomes.set(listing, reason)
  }
  await readInTurn(deps, options, cycle, turns)
  const unread = cycle.watch.verdict()
  if (unread.length > 0) throw notUnderstood(deps.source.facts().selectorSet ?? '', unread)
  await settleWithheld(cycle)
}
