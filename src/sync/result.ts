/** What a cycle reports: the object of `sync --json` (contract §1.1). */
import type { IncompleteReason } from '../source.ts'

export interface CycleResult {
  run_id: string
  status: 'complete' | 'incomplete' | 'login_required' | 'drift' | 'failed'
  seconds: number
  chats: { listed: number; opened: number; skipped_unchanged: number; incomplete: number }
  messages: { seen: number; inserted: number; updated: number; unchanged: number; rejected: number }
  attachments: { saved: number; deduplicated: number; pending: number; bytes: number }
  incomplete: { chat: string; reason: IncompleteReason }[]
}

/** Notes that a chat's window could not be shown to be complete. */
export function incomplete(result: CycleResult, chat: string, reason: IncompleteReason): void {
  result.chats.incomplete++
  result.incomplete.push({ chat, reason })
}

/** A result with nothing in it yet. */
export function newResult(runId: string): CycleResult {
  return {
    run_id: runId,
    status: 'failed',
    seconds: 0,
    chats: { listed: 0, opened: 0, skipped_unchanged: 0, incomplete: 0 },
    messages: { seen: 0, inserted: 0, updated: 0, unchanged: 0, rejected: 0 },
    attachments: { saved: 0, deduplicated: 0, pending: 0, bytes: 0 },
    incomplete: [],
  }
}
