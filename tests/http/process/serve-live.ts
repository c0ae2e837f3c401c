/** Run as a process of its own: serves the live events of a database into which it writes message after message, until it is killed. */
import { openDatabase } from '../../../src/db/client.ts'
import { makeStore } from '../../../src/db/store.ts'
import { message, writing } from '../../db/given.ts'
import { serveLive } from '../../support/followers.ts'

const database = await openDatabase({ url: process.env.URL || null, dataDir: process.env.DATA_DIR ?? '' })
const store = makeStore(database)
const { url } = await serveLive(store)
process.stdout.write(`${url}\n`)
const { save } = await writing(store)
for (let n = 0; ; n++) await save([message(`${process.pid}-${n}`)])
