/** The command: what it prints and how it ends. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect, test } from '@playwright/test'
import { type InspectCommandOptions, inspect } from '../../src/commands/inspect.ts'
import type { Inspection } from '../../src/commands/inspection.ts'
import { UsageError } from '../../src/errors.ts'

const group = join(import.meta.dirname, 'e7-en-group/page.html')

function sink(): { stream: Writable; text(): string } {
  const parts: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      parts.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => parts.join('') }
}

async function run(files: string[], options: InspectCommandOptions = {}, env: Record<string, string> = {}) {
  const [out, err] = [sink(), sink()]
  const io = { stdout: out.stream, stderr: err.stream, env: { ...process.env, ...env }, signal: new AbortController().signal, isTty: false }
  const status = await inspect(files, options, io)
  return { status, out: out.text(), err: err.text() }
}

function pageFile(html: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'page-')), 'saved.html')
  writeFileSync(file, html)
  return file
}

test('--json prints one object for each file, in their order', async () => {
  const { status, out } = await run([group, pageFile('<div id="app"><progress></progress></div>')], {
    json: true,
    timezone: 'America/Sao_Paulo',
  })
  const pages = JSON.parse(out) as Inspection[]
  expect(status).toBe(0)
  expect(pages.map(page => [page.file, page.state, page.messages.length])).toEqual([
    ['page.html', 'chat_open', 5],
    ['saved.html', 'loading', 0],
  ])
  expect(pages[0]?.messages[0]?.ts).toBe('2026-02-28T12:01:00Z')
  expect(pages[0]?.fields.stamp).toEqual({ hit: 3, miss: 2, by_candidate: { 0: 3 } })
})

test('without --json a table is printed', async () => {
  const { status, out } = await run([group])
  expect(status).toBe(0)
  expect(out).toContain('chat: Rowing on Sundays')
  expect(out).toMatch(/out +text +.*https:\/\/tides\.example/)
})

test('a page whose attributes all have other names is not understood: exit 4, nothing made up', async () => {
  const renamed = readFileSync(group, 'utf8')
    .replace(/\b(data-[a-z-]+|id|role|class|aria-[a-z]+|title|dir)="/g, 'z-$1="')
    .replaceAll('<div id="app">', '<div>')
  const { status, out, err } = await run([pageFile(renamed)], { json: true })
  expect(status).toBe(4)
  expect(err).toContain('not understood')
  expect((JSON.parse(out) as Inspection[])[0]).toMatchObject({ state: 'unknown', chats: [], messages: [], chat: null })
})

test('rows that have another name in an open chat are not an empty chat: exit 4', async () => {
  const renamed = readFileSync(group, 'utf8')
    .replace(/\b(data-id|data-testid|data-pre-plain-text|role|class)="/g, 'z-$1="')
    .replaceAll('<header z-data-testid', '<header data-testid')
  const { status } = await run([pageFile(renamed)], { json: true })
  expect(status).toBe(4)
})

test('a file that is not there is wrong usage and named', async () => {
  await expect(run(['/no/such/page.html'])).rejects.toThrow(/"\/no\/such\/page\.html" cannot be read/)
  await expect(run([])).rejects.toThrow(UsageError)
  await expect(run([group], { timezone: 'Mars/Olympus' })).rejects.toThrow(/Mars\/Olympus/)
  await expect(run([group], { set: 'e99' })).rejects.toThrow(/e99/)
})

test('nothing of the page runs and nothing is fetched', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const html = `<html lang="en"><img src="${url}/image"><link rel="stylesheet" href="${url}/style"><iframe src="${url}/frame"></iframe>
      <script src="${url}/script"></script><script>document.documentElement.lang = 'xx'; fetch('${url}/fetch')</script><img src="x" onerror="document.documentElement.lang='yy'"></html>`
    const { out } = await run([pageFile(html)], { json: true })
    expect((JSON.parse(out) as Inspection[])[0]?.locale).toBe('en')
    expect(asked).toEqual([])
  } finally {
    server.close()
  }
})

test('SELECTORS_DIR and flags hold here too', async () => {
  const { out } = await run([group], { json: true }, { WHATSAPP_SELECTOR_FLAGS: 'text=off' })
  const [page] = JSON.parse(out) as Inspection[]
  expect(page?.messages.every(message => message.text === null)).toBe(true)
  expect(page?.fields.text).toEqual({ hit: 0, miss: 5, by_candidate: {} })
})
