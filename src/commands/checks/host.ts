/** Checks of the machine: Node, directories and disk, the way to the web client. */
import { access, constants, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Check, fail, ok, warn } from './check.ts'

const MIB = 1024 * 1024
const least = { fail: 200 * MIB, warn: 2048 * MIB }

/** `running` as in process.versions.node; `needed` as in package.json's engines, `>=20.12`. */
export function checkNode(running: string, needed: string): Check {
  const numbers = (text: string) => text.replace(/^\D+/, '').split('.').map(Number)
  const [have, want] = [numbers(running), numbers(needed)]
  const at = want.findIndex((part, index) => part !== (have[index] ?? 0))
  const enough = at === -1 || (have[at] ?? 0) > (want[at] ?? 0)
  return enough
    ? ok('node', `Node ${running}`)
    : fail('node', `Node ${running}, expected ${needed}`, 'Install a current Node.js LTS version.')
}

/** A directory that has to take files: there or makeable, writable, with room. Changes nothing. */
export async function checkDirectory(name: string, path: string): Promise<Check> {
  const existing = await nearestExisting(path)
  const found = await stat(existing)
  if (!found.isDirectory())
    return fail(name, `${existing} is a file, expected a directory`, `Move that file away, or set ${name} to another place.`)
  try {
    await access(existing, constants.W_OK | constants.X_OK)
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'EROFS' ? 'lies on a read-only file system' : 'is not writable for this user'
    return fail(name, `${existing} ${why}`, `Make it writable, or set ${name} to another place.`)
  }
  const { bavail, bsize } = await statfs(existing)
  const free = bavail * bsize
  const text = `${path}${existing === path ? '' : ' (will be made)'}, ${inGib(free)} free`
  if (free < least.fail) return fail(name, text, 'Free some space: pictures and the database need it.')
  if (free < least.warn) return warn(name, text, 'Free some space soon: pictures and the database grow.')
  return ok(name, text)
}

/** Any answer from the web client counts: what it says is the browser's business. */
export async function checkReachable(url: string, timeoutMs = 10_000): Promise<Check> {
  const { host } = new URL(url)
  const started = performance.now()
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    await response.body?.cancel()
    const took = `${Math.round(performance.now() - started)} ms`
    if (response.status < 500) return ok('web client', `${host} answers (${response.status}, ${took})`)
    return warn('web client', `${host} answers ${response.status}`, 'The service seems to have a problem of its own; try again later.')
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? ((error.cause as NodeJS.ErrnoException).code ?? error.cause.message) : null
    const why =
      error instanceof Error && error.name === 'TimeoutError' ? `no answer within ${timeoutMs / 1000} s` : (cause ?? String(error))
    return fail(
      'web client',
      `${host} is not reached: ${why}`,
      'Check the network, DNS and firewall of this machine, and WHATSAPP_WEB_URL.',
    )
  }
}

async function nearestExisting(path: string): Promise<string> {
  try {
    await stat(path)
    return path
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(path) !== path) return nearestExisting(dirname(path))
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return nearestExisting(dirname(path))
    throw error
  }
}

function inGib(bytes: number): string {
  return `${(bytes / (1024 * MIB)).toFixed(1)} GiB`
}
