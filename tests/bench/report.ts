/** Writes `docs/benchmarks.md` from the figures of a run; with `--quick` writes nothing and fails on a ratio beyond its band. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter'
import { type Figure, figureType, quick } from './figure.ts'

const file = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url))

export default class Report implements Reporter {
  readonly #figures: Figure[] = []
  #failed = 0

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status !== 'passed') this.#failed++
    for (const { type, description } of test.annotations) {
      if (type === figureType && description) this.#take(JSON.parse(description) as Figure)
    }
  }

  async onEnd(): Promise<{ status?: FullResult['status'] }> {
    const bad = this.#figures.filter(isBeyondBand)
    for (const { group, name, value } of bad) process.stdout.write(`worse than its noise band: ${group}, ${name}: ${number(value)}\n`)
    if (!quick && !process.env.BENCH_PART && this.#failed === 0) {
      writeFileSync(file, page(this.#figures, machine()))
      process.stdout.write(`written: ${file}\n`)
    }
    return quick && bad.length > 0 ? { status: 'failed' } : {}
  }

  #take(measured: Figure): void {
    this.#figures.push(measured)
    const { group, name, value, unit } = measured
    process.stdout.write(`${group} | ${name} | ${number(value)} ${unit}${verdict(measured)}\n`)
  }
}

/** Whether a ratio misses its target by more than the noise that is usual. */
function isBeyondBand({ target, band = 0.2, value }: Figure): boolean {
  if (!target) return false
  return 'atLeast' in target ? value < target.atLeast * (1 - band) : value > target.atMost * (1 + band)
}

function verdict({ target, value }: Figure): string {
  if (!target) return ''
  const met = 'atLeast' in target ? value >= target.atLeast : value <= target.atMost
  return ` (target ${'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`}: ${met ? 'met' : 'missed'})`
}

function page(figures: readonly Figure[], about: string): string {
  const sections = [...new Set(figures.map(({ group }) => group))].map(group => {
    const rows = figures
      .filter(one => one.group === group)
      .map(one => `| ${one.name} | ${number(one.value)} ${one.unit} | ${verdict(one).replace(/^ \(target |\)$/g, '')} |`)
    return [`## ${group}`, '', '| figure | measured | target |', '| --- | --- | --- |', ...rows, ''].join('\n')
  })
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. Single figures hold for the machine below; ratios are of one run and hold elsewhere.',
    '',
    about,
    '',
    ...sections,
  ].join('\n')
}

function machine(): string {
  const [cpu] = cpus()
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  const facts = [
    `${cpus().length} × ${cpu?.model ?? 'unknown processor'}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Node ${process.version}`,
    `whatsapp-etl ${version} (${commit})`,
    new Date().toISOString().slice(0, 10),
  ]
  return facts.join(' · ')
}

function number(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: 0 })
}
