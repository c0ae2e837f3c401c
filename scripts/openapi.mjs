// Writes docs/openapi.json from what the routes say of themselves: part of `npm run docs`. Nothing is asked, so nothing has to be there.
import { readFileSync, writeFileSync } from 'node:fs'
import { createApp } from '../dist/http/app.js'
import { openApi } from '../dist/http/openapi.js'
import { apiRoutes } from '../dist/http/routes/api.js'
import { liveEvents } from '../dist/http/routes/events.js'
import { operations } from '../dist/http/routes/operations.js'
import { webhooks } from '../dist/http/routes/webhooks.js'
import { makeLogger } from '../dist/log.js'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const log = makeLogger({ level: 'silent', pretty: false })
const routes = [operations({}), ...apiRoutes({ sessions: new Map(), version }), liveEvents({}), webhooks({})]
const app = await createApp({ apiKey: null, loopback: true, log, routes })
writeFileSync(new URL('../docs/openapi.json', import.meta.url), `${JSON.stringify(openApi(app.endpoints(), version), null, 2)}\n`)
await app.close()
