/** A message as other programs get it: `GET /messages`, the live events and the webhooks show the same. Pure. */

/** What is known of a stored message and its chat. `ts` is ISO 8601 UTC; `text` as it was before it was stored. */
export interface MessageFacts {
  externalId: string
  /** The chat's key: fixed when the chat is first seen. */
  conversationId: string
  conversationName: string
  ts: string
  text: string | null
  isOutgoing: boolean
  senderId: string | null
}

/** The shape that existing clients of such services read. `from_user`: sent by the account's owner. */
export interface MessageView {
  id: string
  conversation_id: string
  date: string
  text: string | null
  from_user: boolean
  sender_id: string | null
  conversation_name: string
  source: 'whatsapp'
}

export function messageView(message: MessageFacts): MessageView {
  return {
    id: message.externalId,
    conversation_id: message.conversationId,
    date: message.ts,
    text: message.text,
    from_user: message.isOutgoing,
    sender_id: message.senderId,
    conversation_name: message.conversationName,
    source: 'whatsapp',
  }
}
