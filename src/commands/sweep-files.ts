/** Removes stored files that no row names. */
import type { FileStore } from '../files.ts'

/** Files that went (or would go) and their sizes; `left`: nobody names them, but somebody may be about to. */
export interface SweptFiles {
  files: number
  bytes: number
  left: number
}

/** Goes through the whole store; only files of its own form are ever touched. `unusedSince`, epoch ms: what was wanted later stays. */
export async function sweepFiles(
  files: FileStore,
  known: ReadonlySet<string>,
  { unusedSince, dryRun }: { unusedSince: number; dryRun: boolean },
): Promise<SweptFiles> {
  const swept: SweptFiles = { files: 0, bytes: 0, left: 0 }
  for await (const { path, kind, bytes, modifiedAt } of files.list()) {
    // Halves of writes are the store's own to clear away.
    if (kind !== 'stored' || known.has(path)) continue
    if (modifiedAt > unusedSince) swept.left++
    else if (dryRun || (await files.remove(path))) {
      swept.files++
      swept.bytes += bytes
    }
  }
  return swept
}
