import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { snapshotDir, writeSnapshot } from '../../src/snapshots.ts'

const snapshot = { structure: '<html></html>', set: 'e7', fields: ['text', 'id'], build: '1042', version: '1.2.3' }

test('snapshots are for their owner alone, say what they are of, and the oldest beyond ten are forgotten', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'snapshots-'))
  mkdirSync(snapshotDir(dataDir))
  chmodSync(snapshotDir(dataDir), 0o755)
  const paths: string[] = []
  for (let day = 10; day < 23; day++) paths.push(await writeSnapshot(dataDir, { ...snapshot, at: `2026-03-${day}T10:00:00.000Z` }))
  expect(statSync(snapshotDir(dataDir)).mode & 0o777).toBe(0o700)
  expect(readdirSync(snapshotDir(dataDir)).map(name => join(snapshotDir(dataDir), name))).toEqual(paths.slice(3))
  const last = paths.at(-1) ?? ''
  expect(statSync(last).mode & 0o777).toBe(0o600)
  expect(readFileSync(last, 'utf8')).toMatch(
    /^<!-- whatsapp-etl 1\.2\.3 · 2026-03-22T10:00:00\.000Z · selector set e7 · page build 1042 · not understood: text, id/,
  )
})

test('a snapshot never grows beyond 500 kB', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'snapshots-'))
  const path = await writeSnapshot(dataDir, { ...snapshot, structure: '·'.repeat(400_000), at: '2026-03-10T10:00:00.000Z' })
  expect(statSync(path).size).toBeLessThanOrEqual(500_000)
})
