/** `/health`, `/livez`, `/readyz`, `/metrics`: what whoever runs the worker asks. */
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { coverageSchema, incompleteChatSchema } from '../coverage.ts'
import { addEndpoint, type Endpoint } from '../endpoint.ts'
import { errorBody } from '../errors.ts'
import { type HealthFacts, healthBody, isMigrated } from '../health.ts'
import { errorSchema, instantSchema } from '../json.ts'

export interface OperationsDeps {
  /** Has to answer within a bounded time, also while the database does not. */
  facts(): Promise<HealthFacts>
  intervalMinutes: number
  /** Metrics in Prometheus' text format, with the type to send them under. */
  metrics: { contentType: string; metrics(): Promise<string> }
  /** ISO 8601 UTC. */
  now(): string
}

const healthSchema = z
  .looseObject({
    status: z.enum(['ok', 'degraded', 'down']),
    last_successful_sync_at: instantSchema.nullable(),
    session: z.strictObject({ status: z.enum(['logged_in', 'expired', 'pairing', 'starting', 'unknown']), since: instantSchema }),
    last_cycle: z.strictObject({ status: z.string(), error: z.string().nullable() }).nullable(),
    postgres: z.strictObject({
      ready: z.boolean().describe('It answers, and its tables are those of this version'),
      latency_ms: z.number().nullable(),
      writable: z.boolean().nullable().describe('Null until it was asked'),
      migrations: z.strictObject({ pending: z.int(), unknown: z.int() }).nullable(),
    }),
    coverage: coverageSchema.nullable().describe('As the database last told; null before it did'),
    chats: z.array(incompleteChatSchema).describe('The chats that are not complete; with the API key also by name'),
    next_run_at: instantSchema.nullable(),
    selector_set: z.string().nullable(),
    version: z.string(),
    problems: z.array(z.strictObject({ code: z.string(), message: z.string(), action: z.string() })),
  })
  .meta({ id: 'Health' })

/** Probes and scrapers are answered whatever they put behind the address. */
const anything = z.looseObject({})

const healthEndpoint = {
  method: 'GET',
  path: '/health',
  tag: 'operations',
  summary: 'Whether the data is fresh, and what is wrong',
  open: true,
  query: anything,
  answers: {
    200: { description: 'ok or degraded', schema: healthSchema },
    503: { description: 'down', schema: healthSchema },
  },
} satisfies Endpoint

const okSchema = z.strictObject({ status: z.literal('ok') })

const livezEndpoint = {
  method: 'GET',
  path: '/livez',
  tag: 'operations',
  summary: 'The process lives',
  open: true,
  query: anything,
  answers: { 200: { description: 'It does', schema: okSchema } },
} satisfies Endpoint

const readyzEndpoint = {
  method: 'GET',
  path: '/readyz',
  tag: 'operations',
  summary: 'The database is there and migrated, and the worker is not stopping',
  open: true,
  query: anything,
  answers: { 200: { description: 'Ready', schema: okSchema }, 503: { description: 'Not ready', schema: errorSchema } },
} satisfies Endpoint

const metricsEndpoint = {
  method: 'GET',
  path: '/metrics',
  tag: 'operations',
  summary: 'Metrics for Prometheus',
  query: anything,
  answers: { 200: { description: "Prometheus' text format", content: ['text/plain'] } },
} satisfies Endpoint

export function operations({ facts, intervalMinutes, metrics, now }: OperationsDeps): FastifyPluginAsync {
  return async app => {
    addEndpoint(app, healthEndpoint, async ({ request, reply }) => {
      const body = healthBody(await facts(), now(), { intervalMinutes, names: request.hasKey })
      return reply.code(body.status === 'down' ? 503 : 200).send(body)
    })

    addEndpoint(app, livezEndpoint, async () => ({ status: 'ok' }))

    addEndpoint(app, readyzEndpoint, async ({ reply }) => {
      const { postgres, condition, draining } = await facts()
      if (draining) return reply.code(503).send(errorBody('stopping', 'the worker is stopping'))
      if (!postgres.ready)
        return reply.code(503).send(errorBody('database_not_ready', postgres.problem ?? 'the database has not answered yet'))
      if (!isMigrated(condition)) return reply.code(503).send(errorBody('database_not_ready', 'the tables are not those of this version'))
      return { status: 'ok' }
    })

    addEndpoint(app, metricsEndpoint, async ({ reply }) => {
      // Gauges of what the database says are as of now.
      await facts()
      return reply.type(metrics.contentType).send(await metrics.metrics())
    })
  }
}
