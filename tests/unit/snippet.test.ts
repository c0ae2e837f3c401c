import { expect, test } from '@playwright/test'
import { snippet } from '../../src/http/snippet.ts'

/** Matches in brackets. */
const drawn = (text: string, ...terms: string[]) =>
  snippet(text, terms)
    .map(part => (part.match ? `[${part.text}]` : part.text))
    .join('')

const table: [what: string, text: string, terms: string[], expected: string][] = [
  ['in any case', 'Ana and ANA', ['ana'], '[Ana] and [ANA]'],
  ['of terms that hold each other the longer one', 'banana', ['an', 'banana'], '[banana]'],
  ['signs of patterns as they are', 'a.b (c) a-b', ['a.b', '(c)', 'a-b'], '[a.b] [(c)] [a-b]'],
  ['line breaks as spaces', 'one\n\ntwo', ['two'], 'one [two]'],
  ['markup as text', '<b>x</b>', ['x'], '<b>[x]</b>'],
  ['nothing where nothing stands', 'text', ['other'], 'text'],
  ['an empty text', '', ['x'], ''],
  ['a script without spaces', '明日は東京駅で', ['東京'], '明日は[東京]駅で'],
]
for (const [what, text, terms, expected] of table) test(`marks ${what}`, () => expect(drawn(text, ...terms)).toBe(expected))

test('of a long text it shows what stands around the first match, and never half a character', () => {
  const long = `${'😀'.repeat(200)} needle ${'😀'.repeat(200)}`
  const text = drawn(long, 'needle')
  expect(text).toMatch(/^…😀+ \[needle\] 😀+…$/u)
  expect(text.length).toBeLessThan(200)
  expect(encodeURIComponent(text)).not.toBe('')
})
