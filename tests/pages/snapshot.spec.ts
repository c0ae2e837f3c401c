/** What is written down of a page that is not understood: its structure, and nothing that a person wrote or is called. */
import { readFileSync } from 'node:fs'
import { pageStructure } from '../../src/web/page/snapshot.ts'
import { type Profile, profiles } from '../sim/app/switches.ts'
import type { Scenario } from '../sim/app/types.ts'
import { startSim } from '../sim/server.ts'
import { expect, test } from '../support/chromium.ts'

const bounds = JSON.stringify({ most: 400_000, children: 12 })

/** Everything in a scenario that belongs to a person: names, titles, texts and their words, numbers and their tails, ids. */
function personal({ account, chats }: Scenario): string[] {
  const people = [account, ...chats.flatMap(chat => [...chat.participants, ...chat.messages.map(one => one.sender)])]
  const numbers = people.flatMap(({ phone, lid }) => [phone, phone.slice(-6), lid.replace(/@.*/, '')])
  const texts = chats.flatMap(chat => [
    chat.title,
    chat.community ?? '',
    ...chat.messages.flatMap(one => [
      one.text ?? '',
      one.file?.name ?? '',
      one.quoted?.text ?? '',
      one.id,
      one.link?.title ?? '',
      one.link?.url ?? '',
    ]),
  ])
  const words = [...people.map(person => person.name), ...texts].flatMap(text => text.split(/[\s_*~`.,:;!?()"'/@-]+/))
  return [...new Set([...numbers, ...texts, ...words])].filter(text => text.length > 6)
}

/** The structure without the names of parts, among which words of everybody's language stand: "pending", "message". */
function withoutNames(structure: string): string {
  return structure.replaceAll(/ [a-z-]+="[A-Za-z_ -]*"|<title>[a-z-]+<\/title>|<\/?[a-z]+| [a-z][a-z-]*(?=[ =>])/g, '')
}

for (const profile of ['E2', 'E5', 'E7'] satisfies Profile[]) {
  for (const renamed of [false, true]) {
    test(`${profile}${renamed ? ' with every name changed' : ''}: the structure holds nothing of a person`, async ({ page }) => {
      const sim = await startSim({
        paired: true,
        profile,
        switches: { ...profiles[profile], renamed, lateFillMs: 0 },
        latency: { bootMs: 10 },
      })
      try {
        const ready = sim.next('ready')
        await page.goto(sim.url)
        await ready
        for (const chat of ['Every kind of thing', sim.scenario.chats.find(one => one.kind === 'group')?.title ?? '']) {
          const opened = sim.next('chat_opened')
          await page.getByText(chat, { exact: true }).first().click()
          await opened
          const structure = JSON.parse(await page.evaluate(pageStructure, bounds)) as string
          expect(structure.length).toBeGreaterThan(5_000)
          expect(structure.length).toBeLessThanOrEqual(400_100)
          expect(personal(sim.scenario).filter(text => withoutNames(structure).includes(text))).toEqual([])
          expect(personal(sim.scenario).filter(text => /[ \d]/.test(text) && structure.includes(text))).toEqual([])
          if (!renamed && profile === 'E7') {
            for (const part of [
              'data-testid="conversation-panel-messages"',
              'data-id="HEX"',
              'data-pre-plain-text="[#:#',
              'role="grid"',
              '<title>tail-in</title>',
              'data-testid="conv-msg-HEX"',
            ])
              expect(structure, part).toContain(part)
          }
        }
      } finally {
        await sim.close()
      }
    })
  }
}

const marker = 'MARKERmarker'
const number = '5511987654321'
const attributes = [
  'title',
  'alt',
  'aria-label',
  'aria-valuetext',
  'placeholder',
  'data-plain-text',
  'data-app-text-template',
  'href',
  'src',
  'value',
  'content',
  'data-jid',
  'data-display',
  'data-ref',
  'style',
  'lang',
  'role',
  'dir',
  'data-tab',
  'tabindex',
  'name',
  'for',
  'data-icon',
  'data-testid',
  'class',
  'id',
  'data-id',
  'data-pre-plain-text',
]

test('no attribute lets a sentence, a number or an address through, whatever its name', async ({ page }) => {
  const value = `${marker} ${number} ${marker}@example.org [10:00, 1/2/2026] ${marker}: `
  const element = (name: string) =>
    `<div ${name}="${value}">${value}<span ${name}="true_${number}@c.us_3EB0AABBCCDDEEFF0011_${marker}">x</span></div>`
  await page.setContent(`<body><!-- ${value} --><script>"${value}"</script><style>.${marker}{}</style><svg><title>${value}</title><text>${value}</text></svg>
    <textarea>${value}</textarea><input value="${value}">${attributes.map(element).join('')}<${marker} ${marker.toLowerCase()}1234567="x">x</${marker}></body>`)
  const structure = JSON.parse(await page.evaluate(pageStructure, bounds)) as string
  const plain = attributes.filter(name => !['class', 'data-testid', 'data-icon'].includes(name))
  expect(plain.length).toBeGreaterThan(20)
  // A class or a test id is the name of a part: one word of letters may stand there, and no number.
  expect(structure.split('\n').filter(line => line.includes(marker) && !/(?:class|data-testid|data-icon)="/.test(line))).toEqual([])
  expect(structure).not.toMatch(/\d{4}/)
  expect(structure).not.toContain('example.org')
  expect(structure).toContain('data-id="true_#@c.us_HEX_x"')
})

test('long lists are cut in their middle, and a page of any size stays within its bounds', async ({ page }) => {
  await page.setContent(`<div id="list">${'<div role="row"><span>x</span></div>'.repeat(500)}</div>`)
  const cut = JSON.parse(await page.evaluate(pageStructure, JSON.stringify({ most: 400_000, children: 3 }))) as string
  expect(cut.match(/role="row"/g)).toHaveLength(6)
  expect(cut).toContain('<!-- 494 more -->')
  const short = JSON.parse(await page.evaluate(pageStructure, JSON.stringify({ most: 200, children: 300 }))) as string
  expect(short.length).toBeLessThan(240)
  expect(short).toContain('<!-- cut -->')
})

test('taking the structure changes nothing on the page', async ({ page }) => {
  await page.setContent(readFileSync('tests/pages/e7-en-group/page.html', 'utf8'))
  const before = await page.content()
  await page.evaluate(pageStructure, bounds)
  expect(await page.content()).toBe(before)
})
