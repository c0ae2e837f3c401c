/**
 * Loaded before the program (`--import`): counts what its Playwright asks of the page and how many bytes come back, at the one place through which
 * every call and every answer goes, and writes that down at the exit, with the peak of the process' memory. The program knows nothing of it.
 * The connection is Playwright's own affair; a version that has none ends the benchmark with an error rather than with zeros.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { chromium } from 'playwright'

const counts = { evaluates: 0, others: 0, bytes: 0, pictureReads: 0, pictureBytes: 0, peakRssBytes: 0 }
const evaluating = /^(?:evaluateExpression|evaluateExpressionHandle|evalOnSelector|evalOnSelectorAll|waitForFunction)$/
const inPage = new Set(['Page', 'Frame', 'JSHandle', 'ElementHandle'])

/** `evaluate`, `picture` (bytes of a blob), `other` (a press, a count of elements), or null: nothing that the page answers. */
function kindOf(type, method, params) {
  if (type === 'CDPSession' && method === 'send') {
    if (/^Runtime\.(?:evaluate|callFunctionOn)$/.test(params.method)) return 'evaluate'
    return params.method === 'IO.read' ? 'picture' : null
  }
  if (!inPage.has(type)) return null
  return evaluating.test(method) ? 'evaluate' : 'other'
}

const connection = Object.getPrototypeOf(chromium._connection)
const { sendMessageToServer, dispatch } = connection
if (typeof sendMessageToServer !== 'function' || typeof dispatch !== 'function') throw new Error('this version of Playwright is not known')

connection.sendMessageToServer = async function counted(object, method, params, options) {
  const kind = kindOf(object._type, method, params)
  const sent = sendMessageToServer.call(this, object, method, params, options)
  if (kind === null) return sent
  if (kind === 'evaluate') counts.evaluates++
  if (kind === 'other') counts.others++
  const answer = await sent
  const bytes = JSON.stringify(answer ?? null).length
  counts.bytes += bytes
  // A small picture travels in the answer of a call.
  const { value } = answer?.result?.result ?? {}
  if (method === 'send' && typeof value === 'string' && value.startsWith('data:')) {
    counts.pictureBytes += Buffer.byteLength(value.slice(value.indexOf(',') + 1), 'base64')
    counts.pictureReads++
  }
  if (kind !== 'picture') return answer
  const { data = '', base64Encoded, eof } = answer.result ?? {}
  counts.pictureBytes += Buffer.byteLength(data, base64Encoded ? 'base64' : 'latin1')
  if (eof) counts.pictureReads++
  return answer
}

/** What the page says by itself (bindings) counts too. */
connection.dispatch = function heard(message) {
  const { method, params } = message
  if ((method === '__create__' && params.type === 'BindingCall') || (method === 'event' && /binding/i.test(params?.method ?? '')))
    counts.bytes += JSON.stringify(params).length
  return dispatch.call(this, message)
}

process.on('exit', () => {
  // Not resourceUsage(): there the peak of whoever started this process counts too.
  counts.peakRssBytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
  writeFileSync(process.env.BENCH_COUNTS, JSON.stringify(counts))
})
