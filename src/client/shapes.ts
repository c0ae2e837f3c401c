/** What the API answers, as `/openapi.json` describes it. Instants are ISO 8601 UTC. Types only. */

export type SessionStatus = 'logged_in' | 'expired' | 'pairing' | 'starting' | 'disconnected'

export interface Initialized {
  /** Somebody is logged in. */
  ready: boolean
  /** The pairing code as a data URL of a PNG; null where none is shown. */
  qrCode: string | null
  status: SessionStatus
}

export interface Status {
  ready: boolean
  status: SessionStatus
  since: string
  session_id: string
  syncing: boolean
  last_successful_sync_at: string | null
  next_run_at: string | null
  /** How parts of words are found; null while the database is not there. */
  search: 'trigrams' | 'scan' | null
  version: string
}

export type MessageKind =
  | 'text'
  | 'image'
  | 'video'
  | 'gif'
  | 'audio'
  | 'voice'
  | 'document'
  | 'sticker'
  | 'album'
  | 'call'
  | 'contact'
  | 'location'
  | 'poll'
  | 'event'
  | 'deleted'
  | 'waiting'
  | 'unknown'

export interface Attachment {
  id: string
  /** MIME type, or its family (`image/*`) until the bytes are known. */
  media_type: string
  status: 'saved' | 'pending' | 'unavailable' | 'metadata_only' | 'failed'
  /** Path of the bytes below the server; null unless they are saved. */
  url: string | null
  size_bytes: number | null
  width: number | null
  height: number | null
  name: string | null
}

export interface Message {
  /** The name of the message for good. */
  id: string
  conversation_id: string
  conversation_name: string
  date: string
  date_precision: 'second' | 'minute'
  /** The whole text; empty where the message has none. */
  text: string
  /** Sent by the owner of the account. */
  from_user: boolean
  /** Phone JID where known, else a hidden id (`@lid`), else the name shown. */
  sender_id: string | null
  sender_name: string | null
  source: 'whatsapp'
  kind: MessageKind
  is_edited: boolean
  is_deleted: boolean
  is_forwarded: boolean
  quoted: { message_id: string | null; sender: string | null; text: string | null } | null
  reactions: { emoji: string; count: number | null }[]
  /** Delivery status of own messages. */
  status: 'pending' | 'sent' | 'delivered' | 'read' | 'played' | 'failed' | null
  file_name: string | null
  duration_s: number | null
  /** What the kind carries besides: links, mentions, poll, location … */
  details: Record<string, unknown>
  attachments: Attachment[]
}

export interface Conversation {
  id: string
  name: string
  last_message: { id: string; date: string; text: string; kind: MessageKind; from_user: boolean }
  last_updated: string
  total_messages: number
  community: string | null
  is_group: boolean | null
  is_self: boolean
  archived: boolean
  pinned: boolean
  muted: boolean
  /** As the chat list last showed it; -1: marked by hand. */
  unread: number
  participants: string[]
  /** Why its window is not known to be complete; null when it is. */
  incomplete_reason: string | null
  last_read_at: string | null
}

export interface Messages {
  /** Those with messages in this answer. */
  conversations: Conversation[]
  messages: Message[]
  next_cursor: string | null
}

export interface Conversations {
  conversations: Conversation[]
  next_cursor: string | null
}

export interface Found {
  /** `parts`: no message holds the words as words. */
  matched_by: 'words' | 'parts'
  results: { message: Message; snippet: { text: string; match: boolean }[] }[]
  next_cursor: string | null
}

export interface Run {
  id: string | null
  /** `live`: what was read between two cycles. */
  trigger: 'schedule' | 'command' | 'start' | 'live'
  status: 'running' | 'complete' | 'incomplete' | 'login_required' | 'drift' | 'failed'
  since: string | null
  started_at: string
  finished_at: string | null
  error: string | null
  selector_set: string | null
  build: string | null
  counts: Record<string, unknown>
}

export interface Sync {
  running: boolean
  next_run_at: string | null
  runs: Run[]
  coverage: {
    conversation_id: string
    name: string
    archived: boolean
    incomplete_reason: string | null
    last_read_at: string | null
    intervals: { from: string; to: string; from_edge: string }[]
  }[]
}

/** The parts of `/health` that stay; it may tell more. */
export interface Health {
  status: 'ok' | 'degraded' | 'down'
  last_successful_sync_at: string | null
  session: { status: 'logged_in' | 'expired' | 'pairing' | 'starting' | 'unknown'; since: string }
  next_run_at: string | null
  version: string
  coverage: { chats: number; complete: number; known_from: string | null; known_until: string | null } | null
  problems: { code: string; message: string; action: string }[]
}

/** What happens, as `/events` and `/ws` tell it. `id`: where to go on; several may carry the same. */
export type LiveEvent =
  | { type: 'message' | 'message.edited' | 'message.deleted' | 'message.ack'; id: number; data: Message }
  | { type: 'status'; id: number; data: { ready: boolean; status: SessionStatus } }
  | { type: 'qr'; id: number; data: string }
  | { type: 'sync'; id: number; data: { event: 'sync.completed' | 'sync.failed' | 'selectors.drift' } & Record<string, unknown> }
