/** What followers are sent for an event of the outbox. Pure. */
import type { OutboxRow } from '../db/store.ts'
import { messageView } from '../message-view.ts'
import type { EventType } from '../model.ts'

export const frameTypes = ['message', 'message.edited', 'message.deleted', 'message.ack', 'status', 'qr', 'sync'] as const
export type FrameType = (typeof frameTypes)[number]

/** One frame. `id` is the place in the outbox: whoever has seen it goes on with `since_id=<id>`. */
export interface Frame {
  type: FrameType
  id: number
  data: unknown
}

/** Reactions and `agent.message` have no frame: the one is no message, the other says again what `message` said. */
const typeOf: Partial<Record<EventType, FrameType>> = {
  'message.received': 'message',
  'message.sent': 'message',
  'message.edited': 'message.edited',
  'message.deleted': 'message.deleted',
  'message.delivered': 'message.ack',
  'message.read': 'message.ack',
  'session.qr': 'status',
  'session.connected': 'status',
  'session.expired': 'status',
  'session.disconnected': 'status',
  'sync.completed': 'sync',
  'sync.failed': 'sync',
  'selectors.drift': 'sync',
}

/** The session's status that an event tells, in the words of `GET /status`. */
export const statusAfter: Partial<Record<EventType, string>> = {
  'session.qr': 'pairing',
  'session.connected': 'logged_in',
  'session.expired': 'expired',
  'session.disconnected': 'disconnected',
}

/** The frame of an event; null where followers are not told: no frame for its type, or its message is gone. */
export function frameOf({ id, type, data, message }: OutboxRow): Frame | null {
  const frame = typeOf[type]
  if (frame === undefined) return null
  if (frame === 'status') return { type: frame, id, data: { ready: type === 'session.connected', status: statusAfter[type] } }
  if (frame === 'sync') return { type: frame, id, data: { event: type, ...data } }
  if (message === null) return null
  const view = messageView(message)
  return { type: frame, id, data: frame === 'message.ack' ? { ...view, status: data.status } : view }
}

/** Types of events in the outbox that these types of frames are made of. */
export function eventTypesOf(frames: readonly string[]): EventType[] {
  return (Object.keys(typeOf) as EventType[]).filter(type => frames.includes(typeOf[type] ?? ''))
}
