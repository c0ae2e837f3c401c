/** `/sync`: cycles and what they proved. */
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import type { ReadRun } from '../../db/read-runs.ts'
import { type Api, type ApiSession, sessionOf } from '../api.ts'
import { addEndpoint, type Endpoint } from '../endpoint.ts'
import { errorBody, HttpError } from '../errors.ts'
import { errorSchema, instantSchema } from '../json.ts'
import { flag, sessionParameter, whole } from '../parameters.ts'

const runSchema = z
  .strictObject({
    id: z.string().nullable().describe('Null until the run is on record'),
    trigger: z.enum(['schedule', 'command', 'start', 'live']).describe('live: what was read between two cycles'),
    status: z.enum(['running', 'complete', 'incomplete', 'login_required', 'drift', 'failed']),
    since: instantSchema.nullable().describe("The window's edge"),
    started_at: instantSchema,
    finished_at: instantSchema.nullable(),
    error: z.string().nullable(),
    selector_set: z.string().nullable(),
    build: z.string().nullable().describe('The build of WhatsApp Web'),
    counts: z.record(z.string(), z.unknown()).describe('As `sync --json` prints them; empty until the run ends'),
  })
  .meta({ id: 'Run' })

const coverageSchema = z
  .strictObject({
    conversation_id: z.string(),
    name: z.string(),
    archived: z.boolean(),
    incomplete_reason: z.string().nullable(),
    last_read_at: instantSchema.nullable(),
    intervals: z.array(z.strictObject({ from: instantSchema, to: instantSchema, from_edge: z.string() })).describe('What was read in full'),
  })
  .meta({ id: 'ChatCoverage' })

export const runsEndpoint = {
  method: 'GET',
  path: '/sync',
  tag: 'sync',
  summary: 'Cycles that ran, and what is known to be complete',
  query: z.strictObject({
    limit: whole(0, 500, 'At most so many runs').default(20),
    coverage: flag('With the coverage of every chat').default(true),
    incomplete: flag('Coverage of those chats alone whose window is not known to be complete').default(false),
    session_id: sessionParameter,
  }),
  answers: {
    200: {
      description: 'Runs, the newest first',
      schema: z
        .strictObject({
          running: z.boolean(),
          next_run_at: instantSchema.nullable(),
          runs: z.array(runSchema),
          coverage: z.array(coverageSchema),
        })
        .meta({ id: 'Sync' }),
    },
    404: { description: 'No such session' },
  },
} satisfies Endpoint

export const requestSyncEndpoint = {
  method: 'POST',
  path: '/sync',
  tag: 'sync',
  summary: 'Begins a cycle now',
  query: z.strictObject({ session_id: sessionParameter }),
  answers: {
    202: { description: 'It has begun', schema: z.strictObject({ run: runSchema }) },
    409: { description: 'One is running: this one', schema: errorSchema.extend({ run: runSchema }).meta({ id: 'SyncRunning' }) },
    404: { description: 'No such session' },
    503: { description: 'The worker is starting or stopping' },
  },
} satisfies Endpoint

export function sync(api: Api): FastifyPluginAsync {
  return async app => {
    addEndpoint(app, runsEndpoint, async ({ query }) => {
      const { accountId, reader, sync } = sessionOf(api, query.session_id)
      const [runs, coverage] = await Promise.all([
        reader().runs(accountId, query.limit),
        query.coverage ? reader().coverage(accountId, query.incomplete) : [],
      ])
      return {
        running: sync.running(),
        next_run_at: sync.nextRunAt(),
        runs: runs.map(runJson),
        coverage: coverage.map(({ conversationId, name, archived, incompleteReason, lastReadAt, intervals }) => ({
          conversation_id: conversationId,
          name,
          archived,
          incomplete_reason: incompleteReason,
          last_read_at: lastReadAt,
          intervals: intervals.map(({ from, to, fromEdge }) => ({ from, to, from_edge: fromEdge })),
        })),
      }
    })

    addEndpoint(app, requestSyncEndpoint, async ({ query, reply }) => {
      const session = sessionOf(api, query.session_id)
      const outcome = session.sync.request()
      if (outcome === 'closed') throw new HttpError(503, 'not_running', 'the worker is starting or stopping; try again in a moment')
      if (outcome === 'begun') return reply.code(202).send({ run: begun(api.now()) })
      const run = (await runningNow(session)) ?? begun(api.now())
      return reply.code(409).send({ ...errorBody('sync_running', 'a cycle is running; GET /sync shows how it ends'), run })
    })
  }
}

async function runningNow({ accountId, reader }: ApiSession) {
  const run = (await reader().runs(accountId, 1)).find(({ status, trigger }) => status === 'running' && trigger !== 'live')
  return run && runJson(run)
}

/** A run that is not on record yet: its browser is being made ready. */
function begun(now: string): ReturnType<typeof runJson> {
  return {
    id: null,
    trigger: 'command',
    status: 'running',
    since: null,
    started_at: now,
    finished_at: null,
    error: null,
    selector_set: null,
    build: null,
    counts: {},
  }
}

function runJson(run: ReadRun): z.input<typeof runSchema> {
  const { id, trigger, status, since, startedAt, finishedAt, error, selectorSet, build, counts } = run
  return { id, trigger, status, since, started_at: startedAt, finished_at: finishedAt, error, selector_set: selectorSet, build, counts }
}
