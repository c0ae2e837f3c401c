/** Who may read what the program makes, whatever umask it is started under. (What a cycle makes: `privacy.spec.ts`.) */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './account.ts'
import { treeOf } from './marked-account.ts'
import { account as accountOf } from './scene.ts'

test('the embedded database is for its owner alone whatever the umask, and one that was opened to others is closed again', async ({
  makeAccount,
}) => {
  const account = await makeAccount('embedded', { scenario: accountOf() }, { firstStart: true })
  const migrate = async (umask: number) => {
    const before = process.umask(umask)
    const running = account.run('migrate')
    process.umask(before)
    expect(await running).toMatchObject({ status: 0 })
    return treeOf(account.dataDir)
  }
  const files = await migrate(0o000)
  expect(files.length).toBeGreaterThan(500)
  expect(files.filter(({ mode }) => (mode & 0o077) !== 0)).toEqual([])
  chmodSync(join(account.dataDir, 'pglite', 'data'), 0o755)
  chmodSync(join(account.dataDir, 'pglite', 'data', 'PG_VERSION'), 0o644)
  expect((await migrate(0o022)).filter(({ mode }) => (mode & 0o077) !== 0)).toEqual([])
})
