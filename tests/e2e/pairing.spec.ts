/** `pair`, as a person runs it, against the simulated account's phone. */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import jsqr from 'jsqr'
import { PNG } from 'pngjs'
import { type Sim, startSim } from '../sim/server.ts'
import { runCli, startCli } from '../support/cli.ts'
import { startDisplay } from '../support/display.ts'
import { readBlocks } from '../support/read-blocks.ts'

let root: string
let sim: Sim
const env = (more: Record<string, string> = {}) => ({ DATA_DIR: root, WHATSAPP_WEB_URL: sim.url, DISPLAY: '', ...more })
const clicks = () => sim.recorded.filter(event => event.type === 'click' || event.type === 'key')

test.beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pair-'))
})
test.afterEach(async () => {
  await sim.close()
  await rm(root, { recursive: true, force: true })
})

test('the code in the terminal is the one on the page, is drawn anew as it rotates, and pairs; the next start is paired', async () => {
  sim = await startSim({ latency: { bootMs: 200, qrMs: 1500 } })
  const first = sim.next('qr_shown')
  const pair = startCli(['pair', '--terminal', '--timeout', '60', '--json'], env())
  let drawn = ''
  pair.process.stderr?.on('data', (chunk: string) => {
    drawn += chunk
  })
  const code = (await first).detail
  const second = (await sim.next('qr_shown')).detail
  expect(second).not.toBe(code)
  await expect.poll(() => readBlocks(drawn), { timeout: 20_000 }).toMatch(/^2@/)
  const scanned = readBlocks(drawn)
  expect(sim.recorded.filter(event => event.type === 'qr_shown').map(event => event.detail)).toContain(scanned)
  await sim.phone.scan()
  const { status, stdout } = await pair.ended
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ paired: true, already: false, profile: join(root, 'whatsapp_profile') })
  expect((await stat(join(root, 'whatsapp_profile'))).mode & 0o777).toBe(0o700)

  const again = await runCli(['pair', '--terminal', '--json'], env())
  expect(again.status).toBe(0)
  expect(JSON.parse(again.stdout)).toMatchObject({ paired: true, already: true })
  expect(clicks()).toEqual([])
})

test('a page that stops showing new codes is loaded anew, without pressing its button', async () => {
  sim = await startSim({ latency: { bootMs: 100, qrMs: 400 }, switches: { qrRotations: 1 } })
  const pair = startCli(['pair', '--terminal', '--timeout', '60'], env())
  await sim.next('qr_shown')
  await sim.next('qr_shown')
  await sim.next('qr_shown')
  await sim.phone.scan()
  const { status, stdout } = await pair.ended
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('is paired') })
  expect(clicks()).toEqual([])
})

test('nobody scans: exit 3, and what to do', async () => {
  sim = await startSim({ latency: { bootMs: 100 } })
  const { status, stderr } = await runCli(['pair', '--terminal', '--timeout', '4'], env())
  expect(status).toBe(3)
  expect(stderr).toContain('nobody scanned the code within 4 s')
  expect(stderr).toContain('--timeout')
})

test('without a display the code is drawn in the terminal, with a word about it', async () => {
  sim = await startSim({ latency: { bootMs: 100, scanMs: 200 }, autoScan: true })
  const { status, stderr } = await runCli(['pair', '--timeout', '60'], env())
  expect(status).toBe(0)
  expect(stderr).toContain('no display')
})

test('in a window the code is on the page, none is drawn in the terminal', async () => {
  const display = await startDisplay()
  sim = await startSim({ latency: { bootMs: 100, scanMs: 500 }, autoScan: true })
  const { status, stderr } = await runCli(['pair', '--timeout', '60'], env({ DISPLAY: display.name }))
  await display.close()
  expect({ status, drawn: readBlocks(stderr) }).toEqual({ status: 0, drawn: null })
  expect(stderr).toContain('A window opens')
})

test('a profile that another process holds is refused, by number and host', async () => {
  sim = await startSim({ latency: { bootMs: 100 } })
  const holder = startCli(['pair', '--terminal', '--timeout', '60'], env())
  await sim.next('qr_shown')
  const { status, stderr } = await runCli(['pair', '--terminal'], env())
  expect(status).toBe(1)
  expect(stderr).toContain(String(holder.process.pid))
  holder.process.kill('SIGINT')
  const ended = await holder.ended
  expect(ended.status).toBe(130)
})

test('a worker that is killed leaves no browser behind, and the next start takes the profile over', async () => {
  sim = await startSim({ latency: { bootMs: 100, scanMs: 200 } })
  const killed = startCli(['pair', '--terminal', '--timeout', '60'], env())
  await sim.next('qr_shown')
  killed.process.kill('SIGKILL')
  await killed.ended
  const next = startCli(['pair', '--terminal', '--timeout', '60'], env())
  await sim.next('qr_shown')
  await sim.phone.scan()
  expect((await next.ended).status).toBe(0)
})

test('a worker that waits gives the code to whoever asks, asks for a new one when it goes stale, and reads the chats once it is scanned', async () => {
  sim = await startSim({ latency: { bootMs: 100, qrMs: 4000 }, switches: { qrRotations: 1 } })
  const worker = startCli(['start'], env({ HTTP_PORT: '0', API_AUTH: 'none' }))
  const { address } = JSON.parse(await worker.line(/"HTTP server listening"/)) as { address: string }
  // While the database is opened the process hears nothing, and may end an idle connection just as it is used again.
  const initialize = async (): Promise<{ ready: boolean; qrCode: string | null; status: string }> => {
    const response = await fetch(`${address}/initialize`).catch(() => null)
    return response === null ? { ready: false, qrCode: null, status: 'no answer' } : response.json()
  }
  await expect.poll(async () => (await initialize()).qrCode, { timeout: 90_000 }).toMatch(/^data:image\/png;base64,/)
  expect(await initialize()).toMatchObject({ ready: false, status: 'pairing' })
  // The page shows one code, then waits for somebody to press its button; nobody does, it is loaded anew.
  const next = (await sim.next('qr_shown')).detail
  await expect.poll(async () => readPng((await initialize()).qrCode), { intervals: [200], timeout: 20_000 }).toBe(next)
  await sim.next('qr_shown')
  await sim.phone.scan()
  await worker.line(/"msg":"page recognised"/)
  expect(await initialize()).toEqual({ ready: true, qrCode: null, status: 'logged_in' })
  worker.process.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
  expect(clicks().filter(event => event.type === 'key')).toEqual([])
})

/** What a code in a data URL says. */
function readPng(url: string | null): string | undefined {
  if (url === null) return undefined
  const { data, width, height } = PNG.sync.read(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'))
  return jsqr.default(new Uint8ClampedArray(data), width, height)?.data
}
