/** The routes of the API, all of them. */
import type { FastifyPluginAsync } from 'fastify'
import type { Api } from '../api.ts'
import { openApiRoute } from '../openapi.ts'
import { attachments } from './attachments.ts'
import { conversations } from './conversations.ts'
import { messages } from './messages.ts'
import { search } from './search.ts'
import { sessions } from './sessions.ts'
import { sync } from './sync.ts'

export function apiRoutes(api: Api): FastifyPluginAsync[] {
  return [sessions(api), messages(api), conversations(api), attachments(api), search(api), sync(api), openApiRoute(api.version)]
}
