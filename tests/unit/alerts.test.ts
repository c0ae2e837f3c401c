/** Alert rules, the scrape and the dashboard: run through promtool, and held against the metrics that the worker really has. */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { parse } from 'yaml'
import { type Metrics, makeMetrics } from '../../src/metrics.ts'

interface Rule {
  alert: string
  expr: string
  for: string
  labels: { severity: string }
  annotations: Record<string, string>
}
interface Scenario {
  name: string
  input_series: { series: string }[]
  promql_expr_test: { expr: string; exp_samples: { labels: string }[] }[]
}
interface Panel {
  id: number
  type: string
  title: string
  description?: string
  datasource?: { uid: string }
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: { expr: string; datasource: { uid: string } }[]
}

const prometheus = 'docker/prometheus'
const yaml = <T>(name: string) => parse(readFileSync(`${prometheus}/${name}`, 'utf8')) as T
const rules = yaml<{ groups: { rules: Rule[] }[] }>('alerts.yml').groups.flatMap(group => group.rules)
const scenarios = yaml<{ tests: Scenario[] }>('alerts.test.yml').tests
const { scrape_configs } = yaml<{ scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[] }>('prometheus.yml')
const dashboard = JSON.parse(readFileSync('docker/grafana/whatsapp-etl.json', 'utf8')) as {
  panels: Panel[]
  templating: { list: { name: string; type: string; query: unknown }[] }
}
const exprs = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr })))

const found = spawnSync('promtool', ['--version']).status === 0
/** What promtool says; throws with its words where something is wrong. */
const promtool = (...args: string[]) => execFileSync('promtool', args, { encoding: 'utf8', stdio: 'pipe' })

test.describe('promtool', () => {
  // On CI its absence is a failure: nothing would have been tested.
  test.skip(!found && !process.env.CI, "promtool is not installed (Debian: the package 'prometheus')")

  test('accepts the rules', () => {
    expect(promtool('check', 'rules', `${prometheus}/alerts.yml`)).toContain(`SUCCESS: ${rules.length} rules found`)
  })

  test('accepts the scrape, with the rules and the key beside it', () => {
    const dir = mkdtempSync(join(tmpdir(), 'prometheus-'))
    try {
      for (const name of ['prometheus.yml', 'alerts.yml']) copyFileSync(`${prometheus}/${name}`, join(dir, name))
      writeFileSync(join(dir, 'api-key'), 'made-up')
      expect(promtool('check', 'config', join(dir, 'prometheus.yml'))).toContain('1 rule files found')
    } finally {
      rmSync(dir, { recursive: true })
    }
  })

  test('sees every alert fire when it should, and none when it should not', () => {
    test.setTimeout(300_000)
    expect(promtool('test', 'rules', `${prometheus}/alerts.test.yml`)).toContain('SUCCESS')
  })

  test("reads every expression of the dashboard, with Grafana's variables filled in", () => {
    const dir = mkdtempSync(join(tmpdir(), 'dashboard-'))
    try {
      // As recording rules, since promtool checks expressions only in a file of rules.
      const recorded = exprs.map(({ expr }, index) => ({ record: `panel:${index}`, expr: expr.replaceAll('$instance', '.*') }))
      writeFileSync(join(dir, 'panels.yml'), JSON.stringify({ groups: [{ name: 'panels', rules: recorded }] }))
      expect(promtool('check', 'rules', join(dir, 'panels.yml'))).toContain(`SUCCESS: ${exprs.length} rules found`)
    } finally {
      rmSync(dir, { recursive: true })
    }
  })
})

test('without promtool CI fails, and has it installed', () => {
  const ci = readFileSync('.ci/run', 'utf8')
  expect(ci).toContain('export CI=1')
  expect(ci).toMatch(/command -v promtool .*missing\+=\(prometheus\)/)
})

/** Labels that Prometheus gives every series by itself. */
const ofTheScrape = ['job', 'instance']

type Known = Map<string, { labels: Set<string>; values: Map<string, Set<string>> }>

/** Every series that the worker can show: its labels, and the values of those labels that stand from the start (closed sets). */
async function known(metrics: Metrics): Promise<Known> {
  const series: Known = new Map([['up', { labels: new Set(ofTheScrape), values: new Map() }]])
  for (const { name, type, values } of await metrics.registry.getMetricsAsJSON()) {
    const { labelNames } = metrics.registry.getSingleMetric(name) as unknown as { labelNames: string[] }
    const labels = new Set([...labelNames, ...ofTheScrape])
    const standing = new Map(labelNames.map(label => [label, new Set(values.map(value => String(value.labels[label])))]))
    if (String(type) !== 'histogram') series.set(name, { labels, values: standing })
    else
      for (const part of ['_sum', '_count', '_bucket']) series.set(name + part, { labels: new Set([...labels, 'le']), values: new Map() })
  }
  return series
}

/** What an expression names that does not exist: series, labels of them, values of closed labels. */
function unknown(expr: string, series: Known): string[] {
  const problems: string[] = []
  const seen = new Set<string>()
  for (const [, name = '', matchers = ''] of expr.matchAll(/\b((?:whatsapp|process|nodejs)_\w+|up)\b(?:\{([^}]*)\})?/g)) {
    const one = series.get(name)
    if (!one) problems.push(name)
    for (const label of one?.labels ?? []) seen.add(label)
    for (const [, label = '', operator = '', value = ''] of matchers.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)) {
      if (one && !one.labels.has(label)) problems.push(`${name}{${label}}`)
      const closed = one?.values.get(label)
      const wanted = operator.includes('~') ? value.split('|') : [value]
      if (closed?.size) problems.push(...wanted.filter(each => !closed.has(each)).map(each => `${name}{${label}="${each}"}`))
    }
  }
  for (const [, list = ''] of expr.matchAll(/\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g)) {
    const labels = list.split(',').map(label => label.trim())
    problems.push(...labels.filter(label => !seen.has(label) && label !== 'le').map(label => `(${label})`))
  }
  return problems
}

