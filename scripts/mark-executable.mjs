// tsc writes plain files; the bin must be executable where npm links it.
import { chmodSync } from 'node:fs'

chmodSync(new URL('../dist/cli.js', import.meta.url), 0o755)
