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
export const methodType = 'method'

/** How the figures of a section were measured. */
export interface Method {
  group: string
  text: string
}

/** Puts a figure on record. The same figure from several tests (seeds, repetitions) becomes one: least, median and most. */
export function figure(info: TestInfo, measured: Figure): void {
  info.annotations.push({ type: figureType, description: JSON.stringify(measured) })
}

/** Says how the figures of a section are measured; the report puts it over them. */
export function method(info: TestInfo, group: string, text: string): void {
  info.annotations.push({ type: methodType, description: JSON.stringify({ group, text } satisfies Method) })
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
