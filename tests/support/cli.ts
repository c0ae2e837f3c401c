/** Runs the built program as a user would: `node dist/cli.js …`, with an environment of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

export interface Ended {
  status: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface Running {
  process: ChildProcess
  /** Resolves when the process has ended. */
  ended: Promise<Ended>
  /** Resolves with the nth line (stdout or stderr; default the first) that matches, also when it came earlier; rejects when the process ends without. */
  line(pattern: RegExp, nth?: number): Promise<string>
  /** How many lines have matched so far. */
  seen(pattern: RegExp): number
  /** The last lines of its log. */
  lastLines(count: number): string
}

/** Starts a command. Only PATH, HOME and what is given reach it. */
export function startCli(args: string[], env: Record<string, string | undefined>): Running {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, CHROMIUM_PATH: process.env.CHROMIUM_PATH, DISPLAY: process.env.DISPLAY, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  const watchers = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
      for (const watcher of watchers) watcher()
    })
  }
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal, ...text }) as Ended)
  return {
    process: child,
    ended,
    seen: pattern => `${text.stdout}\n${text.stderr}`.split('\n').filter(one => pattern.test(one)).length,
    lastLines: count => text.stderr.trimEnd().split('\n').slice(-count).join('\n'),
    line: (pattern, nth = 1) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = `${text.stdout}\n${text.stderr}`.split('\n').filter(one => pattern.test(one))[nth - 1]
          if (found === undefined) return
          watchers.delete(look)
          resolve(found)
        }
        watchers.add(look)
        look()
        void ended.then(({ status, stderr }) => reject(new Error(`the command ended with ${status} before ${pattern} showed:\n${stderr}`)))
      }),
  }
}

/** Runs a command to its end. */
export function runCli(args: string[], env: Record<string, string | undefined>): Promise<Ended> {
  return startCli(args, env).ended
}
