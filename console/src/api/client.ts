import type { Answer, Request, RouteName } from '../../../src/http/console/contract/index.ts'

/** What the exchange said instead of an answer; `kind` is `unreachable` where nobody said anything. */
export class ApiFailure extends Error {
  readonly kind: string
  readonly status: number

  constructor(kind: string, status: number, message: string) {
    super(message)
    this.kind = kind
    this.status = status
  }
}

const BASE = '/admin/v1'
let csrf = ''
/** What the session says must come back with everything that changes something. */
export const rememberCsrf = (token: string): void => {
  csrf = token
}

type Loose = { readonly path?: Record<string, string>; readonly query?: Record<string, unknown>; readonly body?: unknown }

/** Where a route with these names and members of the query is. */
export const urlOf = (name: RouteName, { path = {}, query = {} }: Loose): string => {
  const [, template = ''] = name.split(' ')
  const at = template.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(path[key] ?? ''))
  const members = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(members.map(([key, value]) => [key, String(value)])).toString()
  return `${BASE}${at}${search === '' ? '' : `?${search}`}`
}

/** Asks the exchange, typed by the contract. Rejects with an `ApiFailure` alone. */
export const ask = async <Name extends RouteName>(name: Name, asking: Request<Name>, signal?: AbortSignal): Promise<Answer<Name>> => {
  const { body, ...rest } = asking as Loose
  const [method = 'GET'] = name.split(' ')
  const response = await fetch(urlOf(name, rest), {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'GET' ? {} : { 'allod-csrf': csrf }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((reason: unknown) => {
    if (signal?.aborted === true) throw reason
    throw new ApiFailure('unreachable', 0, '')
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok && answer !== undefined) return answer as Answer<Name>
  const { error } = (answer ?? {}) as { error?: { kind: string; message: string } }
  throw new ApiFailure(error?.kind ?? 'unavailable', response.status, error?.message ?? '')
}

/**
 * Asks for an answer that comes line by line, each a JSON object, until its end or until `signal` ends it. Rejects with an `ApiFailure` where the
 * exchange said no at once, and where the answer broke off.
 */
export const askLines = async <Line>(name: RouteName, body: unknown, signal: AbortSignal, hear: (line: Line) => void): Promise<void> => {
  const unreachable = (reason: unknown): never => {
    if (signal.aborted) throw reason
    throw new ApiFailure('unreachable', 0, '')
  }
  const response = await fetch(urlOf(name, {}), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'allod-csrf': csrf },
    body: JSON.stringify(body),
    signal,
  }).catch(unreachable)
  if (!response.ok || response.body === null) {
    const { error } = ((await response.json().catch(() => undefined)) ?? {}) as { error?: { kind: string; message: string } }
    throw new ApiFailure(error?.kind ?? 'unavailable', response.status, error?.message ?? '')
  }
  let rest = ''
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  while (true) {
    const { done, value } = await reader.read().catch(unreachable)
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) hear(await new Response(line).json())
  }
}
