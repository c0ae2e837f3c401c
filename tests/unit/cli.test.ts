import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { test as base, expect } from '@playwright/test'
import { CommanderError } from 'commander'
import { makeProgram } from '../../src/commands/program.ts'

const test = base.extend<{ dir: string }>({
  dir: async ({}, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'cli-'))
    await use(dir)
    rmSync(dir, { recursive: true })
  },
})

/** The built program, in a directory of its own and with nothing of this environment but PATH. */
function run(args: string[], { cwd, env = {} }: { cwd: string; env?: Record<string, string> }) {
  const child = spawn(process.execPath, [resolve('dist/cli.js'), ...args], { cwd, env: { PATH: process.env.PATH ?? '', ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', chunk => {
    stdout += String(chunk)
  })
  child.stderr.on('data', chunk => {
    stderr += String(chunk)
  })
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((done, reject) => {
    child.on('error', reject)
    child.on('close', status => done({ status, stdout, stderr }))
  })
}

/** The same command line in this process: what it prints, and how wrong usage ends. */
async function parse(args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const program = makeProgram({ stdout, stderr, env: {}, signal: new AbortController().signal, isTty: false }, () => {})
  const thrown = await program.parseAsync(['node', 'whatsapp-etl', ...args]).then(
    () => null,
    (error: unknown) => error,
  )
  return { thrown, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? ''), program }
}

test('the version is that of package.json, and --help goes to stdout with status 0', async ({ dir }) => {
  const version = await run(['--version'], { cwd: dir })
  expect([version.status, version.stdout.trim()]).toEqual([
    0,
    (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version,
  ])
  const help = await run(['--help'], { cwd: dir })
  expect([help.status, help.stderr]).toEqual([0, ''])
  expect(help.stdout).toContain('Exit status: 0 complete')
})

test('wrong usage ends with status 64 and a message on stderr', async ({ dir }) => {
  const answers = await Promise.all([['--nonsense'], ['nonsense'], ['doctor', '--nonsense'], []].map(args => run(args, { cwd: dir })))
  expect(answers.map(answer => [answer.status, answer.stdout])).toEqual(answers.map(() => [64, '']))
  expect(answers[0]?.stderr).toContain('--nonsense')
})

test('bad settings end with status 64, all of them in one message without a stack', async ({ dir }) => {
  const { status, stdout, stderr } = await run(['migrate'], { cwd: dir, env: { HTTP_PORT: 'x', WHATSAPP_LOCALE: '??' } })
  expect([status, stdout]).toEqual([64, ''])
  expect(stderr).toBe(
    [
      'whatsapp-etl: bad configuration:',
      '  WHATSAPP_LOCALE="??": expected a BCP 47 language tag such as en-GB or pt-BR',
      '  HTTP_PORT="x": expected a whole number from 0 to 65535',
      '',
    ].join('\n'),
  )
})

test('settings come from .env too, and the real environment wins', async ({ dir }) => {
  writeFileSync(join(dir, '.env'), 'HTTP_PORT=nonsense\nLOG_LEVEL=loud\n')
  const { status, stderr } = await run(['migrate'], { cwd: dir, env: { LOG_LEVEL: 'info' } })
  expect(status).toBe(64)
  expect(stderr).toContain('HTTP_PORT="nonsense"')
  expect(stderr).not.toContain('LOG_LEVEL=')
})

test('LOG_LEVEL=debug adds the stack to the message', async ({ dir }) => {
  const { stderr } = await run(['migrate'], { cwd: dir, env: { HTTP_PORT: 'x', LOG_LEVEL: 'debug' } })
  expect(stderr).toMatch(/\n {4}at /)
})

test('every command has a help text with an example, and every one that reports takes --json', async () => {
  const { program } = await parse(['--version'])
  for (const command of program.commands) {
    const { stdout, thrown } = await parse([command.name(), '--help'])
    expect(thrown).toMatchObject({ exitCode: 0 })
    expect(stdout, command.name()).toContain(`\nExamples:\n  $ whatsapp-etl ${command.name()}`)
    if (!['start', 'demo'].includes(command.name())) expect(stdout, command.name()).toContain('--json')
  }
})

test('options that want a number refuse anything else, naming it', async () => {
  for (const args of [
    ['sync', '--lookback-days', '0'],
    ['sync', '--lookback-days', 'week'],
    ['pair', '--timeout', '-5'],
  ]) {
    const { thrown, stderr } = await parse(args)
    expect(thrown).toBeInstanceOf(CommanderError)
    expect(stderr).toContain('Expected a whole number of at least 1.')
  }
})
