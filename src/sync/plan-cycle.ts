/** The plan of a cycle: what becomes of each row of the list, and in which order the chats are read. Pure. */

import type { ChatListing } from '../model.ts'
import type { IncompleteReason } from '../source.ts'
import type { CycleOptions } from './cycle.ts'
import { brokeOff, deepBeside, type KnownChat, newestSpan, planChat } from './plan-chat.ts'
import { inRotation, type Turn } from './rotation.ts'

/** A chat that is to be opened. */
export interface ChatTurn extends Turn {
  listing: ChatListing
  candidates: readonly KnownChat[]
  /** The stored chat, where the row can only be that one. */
  known: KnownChat | null
}

export interface CyclePlan {
  turns: ChatTurn[]
  /** Not opened, and not known to be complete. */
  left: { listing: ChatListing; reason: IncompleteReason }[]
  /** How many are not opened because nothing happened in them. */
  skipped: number
}

/**
 * The plan for these rows. `activityOf`: the instants that a row's time label may mean; `activities`: when something last happened, by JID, where a second
 * witness tells.
 */
export function planCycle(
  rows: readonly { listing: ChatListing; candidates: KnownChat[] }[],
  options: Pick<CycleOptions, 'now' | 'overlapMs' | 'deepReadMs' | 'unreadPolicy' | 'newsOnly' | 'full' | 'trigger'>,
  since: string,
  activityOf: (listing: ChatListing) => { earliest: string; latest: string } | null,
  activities: ReadonlyMap<string, string>,
): CyclePlan {
  const turns: ChatTurn[] = []
  const left: CyclePlan['left'] = []
  let skipped = 0
  for (const { listing, candidates } of rows) {
    const { now, overlapMs, deepReadMs, unreadPolicy, newsOnly, full, trigger } = options
    const lastActivity = activityOf(listing)
    const patient = trigger !== 'command'
    const witnessed = latestOf(candidates, activities)
    const seen = { listing, candidates, lastActivity, witnessed }
    const input = { ...seen, now, since, overlapMs, deepReadMs, unreadPolicy, newsOnly, full, patient }
    const plan = planChat(input)
    if (plan.action === 'skip') skipped++
    else if (plan.action === 'leave') left.push({ listing, reason: plan.reason })
    else turns.push(turnOf(listing, plan, candidates))
    const deep = deepBeside(input, plan)
    if (deep) turns.push(turnOf(listing, deep, candidates))
  }
  return { turns: inRotation(turns), left, skipped }
}

/** A row that may be several chats is planned without. */
function latestOf(candidates: readonly KnownChat[], activities: ReadonlyMap<string, string>): string | null {
  const [chat, second] = candidates
  if (!chat || second) return null
  const told = chat.names.flatMap(name => activities.get(name) ?? [])
  return told.sort().at(-1) ?? null
}

function turnOf(listing: ChatListing, plan: Turn['plan'], candidates: readonly KnownChat[]): ChatTurn {
  const known = (candidates.length === 1 && candidates[0]) || null
  return {
    listing,
    plan,
    candidates,
    known,
    failures: known && brokeOff(known) ? known.failures : 0,
    lastReadAt: known?.lastReadAt ?? null,
    deepReadAt: known?.deepReadAt ?? null,
    holeAt: known ? (newestSpan(known.coverage)?.from ?? null) : null,
  }
}
