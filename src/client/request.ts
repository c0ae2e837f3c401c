/** Requests to the API, and what goes wrong with them. */

export interface Access {
  /** Address of the worker, without a path. */
  url: string
  apiKey: string | null
  sessionId: string
  fetch: typeof fetch
  timeoutMs: number
}

/** The API refused: `status` is that of HTTP, `code` and the message are the server's own. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>

export interface Asked {
  method?: 'GET' | 'POST'
  query?: Query
  headers?: Record<string, string>
  /** Also answers of these statuses are answers. */
  besides?: readonly number[]
  signal?: AbortSignal | undefined
}

/** The JSON of an answer. Throws ApiError where the server refuses, and what `fetch` throws where there is none. */
export async function askJson<T>(access: Access, path: string, { signal, ...asked }: Asked = {}): Promise<T> {
  const inTime = AbortSignal.timeout(access.timeoutMs)
  const response = await ask(access, path, { ...asked, signal: signal ? AbortSignal.any([inTime, signal]) : inTime })
  return (await response.json()) as T
}

/** The answer, its body not read yet. Throws as `askJson` does. */
export async function ask(access: Access, path: string, { method = 'GET', query = {}, headers = {}, besides = [], signal }: Asked) {
  const url = new URL(path, access.url)
  for (const [name, value] of Object.entries({ session_id: access.sessionId, ...query })) {
    if (value !== null && value !== undefined) url.searchParams.set(name, String(value))
  }
  const key = access.apiKey === null ? {} : { authorization: `Bearer ${access.apiKey}` }
  // Bound to nothing: browsers refuse to call it as a method of another object.
  const { fetch: send } = access
  const response = await send(url, { method, headers: { accept: 'application/json', ...key, ...headers }, signal: signal ?? null })
  if (response.ok || besides.includes(response.status)) return response
  throw await refusal(response)
}

async function refusal(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } }
    return new ApiError(response.status, error.code, error.message)
  } catch {
    return new ApiError(response.status, 'unknown', `${response.url.split('?')[0]} answered with status ${response.status}`)
  }
}
