/** What is told of errors outside the database: never what they quote. */
import { Writable } from 'node:stream'
import { expect, test } from '@playwright/test'
import { DrizzleQueryError } from 'drizzle-orm'
import { outlineOf, outlineText } from '../../src/error-outline.ts'
import { asEtlError, EtlError, Retryable } from '../../src/errors.ts'
import { foreignWords, framesOf } from '../../src/foreign-error.ts'
import { makeLogger } from '../../src/log.ts'

const marker = 'MarkedName said MarkedText'

/** A row that a constraint refuses, as the drivers tell of it. */
function refusedRow(): Error {
  const cause = Object.assign(new Error('new row for relation "messages" violates check constraint "short"'), {
    name: 'PostgresError',
    severity: 'ERROR',
    code: '23514',
    detail: `Failing row contains (1, ${marker}).`,
    where: marker,
    table_name: 'messages',
    constraint_name: 'short',
    parameters: [marker],
  })
  return new DrizzleQueryError('insert into messages values ($1)', [marker], cause)
}

const thrown: [string, () => unknown][] = [
  ['a row that the database refuses', refusedRow],
  [
    'a value that the database cannot read',
    () => Object.assign(new Error(`invalid input syntax for type json: "${marker}"`), { severity: 'ERROR', code: '22P02' }),
  ],
  ['JSON that is broken', () => attempt(() => JSON.parse(marker))],
  ['a value of another type', () => attempt(() => 'x' in (marker as unknown as object))],
  ['an expression made of a text', () => attempt(() => new RegExp(`(${marker}`))],
  ['a press in the page', () => new Error(`locator.click: Timeout\nCall log:\n  - <div title="${marker}">`)],
  ['lines that look like a stack', () => new Error(`x\n    at ${marker} (file:///a.js:1:2)`)],
  ['a name that is a text', () => Object.assign(new Error('x'), { name: marker, code: marker })],
  ['an error with a cycle’s result', () => Object.assign(new Retryable('try again'), { result: { incomplete: [{ chat: marker }] } })],
  ['one of ours around one of theirs', () => new EtlError('internal', 'it failed', { cause: refusedRow() })],
  ['several at once', () => new AggregateError([new Error(marker)], marker)],
  ['no error at all', () => marker],
]

for (const [name, make] of thrown) {
  test(`${name}: neither the log, at any level, nor the line for a person quotes it`, () => {
    const lines: string[] = []
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    })
    const error = make()
    for (const pretty of [false, true]) {
      const log = makeLogger({ level: 'trace', pretty, stream })
      for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) {
        log[level]({ err: error }, 'failed')
        log[level]({ err: error })
        log.child({ run: 1 })[level]({ err: error }, 'failed')
        if (!(error instanceof Error)) continue
        log[level]({ error, cause: error }, 'failed')
        log[level](error)
      }
    }
    expect(lines.length).toBeGreaterThan(30)
    const told = [...lines, outlineText(outlineOf(error)), JSON.stringify(outlineOf(error)), asEtlError(error).message].join('\n')
    expect(told).not.toMatch(/Marked/)
  })
}

test('what helps to find the fault stays: class, codes, table and constraint, path, frames of the stack', () => {
  expect(foreignWords(refusedRow())).toBe(
    'DrizzleQueryError: PostgresError 23514: new row for relation "messages" violates check constraint "short"',
  )
  const unread = Object.assign(new Error('"x"'), { severity: 'ERROR', code: '22001', table: 'chats', column: 'title' })
  expect(foreignWords(unread)).toBe('Error 22001 (table chats, column title)')
  const disk = Object.assign(new Error("ENOSPC: no space left on device, write '/data/x'"), { syscall: 'write', code: 'ENOSPC' })
  expect(foreignWords(disk)).toBe("ENOSPC: no space left on device, write '/data/x'")
  expect(foreignWords(new TypeError('x'))).toBe('TypeError')
  expect(framesOf(new TypeError('x\ny'))[0]).toMatch(/^at .*error-outline\.test\.ts:\d+:\d+\)?$/)
  expect(outlineOf(new EtlError('locked', 'held by 7', { cause: new TypeError('x') }))).toMatchObject({
    type: 'EtlError',
    code: 'locked',
    message: 'held by 7',
    cause: { type: 'TypeError', message: 'TypeError' },
  })
})

function attempt(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
