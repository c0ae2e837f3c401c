/** Writes `docs/benchmarks.md` from the figures of a run; with `--quick` writes nothing and fails on a ratio that got worse. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter'
import { findChromium } from '../../src/web/browser.ts'
import { type Baseline, gotWorse, judgedUnits } from './baseline.ts'
import { type Figure, figureType, type Method, methodType, quick } from './figure.ts'
import { type Measured, merged, number, page, verdict } from './page.ts'

const file = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url))
const baselineFile = fileURLToPath(new URL('baseline.json', import.meta.url))

export default class Report implements Reporter {
  readonly #figures: Figure[] = []
  readonly #methods: Method[] = []
  #failed = 0

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status !== 'passed' && result.status !== 'skipped') this.#failed++
    for (const { type, description = '' } of test.annotations) {
      if (type === figureType) this.#take(JSON.parse(description) as Figure)
      if (type === methodType) this.#methods.push(JSON.parse(description) as Method)
    }
  }

  async onEnd(): Promise<{ status?: FullResult['status'] }> {
    const figures = merged(this.#figures)
    if (process.env.BENCH_KEEP) this.#keep(figures)
    const worse = figures.flatMap(one => gotWorse(one, readBaseline()) ?? [])
    for (const line of worse) process.stdout.write(`got worse: ${line}\n`)
    if (!quick && !process.env.BENCH_PART && this.#failed === 0) {
      writeFileSync(file, page(figures, this.#methods, await machine()))
      process.stdout.write(`written: ${file}\n`)
    }
    return quick && worse.length > 0 ? { status: 'failed' } : {}
  }

  #take(measured: Figure): void {
    this.#figures.push(measured)
    const { group, name, value, unit } = measured
    process.stdout.write(`${group} | ${name} | ${number(value)} ${unit} ${verdict(measured)}\n`)
  }

  /** What later short runs are compared with: the ratios of this one, over those that were kept before. */
  #keep(figures: readonly Measured[]): void {
    const kept = readBaseline()
    for (const { group, name, value, unit, target } of figures) {
      if (target && judgedUnits.has(unit)) kept[`${group}: ${name}`] = Number(value.toPrecision(3))
    }
    writeFileSync(baselineFile, `${JSON.stringify(kept, null, 2)}\n`)
    process.stdout.write(`written: ${baselineFile}\n`)
  }
}

function readBaseline(): Baseline {
  return JSON.parse(readFileSync(baselineFile, 'utf8')) as Baseline
}

/** The machine, the versions and the day that the figures are of. */
async function machine(): Promise<string> {
  const [cpu] = cpus()
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  const browser = await findChromium(process.env.CHROMIUM_PATH ?? null)
  const facts = [
    `${cpus().length} × ${cpu?.model ?? 'unknown processor'}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Node ${process.version}`,
    `Chromium ${browser.version}`,
    `whatsapp-etl ${version} (${commit})`,
    new Date().toISOString().slice(0, 10),
  ]
  return facts.join(' · ')
}
