/** What a webhook is sent. Pure. */
import type { OutboxRow } from '../db/store.ts'
import { type FrameType, frameOf, frameTypes } from '../live/frames.ts'

/** Types that a webhook can ask for: those of the live events but the pairing code, which is a key to the account and is sent to nobody. */
export const webhookTypes = frameTypes.filter(type => type !== 'qr')
export type WebhookType = Exclude<FrameType, 'qr'>

/** The message's id, the same at every attempt: receivers know by it what they have had. */
export function deliveryId({ id }: Pick<OutboxRow, 'id'>): string {
  return `evt_${id}`
}

/** The frame with the time of the event, as JSON; null where the message is gone: then there is nothing to deliver. */
export function deliveryBody(row: OutboxRow): string | null {
  const frame = frameOf(row)
  return frame && JSON.stringify({ type: frame.type, id: frame.id, timestamp: row.createdAt, data: frame.data })
}
