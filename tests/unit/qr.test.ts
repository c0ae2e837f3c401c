/** The code drawn in a terminal is the code that the page shows, and a phone can read it. */
import { expect, test } from '@playwright/test'
import { qrDataUrl, qrLines } from '../../src/web/qr.ts'
import { readBlocks } from '../support/read-blocks.ts'

const ref = `2@${'AbCdEfGh0123456789+/'.repeat(8)},${'k'.repeat(44)},${'s'.repeat(44)},1`

test('what is drawn can be scanned, with and without colours', () => {
  for (const plain of [false, true]) {
    expect(readBlocks(qrLines(ref, { plain }).join('\n'))).toBe(ref)
  }
})

test('only the last of several codes is read', () => {
  expect(readBlocks([...qrLines('2@first'), 'then', ...qrLines(ref)].join('\n'))).toBe(ref)
})

test('a real code fits a terminal of 80 columns', () => {
  expect(Math.max(...qrLines(ref, { plain: true }).map(line => line.length))).toBeLessThanOrEqual(80)
})

test('every line sets its colours and takes them back', () => {
  for (const line of qrLines(ref)) expect(line).toMatch(/^\u001b\[97;40m[█▀▄ ]+\u001b\[0m$/)
})

test('the data URL is a PNG', async () => {
  expect(await qrDataUrl(ref)).toMatch(/^data:image\/png;base64,iVBOR/)
})
