/** `demo`: the whole job against the simulated account that comes with the program. No account, no network, nothing left running. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '../config.ts'
import { EtlError, exitStatuses } from '../errors.ts'
import { makeBus } from '../events.ts'
import { acquireLock } from '../lock.ts'
import { makeLogger } from '../log.ts'
import { makeMetrics } from '../metrics.ts'
import type { CycleResult } from '../sync/result.ts'
import { pairSession } from '../web/pairing.ts'
import { openSession } from '../web/session.ts'
import { readState } from '../web/state.ts'
import { compose } from './compose.ts'
import type { Io } from './io.ts'
import { progressView } from './progress.ts'
import { formatTable } from './table.ts'

/** The part of the simulator that the demo uses; it lives with the tests and is loaded only here. */
interface SimModule {
  startSim(options: { autoScan: boolean }): Promise<{ url: string; recorded: { type: string }[]; close(): Promise<void> }>
}

const latestRows = `
  select to_char(m.ts, 'YYYY-MM-DD HH24:MI') as time, c.title as chat, case when m.is_outgoing then 'me' else m.sender_name end as sender,
         m.kind, left(replace(coalesce(m.content_snippet, ''), chr(10), ' '), 48) as text
  from messages m join chats c on c.id = m.chat_id order by m.ts desc, m.id desc limit 12`
const kindCounts = 'select kind, count(*) as messages from messages group by kind order by 2 desc, 1'
const pictures = `
  select a.file_path, a.width, a.height, a.size_bytes from attachments a where a.status = 'saved' order by a.id limit 5`

/** Pairs with the simulated phone, runs two cycles, prints what landed and how to look at it. */
export async function demo(_options: object, io: Io): Promise<number> {
  const base = loadConfig(io.env)
  const dataDir = join(base.dataDir, 'demo')
  await rm(dataDir, { recursive: true, force: true })
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(join(dataDir, 'README'), 'Data of `whatsapp-etl demo`: made-up chats, made anew by every demo.\n')
  const say = (line: string) => void io.stderr.write(`${line}\n`)

  const { startSim } = (await import(new URL('../sim/server.js', import.meta.url).href)) as SimModule
  const sim = await startSim({ autoScan: true })
  say(`1. A simulated WhatsApp Web runs at ${sim.url}`)
  try {
    const config = loadConfig(
      {
        ...io.env,
        PG_URL: undefined,
        PG_URL_FILE: undefined,
        WHATSAPP_PROFILE_DIR: undefined,
        ATTACHMENTS_DIR: undefined,
        DATA_DIR: dataDir,
      },
      { browser: { url: sim.url }, pace: { scrollPauseMs: 40, chatPauseMs: 40, downloadPauseMs: 40, lateMs: 300 } },
    )
    const log = makeLogger({ level: io.env.LOG_LEVEL ? config.log.level : 'silent', pretty: io.isTty })
    const session = await openSession({ config, log, readState, onEvent: () => {}, headless: true, lock: acquireLock })
    try {
      await pairSession(session, {
        onCode: code => code !== null && say('2. It shows a QR code; the simulated phone scans it'),
        timeoutMs: 120_000,
        signal: io.signal,
      })
    } finally {
      await session.close()
    }
    say('3. Paired. Reading the last 30 days:')
    const bus = makeBus()
    const parts = await compose(config, io, { log, metrics: makeMetrics({ processMetrics: false }), bus })
    const progress = progressView(io)
    try {
      const first = await parts.cycle({ trigger: 'command', signal: io.signal, progress: step => progress.step(step) })
      progress.stop()
      say(`   ${summary(first)}`)
      const second = await parts.cycle({ trigger: 'command', signal: io.signal })
      say(`4. A second cycle over the unchanged account: ${summary(second)}`)
      const receipts = sim.recorded.filter(one => one.type === 'receipt').length
      say(`5. Read receipts that the simulated page sent meanwhile: ${receipts}\n`)
      for (const [title, sql] of [
        ['The newest messages:', latestRows],
        ['What landed:', kindCounts],
        ['Pictures:', pictures],
      ] as const) {
        io.stdout.write(`${title}\n${formatTable(await parts.database.readOnly(sql))}\n`)
      }
    } finally {
      progress.stop()
      await parts.close()
    }
    const here = (path: string) => relative(process.cwd(), path) || '.'
    const cli = here(fileURLToPath(new URL('../cli.js', import.meta.url)))
    io.stdout.write(
      [
        'Look around:',
        `  DATA_DIR=${here(dataDir)} node ${cli} query "select title, count(*) from messages join chats on chats.id = chat_id group by 1"`,
        `  ls ${here(join(dataDir, 'attachments'))}`,
        `Your own chats: "node ${cli} pair", then "start"; --help tells the rest.`,
        '',
      ].join('\n'),
    )
    return exitStatuses.complete
  } catch (error) {
    if (io.signal.aborted) throw new EtlError('internal', 'the demo was stopped', { cause: error })
    throw error
  } finally {
    await sim.close()
  }
}

function summary({ status, seconds, chats, messages, attachments }: CycleResult): string {
  return `${status} in ${seconds} s: ${chats.opened} of ${chats.listed} chats opened, ${messages.inserted} messages new, ${messages.updated} updated, pictures: ${attachments.saved} saved, ${attachments.deduplicated} the same as others, ${attachments.pending} not downloaded by the page yet`
}
