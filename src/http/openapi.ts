/** The OpenAPI document, made from what the routes say of themselves. */
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import type { Answer, Endpoint } from './endpoint.ts'
import { addEndpoint } from './endpoint.ts'
import { errorSchema } from './json.ts'

type Json = Record<string, unknown>

/** The document (OpenAPI 3.1) of these routes. Schemas that carry an id stand under `components`. */
export function openApi(endpoints: readonly Endpoint[], version: string): Json {
  const schemas: Json = {}
  const paths: Record<string, Json> = {}
  for (const endpoint of [...endpoints].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.method < b.method ? -1 : 1))) {
    paths[endpoint.path] ??= {}
    ;(paths[endpoint.path] as Json)[endpoint.method.toLowerCase()] = operation(endpoint, schemas)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'whatsapp-etl',
      version,
      description: "A person's own WhatsApp chats, as they were synced. Everything is read-only but the request for a cycle and webhooks.",
    },
    security: [{ bearer: [] }, { header: [] }, { basic: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        basic: { type: 'http', scheme: 'basic', description: 'Any user; the key is the password' },
      },
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

/** Serves the document of all routes of the server. Registered like any other routes; it knows those that come after it too. */
export function openApiRoute(version: string): FastifyPluginAsync {
  return async app => {
    addEndpoint(app, documentEndpoint, async () => openApi(app.endpoints(), version))
  }
}

const documentEndpoint = {
  method: 'GET',
  path: '/openapi.json',
  tag: 'operations',
  summary: 'This document',
  answers: { 200: { description: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) } },
} satisfies Endpoint

/** What every route that needs the key may answer besides. */
const everywhere: Record<number, Answer> = {
  400: { description: 'Asked wrongly: the message says what was expected', schema: errorSchema },
  401: { description: 'Without the API key', schema: errorSchema },
  403: { description: 'The Host or Origin header is refused', schema: errorSchema },
  429: { description: 'Too many requests, or too many wrong keys', schema: errorSchema },
  500: { description: 'Something went wrong here', schema: errorSchema },
}

function operation(endpoint: Endpoint, schemas: Json): Json {
  const { method, path, tag, summary, description, open, body, answers } = endpoint
  const parameters = [...parametersOf(endpoint.params, 'path', schemas), ...parametersOf(endpoint.query, 'query', schemas)]
  const all = { ...everywhere, ...answers }
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^a-z]+(.)?/gi, (_, next = '') => String(next).toUpperCase())}`,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(open && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input', schemas) } } } }),
    responses: Object.fromEntries(Object.entries(all).map(([status, answer]) => [status, response(answer, Number(status), schemas)])),
  }
}

function response({ description, schema, content, headers }: Answer, status: number, schemas: Json): Json {
  const json = schema ?? (status >= 400 && content === undefined ? errorSchema : undefined)
  const types = [
    ...(json ? [['application/json', { schema: schemaOf(json, 'output', schemas) }]] : []),
    ...(content ?? []).map(type => [type, {}]),
  ]
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, about]) => [name, { description: about, schema: { type: 'string' } }]),
      ),
    }),
    ...(types.length > 0 && { content: Object.fromEntries(types) }),
  }
}

function parametersOf(shape: z.ZodObject | undefined, where: 'path' | 'query', schemas: Json): Json[] {
  if (!shape) return []
  const { properties = {}, required = [] } = schemaOf(shape, 'input', schemas) as { properties?: Record<string, Json>; required?: string[] }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: where,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }))
}

/** The JSON Schema; parts that carry an id are put into `schemas` and referred to. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $schema: _, $defs = {}, id: __, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & { $defs?: Json }
  const own = schema.meta()?.id
  for (const [name, { id: _id, ...part }] of Object.entries($defs as Record<string, Json>)) schemas[name] = pointed(part)
  if (own === undefined) return pointed(json) as Json
  schemas[own] = pointed(json)
  return { $ref: `#/components/schemas/${own}` }
}

function pointed(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'))
}
