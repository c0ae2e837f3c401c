/** The part of `/health` that says how far the chats are stored. */
import { z } from 'zod'
import type { JudgedChat } from '../sync/completeness.ts'
import type { AccountStanding } from './health.ts'
import { instantSchema } from './json.ts'

export const coverageSchema = z
  .strictObject({
    as_of: instantSchema,
    window_from: instantSchema.describe('What is older is not wanted'),
    chats: z.int(),
    complete: z.int(),
    incomplete: z.record(z.string(), z.int()).describe('Chats by reason'),
    list_complete: z.boolean().describe('The last cycle saw every row of the chat list'),
    known_from: instantSchema.nullable().describe('From here on every chat is stored; null where nothing is known of one'),
    known_until: instantSchema.nullable().describe('Up to here every chat is stored'),
  })
  .meta({ id: 'Coverage' })

export const incompleteChatSchema = z
  .strictObject({
    id: z.int().nullable().describe('`chats.id`; null = the list names it and it was never opened'),
    title: z.string().optional().describe('Only with the API key'),
    complete: z.boolean(),
    reason: z.string().nullable(),
    covered_from: instantSchema.nullable(),
    from_edge: z.string().nullable().describe('How the lower edge is known'),
    covered_to: instantSchema.nullable(),
    gaps: z.array(z.strictObject({ from: instantSchema, to: instantSchema })),
    failures: z.int().describe('Readings in a row that did not reach their goal'),
    retry_at: instantSchema.nullable(),
  })
  .meta({ id: 'IncompleteChat' })

/** Counts, and the stretch of time of which every chat is stored. */
export function coverageBody({ asOf, judged: { since, chats, listComplete } }: AccountStanding) {
  const incomplete: Record<string, number> = {}
  for (const { reason } of chats) if (reason !== null) incomplete[reason] = (incomplete[reason] ?? 0) + 1
  return {
    as_of: asOf,
    window_from: since,
    chats: chats.length,
    complete: chats.filter(({ complete }) => complete).length,
    incomplete,
    list_complete: listComplete,
    // Null where there is a chat of which nothing is known.
    known_from: bound(chats, ({ from }) => from, 'last'),
    known_until: bound(chats, ({ until }) => until, 'first'),
  }
}

function bound(chats: readonly JudgedChat[], of: (chat: JudgedChat) => string | null, which: 'first' | 'last'): string | null {
  const instants = chats.map(of)
  if (instants.length === 0 || instants.includes(null)) return null
  const ordered = (instants as string[]).sort()
  return (which === 'first' ? ordered[0] : ordered.at(-1)) ?? null
}

/** The chats that are not complete; `id` as in the table `chats`, null for one that was never opened. Without `names` nothing tells whose they are. */
export function incompleteChats(account: AccountStanding | null, names: boolean) {
  const chats = account?.judged.chats.filter(({ complete }) => !complete) ?? []
  return chats.map(({ id, title, complete, reason, from, fromEdge, until, gaps, failures, retryAt }) => ({
    id,
    ...(names && { title }),
    complete,
    reason,
    covered_from: from,
    from_edge: fromEdge,
    covered_to: until,
    gaps,
    failures,
    retry_at: retryAt,
  }))
}
