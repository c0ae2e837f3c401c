/** Memory: of the process while a history goes through it, of the browser beside it, and of both while nothing happens. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '../e2e/account.ts'
import { account as accountOf, ada, bela, carl, direct, talk } from '../e2e/scene.ts'
import { startPostgres } from '../support/postgres.ts'
import { figure, median, method, quick } from './figure.ts'
import { watched } from './memory-of.ts'
import { type Counts, counted } from './run.ts'

const group = 'Memory'
const sizes = quick ? [1_000, 20_000] : [1_000, 10_000, 100_000]
const throughBrowser = [1_000, 10_000]
const repetitions = quick ? 1 : 3
const idleMs = 10_000
const mib = (bytes: number) => bytes / 2 ** 20
const storeHistory = fileURLToPath(new URL('process/store-history.mjs', import.meta.url))
const counting = (count: number) => count.toLocaleString('en-US')

test.skip(process.platform !== 'linux', 'memory is read from /proc')

test('peak of node by the number of messages', async ({}, info) => {
  info.setTimeout(1_800_000)
  method(
    info,
    group,
    `Peak resident memory (VmHWM) of a node process that has loaded the program and runs its own cycle into Postgres. A hundred thousand messages through the simulated page would take an hour, so here a source stands for the page that gives the same batches of 50 messages, each parsed from a string; what node holds while a browser is driven is measured apart, by \`sync\` over 1,000 and 10,000 messages. PSS: pages that processes share count once. Idle: the median of ${idleMs / 1000} s after the first cycle of \`start\`.`,
  )
  const server = await startPostgres()
  try {
    for (let round = 0; round < repetitions; round++) {
      const peaks: number[] = []
      for (const size of sizes) {
        const name = `memory_${size}_${round}`
        await server.createDatabase(name)
        const env = { ...process.env, NODE_OPTIONS: '', PG_URL: server.url(name), BENCH_MESSAGES: String(size) }
        const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', storeHistory], { env })
        const { inserted, peakRssBytes } = JSON.parse(stdout) as { inserted: number; peakRssBytes: number }
        expect(inserted).toBe(size)
        await server.dropDatabase(name)
        peaks.push(peakRssBytes)
        figure(info, { group, name: `node, peak over ${counting(size)} messages`, value: mib(peakRssBytes), unit: 'MiB' })
      }
      const ratio = (peaks.at(-1) ?? Number.NaN) / (peaks[0] ?? Number.NaN)
      const name = `node, peak over ${counting(sizes.at(-1) ?? 0)} messages : over ${counting(sizes[0] ?? 0)}`
      figure(info, { group, name, value: ratio, unit: '×', target: { atMost: 1.3 }, band: 0.1 })
    }
  } finally {
    await server.close()
  }
})

for (const size of throughBrowser) {
  test(`memory while ${size} messages are read from the page`, async ({ makeAccount }, info) => {
    test.skip(quick, 'megabytes hold for one machine')
    info.setTimeout(1_800_000)
    const people = [ada, bela, carl]
    const perChat = Math.ceil(size / people.length)
    const scenario = accountOf(...people.map((person, n) => direct(person, talk(person, perChat, 1 + n, 600 / perChat))))
    const account = await makeAccount('postgres', { scenario, latency: { bootMs: 400, pageMs: 150, subtitleMs: 200 } })
    const file = join(account.dataDir, 'counts.json')
    Object.assign(account.env, counted(file), { WHATSAPP_LATE_MS: undefined })
    const running = account.start('sync', '--json')
    const seen = await watched(running.process.pid ?? 0, running.ended)
    expect((await running.ended).status, (await running.ended).stderr).toBe(0)
    const { peakRssBytes } = JSON.parse(await readFile(file, 'utf8')) as Counts
    figure(info, { group, name: `\`sync\`, ${counting(size)} messages: node, peak`, value: mib(peakRssBytes), unit: 'MiB' })
    const browser = Math.max(...seen.map(one => one.browser))
    figure(info, { group, name: `\`sync\`, ${counting(size)} messages: browser, peak PSS`, value: mib(browser), unit: 'MiB' })
  })
}

for (const idle of ['keep', 'close']) {
  test(`memory between cycles, WHATSAPP_BROWSER_IDLE=${idle}`, async ({ makeAccount }, info) => {
    test.skip(quick, 'megabytes hold for one machine')
    info.setTimeout(600_000)
    const scenario = accountOf(...[ada, bela, carl].map((person, n) => direct(person, talk(person, 100, 1 + n))))
    const account = await makeAccount('postgres', { scenario })
    Object.assign(account.env, { HTTP_PORT: '0', ...(idle === 'close' && { WHATSAPP_BROWSER_IDLE: idle }) })
    const worker = account.start('start')
    await worker.line(/"msg":"cycle ended"/)
    const seen = await watched(worker.process.pid ?? 0, pause(idleMs))
    worker.process.kill('SIGTERM')
    await worker.ended
    const what = idle === 'close' ? 'between cycles with WHATSAPP_BROWSER_IDLE=close' : 'between cycles'
    figure(info, { group, name: `${what}: node`, value: mib(median(seen.map(one => one.node))), unit: 'MiB' })
    figure(info, { group, name: `${what}: browser, PSS`, value: mib(median(seen.map(one => one.browser))), unit: 'MiB' })
  })
}
