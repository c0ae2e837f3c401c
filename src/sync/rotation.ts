/** In which order a cycle reads the chats of its plan: the newest messages first, and nobody starved. Pure. */
import type { ReadPlan } from './plan-chat.ts'

/** What the order rests on: the chat's plan, and what is stored about it (nothing of a chat that was never read). */
export interface Turn {
  plan: ReadPlan
  /** Readings in a row that broke off; 0 for those that came to an end, however early. */
  failures: number
  /** ISO 8601 UTC; null = never. */
  lastReadAt: string | null
  deepReadAt: string | null
  /** The lower end of its newest stretch, where the hole begins; null = it has none. */
  holeAt: string | null
}

/** So often a place goes to the chat that waited longest instead of the one that stands highest in the list. */
const everyNth = 4

/**
 * The turns in order. Chats with news come as the list has them (newest first), with every fourth place for the one that was not read for
 * longest: where there is always more news than a cycle can read, the lower chats still get their turn. Then holes, the newest first; then the
 * daily reading of whole windows, the longest ago first. Chats whose last reading broke off come last: what breaks a cycle does so when the
 * others are done.
 */
export function inRotation<T extends Turn>(turns: readonly T[]): T[] {
  const sound = turns.filter(turn => turn.failures === 0)
  const of = (because: ReadPlan['because']) => sound.filter(turn => turn.plan.because === because)
  return [
    ...interleaved(of('changed')),
    ...of('gap').sort((a, b) => compare(b.holeAt, a.holeAt)),
    ...of('deep').sort((a, b) => compare(a.deepReadAt, b.deepReadAt)),
    ...turns.filter(turn => turn.failures > 0).sort((a, b) => a.failures - b.failures),
  ]
}

function interleaved<T extends Turn>(turns: T[]): T[] {
  const waiting = [...turns].sort((a, b) => compare(a.lastReadAt, b.lastReadAt))
  const taken = new Set<T>()
  const next = (queue: T[]): T | undefined => queue.find(turn => !taken.has(turn))
  for (let place = 1; place <= turns.length; place++) {
    const turn = next(place % everyNth === 0 ? waiting : turns)
    if (turn) taken.add(turn)
  }
  return [...taken]
}

/** Instants in order, null (never) first. */
function compare(a: string | null, b: string | null): number {
  const [one, other] = [a ?? '', b ?? '']
  return one < other ? -1 : one > other ? 1 : 0
}
