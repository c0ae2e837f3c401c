/** The API key: given, or made once and kept where only the owner can read it. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from './errors.ts'

/**
 * The key that `dataDir/api-key` holds, made at first use (256 bits, mode 0600). `made` tells the caller to say where it lies.
 * Throws ConfigError where the file is empty: an empty key would let everybody in.
 */
export async function ensureApiKey(dataDir: string): Promise<{ key: string; path: string; made: boolean }> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'api-key')
  try {
    const key = randomBytes(32).toString('base64url')
    await writeFile(path, `${key}\n`, { flag: 'wx', mode: 0o600 })
    return { key, path, made: true }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const key = (await readFile(path, 'utf8')).trim()
  if (key === '') throw new ConfigError([`${path}: expected a key, the file is empty; remove it to have one made`])
  await chmod(path, 0o600)
  return { key, path, made: false }
}
