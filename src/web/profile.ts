/** The profile directory on disk: its mode, and what a browser that died left in it. */
import { mkdir, readlink, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { BrowserError } from '../errors.ts'
import { type Process, processTree } from './process-tree.ts'

/** Makes the directory (0700) where it is missing; says so when others may look into it, for it holds the account's keys. */
export async function prepareProfile(dir: string, log: Logger): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const mode = (await stat(dir)).mode & 0o777
  if ((mode & 0o077) !== 0) {
    log.warn(
      { dir, mode: mode.toString(8) },
      `the profile directory can be entered by others; it holds the keys of the account: run chmod 700 on it`,
    )
  }
}

/**
 * Removes what keeps Chromium from starting after a crash: its SingletonLock names a host and a process, and a lock of another host (a
 * container that was made anew) is never removed by Chromium itself. Only to be called while our own lock of the directory is held.
 * A browser that our own crashed worker left behind is ended first. Throws BrowserError where a person's browser has the profile open.
 */
export async function clearStaleSingleton(dir: string, log: Logger): Promise<void> {
  const holder = await singletonHolder(dir)
  if (holder === null) return
  if (holder.host === hostname()) {
    const browser = (await processesOf(holder.pid, dir)).find(one => one.pid === holder.pid)
    if (browser) {
      if (!browser.command.includes('--remote-debugging-pipe')) {
        throw new BrowserError(`the profile ${dir} is open in another browser (process ${holder.pid}). Close that browser and try again.`)
      }
      log.warn({ pid: holder.pid }, 'ending a browser that an earlier run left behind')
      await endBrowser(holder.pid, dir)
    }
  }
  log.info({ host: holder.host === hostname() ? 'this' : 'another', pid: holder.pid }, 'removing the lock of a browser that is gone')
  for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie']) await rm(join(dir, name), { force: true })
}

/** Who Chromium says holds the profile; null where nobody does (or the browser keeps no such lock). */
export async function singletonHolder(dir: string): Promise<{ host: string; pid: number } | null> {
  const target = await readlink(join(dir, 'SingletonLock')).catch(() => null)
  const parts = target === null ? null : /^(.*)-(\d+)$/.exec(target)
  return parts ? { host: parts[1] ?? '', pid: Number(parts[2]) } : null
}

/**
 * Ends a browser of this profile with all its processes: waits `graceMs` for them to go by themselves, then kills them, those that hang too.
 * Does nothing to a process whose command line does not name the profile (the number may belong to somebody else by now).
 */
export async function endBrowser(pid: number, dir: string, graceMs = 3000): Promise<void> {
  const deadline = performance.now() + graceMs
  let left = await processesOf(pid, dir)
  while (left.length > 0 && performance.now() < deadline) {
    await sleep(50)
    left = await processesOf(pid, dir)
  }
  for (let waited = 0; left.length > 0 && waited < 5000; waited += 50) {
    for (const one of left) kill(one)
    await sleep(50)
    left = await processesOf(pid, dir)
  }
}

/** Kills what draws the pages of a browser: pages that hang would keep it from closing in order. */
export async function killRenderers(pid: number, dir: string): Promise<void> {
  for (const one of await processesOf(pid, dir)) if (one.command.includes('--type=renderer')) kill(one)
}

/** The processes of the browser `pid` of this profile; where it is gone itself, the parts that it left behind. */
async function processesOf(pid: number, dir: string): Promise<Process[]> {
  const tree = await processTree(pid)
  const browser = tree.find(one => one.pid === pid)
  if (browser) return browser.command.includes(dir) ? tree : []
  return tree.filter(one => one.command.includes('--type='))
}

function kill({ pid }: Process): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It went between the look and the kill.
  }
}
