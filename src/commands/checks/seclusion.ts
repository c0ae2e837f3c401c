/** Checks of who else may see what is stored: other users of the machine, and whoever gets a copy of a git repository. */
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Check, warn } from './check.ts'

const run = promisify(execFile)

/** Warnings about a directory or file that is there: its mode lets others in. `holds` completes "it holds …". */
export async function checkMode(name: string, path: string, holds: string): Promise<Check[]> {
  const found = await stat(path).catch(() => null)
  if (found === null || process.platform === 'win32' || (found.mode & 0o077) === 0) return []
  const wanted = found.isDirectory() ? '700' : '600'
  const mode = (found.mode & 0o777).toString(8)
  return [warn(name, `${path} is open to other users (mode ${mode}); it holds ${holds}`, `chmod ${wanted} ${path}`)]
}

/** A warning about a directory, there or to be made, that a commit could take along. `setting` names what moves it. */
export async function checkWorkTree(name: string, dir: string, setting: string): Promise<Check[]> {
  const top = await workTreeOf(dir)
  if (top === null || !(await mayBeCommitted(top, dir))) return []
  return [
    warn(
      name,
      `${dir} lies in the git working tree ${top}, which does not ignore it: a commit could take it along`,
      `Add it to .gitignore (and \`git rm --cached\` what is in it already), or set ${setting} to another place.`,
    ),
  ]
}

async function workTreeOf(dir: string): Promise<string | null> {
  for (let above = dir; ; above = dirname(above)) {
    // A directory, or a file in a linked working tree.
    if (await stat(join(above, '.git')).catch(() => null)) return above
    if (dirname(above) === above) return null
  }
}

/** False where git ignores the directory and holds nothing of it; true too where git cannot be asked. */
async function mayBeCommitted(top: string, dir: string): Promise<boolean> {
  try {
    // With the slash, so that patterns for directories fit before it is made. Exit 1: not ignored.
    await run('git', ['-C', top, 'check-ignore', '-q', '--no-index', `${dir}/`])
    return (await run('git', ['-C', top, 'ls-files', '--', dir])).stdout !== ''
  } catch {
    return true
  }
}
