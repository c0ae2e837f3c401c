#!/usr/bin/env node
/** The process around a command: environment, signals, errors, exit status. */
import './heap.ts'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { parseEnv } from 'node:util'
import { CommanderError } from 'commander'
import type { Io } from './commands/io.ts'
import { makeProgram } from './commands/program.ts'
import { outlineOf, outlineText } from './error-outline.ts'
import { asEtlError, exitStatus, exitStatuses } from './errors.ts'
import { settings } from './settings.ts'

/** What a shell expects of a program that was interrupted. */
const interrupted = 130

/** The environment with `.env` of the working directory below it: a real variable wins, even an empty one. */
function readEnvironment(): Io['env'] {
  try {
    return { ...parseEnv(readFileSync('.env', 'utf8')), ...process.env }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      process.stderr.write(`warning: .env could not be read (${(error as Error).message}); going on without it\n`)
    }
    return { ...process.env }
  }
}

/** Who is told of a SIGHUP instead of being stopped by it. */
const hangups = new Set<() => void>()

/** The first signal asks the command to stop in order, the second one ends the process at once. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(name, () => {
      // On a terminal SIGHUP means that it was closed.
      if (name === 'SIGHUP' && hangups.size > 0 && !process.stderr.isTTY) {
        for (const listener of hangups) listener()
        return
      }
      if (controller.signal.aborted) process.exit(interrupted)
      // Not in between the lines of a log that machines read.
      if (process.stderr.isTTY) process.stderr.write(`${name}: stopping after the batch in hand; once more stops at once\n`)
      controller.abort()
    })
  }
  return controller.signal
}

/** One line for a person; the stack only where LOG_LEVEL asks for it. */
function report(thrown: unknown, io: Io): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitStatuses.complete : exitStatuses.usage
  if (io.signal.aborted && isAbort(thrown)) return interrupted
  const error = asEtlError(thrown)
  io.stderr.write(`whatsapp-etl: ${error.message}\n`)
  if (['debug', 'trace'].includes(io.env.LOG_LEVEL ?? '')) io.stderr.write(`${outlineText(outlineOf(error))}\n`)
  return exitStatus(error.code)
}

/** The stop that was asked for, as it comes back from whatever it stopped. */
function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'AbortError' || isAbort(thrown.cause))
}

/** One question on the terminal; Ctrl-C there stops the command as it does anywhere else. */
async function ask(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    // Ctrl-D is no answer.
    return await Promise.race([terminal.question(question, { signal }), once(terminal, 'close').then(() => '')])
  } finally {
    terminal.close()
  }
}

/**
 * What the browser and other programs that are started from here inherit. No secrets. And no place for Chromium's crash dumps, which hold
 * memory and environment: it writes them below its configuration, whatever its switches say and wherever its profile is (seen with 156),
 * and does without them where that cannot be made.
 */
function settleInheritance(): void {
  for (const [name, { secret }] of Object.entries(settings)) {
    if (secret) for (const each of [name, `${name}_FILE`]) delete process.env[each]
  }
  process.env.CHROME_CONFIG_HOME = '/dev/null/no-crash-dumps'
  // Files and directories are for their owner alone, also those that the browser and the embedded database make.
  process.umask(0o077)
}

async function main(): Promise<number> {
  const signal = stopOnSignals()
  const env = readEnvironment()
  settleInheritance()
  const io: Io = {
    stdout: process.stdout,
    stderr: process.stderr,
    env,
    signal,
    onHangup: listener => {
      hangups.add(listener)
      return () => void hangups.delete(listener)
    },
    isTty: process.stderr.isTTY === true,
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask: (question: string) => ask(question, signal) }),
  }
  let status: number = exitStatuses.complete
  const program = makeProgram(io, given => {
    status = given
  })
  try {
    await program.parseAsync(process.argv)
  } catch (thrown) {
    status = report(thrown, io)
  }
  return status
}

// What nobody caught ends the process, told of like everything else: Node's own report shows all that hangs on an error.
process.on('uncaughtException', thrown => {
  process.stderr.write(`whatsapp-etl: an error that nobody expected ended the program. ${outlineText(outlineOf(thrown))}\n`)
  process.exit(exitStatuses.failed)
})

// A reader that has seen enough (`… | head`) is no error.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(exitStatuses.complete)
  throw error
})

const status = await main()
process.stdout.write('', () => process.exit(status))
