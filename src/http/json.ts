/** The JSON of the API's objects, with their schemas: what is in a schema is in every answer, and nothing else. */
import { z } from 'zod'
import type { ReadConversation } from '../db/read-conversations.ts'
import { textView, type ViewOptions } from '../message-view.ts'
import { attachmentStatuses, deliveryStatuses, messageKinds } from '../model.ts'

export const instantSchema = z.iso.datetime().describe('ISO 8601 UTC')

export const attachmentSchema = z
  .strictObject({
    id: z.string(),
    media_type: z.string().describe('MIME type, or its family (`image/*`) until the bytes are known'),
    status: z.enum(attachmentStatuses),
    url: z.string().nullable().describe('Where the bytes are, below this server; null unless they are saved'),
    size_bytes: z.number().nullable(),
    width: z.number().nullable(),
    height: z.number().nullable(),
    name: z.string().nullable(),
  })
  .meta({ id: 'Attachment' })

export const messageSchema = z
  .strictObject({
    id: z.string().describe('The name of the message for good: the `external_id` of the table'),
    conversation_id: z.string(),
    conversation_name: z.string(),
    date: instantSchema,
    date_precision: z.enum(['second', 'minute']),
    text: z.string().describe('The whole text; empty where the message has none'),
    from_user: z.boolean().describe('True for messages of the owner of the account'),
    sender_id: z
      .string()
      .nullable()
      .describe('Phone JID where known, else a hidden id (`@lid`), else the name shown; null where nothing is known'),
    sender_name: z.string().nullable(),
    source: z.literal('whatsapp'),
    kind: z.enum(messageKinds),
    is_edited: z.boolean(),
    is_deleted: z.boolean(),
    is_forwarded: z.boolean(),
    quoted: z.strictObject({ message_id: z.string().nullable(), sender: z.string().nullable(), text: z.string().nullable() }).nullable(),
    reactions: z.array(z.strictObject({ emoji: z.string(), count: z.number().nullable() })),
    status: z.enum(deliveryStatuses).nullable().describe('Delivery status of own messages'),
    file_name: z.string().nullable(),
    duration_s: z.number().nullable(),
    details: z.record(z.string(), z.unknown()).describe('What the kind carries besides: links, mentions, poll, location …'),
    attachments: z.array(attachmentSchema),
  })
  .meta({ id: 'Message' })

export const conversationSchema = z
  .strictObject({
    id: z.string().describe('Fixed when the chat was first seen; other ids that it was known by are understood too'),
    name: z.string(),
    last_message: z.strictObject({
      id: z.string(),
      date: instantSchema,
      text: z.string(),
      kind: z.enum(messageKinds),
      from_user: z.boolean(),
    }),
    last_updated: instantSchema.describe('When its last message was sent'),
    total_messages: z.number().int().describe('Messages stored of it'),
    community: z.string().nullable(),
    is_group: z.boolean().nullable(),
    is_self: z.boolean().describe('The chat with oneself'),
    archived: z.boolean(),
    pinned: z.boolean(),
    muted: z.boolean(),
    unread: z.number().int().describe('Unread messages as the chat list last showed them; -1: marked by hand'),
    participants: z.array(z.string()).describe('Members as the header names them, the owner left out'),
    incomplete_reason: z.string().nullable().describe('Why its window is not known to be complete; null when it is'),
    last_read_at: instantSchema.nullable(),
  })
  .meta({ id: 'Conversation' })

export const errorSchema = z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) }).meta({ id: 'Error' })

/** A conversation as every part of the API gives it. */
export function conversationJson(chat: ReadConversation, options: ViewOptions): z.input<typeof conversationSchema> {
  const { id, date, text, kind, fromUser } = chat.lastMessage
  return {
    id: chat.id,
    name: chat.name,
    last_message: { id, date, text: textView(text, options) ?? '', kind, from_user: fromUser },
    last_updated: date,
    total_messages: chat.totalMessages,
    community: chat.community,
    is_group: chat.isGroup,
    is_self: chat.isSelf,
    archived: chat.archived,
    pinned: chat.pinned,
    muted: chat.muted,
    unread: chat.unread,
    participants: chat.participants,
    incomplete_reason: chat.incompleteReason,
    last_read_at: chat.lastReadAt,
  }
}
