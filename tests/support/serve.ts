/** Serves pages that a test wrote itself, on a free port of this machine. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Served {
  /** Address of `/`, with the slash. */
  url: string
  /** Replaces the page; the next request gets it. */
  set(html: string): void
  close(): Promise<void>
}

export async function serve(html: string): Promise<Served> {
  let body = html
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    set: text => {
      body = text
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
