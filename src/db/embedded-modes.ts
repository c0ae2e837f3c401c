/** Modes of the embedded database's files: it makes many of them readable for everybody, whatever the umask. */
import { chmod, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Closes every file (0600) and directory (0700) below `dir`, itself included, to others; what is closed already is left alone. */
export async function closeToOthers(dir: string): Promise<void> {
  const below = await readdir(dir, { recursive: true, withFileTypes: true })
  const paths = [dir, ...below.filter(entry => entry.isFile() || entry.isDirectory()).map(entry => join(entry.parentPath, entry.name))]
  for (let at = 0; at < paths.length; at += atOnce) await Promise.all(paths.slice(at, at + atOnce).map(closeOne))
}

const atOnce = 64

async function closeOne(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found === null || (found.mode & 0o077) === 0) return
  // One that the database has just removed needs no mode.
  await chmod(path, found.mode & 0o700).catch(error => (error.code === 'ENOENT' ? undefined : Promise.reject(error)))
}
