/** `npm run pages:update`: shows first, writes only when it is told to. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { projectWith, runScript } from './tools.ts'

/** Each step is a process of its own with a browser of its own. */
test.describe.configure({ timeout: 240_000 })

const update = (pages: string, ...args: string[]) => runScript('pages-update.ts', ['--dir', pages, ...args])

test('a difference is shown with page, row, field and both values; nothing is written without --write', async () => {
  const { pages } = projectWith(['e4-ru-group', 'e5-he-direct'])
  expect(await update(pages)).toEqual({ status: 0, out: 'every page is as expected\n' })

  const file = join(pages, 'e4-ru-group/expected.json')
  const right = readFileSync(file, 'utf8')
  const expected = JSON.parse(right) as { messages: Record<string, unknown>[]; chats: Record<string, unknown>[]; not_messages?: number }
  Object.assign(expected.messages[1] ?? {}, { text: 'Ноты у Майи' })
  expected.messages.splice(3, 1)
  Object.assign(expected.chats[0] ?? {}, { unread: 2 })
  delete expected.not_messages
  const wrong = JSON.stringify(expected)
  writeFileSync(file, wrong)

  const shown = await update(pages)
  expect(shown.status).toBe(1)
  expect(shown.out).toContain(
    'e4-ru-group · messages[1] 3A00000000000000E402 · text\n   expected "Ноты у Майи"\n   found    "Ноты у @Робин"\n',
  )
  expect(shown.out).toMatch(
    /e4-ru-group · messages\[3\] 3A00000000000000E404\n {3}expected \(nothing\)\n {3}found {4}\{"message_id":"3A00000000000000E404",.*"опоздаю"/,
  )
  expect(shown.out).toContain('e4-ru-group · chats[0] "Хор «Липа»" · unread\n   expected 2\n   found    0\n')
  expect(shown.out).toContain('e4-ru-group · not_messages\n   expected (nothing)\n   found    1\n')
  expect(shown.out).not.toContain('e5-he-direct')
  expect(shown.out).toMatch(/1 pages are not as expected\n$/)
  expect(readFileSync(file, 'utf8')).toBe(wrong)
  expect((await update(pages, 'e5-he-direct')).status).toBe(0)

  const written = await update(pages, 'e4-ru-group', '--write')
  expect(written.status).toBe(0)
  expect(written.out).toContain('e4-ru-group · messages[1] 3A00000000000000E402 · text')
  expect(written.out).toContain('written: e4-ru-group/expected.json')
  expect(readFileSync(file, 'utf8')).toBe(right)
})

test('a folder that is not there, and an option that is none, are wrong usage', async () => {
  const { pages } = projectWith([])
  expect(await update(pages, 'e9-xx')).toMatchObject({ status: 64, out: expect.stringContaining('e9-xx') })
  expect(await update(pages, '--wirte')).toMatchObject({ status: 64, out: expect.stringContaining('--wirte') })
})
