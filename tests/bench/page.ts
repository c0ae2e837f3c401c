/** The page of figures, docs/benchmarks.md. Pure. */
import { type Figure, type Method, median } from './figure.ts'

/** A figure over all that measured it: `value` is the median. */
export interface Measured extends Figure {
  least: number
  most: number
  times: number
}

/** Figures of one name become one. */
export function merged(figures: readonly Figure[]): Measured[] {
  const byName = new Map<string, Figure[]>()
  for (const one of figures) {
    const key = `${one.group}|${one.name}`
    byName.set(key, [...(byName.get(key) ?? []), one])
  }
  return [...byName.values()].flatMap(same => {
    const [first] = same
    const values = same.map(({ value }) => value)
    return first ? { ...first, value: median(values), least: Math.min(...values), most: Math.max(...values), times: same.length } : []
  })
}

/** Whether a figure meets its target; empty where it has none. */
export function verdict({ target, value }: Figure): string {
  if (!target) return ''
  const met = 'atLeast' in target ? value >= target.atLeast : value <= target.atMost
  return `${'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`}: ${met ? 'met' : 'missed'}`
}

/** The page: the machine, then a section for each group. */
export function page(figures: readonly Measured[], methods: readonly Method[], about: string): string {
  const sections = [...new Set(figures.map(({ group }) => group))].map(group => {
    const texts = [...new Set(methods.filter(one => one.group === group).map(one => one.text))]
    const rows = figures.filter(one => one.group === group).map(row)
    const head = ['| figure | measured | target |', '| --- | --- | --- |']
    return [`## ${group}`, '', ...texts.flatMap(text => [text, '']), ...head, ...rows, ''].join('\n')
  })
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. Single figures hold for the machine below; ratios are of one run and hold elsewhere. Where several accounts (seeds) or repetitions were measured, the figure is their median, with the least and the most in brackets.',
    '',
    about,
    '',
    ...sections,
  ].join('\n')
}

function row(one: Measured): string {
  const range = one.times > 1 ? ` (${number(one.least)} – ${number(one.most)}, ${one.times} runs)` : ''
  const noise = one.target && one.band !== undefined ? `; noise ± ${Math.round(one.band * 100)} %` : ''
  return `| ${one.name} | ${number(one.value)} ${one.unit}${range} | ${verdict(one)}${noise} |`
}

/** Three digits or so. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: 0 })
}
