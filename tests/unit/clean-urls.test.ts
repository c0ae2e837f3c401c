import { expect, test } from '@playwright/test'
import { cleanUrls } from '../../src/clean-urls.ts'

const table: [text: string, clean: string][] = [
  ['see https://a.example/x?y=1#z', 'see [URL]'],
  ['(https://a.example/b_(c)) and WWW.B.EXAMPLE!', '([URL]) and [URL]!'],
  ['https://a.example. Next', '[URL]. Next'],
  ['*https://a.example*', '*[URL]*'],
  ['"http://a.example/"', '"[URL]"'],
  ['見て：https://a.example/日本。次', '見て：[URL]。次'],
  ['whatsapp://send?text=x ftp://f.example', '[URL] [URL]'],
  ['http://пример.example/путь', '[URL]'],
  ['no address: a.b, 3:4, mail@a.example, http:/x', 'no address: a.b, 3:4, mail@a.example, http:/x'],
  ['https://', 'https://'],
]

for (const [text, clean] of table) test(`${text} → ${clean}`, () => expect(cleanUrls(text)).toBe(clean))

test('a long text without spaces is looked through in no time', () => {
  const started = performance.now()
  cleanUrls(`https://a.example/${')'.repeat(50_000)}`)
  cleanUrls('a'.repeat(65_536))
  cleanUrls('a:/'.repeat(20_000))
  expect(performance.now() - started).toBeLessThan(2000)
})
