/** Structural snapshots of pages that were not understood: a few files in DATA_DIR/drift, readable by their owner alone. */
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Snapshot {
  /** Redacted markup: nothing in it is text of the page. */
  structure: string
  set: string
  fields: readonly string[]
  build: string | null
  version: string
  /** ISO 8601 UTC. */
  at: string
}

const kept = 10
/** Characters are at most four bytes; markup is ASCII but for the dots that stand for text. */
const mostBytes = 500_000

/** Where snapshots lie. */
export function snapshotDir(dataDir: string): string {
  return join(dataDir, 'drift')
}

/** Writes a snapshot and forgets the oldest beyond ten. Gives its path. */
export async function writeSnapshot(dataDir: string, snapshot: Snapshot): Promise<string> {
  const dir = snapshotDir(dataDir)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  // One that was there before may be open to others.
  await chmod(dir, 0o700)
  const path = join(dir, `${snapshot.at.replaceAll(/[:.]/g, '-')}-${snapshot.set.replaceAll(/[^a-z0-9-]/g, '')}.html`)
  await writeFile(path, bounded(`${headOf(snapshot)}\n${snapshot.structure}`), { mode: 0o600 })
  const names = (await readdir(dir)).filter(name => name.endsWith('.html')).sort()
  for (const name of names.slice(0, Math.max(0, names.length - kept))) await rm(join(dir, name), { force: true })
  return path
}

function headOf({ set, fields, build, version, at }: Snapshot): string {
  const facts = [
    `whatsapp-etl ${version}`,
    at,
    `selector set ${set}`,
    `page build ${build ?? 'unknown'}`,
    `not understood: ${fields.join(', ')}`,
  ]
  return `<!-- ${facts.join(' · ')} · structure only, no text -->`
}

function bounded(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text)
  return bytes.length <= mostBytes ? bytes : bytes.subarray(0, mostBytes)
}
