/**
 * What rows came to at an earlier look, so that a row that shows the same among the same neighbours is not worked out again: while a chat is scrolled the
 * same hundred rows are looked at several times for every fifty that are new.
 */
import type { RawFields } from '../raw.ts'

/** What is worked out of a row: by itself, and among its neighbours. */
export type Step = 'alone' | 'among'

/** The memory of one reading. Rows are told apart by the identity of their fields: whoever reads the page keeps that as long as a row stays as it is. */
export interface ParseMemory {
  /** What `work` gives; not done again while `basis`, all that it depends on beside the fields, holds the same values. */
  recall<T>(fields: RawFields, step: Step, basis: readonly unknown[], work: () => T): T
}

export function makeParseMemory(): ParseMemory {
  const steps: Record<Step, WeakMap<RawFields, { basis: readonly unknown[]; result: unknown }>> = {
    alone: new WeakMap(),
    among: new WeakMap(),
  }
  return {
    recall<T>(fields: RawFields, step: Step, basis: readonly unknown[], work: () => T): T {
      const known = steps[step].get(fields)
      if (known && known.basis.length === basis.length && known.basis.every((value, at) => Object.is(value, basis[at])))
        return known.result as T
      const result = work()
      steps[step].set(fields, { basis, result })
      return result
    },
  }
}
