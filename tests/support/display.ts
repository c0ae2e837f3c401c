/** A display for windows, where the machine has none: Xvfb on a number that it picks itself. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Starts Xvfb; `name` is what DISPLAY is set to. `close()` ends it. */
export async function startDisplay(): Promise<{ name: string; close(): Promise<void> }> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1400x2200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [number] = (await Promise.race([
    once(server.stdout, 'data'),
    once(server, 'error').then(([error]) => Promise.reject(error)),
    once(server, 'exit').then(() => Promise.reject(new Error('Xvfb did not start'))),
  ])) as [Buffer]
  return {
    name: `:${number.toString().trim()}`,
    close: async () => {
      if (server.exitCode !== null) return
      const exit = once(server, 'exit')
      server.kill()
      await exit
    },
  }
}
