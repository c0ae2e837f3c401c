/** The tools of the pages, run as a person runs them, on copies. */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** Exit status and output of a script of `scripts/`. Needs a build, as the scripts do. */
export function runScript(name: string, args: string[]): Promise<{ status: number; out: string }> {
  return new Promise(done => {
    execFile(process.execPath, ['--import', 'tsx', join(root, 'scripts', name), ...args], { cwd: root }, (error, stdout, stderr) => {
      done({ status: error ? Number(error.code ?? 1) : 0, out: stdout + stderr })
    })
  })
}

/** A project of its own with the built-in sets and the named pages. */
export function projectWith(slugs: string[]): { dir: string; pages: string; sets: string } {
  const dir = mkdtempSync(join(tmpdir(), 'pages-'))
  const [pages, sets] = [join(dir, 'tests/pages'), join(dir, 'selectors')]
  mkdirSync(pages, { recursive: true })
  cpSync(join(root, 'selectors'), sets, { recursive: true })
  for (const slug of slugs) cpSync(join(import.meta.dirname, slug), join(pages, slug), { recursive: true })
  return { dir, pages, sets }
}
