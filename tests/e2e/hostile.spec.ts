/** What strangers send to break a reader: markup, stamps, ids of others, names that are paths, pictures that are none. Stored as it is, executed never. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fromStored } from '../../src/db/text.ts'
import { picture } from '../sim/images.ts'
import { expectedRows } from '../sim/truth.ts'
import { expect, test } from './account.ts'
import { treeOf } from './marked-account.ts'
import { account as accountOf, ada, bela, direct, group, me, photo, said, talk } from './scene.ts'

/** Payloads that would call home if any of our code, or the page through it, took them for more than text. */
const markup = (home: string) => [
  `<img src="${home}a" onerror="window.__pwned=1;fetch('${home}b')">`,
  `<script src="${home}c"></script><script>fetch('${home}d')</script>`,
  `"><svg onload="fetch('${home}e')"></svg>`,
  `<iframe srcdoc="<script>parent.fetch('${home}f')</script>"></iframe>`,
  `</span></div><style>@import url(${home}g)</style>`,
  `javascript:fetch('${home}h')`,
  `\${fetch('${home}i')} {{constructor.constructor('fetch(1)')()}} <%= 1 %>`,
]

const stamps = [
  `[10:30, 1/2/2026] ${me.name}: I never said that`,
  '[10:30, 31/12/2025] x:',
  '10:30 AM',
  'Today',
  'You deleted this message',
  `${ada.name}: hello`,
]

const odd = [
  'NUL \0 in the middle',
  'lone \ud800 halves \udfff apart',
  'the mark itself \uf5c0 and \uf5c00000',
  '\u202egnp.exe\u202c \u2066isolated\u2069',
  "'); drop table messages; --",
  '%00 %s $1 \\u0000 \\',
  'data-id="AC" ]#main [role=row]',
  '👩‍👩‍👧‍👦 ﷽ Z͑ͫ̓',
]

const long = 'All work. '.repeat(6554).slice(0, 65_536)

const fileNames = [
  '../../x',
  '../../../../etc/passwd',
  '/etc/passwd',
  'con',
  'nul.txt',
  'a\0b.pdf',
  'invoice\u202efdp.exe',
  '<img src=x onerror=alert(1)>.pdf',
  `${'n'.repeat(5_000)}.pdf`,
  'C:\\windows\\x',
]

/** Another chat's ids, whole and in parts, and what looks like ids of other forms. */
const shared = 'AC00112233445566778899AABBCCDDEE'
const ids = [
  shared,
  `${shared}0`,
  shared.slice(0, -1),
  `x/${shared}`,
  `../${shared}`,
  'a/b/c',
  'AC"][data-id',
  'true',
  '__proto__',
  'constructor',
]
const spoofed = ['AC"] [data-id', `false_${bela.phone}@c.us_${shared}`, `true_${bela.phone}@c.us_3EB0FFFFFFFFFFFFFFFFFF`]

/** Marks of direction pad the page's names: they are taken off. */
const shown = (title: string) => title.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '')

