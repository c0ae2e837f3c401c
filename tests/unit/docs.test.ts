/** The documents held against the code: what a reader is told exists, and what exists is told. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { Writable } from 'node:stream'
import { expect, test } from '@playwright/test'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { makeProgram } from '../../src/commands/program.ts'
import * as schema from '../../src/db/schema.ts'
import { exitStatuses } from '../../src/errors.ts'
import { makeMetrics } from '../../src/metrics.ts'
import { settings } from '../../src/settings.ts'

const readme = readFileSync('README.md', 'utf8')

/** First cells of the rows of every Markdown table below a heading (any level) up to the next one of the same level. */
function section(heading: RegExp): string {
  const found = [...readme.matchAll(/^(#+) (.*)$/gm)]
  const at = found.findIndex(([, , title = '']) => heading.test(title))
  expect(at, `README.md has no heading ${heading}`).toBeGreaterThanOrEqual(0)
  const level = found[at]?.[1]?.length ?? 0
  const next = found.slice(at + 1).find(([, marks = '']) => marks.length <= level)
  return readme.slice(found[at]?.index, next?.index)
}
const firstCells = (text: string) => [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell)

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
const io = { stdout: nowhere, stderr: nowhere, env: {}, signal: new AbortController().signal, isTty: false }
const { commands } = makeProgram(io, () => {})

test('README names every command, and none that does not exist', () => {
  const told = firstCells(section(/^Commands$/)).map(cell => cell.split(' ')[0] ?? '')
  expect(told.filter(cell => !/^\d+$/.test(cell)).sort()).toEqual(commands.map(command => command.name()).sort())
})

test("README names every option of every command in the command's row", () => {
  for (const command of commands) {
    const row = section(/^Commands$/)
      .split('\n')
      .find(line => line.startsWith(`| \`${command.name()}`))
    const options = command.options.map(option => option.long ?? '').filter(name => !['--help', '--json'].includes(name))
    expect(
      options.filter(option => !row?.includes(option)),
      command.name(),
    ).toEqual([])
  }
})

test('README names every exit status', () => {
  const rows = [...section(/^Commands$/).matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status))
  expect(rows.sort()).toEqual(Object.values(exitStatuses).sort())
})

test('README names every setting with its default, and none that does not exist', () => {
  const text = section(/^Settings$/)
  const rows = new Map(
    [...text.matchAll(/^\| `([A-Z_]+)` \|([^|]*)\|(.*)\|$/gm)].map(([, name = '', byDefault = '', rest = '']) => [
      name,
      { byDefault, rest },
    ]),
  )
  expect([...rows.keys()].sort()).toEqual(Object.keys(settings).sort())
  for (const [name, setting] of Object.entries(settings)) {
    const row = rows.get(name)
    expect(row?.rest, name).toContain(setting.description.split(/[;:]/)[0]?.slice(0, 40))
    const shown = setting.default?.replace(/^\(|\)$/g, '')
    if (shown) expect(row?.byDefault, name).toContain(shown)
  }
})

test('README names every metric, and none that does not exist', () => {
  const known = makeMetrics({ processMetrics: false })
    .registry.getMetricsAsArray()
    .map(metric => metric.name)
  const told = [...new Set([...readme.matchAll(/`(whatsapp_[a-z_]+)/g)].map(([, name = '']) => name))].filter(
    name => name !== 'whatsapp_profile',
  )
  expect(told.sort()).toEqual(known.sort())
})

const tables = Object.values(schema)
  .filter(value => value instanceof PgTable)
  .map(table => getTableConfig(table as PgTable))

test('README names every table and all its columns', () => {
  const text = section(/^What is stored$/)
  const missing: string[] = []
  for (const { name, columns } of tables) {
    // From where the table is introduced (heading or bold) to where the next one is.
    const start = text.search(new RegExp(`^(?:#+ |\\*\\*)\`?${name}\`?`, 'm'))
    if (start < 0) missing.push(name)
    const rest = text.slice(text.indexOf('\n', start) + 1)
    const end = rest.search(/^(?:#+ |\*\*)/m)
    const own = end < 0 ? rest : rest.slice(0, end)
    if (start >= 0) missing.push(...columns.filter(column => !own.includes(`\`${column.name}\``)).map(column => `${name}.${column.name}`))
  }
  expect(missing).toEqual([])
})

test('files that the documents point to exist, and every script that they run', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  for (const document of ['README.md', 'CONTRIBUTING.md']) {
    const text = readFileSync(document, 'utf8')
    const named = [...text.matchAll(/`((?:src|tests|selectors|drizzle|docker|docs|scripts|\.ci)\/[\w./-]*)`/g)].map(([, name = '']) => name)
    for (const file of named) expect(() => statSync(file), `${document} points to ${file}`).not.toThrow()
    const run = [...text.matchAll(/npm (?:run )?(test(?::\w+)?|run [\w:-]+|(?<=run )[\w:-]+)/g)].map(([, name = '']) =>
      name.replace(/^run /, ''),
    )
    for (const script of new Set(run)) expect(Object.keys(scripts), document).toContain(script)
  }
})

test('no document and no file of the program names a machine or a person', () => {
  const dirs = ['src', 'scripts', 'selectors', 'docker', '.ci']
  const files = dirs.flatMap(dir => readdirSync(dir, { recursive: true, encoding: 'utf8' }).map(name => `${dir}/${name}`))
  for (const file of [...files, 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'Dockerfile', 'docker-compose.yml', '.env.example']) {
    // The table of the blocks that no webhook may be in.
    if (!statSync(file).isFile() || file === 'src/webhooks/addresses.ts') continue
    expect(readFileSync(file, 'utf8'), file).not.toMatch(/\/(?:home|Users|root|work)\/\w|\b10\.\d+\.\d+\.\d+\b|\b192\.168\./)
  }
})
