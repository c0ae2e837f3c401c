/** The page for people: `/` and the files that it is made of. They hold nothing private, and are guarded like everything else. */
import { readdirSync, readFileSync } from 'node:fs'
import type { FastifyPluginAsync } from 'fastify'

/** Everything from here, nothing inline; text can become markup nowhere. Pairing codes come as data URLs. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Serves `page.html` at `/`, and the folders `page` and `client` of `root` (the built program) under their names. */
export function page(root: URL): FastifyPluginAsync {
  return async app => {
    for (const folder of ['page', 'client']) {
      for (const name of readdirSync(new URL(`${folder}/`, root))) {
        const type = types[name.split('.').at(-1) ?? '']
        if (type === undefined || /\.d\.[cm]?ts$/.test(name)) continue
        const bytes = readFileSync(new URL(`${folder}/${name}`, root))
        const path = name === 'page.html' ? '/' : `/${folder}/${name}`
        app.get(path, async (_, reply) => reply.headers({ 'content-type': type, 'content-security-policy': policy }).send(bytes))
      }
    }
  }
}
