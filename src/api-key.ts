/** The API key: given, or made once and kept where only the owner can read it. */
import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from './errors.ts'

/**
 * The key that `dataDir/api-key` holds, made at first use (256 bits, mode 0600). `made` tells the caller to say where it lies.
 * Throws ConfigError where the file is empty: an empty key would let everybody in.
 */
export async function ensureApiKey(dataDir: string): Promise<{ key: string; path: string; made: boolean }> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const path = apiKeyPath(dataDir)
  const made = await makeKey(path)
  const key = (await readFile(path, 'utf8')).trim()
  if (key === '') throw new ConfigError([`${path}: expected a key, the file is empty; remove it to have one made`])
  if (!made) await chmod(path, 0o600)
  return { key, path, made }
}

/** Where the key lies that was made. */
export function apiKeyPath(dataDir: string): string {
  return join(dataDir, 'api-key')
}

/** False when there is a key already. Written aside and linked into place, so that nobody ever reads half a key. */
async function makeKey(path: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 })
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}
