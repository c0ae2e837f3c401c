/** What a stop does about answers that are on their way. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** How long they are waited for; then their connections are ended. */
const patienceMs = 3000

/** Lets answers end before the server closes. Those that a route took over are ended by it: they have no end of their own. */
export function letAnswersEnd(app: FastifyInstance): void {
  const underWay = new Set<FastifyReply>()
  app.addHook('onRequest', async (request, reply) => {
    // A WebSocket's response is never closed.
    if (request.headers.upgrade !== undefined) return
    underWay.add(reply)
    reply.raw.once('close', () => underWay.delete(reply))
  })
  app.addHook('preClose', async () => {
    const ends = [...underWay].filter(({ sent }) => !sent).map(({ raw }) => once(raw, 'close'))
    await Promise.race([Promise.allSettled(ends), sleep(patienceMs, undefined, { ref: false })])
  })
}
