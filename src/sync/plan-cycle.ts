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

/** What a second witness tells of the chats; empty where there is none. Instants ISO 8601 UTC. */
export interface Witnessed {
  /** When something last happened, by JID. */
  activities: ReadonlyMap<string, string>
  /** The time of the oldest message that came since the last cycle and is not stored, by the stored chat. */
  late: ReadonlyMap<number, string>
}

/** The plan for these rows. `activityOf`: the instants that a row's time label may mean. */
export function planCycle(
  rows: readonly { listing: ChatListing; candidates: KnownChat[] }[],
  options: Pick<CycleOptions, 'now' | 'overlapMs' | 'deepReadMs' | 'unreadPolicy' | 'newsOnly' | 'full' | 'trigger'>,
  since: string,
  activityOf: (listing: ChatListing) => { earliest: string; latest: string } | null,
  { activities, late }: Witnessed,
): CyclePlan {
  const turns: ChatTurn[] = []
  const left: CyclePlan['left'] = []
  let skipped = 0
  for (const { listing, candidates } of rows) {
    const { now, overlapMs, deepReadMs, unreadPolicy, newsOnly, full, trigger } = options
    const lastActivity = activityOf(listing)
    const patient = trigger !== 'command'
    // A row that may be several chats is planned without the second witness.
    const [chat = null] = candidates.length === 1 ? candidates : []
    const told = { witnessed: chat && latestOf(chat, activities), late: chat && (late.get(chat.id) ?? null) }
    const input = { listing, candidates, lastActivity, ...told, now, since, overlapMs, deepReadMs, unreadPolicy, newsOnly, full, patient }
    const plan = planChat(input)
    if (plan.action === 'skip') skipped++
    else if (plan.action === 'leave') left.push({ listing, reason: plan.reason })
    else turns.push(turnOf(listing, plan, candidates))
    const deep = deepBeside(input, plan)
    if (deep) turns.push(turnOf(listing, deep, candidates))
  }
  return { turns: inRotation(turns), left, skipped }
}

function latestOf({ names }: KnownChat, activities: ReadonlyMap<string, string>): string | null {
  const told = names.flatMap(name => activities.get(name) ?? [])
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
