/**
 * The architecture as a table: what each zone of src/ may import, and where a few things may happen at all. A zone is a file or a folder;
 * the longest name that fits counts. A zone may import itself. `types: x` = `import type` only; `node:` = any module of Node.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'

const rules: Record<string, string> = {
  // Vocabulary.
  'model.ts': '',
  'foreign-error.ts': '',
  'errors.ts': 'foreign-error.ts',
  'error-outline.ts': 'errors.ts foreign-error.ts',
  'raw.ts': 'zod',
  'raw-storage.ts': 'zod',
  'source.ts': 'types: model.ts evidence.ts',
  'evidence.ts': '',
  'drift.ts': 'evidence.ts',
  'retry.ts': 'types: errors.ts',
  'clean-urls.ts': '',
  'message-view.ts': 'clean-urls.ts types: model.ts',
  // Meaning: functions of their arguments.
  parse: 'model.ts raw.ts raw-storage.ts node:crypto types: evidence.ts',
  'agent.ts': 'model.ts parse/phone.ts parse/fold.ts',
  // What the process is told and what it tells.
  'settings.ts': 'zod node:',
  'config.ts': 'errors.ts settings.ts zod node:',
  'log.ts': 'error-outline.ts pino pino-pretty node:',
  'metrics.ts': 'prom-client model.ts types: drift.ts errors.ts source.ts',
  'events.ts': 'types: model.ts',
  // Single resources.
  'lock.ts': 'errors.ts node:',
  'files.ts': 'errors.ts model.ts node:',
  'snapshots.ts': 'node:',
  'turns.ts': '',
  'ahead.ts': '',
  'heap.ts': 'node:',
  'images.ts': 'model.ts turns.ts sharp',
  'thumbnails.ts': 'images.ts sharp',
  'api-key.ts': 'errors.ts node:',
  // Use cases: no browser, no SQL, no HTTP.
  'sync/plan-chat.ts': 'parse types: model.ts source.ts',
  'sync/rotation.ts': 'types: sync/plan-chat.ts',
  'sync/plan-cycle.ts': 'sync/plan-chat.ts sync/rotation.ts types: sync/cycle.ts model.ts source.ts',
  'sync/completeness.ts': 'sync/plan-chat.ts types: model.ts source.ts',
  'sync/budget.ts': '',
  sync: 'ahead.ts sync/budget.ts sync/plan-chat.ts sync/plan-cycle.ts drift.ts errors.ts evidence.ts model.ts retry.ts types: agent.ts db/store.ts source.ts',
  'schedule.ts': 'errors.ts model.ts node-cron node:',
  'extraction.ts': 'errors.ts retry.ts node: types: log.ts',
  // What others are told: frames of the outbox, and who follows them.
  live: 'message-view.ts types: model.ts db/store.ts',
  webhooks: 'live node: types: db/store.ts db/webhooks.ts log.ts',
  // Technologies: they know the vocabulary, not each other.
  'web/page': 'types: raw.ts',
  web: 'ahead.ts turns.ts model.ts raw.ts raw-storage.ts errors.ts source.ts parse lock.ts web/page zod playwright qrcode node: types: config.ts log.ts pino evidence.ts',
  db: 'model.ts errors.ts retry.ts turns.ts agent.ts sync/plan-chat.ts parse lock.ts drizzle-orm postgres @electric-sql/pglite node: types: source.ts extraction.ts drift.ts sync/completeness.ts message-view.ts',
  http: 'model.ts errors.ts message-view.ts live webhooks fastify ws zod node: types: metrics.ts log.ts db pino sync/completeness.ts',
  // What runs elsewhere: in the programs of others, and in the browsers of people.
  client: '',
  page: 'client',
  // Wiring.
  commands: '*',
  'cli.ts': '*',
}

const parsed = Object.entries(rules).map(([zone, list]) => {
  const [values = '', types = ''] = list.split('types:')
  return { zone, values: values.split(' ').filter(Boolean), types: types.split(' ').filter(Boolean) }
})

/** The zone or part of one that a file belongs to: the most exact of the names given. */
function mostExact(file: string, names: readonly string[]): string | undefined {
  return names.filter(name => file === name || file.startsWith(`${name}/`)).sort((a, b) => b.length - a.length)[0]
}
const zones = Object.keys(rules)
const packageOf = (name: string) => (name.startsWith('node:') ? 'node:' : name.split('/', name.startsWith('@') ? 2 : 1).join('/'))

