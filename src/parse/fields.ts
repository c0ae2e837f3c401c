/** Reading the raw fields of a row by name. */
import type { RawFields, RawRow } from '../raw.ts'

/** The first value of a field; null where no candidate hit. */
export function one(fields: RawFields, name: string): string | null {
  return fields[name]?.v[0] ?? null
}

/** All values of a field; empty where no candidate hit. */
export function all(fields: RawFields, name: string): string[] {
  return fields[name]?.v ?? []
}

export function has(fields: RawFields, name: string): boolean {
  return fields[name] !== undefined
}

/** How often each field hit, and by which candidate: what drift is seen by (contract §1.2). */
export interface FieldCount {
  hit: number
  miss: number
  by_candidate: Record<string, number>
}
export type FieldCounts = Record<string, FieldCount>

/** Counts the fields of rows. `names`: the fields that the selector set asks for; without them only those that hit are counted. */
export function countFields(rows: readonly RawRow['fields'][], names: readonly string[] = []): FieldCounts {
  const counts: FieldCounts = {}
  const known = new Set([...names, ...rows.flatMap(fields => Object.keys(fields))])
  for (const name of [...known].sort()) {
    const count: FieldCount = { hit: 0, miss: 0, by_candidate: {} }
    for (const fields of rows) {
      const found = fields[name]
      if (!found) count.miss++
      else {
        count.hit++
        count.by_candidate[found.c] = (count.by_candidate[found.c] ?? 0) + 1
      }
    }
    counts[name] = count
  }
  return counts
}

/** The counts of two lots of rows as those of one; what else stands beside them is taken from the later one. */
export function addCounts<C extends FieldCount>(a: Readonly<Record<string, C>>, b: Readonly<Record<string, C>>): Record<string, C> {
  const sum: Record<string, C> = { ...a }
  for (const [name, { by_candidate, ...more }] of Object.entries(b)) {
    const before = a[name]
    const by: Record<string, number> = { ...before?.by_candidate }
    for (const [candidate, hits] of Object.entries(by_candidate)) by[candidate] = (by[candidate] ?? 0) + hits
    const [hit, miss] = [(before?.hit ?? 0) + more.hit, (before?.miss ?? 0) + more.miss]
    sum[name] = { ...more, hit, miss, by_candidate: by } as C
  }
  return sum
}
