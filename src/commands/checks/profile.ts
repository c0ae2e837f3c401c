/** Checks of the browser's profile: it holds the keys of the account. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readLock } from '../../lock.ts'
import { type Check, fail, ok, warn } from './check.ts'
import { checkMode, checkWorkTree } from './seclusion.ts'

/** Is it there, only its owner's, who holds it, and does it look paired? */
export async function checkProfile(dir: string): Promise<Check[]> {
  const found = await stat(dir).catch(() => null)
  const pairing = 'Run `whatsapp-etl pair` and scan the code with the phone.'
  const tracked = await checkWorkTree('profile', dir, 'WHATSAPP_PROFILE_DIR')
  if (found === null) return [...tracked, warn('profile', `${dir} is not there yet`, pairing)]
  if (!found.isDirectory()) return [fail('profile', `${dir} is a file, expected a directory`, 'Set WHATSAPP_PROFILE_DIR to a directory.')]
  const checks = [...(await checkMode('profile', dir, 'the keys of the account')), ...tracked]
  const lock = await readLock(dir)
  if (lock?.held) checks.push(ok('profile', `in use by process ${lock.info.pid} on ${lock.info.host} since ${lock.info.at}`))
  else if (lock)
    checks.push(ok('profile', `the lock of process ${lock.info.pid} on ${lock.info.host} is left over; the next start removes it`))
  const paired = await looksPaired(dir)
  checks.push(paired ? ok('profile', `${dir}, looks paired`) : warn('profile', `${dir} shows no sign of a pairing`, pairing))
  return checks
}

/**
 * True when the page's stored settings name an own account (reference: storage, `last-wid-md` in localStorage). The file format is the
 * browser's own, so this is a look for a word in bytes: good for a hint, not for a decision.
 */
async function looksPaired(dir: string): Promise<boolean> {
  const store = join(dir, 'Default', 'Local Storage', 'leveldb')
  const files = (await readdir(store).catch(() => [])).filter(name => /\.(log|ldb)$/.test(name))
  for (const name of files) {
    const bytes = await readFile(join(store, name)).catch(() => Buffer.alloc(0))
    if (bytes.includes('last-wid')) return true
  }
  return false
}
