/**
 * Connections to Postgres that belong to one transaction at a time. A connection that is lost inside a transaction is thrown away with its client:
 * the driver would write the ROLLBACK into a socket that is gone, which ends the process, and would not get that connection to work again
 * (postgres.js issues 1154 and 1208); and no later statement of the transaction may run outside of it, on a new connection.
 */
import postgres from 'postgres'
import { EtlError, Retryable } from '../errors.ts'
import { makeTurns } from '../turns.ts'

/** Transactions at a time, each with its connection; further ones wait for their turn. */
const atOnce = 6

interface Writer {
  client: postgres.Sql
  lost: boolean
}

export interface Writers {
  /** Runs `work` with a connection of its own between `begin` (the statement) and commit, or rollback where it throws. */
  transaction<T>(begin: string, work: (client: postgres.Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** `options` as for the driver; `where` names the server in messages. */
export function makeWriters(url: string, options: postgres.Options<Record<string, never>>, where: string): Writers {
  const all = new Set<Writer>()
  const idle: Writer[] = []
  const inTurn = makeTurns(atOnce)

  function connect(): Writer {
    const writer: Writer = {
      lost: false,
      client: postgres(url, {
        ...options,
        max: 1,
        max_lifetime: null,
        onclose: () => {
          writer.lost = true
        },
      }),
    }
    all.add(writer)
    return writer
  }

  async function drop(writer: Writer): Promise<void> {
    all.delete(writer)
    await writer.client.end({ timeout: 0 }).catch(() => {})
  }

  /** The client as `work` sees it: once its connection is lost it runs nothing any more. */
  function guarded(writer: Writer): postgres.Sql {
    return new Proxy(writer.client, {
      get: (client, name) => {
        if (name !== 'unsafe') return Reflect.get(client, name)
        return (...statement: Parameters<postgres.Sql['unsafe']>) => {
          if (writer.lost) throw new Retryable(`the connection to the database at ${where} was lost inside a transaction`)
          return client.unsafe(...statement)
        }
      },
    })
  }

  async function transaction<T>(begin: string, work: (client: postgres.Sql) => Promise<T>): Promise<T> {
    let writer = idle.pop()
    while (writer?.lost) {
      await drop(writer)
      writer = idle.pop()
    }
    const used = writer ?? connect()
    try {
      await used.client.unsafe(begin)
      const result = await work(guarded(used))
      if (used.lost) throw new Retryable(`the connection to the database at ${where} was lost inside a transaction`)
      // Of a transaction that has failed, whoever caught the error, the server makes a rollback and calls it done.
      const { command } = await used.client.unsafe('commit')
      if (command !== 'COMMIT') throw new EtlError('internal', 'a statement of the transaction had failed, and it was rolled back')
      return result
    } catch (error) {
      if (!used.lost) await used.client.unsafe('rollback').catch(() => {})
      throw error
    } finally {
      if (used.lost) await drop(used)
      else idle.push(used)
    }
  }

  return {
    transaction: (begin, work) => inTurn(() => transaction(begin, work)),
    async close() {
      await Promise.all([...all].map(writer => writer.client.end({ timeout: 5 })))
    },
  }
}
