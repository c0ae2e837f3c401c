/** What a cycle does about a page that it does not understand: it ends as drift, and what was doubtful is not stored. */

import { type DriftWatch, remedy } from '../drift.ts'
import { SelectorDrift } from '../errors.ts'
import type { Cycle } from './cycle.ts'

/** The error that ends the cycle. */
export function notUnderstood(set: string, fields: string[]): SelectorDrift {
  return new SelectorDrift(
    `WhatsApp Web's page is not understood by selector set ${set} (${fields.join(', ')}). What is stored stays as it is. ${remedy}`,
    set,
    fields,
  )
}

/** Stores the chats that were too small to judge, as far as nothing speaks against them. Throws SelectorDrift where something does. */
export async function settleWithheld({ watch, withheld, outcomes }: Cycle): Promise<void> {
  const settled = withheld.map(chat => ({ ...chat, outcome: watch.settle(chat.set, chat.fields, chat.listing.title) }))
  const drifted = settled.filter(({ outcome }) => outcome === 'drift')
  if (drifted[0]) throw notUnderstood(drifted[0].set, [...new Set(drifted.flatMap(({ fields }) => fields))].sort())
  for (const { listing, outcome, store } of settled) outcomes.set(listing, outcome === 'store' ? await store() : 'not_understood')
}

/** What a run keeps of its fields: later ones are compared with it. */
export function selectorCounts({ counts, shifted }: DriftWatch): Record<string, unknown> {
  const plain = Object.entries(counts).map(([set, fields]) => [
    set,
    Object.fromEntries(Object.entries(fields).map(([name, { hit, miss, by_candidate }]) => [name, { hit, miss, by_candidate }])),
  ])
  return { sets: Object.fromEntries(plain), shifted }
}
