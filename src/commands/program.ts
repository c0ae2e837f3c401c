/** The command line: what can be asked for, and which module answers. Modules are loaded when their command is run. */
import { Command, InvalidArgumentError } from 'commander'
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

  command('start', 'runs until it is stopped: a cycle at once and then one every interval, the HTTP server, event delivery', [
    'start',
    'start 2>worker.log    # the log goes to stderr',
  ]).action(async (options: object) => {
    const { start } = await import('./start.ts')
    finish(await start(options, io))
  })

  command('pair', 'pairs the browser profile with your phone, once, by a QR code', ['pair', 'pair --terminal --timeout 600'])
    .option('--terminal', 'draw the QR code here, from a browser without a window; the default where there is no display')
    .option('--timeout <seconds>', 'give up after this many seconds', wholeNumber(1), 300)
    .option('--json', 'print the outcome as JSON')
    .action(async options => {
      const { pair } = await import('./pair.ts')
      finish(await pair(options, io))
    })

  command('sync', 'runs one cycle and exits: 0 complete, 2 some chat incomplete, 3 pairing needed, 4 page not understood', [
    'sync',
    'sync --chat "Allotment group" --chat +4930123456 --json',
    'sync --lookback-days 7 --dry-run',
  ])
    .option('--chat <name-or-id>', 'read only this chat (can be given several times)', collect, [])
    .option('--lookback-days <days>', 'use another window than WHATSAPP_SYNC_LOOKBACK_DAYS', wholeNumber(1))
    .option('--full', 'read the whole window again, whatever is already covered')
    .option('--dry-run', 'read, but write nothing')
    .option(
      '--ask-phone',
      'press "get older messages from your phone" where a chat offers it, and wait for them: up to a minute for each press',
    )
    .option('--json', 'print the outcome as JSON')
    .action(async options => {
      const { sync } = await import('./sync.ts')
      finish(await sync(options, io))
    })

  command('inspect <files...>', 'reads saved pages of WhatsApp Web with the selector sets, without account and network', [
    'inspect page.html',
    'inspect --json --timezone America/Sao_Paulo *.html',
  ])
    .option('--set <id>', 'use this selector set instead of the one that fits the page')
    .option('--locale <tag>', 'language of the page, where the page does not say')
    .option('--timezone <zone>', 'zone that the clock times of the page are of (default: WHATSAPP_TIMEZONE)')
    .option('--json', 'print everything as JSON')
    .action(async (files: string[], options) => {
      const { inspect } = await import('./inspect.ts')
      finish(await inspect(files, options, io))
    })

  command('doctor', 'checks everything that the job needs and says what to do about each failure; exit 1 if any', [
    'doctor',
    'doctor --json',
  ])
    .option('--json', 'print the checks as JSON')
    .action(async (options: { json?: boolean }) => {
      const { doctor } = await import('./doctor.ts')
      finish(await doctor(options, io))
    })

  command('status', 'tells how far the window of each chat is stored, and why not all of it; exit 2 if a chat is not complete', [
    'status',
    'status --chat "Allotment group"',
    'status --json',
  ])
    .option('--chat <name-or-id>', 'only this chat (can be given several times)', collect, [])
    .option('--all', 'list the chats that are complete too; --json always does')
    .option('--json', 'print everything as JSON')
    .action(async options => {
      const { status } = await import('./status.ts')
      finish(await status(options, io))
    })

  command('migrate', 'brings the database to the structure this version needs (start and sync do so too)', ['migrate'])
    .option('--json', 'print what was applied as JSON')
    .action(async options => {
      const { migrate } = await import('./migrate.ts')
      finish(await migrate(options, io))
    })

  command('verify', 'hashes every stored attachment again and lists missing, corrupt and orphaned files; exit 1 if any', [
    'verify',
    'verify --json',
  ])
    .option('--json', 'print the outcome as JSON')
    .action(async options => {
      const { verify } = await import('./verify.ts')
      finish(await verify(options, io))
    })

  command('purge', 'removes messages, their files and all that hangs on them for good; the next cycles do not bring them back', [
    'purge --older-than 365 --dry-run',
    'purge --chat "Allotment group" --chat +4930123456',
    'purge --chat "Allotment group" --older-than 90 --yes',
  ])
    .option('--older-than <days>', 'what is older than this many days, in all chats or in those of --chat', wholeNumber(1))
    .option(
      '--chat <name-or-id>',
      'this chat: everything up to now; newer messages come as before (can be given several times)',
      collect,
      [],
    )
    .option('--dry-run', 'only print what would go')
    .option('--yes', 'do not ask; needed where there is no terminal')
    .option('--json', 'print the outcome as JSON')
    .action(async options => {
      const { purge } = await import('./purge.ts')
      finish(await purge(options, io))
    })

  command('query <sql>', 'runs read-only SQL on the configured database, also while a worker holds the embedded one', [
    'query "select kind, count(*) from messages group by kind"',
    'query --csv "select ts, sender_id, content_snippet from messages order by ts" > messages.csv',
  ])
    .option('--csv', 'print the rows as CSV')
    .option('--json', 'print the rows as JSON')
    .action(async (sql: string, options) => {
      const { query } = await import('./query.ts')
      finish(await query(sql, options, io))
    })

  command('demo', 'shows the whole job against a simulated account and the embedded database; leaves nothing running', ['demo']).action(
    async (options: object) => {
      const { demo } = await import('./demo.ts')
      finish(await demo(options, io))
    },
  )

  return program
}

const overview = `
First steps:
  $ whatsapp-etl demo      # see it work, without an account
  $ whatsapp-etl pair      # once: scan the QR code with your phone
  $ whatsapp-etl start     # from then on

Settings are environment variables, also read from a file named .env here; .env.example lists them all.
Exit status: 0 complete, 1 failed, 2 some chat incomplete, 3 pairing needed, 4 page not understood, 64 wrong settings or usage.`

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

function wholeNumber(min: number): (text: string) => number {
  return text => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && Number.isSafeInteger(value)) return value
    throw new InvalidArgumentError(`Expected a whole number of at least ${min}.`)
  }
}
