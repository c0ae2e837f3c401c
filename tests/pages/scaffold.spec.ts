/** `npm run selectors:new`: a stranger's way from a changed page to a set that reads it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { SelectorSetFile } from '../../src/web/selector-schema.ts'
import { loadSelectorSets } from '../../src/web/selectors.ts'
import { fixtureIn } from './fixture.ts'
import { projectWith, runScript } from './tools.ts'

/** Each step is a process of its own with a browser of its own. */
test.describe.configure({ timeout: 240_000 })

test('a new set comes with a page and an expectation that fails until it is written, and takes no other page meanwhile', async () => {
  const { dir, pages, sets } = projectWith(['e7-en-group', 'e5-en-media'])
  const made = await runScript('new-selector-set.ts', ['e8', '--root', dir])
  expect(made.status, made.out).toBe(0)
  for (const path of ['selectors/e8.json', 'page.html', 'meta.json', 'expected.json', 'pages:update', 'selectors/README.md'])
    expect(made.out).toContain(path)

  const file = readFileSync(join(sets, 'e8.json'), 'utf8')
  expect(SelectorSetFile.safeParse(JSON.parse(file)).success).toBe(true)
  const { sets: loaded, warnings } = loadSelectorSets({ builtinDir: sets })
  expect([loaded[0]?.id, warnings]).toEqual(['e8', []])
  expect(fixtureIn(pages, 'e8-en-first').expected).toBeNull()

  const update = (...args: string[]) => runScript('pages-update.ts', ['--dir', pages, '--sets', sets, ...args])
  expect(await update('e7-en-group', 'e5-en-media')).toEqual({ status: 0, out: 'every page is as expected\n' })
  const failing = await update('e8-en-first')
  expect(failing.status).toBe(1)
  expect(failing.out).toContain('tests/pages/e8-en-first/expected.json is not filled in: write there by hand what page.html shows')

  const again = await runScript('new-selector-set.ts', ['e8', '--root', dir])
  expect(again).toEqual({ status: 64, out: 'selectors/e8.json is there already and was left as it is\n' })
  expect(readFileSync(join(sets, 'e8.json'), 'utf8')).toBe(file)
})

test('test ids have changed: the page is misread, a set of a few candidates reads it, and the pages before it stay what they were', async () => {
  const { dir, pages, sets } = projectWith(['e7-en-group'])
  await runScript('new-selector-set.ts', ['e8', '--from', 'e7', '--root', dir])
  const page = join(pages, 'e8-en-first/page.html')
  const changed = readFileSync(page, 'utf8')
    .replaceAll('data-testid="quoted-message"', 'data-testid="answered"')
    .replaceAll(' class="quoted-mention"', '')
    .replaceAll('data-icon="recalled" data-testid="recalled"', '')
    .replaceAll('"recalled-msg"', '"gone"')
    .replaceAll('<title>recalled', '<title>bin')
    .replaceAll('"msg-meta"', '"meta-line"')
  writeFileSync(page, changed)
  const expected = JSON.parse(readFileSync(join(pages, 'e7-en-group/expected.json'), 'utf8')) as Record<string, unknown>
  writeFileSync(join(pages, 'e8-en-first/expected.json'), JSON.stringify({ ...expected, selector_set: 'e8' }))

  const update = () => runScript('pages-update.ts', ['--dir', pages, '--sets', sets])
  const before = await update()
  expect(before.status).toBe(1)
  for (const field of ['selector_set', 'messages[1] 3A0000000000000000A2 · quoted_text', 'messages[4] 3A0000000000000000B1 · kind'])
    expect(before.out).toContain(`e8-en-first · ${field}`)

  const file = join(sets, 'e8.json')
  const set = JSON.parse(readFileSync(file, 'utf8')) as SelectorSetFile
  writeFileSync(
    file,
    JSON.stringify({
      ...set,
      about: 'Parts of a message are called otherwise.',
      detect: { ...set.detect, require: ['[data-testid="meta-line"]'] },
      conversation: {
        elements: { quote: ['[data-testid="answered"]', '...'] },
        fields: {
          time: [{ css: '[data-testid="meta-line"]', take: 'clock' }, '...'],
          quoteText: [{ css: '[data-testid~="selectable-text"]', take: 'body', in: 'quote' }, '...'],
          deleted: [{ css: '[data-testid="gone"]', take: 'exists' }, '...'],
        },
      },
    }),
  )
  expect(await update()).toEqual({ status: 0, out: 'every page is as expected\n' })
})

test('of a saved page nothing but its structure is copied', async () => {
  const { dir, pages } = projectWith([])
  const saved = join(dir, 'saved.html')
  const secret = /Zebedee|5551234|lighthouse|77777/
  writeFileSync(
    saved,
    `<html lang="nl"><title>Zebedee</title><script>client_revision:1050000000; var name = 'Zebedee'</script><body><div id="app"><div id="main" data-testid="conversation-panel-wrapper">
    <header><div role="button" data-tab="6"><span dir="auto" title="Zebedee">Zebedee</span></div></header><div data-tab="8"><div role="row"><div data-id="false_31655512340@c.us_3A77777777777777777A" data-testid="conv-msg-3A77777777777777777A">
    <span aria-label="Zebedee:"></span><div class="copyable-text" data-pre-plain-text="[10:00, 13-03-2027] Zebedee: "><img alt="lighthouse" src="https://host.example/lighthouse"><span data-testid="selectable-text">meet me at the lighthouse, +31 6 5551234</span></div></div></div></div></div></div></body></html>`,
  )
  expect(readFileSync(saved, 'utf8')).toMatch(secret)
  const made = await runScript('new-selector-set.ts', ['nl-2027', '--page', saved, '--root', dir])
  expect(made.status, made.out).toBe(0)
  expect(made.out).toMatch(/the saved page is read by e\d.*: chat_open, 0 chats, 1 messages/)
  const folder = join(pages, 'nl-2027-nl-first')
  expect(readdirSync(folder).sort()).toEqual(['expected.json', 'meta.json', 'page.html'])
  for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'utf8'), name).not.toMatch(secret)
  expect(readFileSync(join(folder, 'page.html'), 'utf8')).toMatch(
    /^<!DOCTYPE html>\n<html lang="nl">[\s\S]*data-tab="8"[\s\S]*data-testid="selectable-text"/,
  )
  expect(fixtureIn(pages, 'nl-2027-nl-first').meta.locale).toBe('nl')
})

test('a bad id, an unknown set and a page that is not there are wrong usage, and nothing is written', async () => {
  const { dir, sets } = projectWith(['e7-en-group'])
  for (const [args, words] of [
    [['E8'], 'expected one id'],
    [['e8', '--from', 'e99'], 'expected one of e7, e6'],
    [['e8', '--page', 'nowhere.html'], '"nowhere.html" cannot be read'],
    [['e8', '--form', 'e7'], '--form'],
  ] as const) {
    expect(await runScript('new-selector-set.ts', [...args, '--root', dir])).toMatchObject({
      status: 64,
      out: expect.stringContaining(words),
    })
  }
  expect(existsSync(join(sets, 'e8.json'))).toBe(false)
})
