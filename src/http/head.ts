import type { IncomingMessage } from 'node:http'
import { err, ok, type Result } from '../core/result.ts'
import type { PathParameters } from '../gateway/dialects/dialect.ts'
import type { CallFailure } from '../gateway/failure.ts'
import type { IncomingHead, Route } from '../gateway/ports.ts'
import { SERVICES } from '../gateway/services.ts'

/** The head of an inference request, and what only the server needs of it. */
export type ReadHead = { readonly head: IncomingHead; readonly contentType: string | undefined; readonly contentLength: number | undefined }

/**
 * Headers that decide something. Given twice, two readers could act on two values, so that is refused. The place of each in the list
 * is its place in what was read.
 */
const SINGLE = [
  'authorization',
  'content-type',
  'content-length',
  'content-encoding',
  'allod-data-class',
  'allod-purpose',
  'allod-subject',
  'transfer-encoding',
  'x-api-key',
  'x-goog-api-key',
]
const PLACES: ReadonlyMap<string, number> = new Map(SINGLE.map((name, place) => [name, place]))

/** Reads the raw header list once; Node's joined and de-duplicated view would hide a header given twice. */
export const readHead = (request: IncomingMessage, route: Route, path?: PathParameters): Result<ReadHead, CallFailure> => {
  const { rawHeaders } = request
  const found: (string | undefined)[] = [
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]
  const { forwards } = SERVICES[route]
  const forwarded: string[] = []
  let accept: string | undefined
  let asked = route
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    const value = rawHeaders[i + 1] as string
    const place = PLACES.get(name)
    if (place !== undefined) {
      if (found[place] !== undefined) return err({ kind: 'header-invalid', header: name, message: `\`${name}\` is given twice` })
      found[place] = value
    } else if (name === 'jurisdiction-accept') accept = accept === undefined ? value : `${accept}, ${value}`
    else if (name === 'user-agent') asked = routeOfClient(route, value)
    // What else an endpoint may see of the head.
    else if (name === 'accept' || forwards.has(name)) forwarded.push(name, value)
  }
  const [bearer, contentType, length, encoding, dataClass, purpose, subject, transfer, anthropicKey, googleKey] = found
  if ((encoding !== undefined && encoding !== 'identity') || (transfer !== undefined && transfer.toLowerCase() !== 'chunked'))
    return err({ kind: 'media-unsupported', message: 'the body must not be compressed' })
  const key = anthropicKey ?? googleKey
  if (key !== undefined && (bearer !== undefined || (anthropicKey !== undefined && googleKey !== undefined)))
    return err({ kind: 'header-invalid', header: 'authorization', message: 'the key is given in two headers' })
  const authorization = key === undefined ? bearer : `Bearer ${key}`
  const head = { route: asked, authorization, dataClass, purpose, jurisdictionAccept: accept, subject, forwarded }
  return ok({
    head: path === undefined ? head : { ...head, path },
    contentType,
    contentLength: length === undefined ? undefined : Number(length),
  })
}

/** Mistral's own clients speak OpenAI's chat, and say who they are; theirs is a service of its own. */
const routeOfClient = (route: Route, agent: string): Route =>
  route === 'chat' && agent.startsWith('mistral-client') ? 'mistral-chat' : route

/** What is wrong with the head of any request: a version or a host that two readers could take differently (RFC 9112, section 3.2). */
export const headProblem = ({ httpVersion, rawHeaders }: IncomingMessage): CallFailure | undefined => {
  if (httpVersion === '1.0') return undefined
  if (httpVersion !== '1.1') return { kind: 'request-invalid', message: 'only HTTP/1.1 and HTTP/1.0 are spoken here' }
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts === 1 ? undefined : { kind: 'request-invalid', message: 'a request needs one `host` header' }
}

/** `application/json`, with or without parameters. */
export const isJsonType = (value: string | undefined): boolean =>
  value === 'application/json' || (value !== undefined && /^application\/json\s*(;|$)/i.test(value))
