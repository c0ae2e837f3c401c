/** The processes of this machine, as `ps` lists them. */
import { execFileSync } from 'node:child_process'

interface Listed {
  pid: number
  parent: number
  command: string
}

/** Those that run: one that died and was not asked for yet does not. */
function listed(): Listed[] {
  const lines = execFileSync('ps', ['-ww', '-eo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8', maxBuffer: 16 << 20 }).split('\n')
  return lines.flatMap(line => {
    const [, pid, parent, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined || state.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), command }]
  })
}

/** Pids of the processes whose command line holds all of `parts`. */
export function running(...parts: string[]): number[] {
  return listed()
    .filter(({ command }) => parts.every(part => command.includes(part)))
    .map(({ pid }) => pid)
}

/** Pids of what a process started, and of what that started in turn; with their command lines. */
export function descendants(of: number): { pid: number; command: string }[] {
  const all = listed()
  const below = (pid: number): Listed[] => all.filter(one => one.parent === pid).flatMap(one => [one, ...below(one.pid)])
  return below(of).map(({ pid, command }) => ({ pid, command }))
}

/** Those of `pids` that still run. */
export function alive(pids: readonly number[]): number[] {
  const there = new Set(listed().map(({ pid }) => pid))
  return pids.filter(pid => there.has(pid))
}
