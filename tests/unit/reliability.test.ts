/** docs/reliability.md held against the tests that it names. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'

const text = readFileSync('docs/reliability.md', 'utf8')

/** The rows of the tables below a heading, cell by cell, without head and rule. */
function rows(heading: string): string[][] {
  const section = text.split(/^## /m).find(one => one.startsWith(`${heading}\n`)) ?? ''
  const lines = section.split('\n').filter(line => line.startsWith('| '))
  return lines.slice(2).map(line => line.slice(2, -2).split(' | '))
}

/** The source that a test's title must stand in: as it is, or with its quotes escaped. */
function holds(file: string, title: string): boolean {
  const source = readFileSync(file, 'utf8')
  return source.includes(title) || source.includes(title.replaceAll("'", "\\'"))
}

test('every fault and every bad input names a test that exists, and what comes of it', () => {
  const named = [...rows('Faults').map(cells => [cells[2], cells[3]]), ...rows('Bad inputs').map(cells => [cells[1], cells[2]])]
  expect(named.length).toBeGreaterThan(20)
  for (const [cell = '', outcome = ''] of named) {
    const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(cell) ?? []
    expect(existsSync(file), `${cell}: no such file`).toBe(true)
    expect(holds(file, title), `${file} has no test "${title}"`).toBe(true)
    expect(outcome.length).toBeGreaterThan(5)
  }
})

test('every test that injects a fault stands in the table', () => {
  const named = text.replaceAll('\\', '')
  for (const file of ['kill', 'faults', 'browser-faults'].map(name => `tests/e2e/${name}.spec.ts`)) {
    const titles = [...readFileSync(file, 'utf8').matchAll(/^ {0,2}test\(\s*(['"`])(.*?)\1,/gm)].map(([, , title = '']) =>
      title.replace(/ \(\$\{kind\}\)$/, ''),
    )
    expect(titles.length, file).toBeGreaterThan(0)
    for (const title of titles) expect(named, file).toContain(title)
  }
})

test('the figures are those of the tests', () => {
  const figures = new Map(rows('Figures').map(([name = '', value = '']) => [name, Number(value)]))
  expect(figures.get('kinds of faults injected in CI')).toBe(rows('Faults').length)
  const kill = readFileSync('tests/e2e/kill.spec.ts', 'utf8')
  const [, full = '', short = ''] = /killsOfEach = full \? (\d+) : (\d+)/.exec(kill) ?? []
  expect(figures.get('worker kills at drawn points in `npm run test:full`')).toBe(2 * Number(full))
  expect(figures.get('worker kills at drawn points in CI (both databases together)')).toBe(2 * Number(short))
  const generated = [...readFileSync('tests/unit/hostile-text.test.ts', 'utf8').matchAll(/\bruns\(([\d_]+),/g)]
  const inputs = generated.reduce((sum, [, runs = '']) => sum + Number(runs.replaceAll('_', '')), 0)
  expect(figures.get('generated hostile inputs in CI')).toBe(inputs)
})
