import { expect, test } from '@playwright/test'
import { createApp } from '../../src/http/app.ts'
import { page } from '../../src/http/routes/page.ts'
import { makeLogger } from '../../src/log.ts'

const built = new URL('../../dist/', import.meta.url)
const made = (apiKey: string | null) =>
  createApp({ apiKey, loopback: true, log: makeLogger({ level: 'silent', pretty: false }), routes: [page(built)] })
const basic = { authorization: `Basic ${Buffer.from('anybody:the-key').toString('base64')}` }

test('the page and its files ask for the key as a password, like everything else', async () => {
  const app = await made('the-key')
  for (const url of ['/', '/page/app.js', '/page/style.css', '/client/client.js']) {
    const refused = await app.inject(url)
    expect([refused.statusCode, refused.headers['www-authenticate']], url).toEqual([401, expect.stringContaining('Basic')])
    expect((await app.inject({ url, headers: basic })).statusCode, url).toBe(200)
  }
})

test('nothing inline and nothing from elsewhere may run, and only what the page is made of is served', async () => {
  const app = await made(null)
  const { headers, body } = await app.inject('/')
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  })
  const policy = String(headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  expect(body).not.toMatch(/<script(?![^>]*\ssrc="\/)|<style|\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\/\//)
  expect((await app.inject('/page/app.js')).headers['content-type']).toBe('text/javascript; charset=utf-8')
  for (const url of [
    '/page/page.html',
    '/page/app.d.ts',
    '/page/app.js.map',
    '/page/tsconfig.json',
    '/page/..%2fcli.js',
    '/cli.js',
    '/page/',
  ]) {
    expect((await app.inject(url)).statusCode, url).toBe(404)
  }
})
