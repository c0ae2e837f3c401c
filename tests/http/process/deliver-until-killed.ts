/** Run as a process of its own: stores messages, says so, and delivers, until it is killed. */
import { openDatabase } from '../../../src/db/client.ts'
import { makeStore } from '../../../src/db/store.ts'
import { makeWebhookStore } from '../../../src/db/webhooks.ts'
import { makeLogger } from '../../../src/log.ts'
import { Deliverer } from '../../../src/webhooks/deliverer.ts'
import { send } from '../../../src/webhooks/send.ts'
import { message, writing } from '../../db/given.ts'

const database = await openDatabase({ url: process.env.URL || null, dataDir: process.env.DATA_DIR ?? '' })
const { save } = await writing(makeStore(database))
await save([message('A1'), message('A2'), message('A3')])
process.stdout.write('stored\n')
const deliverer = new Deliverer({
  store: makeWebhookStore(database),
  log: makeLogger({ level: 'silent', pretty: false }),
  send: (url, headers, body) => send(url, headers, body, { refuses: () => false }),
})
await deliverer.look()
await deliverer.idle()
