/**
 * The one place that presses anything in WhatsApp Web, and the whole list of what may be pressed (contract §6). Pointer only: there is no
 * way here to use the keyboard. What is not on the list is refused, counted and thrown.
 */
import type { Locator, Page } from 'playwright'
import { EtlError } from '../errors.ts'
import { ask } from './ask.ts'
import { archivedCaptions, backCaptions, closingCaptions, companionCaptions, olderCaptions } from './captions.ts'
import { type ClickQuestion, clickTarget } from './page/click-target.ts'

export const clickKinds = [
  'chat-row',
  'archived-row',
  'archived-back',
  'read-more',
  'image-download',
  'dialog-close',
  'older-messages',
] as const
export type ClickKind = (typeof clickKinds)[number]

/** An element of the page, or a point in CSS px of the viewport. A locator must match exactly one element. */
export type ClickTarget = Locator | { x: number; y: number }

/** A press that was not made: the target has not the shape that its kind allows, or did not come to rest in time. */
export class ClickRefused extends EtlError {
  readonly kind: string
  readonly reason: string
  constructor(kind: string, reason: string) {
    super(
      'retryable',
      `not clicked: the target for "${kind}" is not what it should be (${reason}). The page may have moved on; it is tried again in the next cycle.`,
    )
    this.kind = kind
    this.reason = reason
  }
}

/** How often each kind was pressed since the session began, and how often a press was refused. */
export interface GuardCounters {
  clicks: Record<ClickKind, number>
  refused: number
}

export interface Guard {
  /**
   * One real pointer click, after the page confirmed that what lies under the pointer is what `kind` allows. Waits up to `timeoutMs`
   * (2,000) for a target that moves or takes no pointer events yet (the chat list: 150 ms after a scroll). Throws ClickRefused.
   */
  click(kind: ClickKind, target: ClickTarget, options?: { timeoutMs?: number }): Promise<void>
  readonly counters: Readonly<GuardCounters>
}

const words: Record<ClickKind, { captions: readonly string[]; companions: readonly string[] }> = {
  'chat-row': { captions: [], companions: backCaptions },
  'archived-row': { captions: archivedCaptions, companions: [] },
  'archived-back': { captions: backCaptions, companions: [] },
  'read-more': { captions: [], companions: [] },
  'image-download': { captions: [], companions: [] },
  'dialog-close': { captions: closingCaptions, companions: companionCaptions },
  'older-messages': { captions: olderCaptions, companions: [] },
}

/** An element that is there is found at once, except on a machine that has much else to do. */
const findMs = 5_000

/**
 * The guard of one page. `askPhone`: a person wants the phone to be asked for older messages; without it that press is refused like
 * anything that is not on the list.
 */
export function createGuard(page: Page, { askPhone = false }: { askPhone?: boolean } = {}): Guard {
  const counters: GuardCounters = { clicks: Object.fromEntries(clickKinds.map(kind => [kind, 0])) as Record<ClickKind, number>, refused: 0 }
  const refuse = (kind: string, reason: string): never => {
    counters.refused++
    throw new ClickRefused(kind, reason)
  }

  const click: Guard['click'] = async (kind, target, { timeoutMs = 2000 } = {}) => {
    if (!clickKinds.includes(kind)) refuse(kind, 'this kind of click is not on the list')
    if (kind === 'older-messages' && !askPhone) refuse(kind, 'nobody said that the phone may be asked')
    const element =
      'x' in target
        ? null
        : await target
            .elementHandle({ timeout: Math.max(timeoutMs, findMs) })
            .catch(() => refuse(kind, 'there is not exactly one such element'))
    const lower = (list: readonly string[]): string[] => list.map(caption => caption.toLowerCase())
    const question = {
      kind,
      element,
      point: 'x' in target ? { x: target.x, y: target.y } : null,
      captions: lower(words[kind].captions),
      companions: lower(words[kind].companions),
    }
    const look = async (patience: number): Promise<Answer> =>
      JSON.parse(await ask(page, clickTarget, { ...question, timeoutMs: patience } as unknown as ClickQuestion)) as Answer
    try {
      let aim = await look(timeoutMs)
      // The pointer's arrival may change the row (menus appear on hover), so the last look comes after it and right before the press.
      for (let attempt = 0; aim.ok && attempt < 5; attempt++) {
        await page.mouse.move(aim.x, aim.y)
        const last = await look(attempt === 0 ? 0 : timeoutMs)
        if (last.ok && last.x === aim.x && last.y === aim.y) {
          await page.mouse.down()
          await page.mouse.up()
          counters.clicks[kind]++
          return
        }
        aim = last
      }
      refuse(kind, aim.ok ? 'it keeps moving' : aim.reason)
    } finally {
      await element?.dispose().catch(() => undefined)
    }
  }
  return { click, counters }
}

type Answer = { ok: true; x: number; y: number } | { ok: false; reason: string }
