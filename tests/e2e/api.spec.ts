/** Programs that speak the shapes of such services, against a real worker that reads the simulated account. */
import { expectedRows } from '../sim/truth.ts'
import { Follower } from '../support/followers.ts'
import { expect, test } from './account.ts'
import { account as accountOf, ada, bela, carl, direct, group, hoursAgo, talk } from './scene.ts'

interface Answer {
  conversations: { id: string; name: string; last_message: { id: string; date: string; text: string }; total_messages: number }[]
  messages: {
    id: string
    date: string
    text: string
    from_user: boolean
    conversation_id: string
    conversation_name: string
    source: string
  }[]
}

test('a program without a key initialises, lists everything, fetches since and in a range, follows the socket and sees health', async ({
  makeAccount,
}) => {
  const scenario = accountOf(
    direct(ada, talk(ada, 6, 30)),
    group('Choir on Tuesdays', 1, [ada, carl], talk(carl, 4, 60)),
    direct(bela, talk(bela, 3, 5)),
  )
  const account = await makeAccount('postgres', { scenario })
  Object.assign(account.env, { HTTP_PORT: '0', API_AUTH: 'none' })
  const worker = account.start('start')
  const { address } = JSON.parse(await worker.line(/"HTTP server listening"/)) as { address: string }
  const get = async <T>(path: string) => (await (await fetch(new URL(path, address))).json()) as T
  expect(await get('/initialize')).toMatchObject({
    ready: expect.any(Boolean),
    qrCode: null,
    status: expect.stringMatching(/starting|logged_in/),
  })
  await worker.line(/"msg":"cycle ended"/)
  expect(await get('/status')).toMatchObject({ ready: true, status: 'logged_in' })

  const truth = expectedRows(account.sim.scenario, { since: new Date(Date.now() - 30 * 24 * 60 * 60 * 1000) })
  const said = (rows: typeof truth) =>
    rows.map(row => [row.chatTitle, row.second, row.text ?? '', row.direction === 'out'].join(' | ')).sort()
  const told = ({ messages }: Answer) =>
    messages.map(one => [one.conversation_name, new Date(one.date).toISOString(), one.text, one.from_user].join(' | ')).sort()
  const full = await get<Answer>('/messages')
  expect(told(full)).toEqual(said(truth))
  expect(full.messages.map(({ source }) => source)).toEqual(full.messages.map(() => 'whatsapp'))
  for (const { id, total_messages } of full.conversations) {
    expect(total_messages).toBe(full.messages.filter(({ conversation_id }) => conversation_id === id).length)
  }
  const [from, to] = [hoursAgo(65), hoursAgo(29)]
  expect(told(await get<Answer>(`/messages?since=${from}`))).toEqual(said(truth.filter(({ second }) => second >= from)))
  const range = await get<Answer>(`/messages?since=${Date.parse(from) / 1000}&until=${encodeURIComponent(to.replace('.000Z', '+00:00'))}`)
  expect(told(range)).toEqual(said(truth.filter(({ second }) => second >= from && second < to)))

  const follower = await new Follower(address).open()
  await account.sim.say(ada.name, { text: 'are you there' })
  // 409 for as long as the first cycle puts its things away.
  await expect.poll(async () => (await fetch(new URL('/sync', address), { method: 'POST' })).status).toBe(202)
  const frames = await follower.until(all => all.some(({ type, data }) => type === 'message' && data.text === 'are you there'))
  const [newest] = (await get<Answer>('/messages?order=desc&limit=1')).messages
  expect(frames.find(({ data }) => data.text === 'are you there')?.data).toEqual(newest)
  follower.socket.terminate()
  await worker.line(/"msg":"cycle ended"/, 2)
  expect(await get('/health')).toMatchObject({ status: 'ok', coverage: { chats: 3, complete: 3 } })
  worker.process.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
})
