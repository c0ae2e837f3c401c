/** A TypeScript file run as a process of its own, line by line. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Child {
  process: ChildProcess
  lines: Interface
  /** The next line of its output; rejects when it ended before. */
  line(): Promise<string>
  /** Ends it the hard way and waits until it is gone. */
  kill(): Promise<void>
}

/** `preload`: a module that is loaded before everything else. */
export function startChild(file: URL, env: Record<string, string>, preload?: string): Child {
  const imports = [import.meta.resolve('tsx'), ...(preload === undefined ? [] : [preload])].flatMap(module => ['--import', module])
  const child = spawn(process.execPath, ['--no-warnings', ...imports, fileURLToPath(file)], {
    env: { ...process.env, ...env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const waiting = lines[Symbol.asyncIterator]()
  return {
    process: child,
    lines,
    line: async () => {
      const { value, done } = await waiting.next()
      if (done) throw new Error(`${file.pathname} ended without another line`)
      return value
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
