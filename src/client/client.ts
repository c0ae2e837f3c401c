/** A client of the API: for browsers and for Node 20 and newer, without dependencies. */
import { type Access, askJson, type Query } from './request.ts'
import type { Conversation, Conversations, Found, Health, Initialized, LiveEvent, Message, Messages, Run, Status, Sync } from './shapes.ts'
import { type Subscription, subscribe } from './subscribe.ts'

export { ApiError } from './request.ts'
export type * from './shapes.ts'
export type { Subscription } from './subscribe.ts'

export interface ClientOptions {
  /** Address of the worker; `http://127.0.0.1:8080` unless said. */
  url?: string
  /** The key of `DATA_DIR/api-key`; none where `API_AUTH=none`, or where the browser itself sends it. */
  apiKey?: string
  /** The account; today there is `default`. */
  sessionId?: string
  fetch?: typeof fetch
  /** How long one answer may take, milliseconds (60,000). */
  timeoutMs?: number
}

/** Messages in their order, oldest first, and the conversations that they belong to, the newest first. */
export interface Data {
  conversations: Conversation[]
  messages: Message[]
}

/** ISO 8601 with any offset, seconds since 1970, or a Date. */
export type Instant = string | number | Date

export interface Client {
  /** Starts the session where it does not run. Ask again every few seconds while `ready` is false: pairing codes change. */
  initialize(signal?: AbortSignal): Promise<Initialized>
  status(signal?: AbortSignal): Promise<Status>
  /** Everything in the window. */
  fetchFullData(signal?: AbortSignal): Promise<Data>
  /** What is dated since then; 24 hours ago unless said. */
  fetchNewData(since?: Instant, signal?: AbortSignal): Promise<Data>
  /** `from` counts, `until` does not. */
  fetchDataInRange(from: Instant, until: Instant, signal?: AbortSignal): Promise<Data>
  /** Also where the worker is down: then `status` says so. */
  healthcheck(signal?: AbortSignal): Promise<Health>
  /** Every event once, in order; reconnects by itself, and goes on where it was. Throws ApiError where that cannot be: 410 = read anew. */
  subscribe(options?: Subscription): AsyncGenerator<LiveEvent, void>
  /** One page of messages, with the parameters of `GET /messages`. */
  messages(query: Query, signal?: AbortSignal): Promise<Messages>
  conversations(query: Query, signal?: AbortSignal): Promise<Conversations>
  conversation(id: string, query?: Query, signal?: AbortSignal): Promise<Conversation>
  search(query: Query & { q: string }, signal?: AbortSignal): Promise<Found>
  sync(query?: Query, signal?: AbortSignal): Promise<Sync>
  /** Begins a cycle; where one runs already, that one is given. */
  requestSync(signal?: AbortSignal): Promise<Run>
}

const dayMs = 24 * 60 * 60 * 1000

/** Messages of one answer: what is parsed at a time. */
const pageSize = 5000

export function createClient(options: ClientOptions = {}): Client {
  const access: Access = {
    url: options.url ?? 'http://127.0.0.1:8080',
    apiKey: options.apiKey ?? null,
    sessionId: options.sessionId ?? 'default',
    fetch: options.fetch ?? fetch,
    timeoutMs: options.timeoutMs ?? 60_000,
  }
  const get = <T>(path: string, query: Query = {}, signal?: AbortSignal) => askJson<T>(access, path, { query, signal })
  const everything = (query: Query, signal?: AbortSignal) => allPages(page => get<Messages>('/messages', page, signal), query)
  return {
    initialize: signal => get('/initialize', {}, signal),
    status: signal => get('/status', {}, signal),
    fetchFullData: signal => everything({}, signal),
    fetchNewData: (since = new Date(Date.now() - dayMs), signal) => everything({ since: written(since) }, signal),
    fetchDataInRange: (from, until, signal) => everything({ since: written(from), until: written(until) }, signal),
    // `/health` is about the worker, not about one account.
    healthcheck: signal => askJson(access, '/health', { query: { session_id: null }, besides: [503], signal }),
    subscribe: subscription => subscribe(access, subscription),
    messages: (query, signal) => get('/messages', query, signal),
    conversations: (query, signal) => get('/conversations', query, signal),
    conversation: (id, query, signal) => get(`/conversations/${encodeURIComponent(id)}`, query, signal),
    search: (query, signal) => get('/search', query, signal),
    sync: (query, signal) => get('/sync', query, signal),
    requestSync: async signal => (await askJson<{ run: Run }>(access, '/sync', { method: 'POST', besides: [409], signal })).run,
  }
}

/** A walk from its beginning to its end: every message once, whatever is stored meanwhile. */
async function allPages(page: (query: Query) => Promise<Messages>, query: Query): Promise<Data> {
  const messages: Message[] = []
  const conversations = new Map<string, Conversation>()
  let cursor: string | null = null
  do {
    const answer = await page({ ...query, limit: pageSize, cursor })
    for (const message of answer.messages) messages.push(message)
    for (const conversation of answer.conversations) conversations.set(conversation.id, conversation)
    cursor = answer.next_cursor
  } while (cursor !== null)
  const newestFirst = [...conversations.values()].sort((a, b) => (a.last_updated < b.last_updated ? 1 : -1))
  // What was stored during the walk came at its end.
  return { conversations: newestFirst, messages: messages.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0)) }
}

function written(instant: Instant): string {
  return instant instanceof Date ? instant.toISOString() : String(instant)
}
