import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { createApp } from '../../src/http/app.ts'
import { openApi } from '../../src/http/openapi.ts'
import { apiRoutes } from '../../src/http/routes/api.ts'
import { liveEvents } from '../../src/http/routes/events.ts'
import { operations } from '../../src/http/routes/operations.ts'
import { webhooks } from '../../src/http/routes/webhooks.ts'
import { makeLogger } from '../../src/log.ts'

interface Operation {
  operationId: string
  parameters?: { name: string; in: string; schema: object }[]
  responses: Record<string, unknown>
}
type Document = { paths: Record<string, Record<string, Operation>>; components: Record<string, Record<string, unknown>> }

const committed = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as Document
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

/** Every route of the program; nothing is asked of them, so nothing has to be there. */
async function everyRoute() {
  const nothing = {} as never
  const api = { sessions: new Map(), version, now: () => '' }
  const routes = [operations(nothing), ...apiRoutes(api), liveEvents(nothing), webhooks(nothing)]
  return createApp({ apiKey: null, loopback: true, log: makeLogger({ level: 'silent', pretty: false }), routes })
}

test('docs/openapi.json is what the routes say of themselves', async () => {
  const app = await everyRoute()
  expect(committed, 'npm run docs').toEqual(JSON.parse(JSON.stringify(openApi(app.endpoints(), version))))
  // A route of the API describes itself; a page says here that it is none.
  const pages: string[] = []
  expect(app.pages()).toEqual(pages)
  await app.close()
})

test('every route that a file of routes describes is in the document', () => {
  const described = readdirSync('src/http/routes').flatMap(file => {
    const text = readFileSync(`src/http/routes/${file}`, 'utf8')
    return [...text.matchAll(/method: '(GET|POST|DELETE)',\s+path: '([^']+)'/g)].map(([, method = '', path = '']) => `${method} ${path}`)
  })
  const paths = Object.entries(committed.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
  )
  expect(paths.filter(path => path !== 'GET /openapi.json').sort()).toEqual(described.sort())
  expect(described.length).toBeGreaterThan(15)
})

test('the document is one that tools can read: references lead somewhere, ids are unique, parameters in the path are said', () => {
  const text = JSON.stringify(committed)
  for (const [, kind = '', name = ''] of text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)) {
    expect(committed.components[kind], `${kind}/${name}`).toHaveProperty([name])
  }
  expect(text).not.toContain('#/$defs')
  const operations = Object.entries(committed.paths).flatMap(([path, methods]) => Object.values(methods).map(one => ({ path, ...one })))
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  for (const { path, parameters = [], responses } of operations) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    expect(parameters.filter(one => one.in === 'path').map(({ name }) => name)).toEqual(inPath)
    for (const { name, schema } of parameters) expect(Object.keys(schema).length, `${path} ${name}`).toBeGreaterThan(0)
    expect(
      Object.keys(responses).some(status => /^[123]/.test(status)),
      path,
    ).toBe(true)
  }
})
