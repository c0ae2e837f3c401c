/** Run as a process of its own: takes the lock of DIR (once told to, where WAIT is set), says what came of it, keeps it until stdin ends. */
import { once } from 'node:events'
import { acquireLock } from '../../../src/lock.ts'

if (process.env.WAIT) {
  process.stdout.write('ready\n')
  await once(process.stdin, 'data')
}
try {
  await acquireLock(process.env.DIR ?? '', { what: 'the test directory' })
  process.stdout.write('held\n')
} catch (error) {
  process.stdout.write(`refused ${(error as Error).message}\n`)
}
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
