/** The command line: what can be asked for, and which module answers. Modules are loaded when their command is run. */
import { Command } from 'commander'
import type { Io } from './io.ts'
import { version } from './version.ts'

type Finish = (status: number) => void

/** The whole command line. A command that has run gives its exit status to `finish`; wrong usage throws a CommanderError. */
export function makeProgram(io: Io, finish: Finish): Command {
  const program = new Command('whatsapp-etl')
    .description('Keeps your own WhatsApp chats in your own Postgres, by reading WhatsApp Web. It never sends anything.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureOutput({ writeOut: text => void io.stdout.write(text), writeErr: text => void io.stderr.write(text) })
    .exitOverride()
    .showHelpAfterError('(whatsapp-etl --help tells what there is)')
    .addHelpText('after', overview)

  const command = (usage: string, description: string, examples: string[]) => {
    const lines = examples.map(example => `  $ whatsapp-etl ${example}`).join('\n')
    const made = program.command(usage).description(description).helpOption('-h, --help', 'print this help')
    return made.addHelpText('after', `\nExamples:\n${lines}`)
  }

  command('doctor', 'checks everything that the job needs and says what to do about each failure; exit 1 if any', [
    'doctor',
    'doctor --json',
  ])
    .option('--json', 'print the checks as JSON')
    .action(async (options: { json?: boolean }) => {
      const { doctor } = await import('./doctor.ts')
      finish(await doctor(options, io))
    })

  return program
}

const overview = `
First steps:
  $ whatsapp-etl demo      # see it work, without an account
  $ whatsapp-etl pair      # once: scan the QR code with your phone
  $ whatsapp-etl start     # from then on

Settings are environment variables, also read from a file named .env here; .env.example lists them all.
Exit status: 0 complete, 1 failed, 2 some chat incomplete, 3 pairing needed, 4 page not understood, 64 wrong settings or usage.`
