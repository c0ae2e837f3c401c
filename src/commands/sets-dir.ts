/** What lies in SELECTORS_DIR, told apart without reading it. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Names, sizes and times of its sets as one string; empty where there is no such directory. */
export async function setsIn(dir: string | null): Promise<string> {
  if (dir === null) return ''
  try {
    const names = (await readdir(dir)).filter(name => name.endsWith('.json')).sort()
    const facts = names.map(async name => {
      const { size, mtimeMs } = await stat(join(dir, name))
      return `${name} ${size} ${mtimeMs}`
    })
    return (await Promise.all(facts)).join('\n')
  } catch {
    // Not there, or a file went away meanwhile: the next look tells.
    return ''
  }
}
