/** An account for the page: every kind of message, several scripts, hostile texts, and one long chat. */
import sharp from 'sharp'
import { makeFileStore } from '../../src/files.ts'
import type { Message } from '../../src/model.ts'
import { image, message, writing } from '../db/given.ts'
import type { TestDatabase } from '../support/database.ts'

const hour = 3_600_000

/** Texts that would do something if they ever became markup. */
export const hostile = [
  '<img src=x onerror="document.body.dataset.hacked=1"><script>document.body.dataset.hacked=1</script>',
  '"><svg/onload=document.body.dataset.hacked=1> javascript:document.body.dataset.hacked=1',
  '[x](javascript:alert(1)) https://example.test/"onmouseover="alert(1) data:text/html,<b>',
]
export const hostileName = '<b onclick=alert(1)>Mallory</b>'

export interface PageAccount {
  /** Instant that the ages count back from. */
  ago(hours: number): string
  /** Stores messages of the chat with Ana. */
  ana(messages: Message[]): Promise<unknown>
}

export async function pageAccount(given: TestDatabase, now = Date.now()): Promise<PageAccount> {
  const ago = (hours: number) => new Date(now - hours * hour).toISOString()
  const since = ago(24 * 90)
  const files = makeFileStore(given.dataDir)
  const picture = async (width: number, height: number, color: string) => {
    const bytes = await sharp({ create: { width, height, channels: 3, background: color } })
      .png()
      .toBuffer()
    const { checksum, path } = await files.put(bytes, 'png')
    return image(checksum, { filePath: path, mediaType: 'image/png', sizeBytes: bytes.byteLength, width, height })
  }

  const ana = await writing(given.store, { title: 'Ana Wintermoor', jid: '15550100001@c.us', isGroup: false })
  const lines = Array.from({ length: 420 }, (_, n) =>
    message(`L${n}`, {
      ts: ago(24 * 40 - n * 2),
      text: `Line ${n} of a long talk about ${n % 7 === 0 ? 'gardens' : 'nothing'}`,
      direction: n % 3 === 0 ? 'out' : 'in',
    }),
  )
  await ana.save(lines, { since })
  await ana.save(
    [
      message('K1', { ts: ago(30), text: 'See https://example.test/garden?a=1, it is lovely.\nSecond line 🌱', edited: true }),
      message('K2', {
        ts: ago(29),
        text: 'It is!',
        direction: 'out',
        status: 'read',
        quoted: { text: 'See https://example.test/garden', sender: 'Ana Wintermoor', messageId: 'K1' },
      }),
      message('K3', {
        ts: ago(28.9),
        kind: 'image',
        text: 'The pond',
        attachments: [await picture(900, 600, '#3a8f77')],
        reactions: [
          { emoji: '❤️', count: 1 },
          { emoji: '👍', count: 2 },
        ],
      }),
      message('K4', {
        ts: ago(28.8),
        kind: 'voice',
        text: null,
        durationS: 42,
        attachments: [image(null, { mediaType: 'audio/ogg', status: 'metadata_only', durationS: 42 })],
      }),
      message('K5', {
        ts: ago(28.7),
        kind: 'document',
        text: null,
        fileName: 'planting plan.pdf',
        attachments: [
          image(null, { mediaType: 'application/pdf', status: 'metadata_only', originalName: 'planting plan.pdf', sizeBytes: 182_000 }),
        ],
      }),
      message('K6', { ts: ago(28.6), text: 'Never mind', deleted: true }),
      message('K7', { ts: ago(28.5), kind: 'call', text: null, details: { call: { video: true, missed: true } } }),
      message('K8', {
        ts: ago(28.4),
        kind: 'poll',
        text: null,
        direction: 'out',
        status: 'delivered',
        details: {
          poll: {
            question: 'Which day?',
            options: [
              { text: 'Saturday', votes: 3 },
              { text: 'Sunday', votes: null },
            ],
          },
        },
      }),
      message('K9', {
        ts: ago(28.3),
        kind: 'location',
        text: null,
        details: { location: { name: 'Botanic garden', address: '1 Fern Road', latitude: 51.5, longitude: -0.12, live: false } },
      }),
      message('K10', { ts: ago(28.2), kind: 'image', text: null, attachments: [image(null)] }),
      message('K11', { ts: ago(3), text: 'Forwarded news of the day', forwarded: true, tsPrecision: 'second' }),
    ],
    { since },
  )

  const family = await writing(given.store, {
    title: 'משפחה וחברים',
    jid: '120363000000000001@g.us',
    isGroup: true,
    participants: ['דנה', 'Omar', 'Zoë'],
  })
  await family.save(
    [
      message('R1', { ts: ago(5), text: 'שלום לכולם! ניפגש בשבת ב-10:30 ליד הגן?', senderName: 'דנה', senderId: '972500000001@c.us' }),
      message('R2', { ts: ago(4.9), text: 'نعم، سأحضر الشاي والكعك (2 كيلو).', senderName: 'عمر', senderId: '972500000002@c.us' }),
      message('R3', { ts: ago(4.8), text: 'Great, see you there — 7 people.', senderName: 'Zoë', senderId: '441000000003@c.us' }),
      message('R4', {
        ts: ago(4.7),
        text: 'מעולה',
        direction: 'out',
        status: 'sent',
        quoted: { text: 'نعم، سأحضر الشاي والكعك', sender: 'عمر', messageId: 'R2' },
      }),
    ],
    { since },
  )

  const mallory = await writing(given.store, { title: hostileName, jid: '15550100666@c.us', isGroup: true })
  await mallory.save(
    hostile.map((text, n) =>
      message(`H${n}`, {
        ts: ago(8 - n),
        text,
        senderName: hostileName,
        quoted: { text, sender: hostileName, messageId: null },
        reactions: [{ emoji: '<i>x</i>', count: null }],
      }),
    ),
    { since, incompleteReason: 'phone_has_more' },
  )
  return { ago, ana: messages => ana.save(messages, { since }) }
}