test('the rules, their tests and the dashboard name only series, labels and values that the worker has', async () => {
  const series = await known(makeMetrics())
  const all = [
    ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
    ...scenarios.flatMap(({ name, input_series }) => input_series.map(({ series: expr }) => ({ where: name, expr }))),
    ...exprs,
    { where: 'variables', expr: JSON.stringify(dashboard.templating.list.map(({ query }) => query)) },
  ]
  expect(all.flatMap(({ where, expr }) => unknown(expr, series).map(problem => `${where}: ${problem}`))).toEqual([])
  for (const wrong of [
    'whatsapp_lag',
    'whatsapp_sync_rows{kind="x"}',
    'whatsapp_sync_rows{outcome="lost"}',
    'sum by (chat) (whatsapp_sync_rows)',
  ])
    expect(unknown(wrong, series), wrong).toHaveLength(1)
})

test('every metric of the worker stands on the dashboard', () => {
  const metrics = makeMetrics({ processMetrics: false }).registry.getMetricsAsArray()
  const text = exprs.map(({ expr }) => expr).join('\n')
  expect(metrics.map(({ name }) => name).filter(name => !new RegExp(`\\b${name}(?:_bucket)?\\{`).test(text))).toEqual([])
})

test('every status of the session but logged_in has its alert', async () => {
  const standing = (await known(makeMetrics({ processMetrics: false }))).get('whatsapp_session_status')?.values.get('status') ?? []
  const told = rules.flatMap(({ expr }) => /session_status\{status=~"([^"]+)"/.exec(expr)?.[1]?.split('|') ?? [])
  expect([...told, 'logged_in'].sort()).toEqual([...standing].sort())
})

test('the rules know the worker by the name that the scrape gives it, where the container listens', () => {
  expect(scrape_configs.map(({ job_name }) => job_name)).toEqual(['whatsapp-etl'])
  const jobs = [...rules, ...exprs].flatMap(({ expr }) => [...expr.matchAll(/job="([^"]+)"/g)].map(([, job]) => job))
  expect(new Set(jobs)).toEqual(new Set(['whatsapp-etl']))
  const { services } = parse(readFileSync('docker-compose.yml', 'utf8')) as { services: { app: { environment: { HTTP_PORT: string } } } }
  expect(scrape_configs[0]?.static_configs[0]?.targets).toEqual([`app:${services.app.environment.HTTP_PORT}`])
})

test('every alert says how bad it is, for how long, what it means and what to do, and README names it', () => {
  const readme = readFileSync('README.md', 'utf8')
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  for (const { alert, for: since, labels, annotations } of rules) {
    expect(Object.keys(annotations).sort(), alert).toEqual(['action', 'description', 'summary'])
    expect(['critical', 'warning'], alert).toContain(labels.severity)
    expect(since, alert).toMatch(/^\d+[smh]$/)
    expect(readme, `README does not name ${alert}`).toContain(`\`${alert}\``)
  }
  const named = [...readme.matchAll(/`(Whatsapp[A-Z]\w+)`/g)].map(([, name]) => name)
  expect(named.filter(name => !rules.some(({ alert }) => alert === name))).toEqual([])
})

test('every threshold is explained above its rule', () => {
  const text = readFileSync(`${prometheus}/alerts.yml`, 'utf8')
  for (const { alert } of rules) expect(text, alert).toMatch(new RegExp(`# .*\\n +- alert: ${alert}\\n`))
})

test('every alert fires in a scenario and is quiet at another instant of it or in another one', () => {
  const instants = scenarios.flatMap(({ promql_expr_test }) => promql_expr_test.map(({ exp_samples }) => JSON.stringify(exp_samples)))
  for (const { expr } of scenarios.flatMap(({ promql_expr_test }) => promql_expr_test))
    expect(expr).toBe('count by (alertname) (ALERTS{alertstate="firing"})')
  for (const { alert } of rules) {
    const firing = instants.filter(samples => samples.includes(`\\"${alert}\\"`))
    expect(firing.length, `${alert} never fires`).toBeGreaterThan(0)
    expect(firing.length, `${alert} always fires`).toBeLessThan(instants.length)
  }
})

test('the panels of the dashboard have ids of their own, places of their own, words, and the chosen datasource', () => {
  const ids = dashboard.panels.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(dashboard.templating.list.find(({ type }) => type === 'datasource')).toMatchObject({ name: 'datasource', query: 'prometheus' })
  const cells = new Set<string>()
  for (const { title, type, description, datasource, gridPos, targets = [] } of dashboard.panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
    const own = Array.from(
      { length: gridPos.w * gridPos.h },
      (_, n) => `${gridPos.x + (n % gridPos.w)} ${gridPos.y + Math.floor(n / gridPos.w)}`,
    )
    expect(
      own.filter(cell => cells.has(cell)),
      `${title} lies on another panel`,
    ).toEqual([])
    for (const cell of own) cells.add(cell)
    expect(title).toBeTruthy()
    if (type === 'row') continue
    expect(description, title).toBeTruthy()
    expect(targets.length, title).toBeGreaterThan(0)
    for (const each of [datasource, ...targets.map(target => target.datasource)]) expect(each?.uid, title).toMatch(/^\$\{datasource\}$/)
  }
})
