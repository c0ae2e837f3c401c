/** One cycle, then exit. */
import { configWarnings, loadConfig } from '../config.ts'
import { asEtlError, exitStatuses } from '../errors.ts'
import { makeBus } from '../events.ts'
import { makeLogger } from '../log.ts'
import { makeMetrics } from '../metrics.ts'
import type { CycleResult } from '../sync/result.ts'
import { compose } from './compose.ts'
import type { Io } from './io.ts'
import { progressView } from './progress.ts'

export interface SyncOptions {
  chat?: string[]
  lookbackDays?: number
  full?: boolean
  dryRun?: boolean
  askPhone?: boolean
  json?: boolean
}

/** Runs one cycle and prints its result (contract §1.1). Exit status 0 complete, 2 incomplete; what is thrown maps to 1, 3, 4. */
export async function sync(options: SyncOptions, io: Io): Promise<number> {
  const config = loadConfig(io.env, options.lookbackDays === undefined ? {} : { sync: { lookbackDays: options.lookbackDays } })
  const log = makeLogger({ level: config.log.level, pretty: io.isTty })
  for (const warning of configWarnings(io.env)) log.warn(warning)
  const outputs = { log, metrics: makeMetrics({ processMetrics: false }), bus: makeBus() }
  const parts = await compose(config, io, outputs, { dryRun: options.dryRun ?? false, askPhone: options.askPhone ?? false })
  const progress = progressView(io)
  try {
    const result = await parts.cycle({
      trigger: 'command',
      signal: io.signal,
      full: options.full ?? false,
      only: options.chat ?? [],
      progress: step => progress.step(step),
    })
    progress.stop()
    report(result, options, io)
    return result.status === 'complete' ? exitStatuses.complete : exitStatuses.incomplete
  } catch (thrown) {
    progress.stop()
    const { result } = thrown as { result?: CycleResult }
    if (result && options.json) io.stdout.write(`${JSON.stringify(result)}\n`)
    throw asEtlError(thrown)
  } finally {
    await parts.close()
  }
}

function report(result: CycleResult, { json, dryRun }: SyncOptions, io: Io): void {
  if (json) {
    io.stdout.write(`${JSON.stringify(result)}\n`)
    return
  }
  const { chats, messages, attachments } = result
  io.stdout.write(
    [
      `${result.status} in ${result.seconds} s${dryRun ? ' (dry run: nothing was written)' : ''}`,
      `chats        ${chats.listed} listed, ${chats.opened} opened, ${chats.skipped_unchanged} unchanged, ${chats.incomplete} incomplete`,
      `messages     ${messages.seen} seen: ${messages.inserted} new, ${messages.updated} updated, ${messages.unchanged} unchanged, ${messages.rejected} not understood`,
      `attachments  ${attachments.saved} saved (${Math.round(attachments.bytes / 1024)} KiB), ${attachments.deduplicated} already there, ${attachments.pending} pending`,
      ...result.incomplete.map(({ chat, reason }) => `incomplete   ${chat}: ${reason}`),
      '',
    ].join('\n'),
  )
}
