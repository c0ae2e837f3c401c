/**
 * A route with everything that can be said about it in one place: what it takes, what it answers, what it does. The OpenAPI document is
 * made from these, requests are checked by them, and tests hold answers against them.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { HttpError } from './errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route says of itself; absent for pages and files, which are no part of the API. */
    endpoint?: Endpoint
  }
}

/** An answer: JSON of `schema`, or other content of the types `content`. */
export interface Answer {
  description: string
  schema?: z.ZodType
  content?: string[]
  headers?: Record<string, string>
}

type Shape = z.ZodObject

/** `path` with parameters in braces, as OpenAPI writes them. */
export interface Endpoint<P extends Shape = Shape, Q extends Shape = Shape, B extends z.ZodType = z.ZodType> {
  method: 'GET' | 'POST' | 'DELETE'
  path: `/${string}`
  tag: string
  summary: string
  description?: string
  /** Answered without the API key. */
  open?: boolean
  /** Takes the API key as `?token=` too. */
  tokenInQuery?: boolean
  /** Answers go on for ever: there is no HEAD of it. */
  endless?: boolean
  params?: P
  query?: Q
  body?: B
  /** By status; errors that every route may give (400, 401, 403, 429, 500) need not be said. */
  answers: Record<number, Answer>
}

export interface Asked<P, Q, B> {
  params: P
  query: Q
  body: B
  request: FastifyRequest
  reply: FastifyReply
}

/** Adds the route. What is asked wrongly is answered with 400 and what was expected; `handle` gets values, not text. */
export function addEndpoint<P extends Shape, Q extends Shape, B extends z.ZodType>(
  app: FastifyInstance,
  endpoint: Endpoint<P, Q, B>,
  handle: (asked: Asked<z.output<P>, z.output<Q>, z.output<B>>) => unknown,
): void {
  app.route({
    method: endpoint.method,
    ...(endpoint.endless && { exposeHeadRoute: false }),
    url: endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: {
      endpoint: endpoint as unknown as Endpoint,
      ...(endpoint.open && { open: true }),
      ...(endpoint.tokenInQuery && { tokenInQuery: true }),
    },
    handler: async (request, reply) =>
      handle({
        params: read(endpoint.params ?? nothing, request.params, 'in the path') as z.output<P>,
        query: read(endpoint.query ?? nothing, meant(request.query), 'as parameter') as z.output<Q>,
        body: (endpoint.body ? read(endpoint.body, request.body ?? {}, 'in the body') : undefined) as z.output<B>,
        request,
        reply,
      }),
  })
}

const nothing = z.strictObject({})

/**
 * Parameters without those that begin with `_`: clients put them there so that no cache knows the address. Any other that is not known is
 * refused: left alone, a misspelt one would be answered with everything.
 */
function meant(query: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query as Record<string, unknown>).filter(([name]) => !name.startsWith('_')))
}

function read(schema: z.ZodType, value: unknown, where: string): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new HttpError(400, 'bad_request', result.error.issues.map(issue => problem(issue, value, where, schema)).join('; '))
}

/** Name, what was given (cut short), and what was expected. */
function problem(issue: z.core.$ZodIssue, value: unknown, where: string, schema: z.ZodType): string {
  if (issue.code === 'unrecognized_keys') {
    const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
    const takes = known.length === 0 ? 'this address takes none' : `expected ${known.join(', ')}`
    return `${shown(issue.keys.join(', '))} is not known ${where}: ${takes}`
  }
  const name = issue.path.join('.')
  const given = issue.path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key], value)
  if (Array.isArray(given) && typeof value === 'object' && where !== 'in the body')
    return `${name}: expected once, it is given ${given.length} times`
  if (given === undefined) return `${name || 'it'} is missing ${where}: expected ${issue.message}`
  return `${name}=${typeof given === 'string' ? shown(given) : shorten(JSON.stringify(given))}: expected ${issue.message}`
}

function shown(text: string): string {
  return JSON.stringify(shorten(text))
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