test('hostile texts, names, ids, file names and pictures are stored exactly, call nobody, touch no other chat and no other file', async ({
  makeAccount,
}) => {
  const calls: string[] = []
  const listener = createServer((request, response) => {
    calls.push(request.url ?? '')
    response.end()
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const home = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`
  try {
    const texts = [...markup(home), ...stamps, ...odd, long]
    let hours = 90
    const from = (fields: Parameters<typeof said>[2]) => said(ada, hours--, fields)
    const quoted = from({ text: texts[0]! })
    const namesake = { ...bela, name: me.name, phone: '447700900555', lid: '100000000000055@lid' }
    const liar = { ...ada, name: '../..\u202e<b>[10:30, 1/2/2026] x: </b>/con', phone: '447700900556', lid: '100000000000056@lid' }
    const scenario = accountOf(
      direct(ada, [
        quoted,
        ...texts.map(text => from({ text })),
        from({ text: 'an answer', quoted: { id: quoted.id, text: texts[0]!, author: me.name } }),
        ...fileNames.map(name => from({ kind: 'document', text: null, file: { name, size: '1 kB', type: 'PDF', pages: null } })),
      ]),
      direct(bela, [said(bela, 20, { id: shared, text: 'the true one' }), ...talk(bela, 3, 21)]),
      direct(liar, [
        ...ids.map((id, n) => said(liar, 60 - n, { id, text: `id ${n}` })),
        ...spoofed.map((id, n) => said(liar, 40 - n, { id, text: `spoofed ${n}` })),
        said(me, 30, { text: 'an own one', direction: 'out', status: 'read' }),
      ]),
      direct(namesake, [said(namesake, 10, { text: 'I am you' }), said(me, 9, { text: 'no' })]),
      group(
        'Choir/../\u202e<script>',
        1,
        [namesake, ada],
        [
          said(namesake, 8, { text: 'me too' }),
          ...(['svg', 'html', 'zip', 'polyglot'] as const).map((defect, n) =>
            said(ada, 7 - n, { kind: 'image', text: `<img src="${home}j">`, images: [photo(20 + n, true, defect)] }),
          ),
          said(ada, 2, { kind: 'image', text: null, images: [picture({ seed: 30, width: 64, height: 64, format: 'png' })] }),
        ],
      ),
    )
    const account = await makeAccount('postgres', { scenario })
    const deep = join(account.dataDir, 'a', 'b')
    mkdirSync(deep, { recursive: true })
    const canaries = [account.dataDir, join(account.dataDir, 'a'), deep].flatMap(dir => ['x', 'con', 'passwd'].map(name => join(dir, name)))
    for (const path of canaries) writeFileSync(path, 'untouched')
    Object.assign(account.env, { ATTACHMENTS_DIR: join(deep, 'attachments') })
    const { status, stdout, stderr } = await account.run('sync', '--json')
    expect(JSON.parse(stdout).incomplete, stderr).toEqual([])
    expect(status).toBe(0)
    expect(await account.rows('select * from rejects')).toEqual([])

    type Row = { title: string; id: string; text: string | null; out: boolean; file: string | null; quoted: string | null }
    const stored = (
      await account.rows<Row>(
        `select c.title, m.message_id as id, m.content_snippet as text, m.is_outgoing as out, m.file_name as file, m.quoted_text as quoted
           from messages m join chats c on c.id = m.chat_id order by m.ts`,
      )
    ).map(row => ({
      chat: row.title,
      id: fromStored(row.id),
      text: row.text && fromStored(row.text),
      out: row.out,
      file: row.file && fromStored(row.file),
      quoted: row.quoted && fromStored(row.quoted),
    }))
    const told = expectedRows(account.sim.scenario, { since: new Date(Date.now() - 30 * 24 * 60 * 60 * 1000) })
    const truth = told.map(row => ({
      chat: shown(row.chatTitle),
      id: row.messageId,
      text: row.text,
      out: row.direction === 'out',
      file: row.fileName,
      quoted: row.quotedText,
    }))
    const inOrder = (rows: typeof stored) => rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    const keyOf = (row: (typeof stored)[number]) => `${row.chat}\n${row.id}\n${row.text?.slice(0, 20)}`
    expect(inOrder(stored).map(keyOf)).toEqual(inOrder(truth).map(keyOf))
    for (const [n, row] of inOrder(truth).entries()) expect(inOrder(stored)[n], keyOf(row)).toEqual(row)

    // Two chats hold the id that one of them chose after the other.
    expect(
      stored
        .filter(({ id }) => id === shared)
        .map(({ chat }) => chat)
        .sort(),
    ).toEqual([bela.name, shown(liar.name)].sort())
    expect(calls).toEqual([])

    const attachments = await account.rows<{
      status: string
      path: string | null
      checksum: string | null
      type: string
      reason: string | null
    }>(
      `select a.status, a.file_path as path, a.checksum, a.media_type as type, a.reason from attachments a join messages m on m.id = a.message_id
       where m.kind = 'image' order by m.ts`,
    )
    expect(attachments.map(row => [row.status, row.type])).toEqual([
      ['failed', 'image/*'],
      ['failed', 'image/*'],
      ['failed', 'image/*'],
      ['saved', 'image/jpeg'],
      ['saved', 'image/png'],
    ])
    for (const { path, checksum } of attachments.filter(one => one.path !== null)) {
      const bytes = readFileSync(join(deep, 'attachments', path ?? ''))
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(checksum)
    }
    for (const path of canaries) expect(readFileSync(path, 'utf8')).toBe('untouched')
    const elsewhere = treeOf(account.dataDir, [join(account.dataDir, 'whatsapp_profile'), join(deep, 'attachments')])
    expect(
      elsewhere
        .filter(file => !file.directory)
        .map(file => file.path)
        .sort(),
    ).toEqual([...canaries].sort())
    test
      .info()
      .annotations.push({ type: 'bad inputs', description: String(texts.length + fileNames.length + ids.length + spoofed.length + 8) })
  } finally {
    listener.closeAllConnections()
    listener.close()
  }
})
