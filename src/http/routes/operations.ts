/** `/health`, `/livez`, `/readyz`, `/metrics`: what whoever runs the worker asks. */
import type { FastifyPluginAsync } from 'fastify'
import { errorBody } from '../errors.ts'
import { type HealthFacts, healthBody } from '../health.ts'

export interface OperationsDeps {
  /** Has to answer within a bounded time, also while the database does not. */
  facts(): Promise<HealthFacts>
  intervalMinutes: number
  /** Metrics in Prometheus' text format, with the type to send them under. */
  metrics: { contentType: string; metrics(): Promise<string> }
  /** ISO 8601 UTC. */
  now(): string
}

export function operations({ facts, intervalMinutes, metrics, now }: OperationsDeps): FastifyPluginAsync {
  return async app => {
    app.get('/health', { config: { open: true } }, async (_request, reply) => {
      const body = healthBody(await facts(), now(), intervalMinutes)
      return reply.code(body.status === 'down' ? 503 : 200).send(body)
    })

    app.get('/livez', { config: { open: true } }, async () => ({ status: 'ok' }))

    app.get('/readyz', { config: { open: true } }, async (_request, reply) => {
      const { postgres, draining } = await facts()
      if (draining) return reply.code(503).send(errorBody('stopping', 'the worker is stopping'))
      if (!postgres.ready)
        return reply.code(503).send(errorBody('database_not_ready', postgres.problem ?? 'the database has not answered yet'))
      return { status: 'ok' }
    })

    app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()))
  }
}
