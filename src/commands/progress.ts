/** The progress of a cycle, for a person: a bar on a terminal, nothing elsewhere. */
import { Presets, SingleBar } from 'cli-progress'
import type { CycleProgress } from '../sync/cycle.ts'
import type { Io } from './io.ts'

export interface ProgressView {
  step(progress: CycleProgress): void
  stop(): void
}

/** A bar over the chats with the counts of messages and pictures so far. Titles stay out of it: terminals are recorded. */
export function progressView(io: Io): ProgressView {
  if (!io.isTty) return { step: () => {}, stop: () => {} }
  const bar = new SingleBar(
    {
      stream: io.stderr as NodeJS.WriteStream,
      format: '{bar} chat {value}/{total} · {messages} messages · {images} pictures · {incomplete} incomplete',
      hideCursor: true,
      clearOnComplete: false,
      fps: 8,
    },
    Presets.shades_classic,
  )
  let started = false
  return {
    step({ chat, chats, result }) {
      const counts = {
        messages: result.messages.seen,
        images: result.attachments.saved + result.attachments.deduplicated,
        incomplete: result.incomplete.length,
      }
      if (!started) bar.start(chats, chat, counts)
      else bar.update(chat, counts)
      started = true
    },
    stop() {
      if (started) bar.stop()
    },
  }
}
