import fc from 'fast-check'
import { message, writing } from '../db/given.ts'
import { expect, test } from '../support/database.ts'
import { asking, checked, sessionOn } from './asking.ts'

/** What somebody may write where a value belongs. */
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\0',
    '%',
    '_',
    '\\',
    "' or 1=1 --",
    '..',
    '../../etc/passwd',
    '\u202e',
    '日本',
    '🎉',
    'é',
    ':*',
    '&|!()',
    "'",
    '"',
    '<->',
    '{',
    '-',
    '(',
    '[a',
    'a\\',
  ),
  fc.constantFrom('-1', '0', '1', '9007199254740993', '1e9', 'NaN', 'null', 'undefined', 'true', 'false', 'default', 'asc', '2026-02-10'),
  fc.json({ maxDepth: 2 }).map(json => Buffer.from(json).toString('base64url')),
)

test('whatever is asked of a route, it answers as it says it does, and never with an error of its own', async ({ makeDatabase }) => {
  const given = await makeDatabase('postgres')
  const { save } = await writing(given.store)
  await save([message('M1', { text: "it's (a) 日本 100% \\ test 🎉" }), message('M2', { kind: 'image', text: null })])
  const { app, lines } = await asking(sessionOn(given))
  const routes = app.endpoints().filter(({ method, path }) => method === 'GET' && path !== '/openapi.json')
  const request = fc.constantFrom(...routes).chain(({ path, params, query }) =>
    fc.record({
      path: fc.constant(path),
      params: fc.array(value, { minLength: 2, maxLength: 2 }),
      query: fc.dictionary(fc.constantFrom('strange', ...Object.keys(params?.shape ?? {}), ...Object.keys(query?.shape ?? {})), value, {
        maxKeys: 4,
      }),
    }),
  )
  await fc.assert(
    fc.asyncProperty(request, async ({ path, params, query }) => {
      const at = path.replace(/\{\w+\}/g, () => encodeURIComponent(params[0] || '-'))
      const url = `${at}?${new URLSearchParams(query)}`
      const response = await app.inject(url)
      expect([url, response.statusCode < 500 ? '' : response.body]).toEqual([url, ''])
      if (String(response.headers['content-type']).startsWith('application/json')) checked(app, url, 'GET', response)
    }),
    { numRuns: process.env.TEST_FULL === '1' ? 3000 : 300 },
  )
  expect(lines).toEqual([])
})
