/** `/webhooks`: who is told of events by HTTP, what could not be delivered, and another try. */
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import type { DeadDelivery, Webhook, WebhookStore } from '../../db/webhooks.ts'
import { eventTypes } from '../../model.ts'
import { refusedUrl } from '../../webhooks/addresses.ts'
import { webhookTypes } from '../../webhooks/payload.ts'
import { isSecret, newSecret } from '../../webhooks/signature.ts'
import { accountOf } from '../api.ts'
import { addEndpoint, type Endpoint } from '../endpoint.ts'
import { HttpError } from '../errors.ts'
import { instantSchema } from '../json.ts'
import { sessionParameter, whole } from '../parameters.ts'

export interface WebhooksDeps {
  /** Null while the database is not open. */
  store: () => WebhookStore | null
  /** Whether private addresses and http:// are accepted. */
  allowPrivate: boolean
  /** ISO 8601 UTC. */
  now(): string
  /** There may be something to deliver. */
  wake(): void
}

const maxWebhooks = 20
const pageOfDead = 100
const highestId = 999_999_999_999_999

const webhookShape = {
  id: z.string(),
  url: z.string(),
  events: z.array(z.enum(webhookTypes)),
  created_at: instantSchema,
  pending: z.number().int().describe('Deliveries that are still to be made'),
  dead: z.number().int().describe('Deliveries that were given up'),
  failures: z.number().int().describe('Failed attempts since the last success'),
  failing_since: instantSchema.nullable(),
  paused_until: instantSchema.nullable().describe('Left alone until then, after failures in a row; then one attempt tells how it goes on'),
  last_success_at: instantSchema.nullable(),
  last_error: z.string().nullable(),
}
const webhookSchema = z.strictObject(webhookShape).meta({ id: 'Webhook' })

const deadSchema = z
  .strictObject({
    id: z.string(),
    event_id: z.number().int(),
    event: z.enum(eventTypes).describe('Its type in the outbox'),
    attempts: z.number().int(),
    first_attempt_at: instantSchema.nullable(),
    dead_at: instantSchema,
    last_error: z.string().nullable(),
    last_status: z.number().int().nullable(),
  })
  .meta({ id: 'DeadDelivery' })

const one = z.strictObject({ id: whole(1, highestId, 'The id of a webhook') })
const asked = z.strictObject({ session_id: sessionParameter })
const unknown = { 404: { description: 'No such session' } }
const missing = { 404: { description: 'No such webhook or session' } }

export const createEndpoint = {
  method: 'POST',
  path: '/webhooks',
  tag: 'webhooks',
  summary: 'Tells an address of everything that happens from now on',
  description: 'Deliveries are signed in the form of Standard Webhooks. The secret is in this answer and in no other.',
  query: asked,
  body: z.strictObject({
    url: z.string('an absolute URL').describe('https:// and public, unless the setting WEBHOOKS_ALLOW_PRIVATE says otherwise'),
    events: z
      .array(z.enum(webhookTypes, `some of ${webhookTypes.join(', ')}`), `a list of some of ${webhookTypes.join(', ')}`)
      .min(1, `a list of some of ${webhookTypes.join(', ')}`)
      .default([...webhookTypes]),
    secret: z
      .string('whsec_ and 24 to 64 bytes in base64')
      .optional()
      .describe('`whsec_` and 24 to 64 bytes in base64; one is made where it is not given'),
  }),
  answers: {
    201: {
      description: 'Made',
      schema: z.strictObject({ ...webhookShape, secret: z.string() }).meta({ id: 'NewWebhook' }),
      headers: { Location: 'Where it is' },
    },
    409: { description: `There are ${maxWebhooks} already` },
    ...unknown,
  },
} satisfies Endpoint

export const listEndpoint = {
  method: 'GET',
  path: '/webhooks',
  tag: 'webhooks',
  summary: 'All webhooks and how they stand',
  query: asked,
  answers: { 200: { description: 'Without their secrets', schema: z.strictObject({ webhooks: z.array(webhookSchema) }) }, ...unknown },
} satisfies Endpoint

export const oneEndpoint = {
  method: 'GET',
  path: '/webhooks/{id}',
  tag: 'webhooks',
  summary: 'One webhook and how it stands',
  params: one,
  query: asked,
  answers: { 200: { description: 'Without its secret', schema: webhookSchema }, ...missing },
} satisfies Endpoint

