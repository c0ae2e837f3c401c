import { Writable } from 'node:stream'
import { expect, test } from '@playwright/test'
import { chatRef, makeLogger } from '../../src/log.ts'

function capture() {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}

test('a line is one JSON object with level and ISO time', () => {
  const { stream, text } = capture()
  makeLogger({ level: 'info', pretty: false, stream }).warn({ chats: 3 }, 'hello')
  expect(JSON.parse(text())).toEqual({ level: 'warn', time: expect.stringMatching(/^\d{4}-.*Z$/), chats: 3, msg: 'hello' })
})

test('lines below the level are not written', () => {
  const { stream, text } = capture()
  makeLogger({ level: 'warn', pretty: false, stream }).info('hello')
  expect(text()).toBe('')
})

test('text, names, numbers, codes and keys are cut out wherever they stand', () => {
  const { stream, text } = capture()
  const marker = 'MARKER'
  const log = makeLogger({ level: 'info', pretty: false, stream })
  log.info({
    text: marker,
    message: { text: marker, senderName: marker, sender_id: marker },
    list: { one: { preview: marker, title: marker } },
  })
  log.info({
    qr: marker,
    apiKey: marker,
    req: { headers: { authorization: marker } },
    data: { content_snippet: marker, quoted: { text: marker } },
  })
  expect(text()).not.toContain(marker)
  expect(text()).toContain('[private]')
})

test('a terminal gets lines for people', () => {
  const { stream, text } = capture()
  makeLogger({ level: 'info', pretty: true, stream }).info({ chats: 3 }, 'cycle ended')
  expect(text()).toMatch(/INFO.*cycle ended/)
  expect(text()).not.toContain('"msg"')
})

test('a chat is named by its number; what could be a name or a phone number only by a short hash', () => {
  expect(chatRef(17)).toBe('chat#17')
  expect(chatRef('17')).toBe('chat#17')
  expect(chatRef('Aunt Somebody')).toMatch(/^chat~[0-9a-f]{8}$/)
  expect(chatRef('5511999990000@c.us')).not.toContain('5511')
  expect(chatRef('Aunt Somebody')).toBe(chatRef('Aunt Somebody'))
})
