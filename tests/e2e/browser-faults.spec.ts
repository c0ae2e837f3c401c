/** The browser's own faults, injected into a worker: a page that dies, one that hangs, a browser process that is killed. It recovers in that cycle or the next. */
import type { Running } from '../support/cli.ts'
import { alive, descendants } from '../support/processes.ts'
import { type Account, expect, test } from './account.ts'
import { browserOf, expectUndisturbed, opened, scenario } from './faults.ts'

const complete = /"status":"complete".*"msg":"cycle ended"/
const failed = /"msg":"cycle failed"/
const anew = /"reason":"gone".*"the browser is started anew"/

/** Pids of the worker's renderers: the page's own, and those that the browser keeps ready. */
function renderers(worker: Running): number[] {
  return descendants(worker.process.pid ?? 0)
    .filter(({ command }) => command.includes('--type=renderer'))
    .map(({ pid }) => pid)
}

const faults: Record<string, (account: Account, worker: Running) => number[]> = {
  'whose renderer is killed': (_, worker) => signalled(renderers(worker), 'SIGKILL'),
  'whose renderer is stopped (a frozen page)': (_, worker) => signalled(renderers(worker), 'SIGSTOP'),
  'whose browser is killed': account => signalled([browserOf(account)], 'SIGKILL'),
}

function signalled(pids: number[], signal: NodeJS.Signals): number[] {
  for (const pid of pids) process.kill(pid, signal)
  return pids
}

test('a worker whose renderer is killed, then stopped (a frozen page), then whose browser is killed completes by itself each time', async ({
  makeAccount,
}) => {
  // The second of the three faults is noticed only after the page was silent for most of a minute.
  const account = await makeAccount('embedded', { scenario: scenario() })
  // The faults are to come in the middle of cycles, so what happens before one is left to it.
  Object.assign(account.env, { HTTP_PORT: '0', WHATSAPP_SYNC_INTERVAL_MINUTES: '1', WHATSAPP_LIVE: 'false' })
  const { sim } = account
  const started = opened(account, 2)
  const worker = account.start('start')
  const hit: number[] = []
  for (const [nth, [name, inject]] of Object.entries(faults).entries()) {
    if (nth === 0) await started
    else {
      for (const { title } of sim.scenario.chats) await sim.say(title, { text: `said before a worker ${name}` })
      const reached = opened(account, 2)
      worker.process.kill('SIGHUP')
      await reached
    }
    const [failedBefore, anewBefore] = [worker.seen(failed), worker.seen(anew)]
    const pids = inject(account, worker)
    expect(pids, name).not.toEqual([])
    hit.push(...pids)
    await worker.line(complete, nth + 1)
    expect(alive(hit), name).toEqual([])
    // A cycle goes on upon a new browser where the old one is gone.
    if (name === 'whose browser is killed') expect([worker.seen(failed) - failedBefore, worker.seen(anew) - anewBefore]).toEqual([0, 1])
  }
  worker.process.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
  await expectUndisturbed(account, makeAccount, { on: 'postgres' })
})
