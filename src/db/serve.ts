/**
 * The embedded database belongs to one process; others ask it through a local socket that only its owner may use. One line of JSON
 * each way: `{"sql"}` and `{"result"}` or `{"error"}`. Read-only, like everything that `query` does.
 */
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { EtlError } from '../errors.ts'
import { queryError } from './query-error.ts'
import { toJson } from './text.ts'
import type { QueryResult } from './values.ts'

/** Longest address of a local socket on every system we know (104 bytes on macOS, 108 on Linux). */
const maxAddress = 100
const maxRequest = 1 << 20

/** Answers queries on the database in `dir` until it is closed. Where the address would be too long, the socket lies in the temporary directory. */
export async function serveQueries(readOnly: (text: string) => Promise<QueryResult>, dir: string): Promise<{ close(): Promise<void> }> {
  const inside = join(dir, 'query.sock')
  const address = Buffer.byteLength(inside) <= maxAddress ? inside : join(await mkdtemp(join(tmpdir(), 'whatsapp-etl-')), 'query.sock')
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    void answer(socket, readOnly)
  })
  // A socket that a killed process left behind; we hold the directory's lock, so nobody listens on it.
  await rm(address, { force: true })
  server.listen(address)
  server.unref()
  await once(server, 'listening')
  await chmod(address, 0o600)
  await writeFile(addressFile(dir), address, { mode: 0o600 })
  return {
    close: async () => {
      await rm(addressFile(dir), { force: true })
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
      if (address !== inside) await rm(dirname(address), { recursive: true, force: true })
    },
  }
}

/** Asks the process that holds the database in `dir`; null when none listens. Throws EtlError with what the database said. */
export async function askHolder(dir: string, sql: string): Promise<QueryResult | null> {
  const address = await readFile(addressFile(dir), 'utf8').catch(() => null)
  if (address === null) return null
  const socket = connect(address)
  try {
    await once(socket, 'connect')
  } catch {
    return null
  }
  socket.end(`${JSON.stringify({ sql })}\n`)
  const pieces: Buffer[] = []
  for await (const piece of socket) pieces.push(piece as Buffer)
  const text = Buffer.concat(pieces).toString('utf8')
  if (text === '') throw new EtlError('internal', 'the process that holds the embedded database went away before it answered; try again')
  const { result, error } = JSON.parse(text) as { result?: QueryResult; error?: string }
  if (result) return result
  throw new EtlError('internal', error ?? 'the process that holds the embedded database gave no answer')
}

async function answer(socket: Socket, readOnly: (text: string) => Promise<QueryResult>): Promise<void> {
  let size = 0
  socket.on('data', piece => {
    size += piece.length
    if (size > maxRequest) socket.destroy()
  })
  for await (const line of createInterface({ input: socket })) {
    let reply: { result: QueryResult } | { error: string }
    try {
      reply = { result: await readOnly(String((JSON.parse(line) as { sql?: unknown }).sql ?? '')) }
    } catch (error) {
      reply = { error: queryError(error).message }
    }
    socket.end(`${toJson(reply)}\n`)
    return
  }
}

function addressFile(dir: string): string {
  return join(dir, 'query-socket')
}
