/** `inspect`: reads saved pages with the selector sets, without account and network. */
import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import { loadConfig } from '../config.ts'
import { exitStatuses, UsageError } from '../errors.ts'
import { openSavedPages } from '../web/saved-page.ts'
import { loadSelectorSets } from '../web/selectors.ts'
import { type Inspection, inspectReading } from './inspection.ts'
import type { Io } from './io.ts'

export interface InspectCommandOptions {
  set?: string
  locale?: string
  timezone?: string
  json?: boolean
}

/** Exit status 0, or 4 when the structure of a page is not understood. Throws UsageError for a file that cannot be read or an unknown zone. */
export async function inspect(files: string[], options: InspectCommandOptions, io: Io): Promise<number> {
  if (files.length === 0) throw new UsageError('inspect needs at least one saved page, e.g. `whatsapp-etl inspect page.html`.')
  for (const file of files) {
    await access(file).catch(() => {
      throw new UsageError(`"${file}" cannot be read: expected a saved page of WhatsApp Web (HTML).`)
    })
  }
  const config = loadConfig(io.env)
  const timezone = checkedZone(options.timezone ?? config.browser.timezone)
  const { sets, warnings } = loadSelectorSets({
    extraDir: config.selectors.dir,
    pinned: options.set ?? config.selectors.set,
    flags: config.selectors.flags,
  })
  for (const warning of warnings) io.stderr.write(`${warning}\n`)
  const pages = await openSavedPages(config)
  const inspections: Inspection[] = []
  let understood = true
  try {
    for (const file of files) {
      io.signal.throwIfAborted()
      const reading = await pages.read(file, sets)
      if (reading.warning && reading.conversation.open) io.stderr.write(`${file}: ${reading.warning}\n`)
      const inspection = inspectReading(basename(file), reading, { locale: options.locale, timezone })
      inspections.push(inspection)
      if (!isUnderstood(inspection, reading.conversation.items.length)) {
        understood = false
        io.stderr.write(`${file}: the structure of this page is not understood; selectors/README.md tells how to write a set for it\n`)
      }
    }
  } finally {
    await pages.close()
  }
  io.stdout.write(options.json ? `${JSON.stringify(inspections, null, 1)}\n` : inspections.map(table).join('\n'))
  return understood ? exitStatuses.complete : exitStatuses.drift
}

/**
 * A page is understood when its state is known, an open chat has rows or a name (of what stands in it, `items`, some are rows), and most of its messages show
 * whose they are and when.
 */
export function isUnderstood(page: Inspection, items: number): boolean {
  const rows = page.messages.length + page.shells + page.not_messages
  if (page.state === 'unknown' && rows === 0 && page.chats.length === 0) return false
  if (page.state === 'chat_open' && rows === 0 && (page.chat === null || items > 0)) return false
  const unclear = page.messages.filter(message => message.direction === null || (message.time_label === null && message.stamp === null))
  return unclear.length === 0 || unclear.length * 2 < page.messages.length
}

function checkedZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    throw new UsageError(`--timezone is "${zone}": expected a zone such as Europe/Berlin or UTC.`)
  }
}

function table(page: Inspection): string {
  const cut = (text: string | null, width: number): string => (text ?? '–').replace(/\s+/g, ' ').slice(0, width)
  const lines = [
    `${page.file}: ${page.state}, set ${page.selector_set}, language ${page.locale || '?'}, dates ${page.time_order}`,
    page.chat ? `  chat: ${page.chat.title}${page.chat.subtitle ? ` (${cut(page.chat.subtitle, 60)})` : ''}` : '  no chat is open',
    `  ${page.chats.length} chats, ${page.messages.length} messages, ${page.shells} empty rows, ${page.not_messages} notices`,
    ...page.messages.map(one =>
      [
        '  ',
        (one.direction ?? '?').padEnd(4),
        one.kind.padEnd(9),
        cut(one.ts?.slice(0, 16) ?? one.time_label, 17).padEnd(18),
        cut(one.sender, 20).padEnd(21),
        cut(one.text ?? one.file_name, 60),
      ].join(''),
    ),
  ]
  return `${lines.join('\n')}\n`
}
