/** Nothing but the guard may press, type or dispatch: checked on the text of every source file. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'

const source = new URL('../../src/', import.meta.url)

/** Every source file but those of zones that may import neither playwright nor web/ (imports.test.ts): words like "check" mean other things there, and our own page may be used by the keyboard. */
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  name => name.endsWith('.ts') && !/^(?:http|webhooks|db|parse|page|client)\//.test(name),
)

/** Ways to press, type, play or take the focus: in Playwright, over CDP, and from within the page. */
const bypasses = [
  /(?<!\bguard)\.(?:click|dblclick|tap|press|pressSequentially|fill|check|uncheck|setChecked|selectOption|selectText|setInputFiles|dragTo|dragAndDrop|hover|focus|blur|bringToFront|play|showPicker)\s*\(/,
  // A browser dialog's type is read, an HTTP reply's is set.
  /(?<!\bdialog|\breply)\.type\s*\(/,
  /\b(?:keyboard|mouse|touchscreen)\s*(?:\.|\[)/,
  /\b(?:keyboard|mouse|touchscreen)\b[^()]*\}\s*=/,
  /\.\s*(?:click|tap|press|fill|focus|submit|play)\s*(?:\?\.\s*\(|\.\s*(?:call|apply|bind)\b)/,
  /\b(?:const|let|var)\s*\{[^}]*\b(?:click|dblclick|tap|press|pressSequentially|fill|hover|focus|submit|play)\b[^}]*\}\s*=/,
  /\bdispatchEvent\b/,
  /\bInput\.(?:dispatch|insert|ime|synthesize)/,
  /[\w)]\[\s*['"`](?:click|tap|press|type|fill|focus|submit|play|keyboard|mouse|touchscreen)['"`]\s*\]/,
  /\bnew\s+(?:Mouse|Pointer|Keyboard|Input|Touch|Focus|Drag|Clipboard|Composition)Event\b/,
  /\bexecCommand\b/,
  /\.submit\s*\(|\brequestSubmit\b/,
]

/** All that is sent to the browser over CDP. None of it presses, types, or brings the page to the front. */
const commands = [
  'Browser.setPermission',
  'Emulation.setFocusEmulationEnabled',
  'Emulation.setScriptExecutionDisabled',
  'IO.close',
  'IO.read',
  'IO.resolveBlob',
  'Page.createIsolatedWorld',
  'Page.getFrameTree',
  'Runtime.callFunctionOn',
  'Runtime.evaluate',
  'Runtime.releaseObject',
  'SystemInfo.getProcessInfo',
]

/** Lines of a source text that press or type, comments left out. */
function pressing(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, match => match.replace(/[^\n]/g, ' ')).replace(/(^|\s)\/\/.*$/gm, '')
  return code.split('\n').flatMap((line, index) => (bypasses.some(pattern => pattern.test(line)) ? [`${index + 1}: ${line.trim()}`] : []))
}

test('no source file presses, types or dispatches input except the guard', () => {
  expect(files).toContain('web/guard.ts')
  const found = files
    .filter(name => name !== 'web/guard.ts')
    .flatMap(name => pressing(readFileSync(new URL(name, source), 'utf8')).map(line => `${name}:${line}`))
  expect(found).toEqual([])
})

test('the files that are searched hold the code for the page, and the pairing', () => {
  expect(files).toEqual(expect.arrayContaining(['web/page/row-point.ts', 'web/pairing.ts', 'commands/pair.ts', 'web/conversation.ts']))
})

test('the browser is sent no command over CDP but those that are listed, each by its name', () => {
  for (const name of files.filter(one => one.startsWith('web/') || one.startsWith('commands/'))) {
    for (const [, , command] of readFileSync(new URL(name, source), 'utf8').matchAll(/\.send\(\s*(['"`]?)([\w.]*)/g))
      expect(commands, name).toContain(command)
  }
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
  'element?.click()',
  'element.click?.()',
  'HTMLElement.prototype.click.call(element)',
  "element['submit']()",
  'form.requestSubmit()',
  'await page.evaluate(() => document.forms[0].submit())',
  'await row.press("Enter")',
  "await composer.pressSequentially('x')",
  'composer.focus()',
  'await page.bringToFront()',
  'await page.touchscreen.tap(1, 1)',
  "const { mouse } = page['x']",
  "const { click } = page.locator('#x')",
  'const { page, focus: take } = element',
  'void audio.play()',
  "new FocusEvent('focus')",
  "document.execCommand('insertText', false, 'x')",
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
  'const focus = document.hasFocus()',
  "window.addEventListener('focus', swallow, true)",
  'for (const mouse of cats) play = mouse',
]) {
  test(`the check leaves alone: ${harmless}`, () => {
    expect(pressing(harmless)).toEqual([])
  })
}
