/** Nothing but the guard may press, type or dispatch: checked on the text of every source file. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'

const source = new URL('../../src/', import.meta.url)

/** Ways to press or type: in Playwright, over CDP, and from within the page. */
const bypasses = [
  /(?<!\bguard)\.(?:click|dblclick|tap|press|pressSequentially|fill|check|uncheck|selectOption|setInputFiles|dragTo|hover)\s*\(/,
  // A browser dialog's type is read, an HTTP reply's is set.
  /(?<!\bdialog|\breply)\.type\s*\(/,
  /\b(?:keyboard|mouse|touchscreen)\s*(?:\.|\[)/,
  /\bdispatchEvent\b/,
  /\bInput\.(?:dispatch|insert|ime|synthesize)/,
  /[\w)]\[\s*['"`](?:click|tap|press|type|fill)['"`]\s*\]\s*\(/,
  /\bnew\s+(?:Mouse|Pointer|Keyboard|Input|Touch)Event\b/,
  /\bexecCommand\b/,
  /\.submit\s*\(|\brequestSubmit\b/,
]

/** Lines of a source text that press or type, comments left out. */
function pressing(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, match => match.replace(/[^\n]/g, ' ')).replace(/(^|\s)\/\/.*$/gm, '')
  return code.split('\n').flatMap((line, index) => (bypasses.some(pattern => pattern.test(line)) ? [`${index + 1}: ${line.trim()}`] : []))
}

test('no source file presses, types or dispatches input except the guard', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
  expect(files).toContain('web/guard.ts')
  const found = files
    .filter(name => name !== 'web/guard.ts')
    .flatMap(name => pressing(readFileSync(new URL(name, source), 'utf8')).map(line => `${name}:${line}`))
  expect(found).toEqual([])
})

test('the guard moves and presses the mouse, and never touches the keyboard', () => {
  const guard = readFileSync(new URL('web/guard.ts', source), 'utf8')
  expect(pressing(guard).length).toBeGreaterThan(0)
  expect(guard).not.toMatch(/\.keyboard\b|\.(?:press|type|fill|insertText|pressSequentially)\s*\(|dispatchEvent|\bInput\.[a-z]/)
})

for (const bypass of [
  "await page.click('#x')",
  'await row.locator.click()',
  'await page.mouse.down()',
  "page.keyboard.type('x')",
  "await cdp.send('Input.dispatchMouseEvent', {})",
  'element.dispatchEvent(new Event("click"))',
  "element['click']()",
  "await field.fill('x')",
  "new MouseEvent('click')",
  'locator.tap()',
]) {
  test(`the check sees a bypass: ${bypass}`, () => {
    expect(pressing(bypass)).toHaveLength(1)
  })
}

for (const harmless of [
  "await session.guard.click('chat-row', row)",
  '// page.click( is not allowed',
  '/* mouse.down */',
  'const clicked = true',
]) {
  test(`the check leaves alone: ${harmless}`, () => {
    expect(pressing(harmless)).toEqual([])
  })
}
