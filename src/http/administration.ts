import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../core/json.ts'
import type { Result } from '../core/result.ts'

/** What an administrator asked cannot be had: it is not allowed or not possible, not understood, or not possible now. One sentence. */
export type AdministrationFailure = { readonly kind: 'refused' | 'unusable' | 'unavailable'; readonly message: string }

export type AdministrationOptions = {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Whose secret this is. Takes the same time for every wrong one. */
  readonly find: (secret: string) => Result<{ readonly role: string } | undefined, { readonly message: string }>
  /** Does something in the name of whoever has this secret; `{proposal}` in what comes back means that it waits for another. */
  readonly perform: (operation: string, input: JsonObject, secret: string) => Promise<Result<Json, AdministrationFailure>>
}
export type RunningAdministration = { readonly url: string; close(): Promise<void> }

const MAX_BODY = 65_536
const PATIENCE = 10_000

type Route = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: RegExp
  readonly operation: string
  /** Who may; everybody else with a key hears 403. */
  readonly roles: readonly string[]
  /** What the path says. */
  readonly names?: (match: RegExpExecArray) => JsonObject
}
const ALL = ['operator', 'approver', 'auditor']
const decoded = (text: string | undefined): string => {
  try {
    return decodeURIComponent(text ?? '')
  } catch {
    return ''
  }
}
const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/admin\/v1\/cuts$/, operation: 'cut/list', roles: ALL },
  { method: 'POST', path: /^\/admin\/v1\/cuts$/, operation: 'cut', roles: ['operator'] },
  {
    method: 'DELETE',
    path: /^\/admin\/v1\/cuts\/([^/]+)$/,
    operation: 'restore',
    roles: ['operator'],
    names: ([, subject]) => ({ subject: decoded(subject) }),
  },
  { method: 'GET', path: /^\/admin\/v1\/proposals$/, operation: 'proposal/list', roles: ALL },
  {
    method: 'POST',
    path: /^\/admin\/v1\/proposals\/(\d{1,15})\/approval$/,
    operation: 'proposal/approve',
    roles: ['operator', 'approver'],
    names: ([, id]) => ({ proposal: Number(id) }),
  },
]
const STATUS: Readonly<Record<AdministrationFailure['kind'], number>> = { refused: 409, unusable: 400, unavailable: 503 }

/** Starts the API of administrators at an address of its own, which no caller's key opens. Rejects when it cannot be taken. */
export const startAdministration = (options: AdministrationOptions): Promise<RunningAdministration> => {
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: PATIENCE, headersTimeout: PATIENCE }, (request, response) => {
    answer(options, request).then(
      ([status, body]) => send(response, status, body),
      () => send(response, 500, failure('the exchange failed to handle this')),
    )
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      const { port } = server.address() as AddressInfo
      resolve({
        url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            server.closeAllConnections()
          }),
      })
    })
  })
}

type Answer = readonly [status: number, body: Json]
const failure = (message: string): JsonObject => ({ error: { message } })

/** INVARIANT: nothing is read of a body, and nothing said of what there is, before the key is known. */
const answer = async ({ find, perform }: AdministrationOptions, request: IncomingMessage): Promise<Answer> => {
  const [, secret = ''] = /^bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  const who = find(secret)
  if (!who.ok) return [503, failure(who.error.message)]
  if (who.value === undefined) return [401, failure('an administrator’s key is needed: `authorization: Bearer …`')]
  const url = URL.parse(request.url ?? '/', 'http://admin')
  const found = url === null ? [] : ROUTES.filter(({ path }) => path.test(url.pathname))
  if (url === null || found.length === 0) return [404, failure('there is nothing at this path')]
  const route = found.find(({ method }) => method === request.method)
  if (route === undefined) return [405, failure(`this path takes ${found.map(({ method }) => method).join(', ')}`)]
  if (!route.roles.includes(who.value.role))
    return [403, failure(`the role ${who.value.role} may not do this; it takes ${route.roles.join(' or ')}`)]
  const body = route.method === 'GET' ? {} : await read(request)
  if (body === undefined) return [400, failure(`the body must be a JSON object of at most ${MAX_BODY} bytes, or empty`)]
  const match = route.path.exec(url.pathname)
  const input = { ...Object.fromEntries(url.searchParams), ...body, ...(match === null ? {} : route.names?.(match)) }
  const done = await perform(route.operation, input, secret)
  if (!done.ok) return [STATUS[done.error.kind], failure(done.error.message)]
  return [isJsonObject(done.value) && 'proposal' in done.value ? 202 : 200, done.value]
}

/** An empty body is an empty object; undefined where it is anything else, or too long. */
const read = async (request: IncomingMessage): Promise<JsonObject | undefined> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MAX_BODY) return undefined
    parts.push(part)
  }
  if (size === 0) return {}
  const parsed = parseJson(Buffer.concat(parts).toString('utf8'), { maxLength: MAX_BODY, maxDepth: 8 })
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined
}

const send = (response: ServerResponse, status: number, body: Json): void => {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  })
  response.end(text)
}
