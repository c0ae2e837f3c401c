/** What processes hold, by /proc: resident memory of one, proportional shares (PSS) of a tree. Linux only. */
import { readFileSync } from 'node:fs'
import { descendants } from '../support/processes.ts'

export interface Held {
  /** Resident memory of the program's own process, bytes. */
  node: number
  /** PSS of all that it started (the browser), bytes: pages that processes share count once. */
  browser: number
}

/** Of a process that is gone: 0. */
function field(file: string, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** What a program and the browser that it started hold now. */
export function held(pid: number): Held {
  const browser = descendants(pid).reduce((sum, one) => sum + field(`/proc/${one.pid}/smaps_rollup`, 'Pss'), 0)
  return { node: field(`/proc/${pid}/status`, 'VmRSS'), browser }
}

/** Looks every so often until `end`; gives all that was seen. */
export async function watched(pid: number, end: Promise<unknown>, everyMs = 500): Promise<Held[]> {
  const seen: Held[] = []
  const timer = setInterval(() => seen.push(held(pid)), everyMs)
  try {
    await end
  } finally {
    clearInterval(timer)
  }
  return seen
}
