/** The browser side's compiled files: beside this one when it is compiled itself, else in dist, built on demand. */
import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const fromSource = import.meta.url.endsWith('.ts')
const compiled = fileURLToPath(new URL(fromSource ? '../../dist/sim/app/' : './app/', import.meta.url))
let built: Promise<unknown> | null = null

async function newest(folder: string, ending: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [] as string[])
  const times = await Promise.all(names.filter(name => name.endsWith(ending)).map(async name => (await stat(`${folder}/${name}`)).mtimeMs))
  return times.length === 0 ? 0 : Math.max(...times)
}

/** Running from source: compiles the browser side when it is older than its source, so a test never meets a stale page. */
async function build(): Promise<void> {
  const source = fileURLToPath(new URL('./app/', import.meta.url))
  if ((await newest(compiled, '.js')) >= (await newest(source, '.ts'))) return
  const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
  await promisify(execFile)(process.execPath, [tsc, '-b', source])
}

/** One compiled module of the page as text, or null where there is none of that name. */
export async function appFile(name: string): Promise<string | null> {
  if (!/^[\w-]+(\/[\w-]+)*\.js$/.test(name)) return null
  if (fromSource) {
    built ??= build()
    await built
  }
  return readFile(compiled + name, 'utf8').catch(() => null)
}
