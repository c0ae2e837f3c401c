/** What a benchmark measured, handed to the report. */
import type { TestInfo } from '@playwright/test'

export interface Figure {
  /** Section of the report. */
  group: string
  name: string
  value: number
  unit: string
  /** What the value is to be at least or at most; ratios only, since those hold on any machine. */
  target?: { atLeast: number } | { atMost: number }
  /** How far a ratio may fall short of its target before `--quick` fails, as a share of it: the noise seen over runs. */
  band?: number
}

export const figureType = 'figure'

/** Puts a figure on record. */
export function figure(info: TestInfo, measured: Figure): void {
  info.annotations.push({ type: figureType, description: JSON.stringify(measured) })
}

/** Milliseconds that the work took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** The value below which the share `p` (0 to 1) of them lie. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** Small runs for CI: less data, the same ratios. */
export const quick = process.env.BENCH_QUICK === '1'
