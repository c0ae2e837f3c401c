/** How soon a message that appears in the page stands committed in the database, while a worker runs with its gentle defaults. */
import { setTimeout as pause } from 'node:timers/promises'
import postgres from 'postgres'
import { expect, test } from '../e2e/account.ts'
import { account as accountOf, ada, bela, carl, direct, talk } from '../e2e/scene.ts'
import { figure, method, percentile, quick } from './figure.ts'

const group = 'Latency'
const people = [ada, bela, carl]
const samples = 40
/** Without live reading a message waits for the next cycle: then this much time gives only a few samples. */
const enoughMs = 15 * 60_000
/** Between a message that is stored and the next one: this and up to as much again. */
const restMs = 3_000

test('from a message in the page to its committed row', async ({ makeAccount }, info) => {
  test.skip(quick, 'seconds hold for one machine')
  info.setTimeout(3_600_000)
  method(
    info,
    group,
    `\`start\` with the default settings on three chats, after its first cycle. One message at a time comes into the page, in turn in each chat, ${restMs / 1000} to ${(2 * restMs) / 1000} s after the last one was stored; until its row can be read on another connection, which asks every 5 ms. Up to ${samples} messages.`,
  )
  const scenario = accountOf(...people.map((person, n) => direct(person, talk(person, 20, 1 + n))))
  const account = await makeAccount('postgres', { scenario, latency: { bootMs: 400, pageMs: 250, subtitleMs: 200, downloadMs: 400 } })
  const defaults = ['WHATSAPP_LATE_MS', 'WHATSAPP_SCROLL_PAUSE_MS', 'WHATSAPP_CHAT_PAUSE_MS', 'WHATSAPP_DOWNLOAD_PAUSE_MS']
  Object.assign(account.env, { HTTP_PORT: '0' }, Object.fromEntries(defaults.map(name => [name, undefined])))
  const worker = account.start('start')
  const client = postgres(account.env.PG_URL ?? '', { max: 1, onnotice: () => {} })
  /** Resolves once the row is there; a worker that ends before rejects. */
  const stored = async (messageId: string) => {
    while ((await client`select 1 from messages where message_id = ${messageId}`).length === 0) {
      expect(worker.process.exitCode, 'the worker has ended').toBeNull()
      await pause(5)
    }
  }
  try {
    await worker.line(/"msg":"cycle ended"/)
    const took: number[] = []
    const until = performance.now() + enoughMs
    while (took.length < samples && performance.now() < until) {
      await pause(restMs * (1 + Math.random()))
      const said = performance.now()
      const person = people[took.length % people.length] ?? ada
      const { id } = await account.sim.say(`${person.phone}@c.us`, { text: `message ${took.length}` })
      await stored(id)
      took.push((performance.now() - said) / 1000)
    }
    figure(info, { group, name: 'messages that came', value: took.length, unit: 'messages' })
    figure(info, { group, name: 'p50', value: percentile(took, 0.5), unit: 's' })
    figure(info, { group, name: 'p95', value: percentile(took, 0.95), unit: 's', target: { atMost: 2 } })
  } finally {
    await client.end()
    worker.process.kill('SIGTERM')
    await worker.ended
  }
})
