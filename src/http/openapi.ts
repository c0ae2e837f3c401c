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
  schemaOf(errorSchema, 'output', schemas)
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
      responses: sharedResponses(),
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

/** What every route may answer besides, and (`guarded`) every route that needs the key. */
const everywhere = {
  400: 'Asked wrongly: the message says what was expected',
  403: 'The Host or Origin header is refused',
  500: 'Something went wrong here',
}
const guarded = { 401: 'Without the API key', 429: 'Too many requests, or too many wrong keys' }

/** Answers that are said once, by status. */
function sharedResponses(): Json {
  return Object.fromEntries(
    Object.entries({ ...everywhere, ...guarded }).map(([status, description]) => [
      `Error${status}`,
      { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    ]),
  )
}

function operation(endpoint: Endpoint, schemas: Json): Json {
  const { method, path, tag, summary, description, open, body, answers } = endpoint
  const parameters = [...parametersOf(endpoint.params, 'path', schemas), ...parametersOf(endpoint.query, 'query', schemas)]
  const shared = Object.keys(open ? everywhere : { ...everywhere, ...guarded }).filter(status => !(status in answers))
  const responses = {
    ...Object.fromEntries(shared.map(status => [status, { $ref: `#/components/responses/Error${status}` }])),
    ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, response(answer, Number(status), schemas)])),
  }
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^a-z]+(.)?/gi, (_, next = '') => String(next).toUpperCase())}`,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(open && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input', schemas) } } } }),
    responses,
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
  const {
    $schema: _,
    $defs = {},
    id: __,
    ...json
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: restore }) as Json & { $defs?: Json }
  const own = schema.meta()?.id
  for (const [name, { id: _id, ...part }] of Object.entries($defs as Record<string, Json>)) schemas[name] = pointed(part)
  if (own === undefined) return pointed(json) as Json
  // A schema with an id comes among `$defs`, and is only referred to.
  if (!('$ref' in json)) schemas[own] = pointed(json)
  return { $ref: `#/components/schemas/${own}` }
}

/** Zod leaves out of a parameter what it cannot know to be text: its default and its examples. */
function restore({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Json }): void {
  const { def } = zodSchema._zod
  if (def.type === 'default') jsonSchema.default = def.defaultValue
  const examples = z.globalRegistry.get(zodSchema)?.examples
  if (examples !== undefined) jsonSchema.examples = examples
}

function pointed(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'))
}
