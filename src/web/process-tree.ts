/** The processes of a browser as the system lists them: who belongs together, and what they hold. Linux: /proc; elsewhere: `ps`. */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A process that runs (one that has died and was not asked for yet does not). */
export interface Process {
  pid: number
  parent: number
  group: number
  /** Memory that it holds, bytes. Pages that processes share count for each of them. */
  rssBytes: number
  /** The command line, parts joined by blanks. */
  command: string
}

type Listed = Omit<Process, 'rssBytes' | 'command'>

/**
 * `root` with all that it has started, at any depth, and whatever else runs in its process group: what a browser leaves behind when it is
 * killed has lost its parent, but not its group. Empty where nothing of it runs, or the system does not tell.
 */
export async function processTree(root: number): Promise<Process[]> {
  if (process.platform !== 'linux') return treeOf(parsePs(await allByPs()), root)
  const names = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const all = await Promise.all(names.map(async name => parseStat(await procFile(name, 'stat'))))
  const tree = treeOf(all.flat(), root)
  const told = await Promise.all(
    tree.map(async one => ({
      ...one,
      rssBytes: rssOf(await procFile(`${one.pid}`, 'status')),
      command: (await procFile(`${one.pid}`, 'cmdline')).replaceAll('\0', ' ').trim(),
    })),
  )
  // One that has died between the two looks has no command line any more.
  return told.filter(({ command }) => command !== '')
}

/** Bytes that the tree of `root` holds; null where nothing of it runs. */
export async function treeBytes(root: number): Promise<number | null> {
  const tree = await processTree(root)
  return tree.length === 0 ? null : tree.reduce((sum, one) => sum + one.rssBytes, 0)
}

/** Those of `all` that belong to `root`. */
export function treeOf<P extends Listed>(all: readonly P[], root: number): P[] {
  const parents = new Map(all.map(one => [one.pid, one.parent]))
  const belongs = (one: P): boolean => {
    if (one.group === root) return true
    let pid: number | undefined = one.pid
    // Bounded: the list is not taken at one instant, and a number that was given anew could close a circle.
    for (let depth = 0; pid !== undefined && depth < 64; depth++) {
      if (pid === root) return true
      pid = parents.get(pid)
    }
    return false
  }
  return all.filter(belongs)
}

/** A line of /proc/PID/stat: pid (name) state parent group … The name may hold anything, brackets too. Empty for one that has died. */
export function parseStat(text: string): Listed[] {
  const found = /^(\d+) \(.*\) (\w) (\d+) (\d+) /s.exec(text)
  if (!found || found[2] === 'Z' || found[2] === 'X') return []
  return [{ pid: Number(found[1]), parent: Number(found[3]), group: Number(found[4]) }]
}

/** `VmRSS` of /proc/PID/status, which has it in kB whatever the size of a page; 0 where it is missing. */
export function rssOf(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}

/** Lines of `ps` with pid, parent, group, state, resident kB and the command. */
export function parsePs(text: string): Process[] {
  return text.split('\n').flatMap(line => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(.*)$/.exec(line)
    if (!found || found[4]?.startsWith('Z')) return []
    const [pid, parent, group, rss] = [found[1], found[2], found[3], found[5]].map(Number) as [number, number, number, number]
    return [{ pid, parent, group, rssBytes: rss * 1024, command: found[6] ?? '' }]
  })
}

async function allByPs(): Promise<string> {
  try {
    return (await run('ps', ['-A', '-ww', '-o', 'pid=,ppid=,pgid=,state=,rss=,args='], { maxBuffer: 16 * 1024 * 1024 })).stdout
  } catch {
    return ''
  }
}

/** Empty where the process is gone meanwhile. */
async function procFile(pid: string, name: string): Promise<string> {
  return readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')
}
