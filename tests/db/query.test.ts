import { existsSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import type { Io } from '../../src/commands/io.ts'
import { migrate } from '../../src/commands/migrate.ts'
import { query } from '../../src/commands/query.ts'
import { formatTable, widthOf } from '../../src/commands/table.ts'
import { openDatabase } from '../../src/db/client.ts'
import { expect, kinds, onBoth, type TestDatabase, test } from '../support/database.ts'
import { image, message, writing } from './given.ts'

function io(env: Record<string, string>) {
  const said = { stdout: '', stderr: '' }
  const sink = (name: 'stdout' | 'stderr') =>
    new Writable({
      write: (piece, _, done) => {
        said[name] += String(piece)
        done()
      },
    })
  const made: Io = { stdout: sink('stdout'), stderr: sink('stderr'), env, signal: new AbortController().signal, isTty: false }
  return { io: made, said }
}

const environment = ({ url, dataDir }: Pick<TestDatabase, 'url' | 'dataDir'>) => ({
  DATA_DIR: dataDir,
  ...(url === null ? {} : { PG_URL: url }),
})

async function ask(given: TestDatabase, sql: string, options: { csv?: boolean; json?: boolean } = {}): Promise<string> {
  const { io: asked, said } = io(environment(given))
  expect(await query(sql, options, asked)).toBe(0)
  return said.stdout
}

const everyType = `select 1::int as i, 5::bigint as big, 1.50::numeric as n, true as b, null as nothing, '2026-02-10 10:00:00.5+00'::timestamptz as at,
  '2026-02-10'::date as d, '{"a":[1]}'::jsonb as j, array['x','y'] as list, '\\x00ff'::bytea as bytes, interval '90 minutes' as span`

onBoth('values are the same on both databases: instants as ISO 8601, null, JSON', async given => {
  expect(JSON.parse(await ask(given, everyType, { json: true }))).toEqual([
    {
      i: 1,
      big: 5,
      n: '1.50',
      b: true,
      nothing: null,
      at: '2026-02-10T10:00:00.5Z',
      d: '2026-02-10',
      j: { a: [1] },
      list: ['x', 'y'],
      bytes: '\\x00ff',
      span: '01:30:00',
    },
  ])
})

onBoth('a worker that holds the database does not keep a query from its answer', async given => {
  const { save } = await writing(given.store)
  await save([message('A', { attachments: [image('aa')] })])
  const table = await ask(given, 'select message_id, kind, ts from messages')
  expect(table).toBe(
    ['message_id │ kind │ ts', '───────────┼──────┼─────────────────────', 'A          │ text │ 2026-02-10T10:00:00Z', ''].join('\n'),
  )
})

test('the embedded database answers when nobody holds it', async ({ makeDatabase }) => {
  const given = await makeDatabase('embedded')
  await given.database.close()
  expect(await ask(given, 'select count(*) as rows from messages', { csv: true })).toBe('rows\n0\n')
})

onBoth('nothing can be written, by no trick of a second statement', async given => {
  const { save } = await writing(given.store)
  await save([message('A')])
  for (const [sql, said] of [
    ['delete from messages', 'this only reads'],
    ['select 1; delete from messages', 'expected one statement'],
    ['commit; delete from messages', 'expected one statement'],
    ['select * from absent', 'relation "absent" does not exist'],
    ['selct 1', 'syntax error at or near "selct" (at character 1)'],
  ]) {
    await expect(ask(given, sql!)).rejects.toThrow(said)
  }
  await ask(given, "select set_config('search_path', 'nowhere', false)")
  await ask(given, 'commit')
  expect(await ask(given, 'select count(*) from messages', { csv: true })).toBe('count\n1\n')
  expect((await save([message('B')])).inserted).toBe(1)
})

onBoth('wrong usage is told apart from wrong SQL', async given => {
  await expect(ask(given, '   ')).rejects.toMatchObject({ code: 'usage' })
  await expect(ask(given, 'select 1', { csv: true, json: true })).rejects.toMatchObject({ code: 'usage' })
  await expect(ask(given, 'select nothing')).rejects.toMatchObject({ code: 'internal' })
})

onBoth('CSV quotes what needs it, and tells null from empty text', async given => {
  const text = await ask(given, `select 'a,b' as "x,y", 'say "hi"' as q, E'two\\nlines' as l, null as n, '' as e`, { csv: true })
  expect(text).toBe('"x,y",q,l,n,e\n"a,b","say ""hi""","two\nlines",,""\n')
})

onBoth('columns of one name are all in the JSON', async given => {
  expect(JSON.parse(await ask(given, 'select 1 as a, 2 as a', { json: true }))).toEqual([{ a: 1, a_2: 2 }])
})

test('the socket of the embedded database is its owner’s alone and goes with it', async ({ makeDatabase }) => {
  const { dataDir, database } = await makeDatabase('embedded')
  const socket = join(dataDir, 'pglite', 'query.sock')
  expect(statSync(socket).mode & 0o777).toBe(0o600)
  await database.close()
  expect(existsSync(socket)).toBe(false)
})

test('a data directory with a very long name is asked all the same', async ({ makeDatabase }) => {
  const given = await makeDatabase('embedded')
  await given.database.close()
  const root = await mkdtemp(join(tmpdir(), 'whatsapp-etl-long-'))
  const dataDir = join(root, 'x'.repeat(120))
  await mkdir(dataDir)
  await rename(join(given.dataDir, 'pglite'), join(dataDir, 'pglite'))
  const database = await openDatabase({ url: null, dataDir })
  expect(await ask({ ...given, dataDir }, 'select 1 as one', { csv: true })).toBe('one\n1\n')
  await database.close()
  await rm(root, { recursive: true, force: true })
})

test('a query where there is no database yet says what to do and makes none', async ({}, info) => {
  const { io: asked } = io({ DATA_DIR: info.outputDir })
  await expect(query('select 1', {}, asked)).rejects.toThrow(/no database in .* run sync or demo first/)
  expect(existsSync(join(info.outputDir, 'pglite'))).toBe(false)
})

for (const kind of kinds) {
  test(`migrate says what it did (${kind})`, async ({ makeDatabase }) => {
    const given = await makeDatabase(kind)
    await given.database.close()
    const { io: asked, said } = io(environment(given))
    expect(await migrate({ json: true }, asked)).toBe(0)
    expect(JSON.parse(said.stdout)).toMatchObject({ database: kind, applied: 0 })
  })
}

test('a table lines up wide characters and lets no text steer the terminal', () => {
  expect(widthOf('日本')).toBe(4)
  expect(widthOf('👩‍👩‍👧‍👦')).toBe(2)
  expect(widthOf('é')).toBe(1)
  expect(
    formatTable({
      columns: ['名', 'n'],
      rows: [
        ['日本', 5],
        ['\u001b[31mred\n', null],
        ['\u202ertl', 12],
      ],
    }),
  ).toBe(
    ['名              │  n', '────────────────┼───', '日本            │  5', '\\u001b[31mred\\n │', '\\u202ertl       │ 12', ''].join('\n'),
  )
})
