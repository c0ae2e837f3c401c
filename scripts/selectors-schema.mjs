/** Writes selectors/schema/set.json from the schema in the code; --check only says whether it is up to date. Needs a build. */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { SelectorSetFile } from '../dist/web/selector-schema.js'

const path = new URL('../selectors/schema/set.json', import.meta.url)
const schema = { title: 'A selector set', ...z.toJSONSchema(SelectorSetFile, { io: 'input' }) }
if (process.argv.includes('--check')) {
  if (JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))) !== JSON.stringify(schema)) {
    console.error('selectors/schema/set.json is not what src/web/selector-schema.ts says: run node scripts/selectors-schema.mjs')
    process.exit(1)
  }
} else writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`)
