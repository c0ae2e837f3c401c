/** `/webhooks`: who is told of events by HTTP, what could not be delivered, and another try. */
import type { FastifyPluginAsync } from 'fastify'
import type { DeadDelivery, Webhook, WebhookStore } from '../../db/webhooks.ts'
import { defaultAccount } from '../../model.ts'
import { refusedUrl } from '../../webhooks/addresses.ts'
import { webhookTypes } from '../../webhooks/payload.ts'
import { isSecret, newSecret } from '../../webhooks/signature.ts'
import { HttpError } from '../errors.ts'

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

export function webhooks({ store, allowPrivate, now, wake }: WebhooksDeps): FastifyPluginAsync {
  const opened = () => {
    const there = store()
    if (there === null) throw new HttpError(503, 'database_not_ready', 'the worker is still connecting to its database')
    return there
  }
  const known = async (text: string): Promise<number> => {
    const found = (await opened().list(defaultAccount)).find(({ id }) => String(id) === text)
    if (!found) throw new HttpError(404, 'not_found', 'there is no webhook with this id')
    return found.id
  }
  return async app => {
    app.post('/webhooks', async (request, reply) => {
      const { url, types, secret } = wanted(request.body, allowPrivate)
      if ((await opened().list(defaultAccount)).length >= maxWebhooks) {
        throw new HttpError(409, 'too_many', `there are ${maxWebhooks} webhooks already: remove one`)
      }
      const made = await opened().create({ accountId: defaultAccount, url, types, secret }, now())
      return reply
        .code(201)
        .header('location', `/webhooks/${made.id}`)
        .send({ ...view(made), secret })
    })

    app.get('/webhooks', async () => ({ webhooks: (await opened().list(defaultAccount)).map(view) }))

    app.delete<{ Params: { id: string } }>('/webhooks/:id', async (request, reply) => {
      await opened().remove(defaultAccount, await known(request.params.id))
      return reply.code(204).send()
    })

    app.get<{ Params: { id: string }; Querystring: { after?: string } }>('/webhooks/:id/dead', async request => {
      const { after = '0' } = request.query
      if (!/^\d{1,15}$/.test(after)) throw new HttpError(400, 'bad_request', 'after: expected the id of a dead delivery, a whole number')
      const dead = await opened().dead(await known(request.params.id), Number(after), pageOfDead)
      return { dead: dead.map(deadView), next: dead.length < pageOfDead ? null : (dead.at(-1)?.id ?? null) }
    })

    app.post<{ Params: { id: string } }>('/webhooks/:id/redrive', async (request, reply) => {
      const redriven = await opened().redrive(await known(request.params.id), now())
      wake()
      return reply.code(202).send({ redriven })
    })
  }
}

/** What is asked for, checked; what is left out has its default. */
function wanted(body: unknown, allowPrivate: boolean): { url: string; types: string[]; secret: string } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw bad('the body: expected a JSON object with "url"')
  const { url, events = webhookTypes, secret = newSecret(), ...others } = body as Record<string, unknown>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw bad(`${JSON.stringify(unknown.slice(0, 50))} is not known here: expected url, events, secret`)
  const refused = typeof url === 'string' ? refusedUrl(url, { allowPrivate }) : 'an absolute URL'
  if (refused !== null) throw bad(`url: expected ${refused}`)
  const types = Array.isArray(events) ? [...new Set(events)] : []
  if (types.length === 0 || !types.every(type => (webhookTypes as unknown[]).includes(type))) {
    throw bad(`events: expected a list of some of ${webhookTypes.join(', ')}`)
  }
  if (typeof secret !== 'string' || !isSecret(secret)) {
    throw bad('secret: expected "whsec_" and 24 to 64 bytes in base64, or nothing: then one is made')
  }
  return { url: url as string, types: types as string[], secret }
}

function bad(message: string): HttpError {
  return new HttpError(400, 'bad_request', message)
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
