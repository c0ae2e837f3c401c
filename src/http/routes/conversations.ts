/** `/conversations` and `/conversations/{id}`. */
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import type { ReadConversation } from '../../db/read-conversations.ts'
import { type Api, sessionOf } from '../api.ts'
import { instantText, readCursor, rowNumber, writeCursor } from '../cursor.ts'
import { addEndpoint, type Endpoint } from '../endpoint.ts'
import { HttpError } from '../errors.ts'
import { conversationJson, conversationSchema } from '../json.ts'
import { flag, sessionParameter, whole, words } from '../parameters.ts'

const shared = {
  clean_urls: flag('Addresses in texts become [URL]').default(false),
  include_system: flag('Counts and last messages include calls and placeholders').default(false),
  session_id: sessionParameter,
}

const placeSchema = z.strictObject({ ceiling: rowNumber, after: z.strictObject({ at: instantText, chatId: rowNumber }).nullable() })

export const conversationsEndpoint = {
  method: 'GET',
  path: '/conversations',
  tag: 'conversations',
  summary: 'Conversations that hold messages, the newest first',
  query: z.strictObject({
    q: words(200, 'Part of the name, in any case').optional(),
    archived: flag('Only those that are archived, or only those that are not').optional(),
    limit: whole(1, 10_000, 'At most so many; absent: all').optional(),
    cursor: words(4096, 'next_cursor of an earlier answer: goes on behind it').optional(),
    ...shared,
  }),
  answers: {
    200: {
      description: 'The conversations; the order stays for the length of a walk, whatever is stored meanwhile',
      schema: z
        .strictObject({ conversations: z.array(conversationSchema), next_cursor: z.string().nullable() })
        .meta({ id: 'Conversations' }),
    },
    404: { description: 'No such session' },
  },
} satisfies Endpoint

export const conversationEndpoint = {
  method: 'GET',
  path: '/conversations/{id}',
  tag: 'conversations',
  summary: 'One conversation',
  params: z.strictObject({ id: z.string().min(1).max(512).describe('Its id, or another one that it was ever known by') }),
  query: z.strictObject(shared),
  answers: {
    200: { description: 'The conversation', schema: conversationSchema },
    404: { description: 'No such conversation or session' },
  },
} satisfies Endpoint

export function conversations(api: Api): FastifyPluginAsync {
  return async app => {
    addEndpoint(app, conversationsEndpoint, async ({ query }) => {
      const { accountId, reader } = sessionOf(api, query.session_id)
      const place =
        query.cursor === undefined ? { ceiling: await reader().highestRow(accountId), after: null } : readCursor(placeSchema, query.cursor)
      const found = await reader().conversations({
        accountId,
        ...place,
        title: query.q ?? null,
        archived: query.archived ?? null,
        limit: query.limit === undefined ? null : query.limit + 1,
        includeSystem: query.include_system,
      })
      const given = found.slice(0, query.limit)
      return {
        conversations: given.map(chat => conversationJson(chat, { cleanUrls: query.clean_urls })),
        next_cursor: found.length > given.length ? behind(given.at(-1), place.ceiling) : null,
      }
    })

    addEndpoint(app, conversationEndpoint, async ({ params, query }) => {
      const { accountId, reader } = sessionOf(api, query.session_id)
      const chat = await reader().conversation(accountId, params.id, query.include_system)
      if (chat) return conversationJson(chat, { cleanUrls: query.clean_urls })
      throw new HttpError(404, 'unknown_conversation', 'there is no conversation of this id that holds messages; /conversations lists them')
    })
  }
}

function behind(chat: ReadConversation | undefined, ceiling: number): string | null {
  return chat ? writeCursor({ ceiling, after: { at: chat.at, chatId: chat.chatId } }) : null
}