export const removeEndpoint = {
  method: 'DELETE',
  path: '/webhooks/{id}',
  tag: 'webhooks',
  summary: 'Removes a webhook and what waits for it',
  params: one,
  query: asked,
  answers: { 204: { description: 'Removed' }, ...missing },
} satisfies Endpoint

export const deadEndpoint = {
  method: 'GET',
  path: '/webhooks/{id}/dead',
  tag: 'webhooks',
  summary: 'Deliveries that were given up, oldest first',
  params: one,
  query: asked.extend({ after: whole(0, highestId, '`next` of the answer before').optional() }),
  answers: {
    200: {
      description: `At most ${pageOfDead}; \`next\` is null at the end`,
      schema: z.strictObject({ dead: z.array(deadSchema), next: z.string().nullable() }),
    },
    ...missing,
  },
} satisfies Endpoint

export const redriveEndpoint = {
  method: 'POST',
  path: '/webhooks/{id}/redrive',
  tag: 'webhooks',
  summary: 'Tries again what was given up, and an endpoint that is left alone, now',
  params: one,
  query: asked,
  answers: { 202: { description: 'How many deliveries', schema: z.strictObject({ redriven: z.number().int() }) }, ...missing },
} satisfies Endpoint

export function webhooks({ store, allowPrivate, now, wake }: WebhooksDeps): FastifyPluginAsync {
  const opened = () => {
    const there = store()
    if (there === null)
      throw new HttpError(503, 'database_not_ready', 'the worker is still connecting to its database; try again in a moment')
    return there
  }
  const known = async (session: string, id: number): Promise<Webhook> => {
    const found = (await opened().list(accountOf(session))).find(webhook => webhook.id === id)
    if (found) return found
    throw new HttpError(404, 'not_found', 'there is no webhook with this id')
  }
  return async app => {
    addEndpoint(app, createEndpoint, async ({ body: { url, events, secret = newSecret() }, query, reply }) => {
      const accountId = accountOf(query.session_id)
      const refused = refusedUrl(url, { allowPrivate })
      if (refused !== null) throw new HttpError(400, 'bad_request', `url: expected ${refused}`)
      if (!isSecret(secret)) throw new HttpError(400, 'bad_request', 'secret: expected "whsec_" and 24 to 64 bytes in base64')
      if ((await opened().list(accountId)).length >= maxWebhooks) {
        throw new HttpError(409, 'too_many', `there are ${maxWebhooks} webhooks already: remove one`)
      }
      const made = await opened().create({ accountId, url, types: [...new Set(events)], secret }, now())
      return reply
        .code(201)
        .header('location', `/webhooks/${made.id}`)
        .send({ ...view(made), secret })
    })

    addEndpoint(app, listEndpoint, async ({ query }) => ({ webhooks: (await opened().list(accountOf(query.session_id))).map(view) }))

    addEndpoint(app, oneEndpoint, async ({ params, query }) => view(await known(query.session_id, params.id)))

    addEndpoint(app, removeEndpoint, async ({ params, query, reply }) => {
      const { id } = await known(query.session_id, params.id)
      await opened().remove(accountOf(query.session_id), id)
      return reply.code(204).send()
    })

    addEndpoint(app, deadEndpoint, async ({ params, query }) => {
      const { id } = await known(query.session_id, params.id)
      const dead = await opened().dead(id, query.after ?? 0, pageOfDead)
      const last = dead.at(-1)
      return { dead: dead.map(deadView), next: last === undefined || dead.length < pageOfDead ? null : String(last.id) }
    })

    addEndpoint(app, redriveEndpoint, async ({ params, query, reply }) => {
      const { id } = await known(query.session_id, params.id)
      const redriven = await opened().redrive(id, now())
      wake()
      return reply.code(202).send({ redriven })
    })
  }
}

/** Without the secret: it is shown once, to whoever made the webhook. */
function view({ id, url, types, createdAt, failures, failingSince, pausedUntil, lastSuccessAt, lastError, pending, dead }: Webhook) {
  return {
    id: String(id),
    url,
    events: types,
    created_at: createdAt,
    pending,
    dead,
    failures,
    failing_since: failingSince,
    paused_until: pausedUntil,
    last_success_at: lastSuccessAt,
    last_error: lastError,
  }
}

function deadView({ id, eventId, type, attempts, firstAttemptAt, deadAt, lastError, lastStatus }: DeadDelivery) {
  return {
    id: String(id),
    event_id: eventId,
    event: type,
    attempts,
    first_attempt_at: firstAttemptAt,
    dead_at: deadAt,
    last_error: lastError,
    last_status: lastStatus,
  }
}
