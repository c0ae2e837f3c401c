/** What its owner purged is not brought back by the cycles that follow, while the chat goes on. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './account.ts'
import { account as accountOf, ada, bela, direct, photo, said, talk } from './scene.ts'

test('a chat that was purged stays away through every later cycle, and its next message arrives', async ({ makeAccount }) => {
  const scenario = accountOf(
    direct(ada, [...talk(ada, 8, 24), said(ada, 3, { kind: 'image', text: null, images: [photo(11)] }), said(ada, 2)]),
    direct(bela, [...talk(bela, 3, 26), said(bela, 4, { kind: 'image', text: null, images: [photo(12)] })]),
  )
  const account = await makeAccount('postgres', { scenario })
  const sync = async (...args: string[]) => {
    const { status, stdout, stderr } = await account.run('sync', '--json', ...args)
    expect(stdout, stderr).toMatch(/^\{/)
    return { exit: status, ...JSON.parse(stdout) }
  }
  const stored = () =>
    account.rows<{ title: string; id: number; text: string }>(
      'select c.title, m.id, m.content_snippet as text from messages m join chats c on c.id = m.chat_id order by m.id',
    )
  const files = async () =>
    (await readdir(join(account.dataDir, 'attachments', 'sha256'), { recursive: true })).filter(name => name.includes('.'))
  expect(await sync()).toMatchObject({ exit: 0, messages: { inserted: 14 }, attachments: { saved: 2 } })
  const others = (await stored()).filter(row => row.title === bela.name)

  const purged = await account.run('purge', '--chat', ada.name, '--yes', '--json')
  expect(purged.status, purged.stderr).toBe(0)
  expect(JSON.parse(purged.stdout)).toMatchObject({ removed: { messages: 10, attachments: 1, files: 1 } })
  expect(await stored()).toEqual(others)
  expect(await files()).toHaveLength(1)

  // Opened once, for nobody knows any more what its row in the list said; then left alone again.
  expect(await sync()).toMatchObject({ exit: 0, chats: { opened: 1 }, messages: { inserted: 0 }, attachments: { saved: 0 } })
  expect(await sync()).toMatchObject({ exit: 0, chats: { opened: 0 } })
  expect(await sync('--full')).toMatchObject({ exit: 0, chats: { opened: 2 }, messages: { inserted: 0 }, attachments: { saved: 0 } })
  expect(await stored()).toEqual(others)
  expect(await files()).toHaveLength(1)
  const [row] = await account.rows<{ preview: string | null }>(`select preview from chats where title = '${ada.name}'`)
  expect(row?.preview).toBe(null)

  await account.sim.say(ada.name, { text: 'after all that' })
  expect(await sync()).toMatchObject({ exit: 0, chats: { opened: 1 }, messages: { inserted: 1 } })
  expect((await stored()).filter(one => one.title === ada.name).map(one => one.text)).toEqual(['after all that'])
})
