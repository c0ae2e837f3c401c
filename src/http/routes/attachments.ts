/** `/attachments/{id}`: the bytes of a file, or a small picture of it. */
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { StoredAttachment } from '../../db/read-attachment.ts'
import { type Api, type ApiSession, sessionOf } from '../api.ts'
import { addEndpoint, type Endpoint } from '../endpoint.ts'
import { HttpError } from '../errors.ts'
import { disposition, namesTag, rangeOf, safeType } from '../file-headers.ts'
import { oneOf, sessionParameter } from '../parameters.ts'

const types = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/octet-stream']
/** Any other would let a client fill the memory. */
const widths = ['96', '320', '640', '1280'] as const
const headers = { ETag: 'The sha256 of the bytes', 'Accept-Ranges': 'bytes', 'Content-Disposition': 'With the name of the file' }

const attachmentEndpoint = {
  method: 'GET',
  path: '/attachments/{id}',
  tag: 'attachments',
  summary: 'The bytes of a file',
  description: 'Understands Range (one range), If-Range and If-None-Match.',
  params: z.strictObject({ id: z.string('the number of an attachment').regex(/^\d{1,15}$/, 'the number of an attachment') }),
  query: z.strictObject({
    width: oneOf(widths, 'A small picture (WebP) at most so wide, instead of the file').optional(),
    session_id: sessionParameter,
  }),
  answers: {
    200: { description: 'The file', content: types, headers },
    206: { description: 'Part of it', content: types, headers },
    304: { description: 'The client has it' },
    404: { description: 'No such attachment, or its bytes are not stored' },
    415: { description: 'There is no small picture of this file' },
    416: { description: 'The range lies outside' },
  },
} satisfies Endpoint

export function attachments(api: Api): FastifyPluginAsync {
  return async app => {
    addEndpoint(app, attachmentEndpoint, async ({ params, query, request, reply }) => {
      const session = sessionOf(api, query.session_id)
      const file = saved(await session.reader().attachment(session.accountId, Number(params.id)))
      void reply.headers({ 'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox" })
      if (query.width !== undefined) return small(session, file, Number(query.width), request, reply)
      const tag = `"${file.checksum}"`
      void reply.headers({ etag: tag, 'accept-ranges': 'bytes' })
      if (namesTag(request.headers['if-none-match'], tag)) return reply.code(304).send()
      const handle = await openWhole(session, file)
      const { size } = await handle.stat()
      // Ranges are defined for GET alone (RFC 9110, 14.2).
      const range = rangeOf(request.method === 'GET' && isCurrent(request, tag) ? request.headers.range : undefined, size)
      if (range === 'none') {
        await handle.close()
        void reply.header('content-range', `bytes */${size}`)
        throw new HttpError(416, 'range_not_satisfiable', `range: expected bytes of a file that has ${size}`)
      }
      const { start, end } = range ?? { start: 0, end: size - 1 }
      void reply.headers({
        'content-type': safeType(file.mediaType),
        'content-disposition': disposition(file.mediaType, file.name, file.checksum.slice(0, 12)),
        'content-length': end - start + 1,
      })
      if (range) void reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`)
      if (request.method === 'HEAD' || size === 0) {
        await handle.close()
        return reply.send(Readable.from([]))
      }
      return reply.send(handle.createReadStream({ start, end }))
    })
  }
}

type SavedAttachment = StoredAttachment & { filePath: string; checksum: string }

function saved(file: StoredAttachment | null): SavedAttachment {
  if (file === null)
    throw new HttpError(404, 'unknown_attachment', 'there is no attachment of this id; /messages lists those of each message')
  const { status, filePath, checksum } = file
  if (status === 'saved' && filePath !== null && checksum !== null) return { ...file, filePath, checksum }
  throw new HttpError(404, 'not_stored', `the bytes of this attachment are not stored: ${status}`)
}

/** The file, when it is there and as long as it should be. */
async function openWhole(session: ApiSession, { filePath, sizeBytes }: SavedAttachment): Promise<FileHandle> {
  const handle = await session.files.open(filePath).catch((error: NodeJS.ErrnoException) => {
    // ELOOP: a link stands where the file was.
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(error.code ?? '')) return null
    throw error
  })
  if (handle !== null && (sizeBytes === null || (await handle.stat()).size === sizeBytes)) return handle
  await handle?.close()
  throw new HttpError(404, 'file_missing', 'the file is missing or damaged; `whatsapp-etl verify` lists such files')
}

async function small(session: ApiSession, file: SavedAttachment, width: number, request: FastifyRequest, reply: FastifyReply) {
  const tag = `"${file.checksum}-${width}"`
  void reply.header('etag', tag)
  if (namesTag(request.headers['if-none-match'], tag)) return reply.code(304).send()
  const bytes = async () => {
    const handle = await openWhole(session, file)
    return handle.readFile().finally(() => handle.close())
  }
  const picture = await session.files.thumbnail(file.checksum, width, bytes).catch(error => {
    if (error instanceof HttpError) throw error
    throw new HttpError(415, 'no_thumbnail', 'there is no small picture of this file')
  })
  const name = `${(file.name ?? file.checksum.slice(0, 12)).replace(/\.\w{1,5}$/, '')}.webp`
  return reply
    .type('image/webp')
    .header('content-disposition', disposition('image/webp', name, 'picture'))
    .send(picture)
}

function isCurrent({ headers }: FastifyRequest, tag: string): boolean {
  const given = headers['if-range']
  return given === undefined || given === tag
}
