/** Pictures out of the page into files: how many a second, how many bytes travel for each byte that is kept, and what a duplicate costs. */
import { expect, test } from '../e2e/account.ts'
import { account as accountOf, ada, direct, said } from '../e2e/scene.ts'
import type { SimMessage } from '../sim/app/types.ts'
import { picture } from '../sim/images.ts'
import { figure, method, quick } from './figure.ts'
import { sync } from './run.ts'

const group = 'Images'
const distinct = quick ? 24 : 200
/** So many of them come a second time, much later. */
const again = distinct / 4

function pictures(): SimMessage[] {
  const photo = (seed: number) => picture({ seed, width: 800, height: 600, format: 'jpeg' })
  return Array.from({ length: distinct + again }, (_, n) =>
    said(ada, 600 - n * 2, { kind: 'image', text: null, images: [photo(n % distinct)] }),
  )
}

test(`${distinct + again} pictures, ${again} of them for the second time`, async ({ makeAccount }, info) => {
  info.setTimeout(900_000)
  method(
    info,
    group,
    `A first \`sync\` of one chat of ${distinct + again} pictures of 800 × 600 (${again} of them were sent before), default settings without rate limits, a page of history 250 ms. Bytes copied are those of the pictures as they leave the page. In IndexedDB each picture's message carries the hash of its bytes before anything is transferred.`,
  )
  const latency = { bootMs: 400, pageMs: 250, subtitleMs: 200, downloadMs: 400 }
  const account = await makeAccount('postgres', { scenario: accountOf(direct(ada, pictures())), latency })
  account.env.WHATSAPP_LATE_MS = undefined
  const { attachments, counts, overReady } = await sync(account)
  expect(attachments.saved + attachments.deduplicated).toBe(distinct + again)
  const files = new Map(
    account.sim.scenario.chats.flatMap(({ messages }) => messages.flatMap(({ images }) => images)).map(one => [one.sha256, one.size]),
  )
  const stored = [...files.values()].reduce((sum, size) => sum + size, 0)
  // Whatever way the bytes took, all of them came out of the page.
  expect(counts.pictureBytes).toBeGreaterThanOrEqual(stored)
  figure(info, { group, name: 'stored', value: (distinct + again) / overReady, unit: 'pictures/s' })
  figure(info, {
    group,
    name: 'bytes copied : bytes stored',
    value: counts.pictureBytes / stored,
    unit: '×',
    target: { atMost: 1 },
    band: 0.15,
  })
  figure(info, {
    group,
    name: 'transfers : distinct pictures',
    value: counts.pictureReads / files.size,
    unit: '×',
    target: { atMost: 1 },
    band: 0.15,
  })
})
