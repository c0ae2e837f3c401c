import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from '@playwright/test'
import { ensureApiKey } from '../../src/api-key.ts'

const test = base.extend<{ dir: string }>({
  dir: async ({}, use) => {
    const dir = await mkdtemp(join(tmpdir(), 'api-key-'))
    await use(dir)
    await rm(dir, { recursive: true })
  },
})

test('the key is made once: two first starts at a time end with the same one', async ({ dir }) => {
  const data = join(dir, 'data')
  const first = await ensureApiKey(data)
  const second = await ensureApiKey(data)
  expect([first.made, second.made]).toEqual([true, false])
  expect(second.key).toBe(first.key)
  expect((await readFile(first.path, 'utf8')).trim()).toBe(first.key)
  expect((await stat(data)).mode & 0o777).toBe(0o700)
  const both = await Promise.all([ensureApiKey(join(dir, 'other')), ensureApiKey(join(dir, 'other'))])
  expect(both[0].key).toBe(both[1].key)
})

test('a key that others could read is made private again', async ({ dir }) => {
  await writeFile(join(dir, 'api-key'), 'a-key-of-my-own\n')
  await chmod(join(dir, 'api-key'), 0o644)
  expect((await ensureApiKey(dir)).key).toBe('a-key-of-my-own')
  expect((await stat(join(dir, 'api-key'))).mode & 0o777).toBe(0o600)
})

test('an empty key file is refused: it would let everybody in', async ({ dir }) => {
  await writeFile(join(dir, 'api-key'), '\n')
  await expect(ensureApiKey(dir)).rejects.toThrow('the file is empty; remove it to have one made')
})
