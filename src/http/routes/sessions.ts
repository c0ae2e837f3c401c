/** `/initialize` and `/status`: the session. */
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { type Api, type ApiSession, sessionOf } from '../api.ts'
import { addEndpoint, type Endpoint } from '../endpoint.ts'
import { instantSchema } from '../json.ts'
import { sessionParameter } from '../parameters.ts'

const statusSchema = z.enum(['logged_in', 'expired', 'pairing', 'starting', 'disconnected'])

const asked = z.strictObject({ session_id: sessionParameter })

export const initializeEndpoint = {
  method: 'GET',
  path: '/initialize',
  tag: 'session',
  summary: 'Starts the session where it does not run; the pairing code while nobody is logged in',
  description: 'Ask again every few seconds while `ready` is false: codes change. A browser that asks for text/html is led to the page.',
  query: asked,
  answers: {
    200: {
      description: 'How it stands',
      schema: z
        .strictObject({ ready: z.boolean(), qrCode: z.string().nullable().describe('A PNG as data URL'), status: statusSchema })
        .meta({ id: 'Initialized' }),
    },
    302: { description: 'To the page for people (Accept: text/html)' },
    404: { description: 'No such session' },
  },
} satisfies Endpoint

export const statusEndpoint = {
  method: 'GET',
  path: '/status',
  tag: 'session',
  summary: 'The session and its cycles',
  query: asked,
  answers: {
    200: {
      description: 'How it stands',
      schema: z
        .strictObject({
          ready: z.boolean().describe('Somebody is logged in'),
          status: statusSchema,
          since: instantSchema,
          session_id: z.string(),
          syncing: z.boolean(),
          last_successful_sync_at: instantSchema.nullable(),
          next_run_at: instantSchema.nullable(),
          search: z.enum(['trigrams', 'scan']).nullable().describe('How parts of words are found; null while the database is not there'),
          version: z.string(),
        })
        .meta({ id: 'Status' }),
    },
    404: { description: 'No such session' },
  },
} satisfies Endpoint

export function sessions(api: Api): FastifyPluginAsync {
  return async app => {
    addEndpoint(app, initializeEndpoint, async ({ query, request, reply }) => {
      const { control } = sessionOf(api, query.session_id)
      control.start()
      if (wantsPage(request.headers.accept)) return reply.redirect('/#/pair', 302)
      const { status } = control.status()
      return { ready: status === 'logged_in', qrCode: await control.qrCode(), status }
    })

    addEndpoint(app, statusEndpoint, async ({ query }) => {
      const session = sessionOf(api, query.session_id)
      const { control, sync } = session
      const { status, since } = control.status()
      return {
        ready: status === 'logged_in',
        status,
        since,
        session_id: query.session_id,
        syncing: sync.running(),
        last_successful_sync_at: await sync.lastSuccessfulSyncAt(),
        next_run_at: sync.nextRunAt(),
        search: await searchBy(session),
        version: api.version,
      }
    })
  }
}

/** True when HTML is what the client would rather have: a browser's address bar. */
function wantsPage(accept: string | undefined): boolean {
  return /\btext\/html\b/i.test(accept ?? '')
}

/** Null also while the database does not answer: the status is about more than that. */
async function searchBy(session: ApiSession): Promise<'trigrams' | 'scan' | null> {
  try {
    return (await session.reader().hasTrigrams()) ? 'trigrams' : 'scan'
  } catch {
    return null
  }
}
