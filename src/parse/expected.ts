/** Rows held against what a selector set expects of their fields. */
import type { FieldsEvidence } from '../evidence.ts'
import type { RawFields } from '../raw.ts'
import { has } from './fields.ts'

/** Of which rows a field is expected, and of how many of them. */
export interface Expected {
  min: number
  sample: number
  of?: readonly string[] | undefined
  unless?: readonly string[] | undefined
  severity?: 'drift' | 'warning' | undefined
}

/** Counts of the expected fields over the rows of which they are expected. */
export function countExpected(rows: readonly RawFields[], expected: Readonly<Record<string, Expected>>): FieldsEvidence {
  const counts: FieldsEvidence = {}
  for (const [name, { min, sample, of, unless, severity = 'drift' }] of Object.entries(expected)) {
    const by_candidate: Record<string, number> = {}
    let hit = 0
    let miss = 0
    for (const fields of rows) {
      if ((of && !of.some(other => has(fields, other))) || unless?.some(other => has(fields, other))) continue
      const found = fields[name]
      if (!found) miss++
      else {
        hit++
        by_candidate[found.c] = (by_candidate[found.c] ?? 0) + 1
      }
    }
    counts[name] = { hit, miss, by_candidate, min, sample, severity }
  }
  return counts
}
