/**
 * A folder on a disk of its own that can be filled up and made read-only: a small tmpfs where one may be mounted. Elsewhere the program's
 * own limits stand in: a file in the folder's place (nothing can be made below it), a limit on how far it may write into a file.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface Disk {
  /** `mounted`: a file system of its own. */
  how: 'mounted' | 'limits'
  readOnly(on: boolean): void
  /** `pid`: the process that writes to it, for where a limit of that process has to stand in. */
  full(on: boolean, pid: number): void
  close(): void
}

/** `dir` as a disk of `size` (as mount takes it). Taken away by `close`. */
export function makeDisk(dir: string, size: string): Disk {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', dir], { stdio: 'ignore' })
  } catch {
    return limited(dir)
  }
  const ballast = join(dir, 'ballast')
  return {
    how: 'mounted',
    readOnly: on => void execFileSync('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, dir]),
    full: on => (on ? fill(ballast) : rmSync(ballast)),
    close: () => void execFileSync('umount', ['-l', dir]),
  }
}

function fill(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (const piece = Buffer.alloc(4096, 1); ; ) writeSync(file, piece)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}

function limited(dir: string): Disk {
  const away = `${dir}.away`
  return {
    how: 'limits',
    readOnly: on => {
      if (on) {
        renameSync(dir, away)
        writeFileSync(dir, '')
      } else {
        rmSync(dir)
        renameSync(away, dir)
      }
    },
    full: (on, pid) => void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${on ? '1024' : 'unlimited'}:`]),
    close: () => {},
  }
}
