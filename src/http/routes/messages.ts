/** `/messages`: what was stored, streamed. */
import { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { messageView, type ViewOptions } from '../../message-view.ts'
import { messageKinds } from '../../model.ts'
import { type Api, type ApiSession, sessionOf } from '../api.ts'
import { chatRowOf } from '../chosen-conversation.ts'
import { addEndpoint, type Endpoint } from '../endpoint.ts'
import { HttpError } from '../errors.ts'
import { conversationJson, conversationSchema, messageSchema } from '../json.ts'
import { flag, instant, oneOf, sessionParameter, someOf, whole, words } from '../parameters.ts'
import { type Place, pageAt, placeOf, walk } from '../walk.ts'

const query = z.strictObject({
  since: instant('Messages from then on; absent: the beginning of the window').optional(),
  until: instant('Messages before then; absent: up to now').optional(),
  conversation_id: words(512, 'Messages of one conversation, by any id it was ever known by').optional(),
  kind: someOf(messageKinds, 'Messages of these kinds.').optional(),
  limit: whole(1, 10_000, 'At most so many messages; absent: all').optional(),
  cursor: words(4096, 'next_cursor of an earlier answer: goes on behind it. The other parameters come with it').optional(),
  order: oneOf(['asc', 'desc'], 'By time; asc (oldest first) where it is absent').optional(),
  clean_urls: flag('Addresses in texts become [URL]').default(false),
  include_system: flag('With calls, and with placeholders for messages that were taken back or have not come yet').optional(),
  session_id: sessionParameter,
})
type Query = z.output<typeof query>

export const messagesEndpoint = {
  method: 'GET',
  path: '/messages',
  tag: 'messages',
  summary: 'Messages, and the conversations that they belong to',
  description:
    'Streamed; without `limit` the whole window comes in one answer. A walk by `next_cursor` gives every message once, also while messages are stored: those come at its end.',
  query,
  answers: {
    200: {
      description: 'The messages in their order',
      schema: z
        .strictObject({
          conversations: z.array(conversationSchema).describe('Those with messages in this answer, the newest first'),
          messages: z.array(messageSchema),
          next_cursor: z.string().nullable().describe('Where to go on; null when that was all'),
        })
        .meta({ id: 'Messages' }),
    },
    404: { description: 'No such conversation or session' },
  },
} satisfies Endpoint

export function messages(api: Api): FastifyPluginAsync {
  return async app => {
    addEndpoint(app, messagesEndpoint, async ({ query, request, reply }) => {
      const session = sessionOf(api, query.session_id)
      const reader = session.reader()
      const place = query.cursor === undefined ? await firstPlace(query, session, api.now()) : matching(query, placeOf(query.cursor))
      const page = pageAt(
        place,
        { accountId: session.accountId, chatId: await chatRowOf(session, place.conversation) },
        query.limit ?? null,
      )
      const options = { cleanUrls: query.clean_urls }
      const conversations = (await reader.conversationsOf(page)).map(chat => conversationJson(chat, options))
      const pieces = walk(reader, page, place)
      // What can fail does so here, while there is a status to say it with.
      const first = await pieces.next()
      void reply.type('application/json; charset=utf-8')
      if (request.method === 'HEAD') return reply.send(Readable.from([]))
      return reply.send(Readable.from(written(conversations, first, pieces, options), { objectMode: false }))
    })
  }
}

type Piece = Awaited<ReturnType<ReturnType<typeof walk>['next']>>

/** The answer in pieces: the next one is fetched when the one before is on its way. */
async function* written(
  conversations: unknown[],
  first: Piece,
  pieces: ReturnType<typeof walk>,
  options: ViewOptions,
): AsyncGenerator<string> {
  yield `{"conversations":${JSON.stringify(conversations)},"messages":[`
  let comma = ''
  let piece = first
  while (!piece.done) {
    yield comma + piece.value.map(message => JSON.stringify(messageView(message, options))).join(',')
    comma = ','
    piece = await pieces.next()
  }
  yield `],"next_cursor":${JSON.stringify(piece.value)}}`
}

const DAY = 24 * 60 * 60 * 1000

async function firstPlace(query: Query, session: ApiSession, now: string): Promise<Place> {
  const since = query.since ?? new Date(Date.parse(now) - session.lookbackDays * DAY).toISOString()
  if (query.since && query.until && query.since > query.until) {
    throw new HttpError(400, 'bad_request', `until=${query.until}: expected an instant that is not before since=${query.since}`)
  }
  return {
    conversation: query.conversation_id ?? null,
    since,
    until: query.until ?? null,
    kinds: query.kind ?? null,
    includeSystem: query.include_system ?? false,
    order: query.order ?? 'asc',
    floor: 0,
    ceiling: await session.reader().highestRow(session.accountId),
    after: null,
  }
}

/** A cursor knows what was asked for first; whoever says it again has to say the same. */
function matching(query: Query, place: Place): Place {
  const same = (given: unknown, kept: unknown) => given === undefined || given === null || JSON.stringify(given) === JSON.stringify(kept)
  const wrong = [
    !same(query.since, place.since) && 'since',
    !same(query.until, place.until) && 'until',
    !same(query.conversation_id, place.conversation) && 'conversation_id',
    !same(query.kind, place.kinds) && 'kind',
    !same(query.order, place.order) && 'order',
    !same(query.include_system, place.includeSystem) && 'include_system',
  ].filter(name => name !== false)
  if (wrong.length === 0) return place
  throw new HttpError(400, 'bad_cursor', `${wrong.join(', ')}: expected the same as when the walk of this cursor began, or nothing`)
}
