/** A message as other programs get it: `GET /messages`, the live events and the webhooks show the same. Pure. */
import { cleanUrls } from './clean-urls.ts'
import type { AttachmentStatus, DeliveryStatus, MessageDetails, MessageKind, Reaction, TsPrecision } from './model.ts'

/** What is known of a stored message and its chat. `ts` is ISO 8601 UTC; texts as they were before they were stored. */
export interface MessageFacts {
  externalId: string
  /** The chat's key: fixed when the chat is first seen. */
  conversationId: string
  conversationName: string
  ts: string
  tsPrecision: TsPrecision
  text: string | null
  isOutgoing: boolean
  senderId: string | null
  senderName: string | null
  kind: MessageKind
  isEdited: boolean
  isDeleted: boolean
  isForwarded: boolean
  quotedText: string | null
  quotedSender: string | null
  quotedMessageId: string | null
  reactions: Reaction[]
  status: DeliveryStatus | null
  fileName: string | null
  durationS: number | null
  details: MessageDetails
  attachments: AttachmentFacts[]
}

/** A file of a message, in the order of their positions. */
export interface AttachmentFacts {
  id: number
  mediaType: string
  status: AttachmentStatus
  sizeBytes: number | null
  width: number | null
  height: number | null
  name: string | null
}

/**
 * The shape that existing clients of such services read (down to `source`), and what else is known. `from_user`: sent by the account's
 * owner. `text` is empty where the message has none.
 */
export interface MessageView {
  id: string
  conversation_id: string
  date: string
  text: string
  from_user: boolean
  sender_id: string | null
  conversation_name: string
  source: 'whatsapp'
  date_precision: TsPrecision
  sender_name: string | null
  kind: MessageKind
  is_edited: boolean
  is_deleted: boolean
  is_forwarded: boolean
  quoted: { message_id: string | null; sender: string | null; text: string | null } | null
  reactions: Reaction[]
  status: DeliveryStatus | null
  file_name: string | null
  duration_s: number | null
  details: Record<string, unknown>
  attachments: AttachmentView[]
}

/** `url`: where the bytes are, below the server; null unless they are saved. */
export interface AttachmentView {
  id: string
  media_type: string
  status: AttachmentStatus
  url: string | null
  size_bytes: number | null
  width: number | null
  height: number | null
  name: string | null
}

export interface ViewOptions {
  /** Addresses in texts become `[URL]`. */
  cleanUrls?: boolean
}

export function messageView(message: MessageFacts, options: ViewOptions = {}): MessageView {
  return {
    id: message.externalId,
    conversation_id: message.conversationId,
    date: message.ts,
    text: textView(message.text, options) ?? '',
    from_user: message.isOutgoing,
    sender_id: message.senderId,
    conversation_name: message.conversationName,
    source: 'whatsapp',
    date_precision: message.tsPrecision,
    sender_name: message.senderName,
    kind: message.kind,
    is_edited: message.isEdited,
    is_deleted: message.isDeleted,
    is_forwarded: message.isForwarded,
    quoted: quotedView(message, options),
    reactions: message.reactions,
    status: message.status,
    file_name: message.fileName,
    duration_s: message.durationS,
    details: options.cleanUrls ? withoutAddresses(message.details) : { ...message.details },
    attachments: message.attachments.map(attachmentView),
  }
}

/** A text that stands beside messages. */
export function textView(text: string | null, options: ViewOptions): string | null {
  return text !== null && options.cleanUrls ? cleanUrls(text) : text
}

function quotedView({ quotedText, quotedSender, quotedMessageId }: MessageFacts, options: ViewOptions): MessageView['quoted'] {
  if (quotedText === null && quotedSender === null && quotedMessageId === null) return null
  return { message_id: quotedMessageId, sender: quotedSender, text: textView(quotedText, options) }
}

function attachmentView({ id, mediaType, status, sizeBytes, width, height, name }: AttachmentFacts): AttachmentView {
  const url = status === 'saved' ? `/attachments/${id}` : null
  return { id: String(id), media_type: mediaType, status, url, size_bytes: sizeBytes, width, height, name }
}

/** `links` and `linkPreview` are addresses through and through; other values hold texts in which some may stand. */
function withoutAddresses({ links: _, linkPreview: __, ...others }: MessageDetails): Record<string, unknown> {
  return cleaned(others) as Record<string, unknown>
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanUrls(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, cleaned(held)]))
}
