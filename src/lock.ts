/**
 * A directory belongs to one process at a time: neither Chromium's profile nor the embedded database may be opened twice
 * (reference: a second process opens the same database and its rows vanish silently). The lock names its holder.
 */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { LockedError } from './errors.ts'

/** Who holds a directory. `started` tells two processes with one number apart; `at`: since when, ISO 8601 UTC. */
export interface LockInfo {
  pid: number
  host: string
  started: string
  at: string
  token: string
}

export interface Lock {
  info: LockInfo
  /** Gives the directory back; does nothing when it was taken over meanwhile. */
  release(): Promise<void>
}

export interface LockOptions {
  /** What the directory holds, for the refusal: `the WhatsApp profile`. */
  what: string
  /** A holder on another host is believed dead after this long without a heartbeat: its container crashed. */
  staleAfterMs?: number
  heartbeatMs?: number
  now?: () => number
}

/** A lock that was found: `held` false = its holder is gone. `seenMs`: age of its last heartbeat. */
export interface FoundLock {
  info: LockInfo
  held: boolean
  seenMs: number
}

export const lockName = '.whatsapp-etl.lock'

/**
 * Takes a directory (made with mode 0700 where it is missing) or throws LockedError. A lock whose holder is gone is taken over; of
 * several that try, one wins.
 */
export async function acquireLock(dir: string, options: LockOptions): Promise<Lock> {
  const { heartbeatMs = 10_000, now = Date.now } = options
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const path = join(dir, lockName)
  const info: LockInfo = {
    pid: process.pid,
    host: hostname(),
    started: (await startOf(process.pid)) ?? '',
    at: new Date(now()).toISOString(),
    token: randomUUID(),
  }
  const draft = `${path}.${info.token}`
  await writeFile(draft, JSON.stringify(info), { mode: 0o600, flag: 'wx' })
  try {
    while (!(await linked(draft, path))) await takeOver(path, draft, dir, options)
  } finally {
    await rm(draft, { force: true })
  }
  const heartbeat = setInterval(() => void beat(path, info.token, new Date(now())), heartbeatMs)
  heartbeat.unref()
  return {
    info,
    release: async () => {
      clearInterval(heartbeat)
      if ((await read(path))?.token === info.token) await rm(path, { force: true })
    },
  }
}

/** The lock of a directory, or null when there is none. For `doctor` and for whoever wants to ask the holder. */
export async function readLock(
  dir: string,
  { staleAfterMs = 60_000, now = Date.now }: Omit<LockOptions, 'what'> = {},
): Promise<FoundLock | null> {
  return find(join(dir, lockName), staleAfterMs, now)
}

/** Creates `path` with the draft's content at once or not at all: nobody ever reads half a lock. */
async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/**
 * Removes a lock whose holder is gone. Whoever may do so is decided by a claim named after that very lock, which only one process can
 * create; a claim whose maker died is claimed in turn. The lock is looked at again under the claim, for it may be a new one by then.
 */
async function takeOver(path: string, draft: string, dir: string, options: LockOptions): Promise<void> {
  const { what, staleAfterMs = 60_000, now = Date.now } = options
  const first = await find(path, staleAfterMs, now)
  if (first === null) return
  let top = first
  const claims: string[] = []
  for (;;) {
    if (top.held) throw new LockedError(refusal(dir, what, top, staleAfterMs))
    const claim = `${path}.claim-${top.info.token}`
    claims.push(claim)
    if (await linked(draft, claim)) break
    const other = await find(claim, staleAfterMs, now)
    if (other === null) return
    top = other
  }
  if ((await read(path))?.token === first.info.token) await rm(path, { force: true })
  for (const claim of claims) await rm(claim, { force: true })
}

async function find(path: string, staleAfterMs: number, now: () => number): Promise<FoundLock | null> {
  const info = await read(path)
  const seen = await stat(path).catch(() => null)
  if (info === null || seen === null) return null
  const seenMs = now() - seen.mtimeMs
  if (info.host !== hostname()) return { info, held: seenMs <= staleAfterMs, seenMs }
  const started = await startOf(info.pid)
  return { info, held: started !== null && (started === '' || info.started === '' || started === info.started), seenMs }
}

async function read(path: string): Promise<LockInfo | null> {
  try {
    const info = JSON.parse(await readFile(path, 'utf8')) as Partial<LockInfo>
    // A lock that is not ours to read (an empty file after a power cut, say) belongs to nobody who could still be alive.
    return {
      pid: info.pid ?? 0,
      host: info.host ?? hostname(),
      started: info.started ?? '',
      at: info.at ?? '',
      token: info.token ?? 'unreadable',
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    if (error instanceof SyntaxError) return { pid: 0, host: hostname(), started: '', at: '', token: 'unreadable' }
    throw error
  }
}

async function beat(path: string, token: string, at: Date): Promise<void> {
  if ((await read(path).catch(() => null))?.token === token) await utimes(path, at, at).catch(() => {})
}

/** Identity of a living process: boot and start time where the system tells, else ''; null when there is no such process. */
async function startOf(pid: number): Promise<string | null> {
  if (pid <= 0) return null
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null
  }
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')
    // A zombie holds nothing any more: its parent just has not asked for it yet.
    return fields[0] === 'Z' ? null : `${boot}/${fields[19]}`
  } catch {
    return ''
  }
}

function refusal(dir: string, what: string, { info, seenMs }: FoundLock, staleAfterMs: number): string {
  const here = info.host === hostname()
  const next = here
    ? `Stop that process (or wait for it), then try again.`
    : `Stop it there. If that host is gone, the lock is taken over ${Math.ceil(staleAfterMs / 1000)} s after its last sign of life (${Math.max(0, Math.round(seenMs / 1000))} s ago).`
  return `${what} in ${dir} is in use by process ${info.pid} on ${here ? `this host (${info.host})` : `host ${info.host}`} since ${info.at}. ${next}`
}