const sources = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.[cm]?tsx?$/.test(name))
    .sort()

interface Import {
  of: string
  typeOnly: boolean
}

function importsOf(text: string): Import[] {
  const still = /^(?:import|export)\s+(type\s+)?(?:[\w*\s{},]+?\sfrom\s+)?['"]([^'"\n]+)['"]/gm
  const dynamic = /\bimport\(\s*['"]([^'"]+)['"]/g
  return [
    ...[...text.matchAll(still)].map(([, type, of = '']) => ({ of, typeOnly: type !== undefined })),
    ...[...text.matchAll(dynamic)].map(([, of = '']) => ({ of, typeOnly: false })),
  ]
}

function mayImport(file: string, { of, typeOnly }: Import): boolean {
  const zone = mostExact(file, zones)
  const rule = parsed.find(one => one.zone === zone)
  if (!rule) return false
  if (rule.values.includes('*')) return true
  const allowed = typeOnly ? [...rule.values, ...rule.types] : rule.values
  if (!of.startsWith('.')) return allowed.includes(packageOf(of)) || allowed.includes(of)
  const target = path.posix.join(path.posix.dirname(file), of)
  return mostExact(target, zones) === zone || mostExact(target, allowed) === (mostExact(target, [...zones, ...allowed]) ?? '-')
}

const files = sources('src').map(file => ({ file, text: readFileSync(`src/${file}`, 'utf8') }))

test('the table itself forbids what it should', () => {
  const may = (file: string, of: string, typeOnly = false) => mayImport(file, { of, typeOnly })
  expect(may('web/session.ts', '../db/client.ts')).toBe(false)
  expect(may('db/save.ts', '../http/app.ts')).toBe(false)
  expect(may('http/app.ts', '../web/session.ts', true)).toBe(false)
  expect(may('parse/day.ts', 'node:fs')).toBe(false)
  expect(may('parse/locales/en.ts', '../../config.ts')).toBe(false)
  expect(may('sync.ts', './commands/compose.ts')).toBe(false)
  expect(may('sync.ts', './db/client.ts', true)).toBe(false)
  expect(may('sync/read-chat.ts', '../db/store.ts')).toBe(false)
  expect(may('sync/read-chat.ts', '../db/store.ts', true)).toBe(true)
  expect(may('web/page/focus.ts', '../guard.ts', true)).toBe(false)
  expect(may('web/session.ts', '../config.ts')).toBe(false)
  expect(may('web/session.ts', './page/focus.ts')).toBe(true)
  expect(may('agent.ts', './parse/day.ts')).toBe(false)
  expect(may('page/app.ts', '../client/client.ts')).toBe(true)
  expect(may('page/app.ts', '../http/json.ts', true)).toBe(false)
  expect(may('unknown/thing.ts', 'node:fs')).toBe(false)
  expect(
    importsOf(
      "import {\n  a,\n  type B,\n} from './x.ts'\nexport * from 'y'\nimport 'z'\nawait import('./w.ts')\nimport type { T } from 't'",
    ),
  ).toEqual([
    { of: './x.ts', typeOnly: false },
    { of: 'y', typeOnly: false },
    { of: 'z', typeOnly: false },
    { of: 't', typeOnly: true },
    { of: './w.ts', typeOnly: false },
  ])
})

for (const { file, text } of files) {
  test(`src/${file} keeps to its zone`, () => {
    expect(mostExact(file, zones), `${file} belongs to no zone: give it a line in the table`).toBeDefined()
    expect(
      importsOf(text)
        .filter(one => !mayImport(file, one))
        .map(one => one.of),
      `src/${file} may not import these`,
    ).toEqual([])
  })
}

/** Things that have their places. `in`: where they may stand. */
const places: { what: string; pattern: RegExp; in: RegExp }[] = [
  { what: 'the environment is read in config.ts and cli.ts; everybody else is told', pattern: /process\.env\b/, in: /^(config|cli)\.ts$/ },
  {
    what: 'time is an argument of what parses and decides',
    pattern: /Date\.now\b|new Date\(\)|performance\.now/,
    in: /^(?!parse\/|plan\.ts|sync\.ts|agent\.ts)/,
  },
  {
    what: 'code for the page lives in web/page, as functions with a name',
    pattern: /\.(?:evaluate\w*|addInitScript|waitForFunction|\$\$?eval)(?:<[^(]*>)?\(\s*(?:async\b|function\b|\(|['"`]|\w+\s*=>)/,
    in: /^web\/page\//,
  },
  {
    what: 'the pointer is moved by the guard alone',
    pattern: /\.mouse\b|\.touchscreen\b|Input\.dispatch|\.tap\(|\.dblclick\(/,
    in: /^web\/guard\.ts$/,
  },
  {
    what: 'nobody uses the keyboard or fills anything in',
    pattern: /\.keyboard\b|\.press\(|\.pressSequentially\(|\.fill\(|\.setInputFiles\(|\.dispatchEvent\(|\.insertText\b/,
    in: /^$/,
  },
  {
    what: 'browsers are launched for sessions alone',
    pattern: /launchPersistentContext|chromium\.(?:launch|connect)/,
    in: /^web\/(browser|session)\.ts$/,
  },
  {
    what: 'a module is imported where it is, not through another one',
    pattern: /^export\s+(?:\*|\{[^}]*\})\s+from\s+['"]\./m,
    // The door of the package.
    in: /^client\/client\.ts$/,
  },
  { what: 'exports have names', pattern: /^export default/m, in: /^$/ },
  { what: 'output goes through io and the log', pattern: /\bconsole\.\w+\(/, in: /^$/ },
]
for (const place of places) {
  test(`${place.what}`, () => {
    const elsewhere = files
      .filter(({ file, text }) => place.pattern.test(withoutComments(text)) && !place.in.test(file))
      .map(({ file }) => file)
    expect(elsewhere).toEqual([])
  })
}

test('code that runs in the page stands alone: no values imported, nothing kept beside its functions', () => {
  for (const { file, text } of files.filter(one => one.file.startsWith('web/page/'))) {
    // What with-engine.ts binds into one source is a reader and the engine: the only values that may meet.
    const parts = ['./body-text.ts', './engine.ts', './conversation-snapshot.ts', './conversation-reader.ts']
    const bound = file === 'web/page/with-engine.ts' ? parts : ['./with-engine.ts']
    const foreign = importsOf(text).filter(one => !one.typeOnly && !bound.includes(one.of))
    expect(foreign, file).toEqual([])
    // It runs here, and only writes functions together.
    if (file === 'web/page/with-engine.ts') continue
    const readers = [...text.matchAll(/with(?:Engine|SnapshotReader)\(([\w, ]+)\)/g)].flatMap(([, names = '']) => names.split(', '))
    const beside = withoutComments(text).match(/^(?:export\s+)?(?:const|let|var|class)\b.*|^(?:async\s+)?function\b.*/gm) ?? []
    const allowed = (line: string) =>
      /= with(?:Engine|SnapshotReader)\([\w, ]+\)$/.test(line) || readers.some(reader => line.startsWith(`function ${reader}(`))
    expect(
      beside.filter(line => !allowed(line)),
      file,
    ).toEqual([])
  }
})

test('the simulated account knows nothing of the program', () => {
  for (const file of sources('tests/sim').filter(name => !/\.(test|spec)\.ts$/.test(name))) {
    const text = readFileSync(`tests/sim/${file}`, 'utf8')
    const leaving = importsOf(text).filter(
      ({ of }) => of.startsWith('.') && path.posix.join('tests/sim', path.posix.dirname(file), of).startsWith('tests/sim/') === false,
    )
    expect(leaving, `tests/sim/${file}`).toEqual([])
    expect(withoutComments(text), `tests/sim/${file}`).not.toMatch(/selectors\/|['"/](?:src|dist)\/(?!sim)/)
  }
})

test('files are named after what they are about', () => {
  const vague = /(^|\/)(index|utils?|helpers?|misc|common|shared|types|constants|[\w-]*(manager|service|impl))\.ts$/
  expect(files.filter(({ file }) => vague.test(file)).map(({ file }) => file)).toEqual([])
})

test('no file grows out of hand', ({}, testInfo) => {
  const long = files.map(({ file, text }) => ({ file, lines: text.split('\n').length })).filter(({ lines }) => lines > 200)
  for (const { file, lines } of long) testInfo.annotations.push({ type: 'look hard', description: `src/${file}: ${lines} lines` })
  // The tables of the database stand together in one file, whatever their number.
  expect(long.filter(({ file, lines }) => lines > 300 && file !== 'db/schema.ts')).toEqual([])
})

/** Good enough for code in one style: what is in a string stays. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/\s\/\/ .*$/gm, '')
}
