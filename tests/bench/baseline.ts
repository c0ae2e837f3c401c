/** When a ratio counts as worse than it was. Pure. */
import type { Figure } from './figure.ts'
import { number } from './page.ts'

/** Ratios of short runs that were kept, by `section: name`. */
export type Baseline = Record<string, number>

const usualBand = 0.2

/** Units whose figures do not hang on the machine. */
export const judgedUnits: ReadonlySet<string> = new Set(['×', 'calls', 'chats'])

/**
 * A sentence about a ratio that got worse beyond its noise band; null where it did not. One that meets its target is never worse; one that misses it is
 * held to what was kept of it, and to its target where nothing was. Ratios are judged and what is counted in pieces; seconds and megabytes hold for one
 * machine.
 */
export function gotWorse({ group, name, value, unit, target, band = usualBand }: Figure, baseline: Baseline): string | null {
  if (!target || !judgedUnits.has(unit)) return null
  const kept = baseline[`${group}: ${name}`]
  const limit =
    'atLeast' in target
      ? Math.min(target.atLeast, kept ?? target.atLeast) * (1 - band)
      : Math.max(target.atMost, kept ?? target.atMost) * (1 + band)
  const good = 'atLeast' in target ? value >= limit : value <= limit
  if (good) return null
  return `${group}, ${name}: ${number(value)}, the limit is ${number(limit)} (target ${Object.values(target)[0]}, kept ${kept ?? 'nothing'}, noise ${band * 100} %)`
}
