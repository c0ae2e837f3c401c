/** `/search`: messages by what stands in them. */
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import type { SearchMode, SearchPage } from '../../db/search.ts'
import { messageView } from '../../message-view.ts'
import { type Api, type ApiSession, sessionOf } from '../api.ts'
import { chatRowOf } from '../chosen-conversation.ts'
import { instantText, readCursor, rowNumber, writeCursor } from '../cursor.ts'
import { addEndpoint, type Endpoint } from '../endpoint.ts'
import { HttpError } from '../errors.ts'
import { messageSchema } from '../json.ts'
import { flag, instant, sessionParameter, whole, words } from '../parameters.ts'
import { snippet } from '../snippet.ts'

const maxTerms = 10

const query = z.strictObject({
  q: words(200, `Words, up to ${maxTerms}; the last one may be the beginning of one`),
  conversation_id: words(512, 'Messages of one conversation').optional(),
  since: instant('Messages from then on').optional(),
  until: instant('Messages before then').optional(),
  limit: whole(1, 200, 'At most so many').default(50),
  cursor: words(4096, 'next_cursor of an earlier answer, with the other parameters as they were').optional(),
  clean_urls: flag('Addresses in texts become [URL]').default(false),
  session_id: sessionParameter,
})

const placeSchema = z.strictObject({
  q: z.string(),
  mode: z.enum(['words', 'parts']),
  ceiling: rowNumber,
  after: z.strictObject({ at: instantText, row: rowNumber }),
})

const searchEndpoint = {
  method: 'GET',
  path: '/search',
  tag: 'messages',
  summary: 'Messages that hold all words, the newest first',
  description:
    'Words of any script, also of those that put no spaces between them. Where no message holds them as words, those are found that hold them as parts of words.',
  query,
  answers: {
    200: {
      description: 'What was found',
      schema: z
        .strictObject({
          matched_by: z.enum(['words', 'parts']),
          results: z.array(
            z.strictObject({
              message: messageSchema,
              snippet: z
                .array(z.strictObject({ text: z.string(), match: z.boolean() }))
                .describe('The text around the first match, in parts. They are text, not markup: escape them before they become HTML'),
            }),
          ),
          next_cursor: z.string().nullable(),
        })
        .meta({ id: 'Found' }),
    },
    404: { description: 'No such conversation or session' },
    503: { description: 'The search took too long' },
  },
} satisfies Endpoint

export function search(api: Api): FastifyPluginAsync {
  return async app => {
    addEndpoint(app, searchEndpoint, async ({ query }) => {
      const { q, conversation_id, since, until, limit, cursor } = query
      const session = sessionOf(api, query.session_id)
      const place = cursor === undefined ? null : readCursor(placeSchema, cursor)
      if (place !== null && place.q !== q)
        throw new HttpError(400, 'bad_cursor', 'q: expected the same as when the search of this cursor began')
      const terms = [...new Set(q.split(/\s+/))]
      if (terms.length > maxTerms) throw new HttpError(400, 'bad_request', `q: expected at most ${maxTerms} words`)
      const chatId = await chatRowOf(session, conversation_id ?? null)
      const ask = {
        filter: { accountId: session.accountId, since: since ?? null, until: until ?? null, chatId, kinds: null, includeSystem: true },
        terms,
        ceiling: place?.ceiling ?? (await session.reader().highestRow(session.accountId)),
        after: place?.after ?? null,
        limit: limit + 1,
      }
      const { mode, found } = place ? await byMode(session, ask, place.mode) : await byAny(session, ask)
      const given = found.slice(0, limit)
      const last = given.at(-1)
      const more = found.length > given.length && last !== undefined
      return {
        matched_by: mode,
        results: given.map(message => {
          const view = messageView(message, { cleanUrls: query.clean_urls })
          return { message: view, snippet: snippet(view.text, terms) }
        }),
        next_cursor: more ? writeCursor({ q, mode, ceiling: ask.ceiling, after: { at: last.at, row: last.row } }) : null,
      }
    })
  }
}

type Ask = Omit<SearchPage, 'mode'>

async function byAny(session: ApiSession, ask: Ask) {
  const words = await byMode(session, ask, 'words')
  return words.found.length > 0 ? words : byMode(session, ask, 'parts')
}

async function byMode(session: ApiSession, ask: Ask, mode: SearchMode) {
  return { mode, found: await session.reader().search({ ...ask, mode }) }
}
