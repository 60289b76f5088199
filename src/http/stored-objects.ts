import type { IncomingMessage, ServerResponse } from 'node:http'
import { isJsonObject, type JsonObject, parseExactJson } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { epochMillis, type Millis } from '../core/units.ts'
import type { Bag } from '../gateway/bag.ts'
import { effectiveClass } from '../gateway/classify.ts'
import { answerFailure, type CallFailure } from '../gateway/failure.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { Desk, Form, ObjectAnswer, ObjectRoute, Visit } from '../gateway/object-answers.ts'
import type { IncomingHead, Key } from '../gateway/ports.ts'
import type { Snapshot } from '../gateway/snapshot.ts'
import { objectRoutesOf } from '../gateway/stored-objects.ts'
import { BodyReader, tooLarge } from './body.ts'
import { isJsonType, readHead } from './head.ts'
import { isUtf8 } from './native.ts'

/** What serving needs of the server and its exchange. */
export type StoredObjectsOptions = {
  readonly gateway: Pick<Gateway, 'identify'>
  readonly snapshot: () => Pick<Snapshot, 'dataClasses' | 'limits'>
  /** With the rules in force. */
  readonly desk: () => Desk
  /** For a body to arrive; `bodies` are checked for it. */
  readonly bodyPatience: Millis
  readonly bodies: Bag<BodyReader>
  /** Why no other body can be taken now, if so. */
  readonly full: () => CallFailure | undefined
  /** Told of a fault in our own code that ended one request. */
  readonly onFault: (fault: unknown) => void
}

const MAX_DEPTH = 128
const BROKEN: CallFailure = { kind: 'broken', message: 'the exchange failed to handle this request' }
const NOTHING: JsonObject = {}
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Answers a request for what is kept of conversations. False, and nothing done, where the path is another's affair. Only the bytes of a
 * body are waited for; the store answers at once. `continues`: the caller waits to be told that it may send its body.
 */
export const serveStoredObject = (
  request: IncomingMessage,
  response: ServerResponse,
  options: StoredObjectsOptions,
  continues = false,
): boolean => {
  const url = request.url ?? ''
  const question = url.indexOf('?')
  const routes = objectRoutesOf(question < 0 ? url : url.slice(0, question))
  if (routes === undefined) return false
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const route = routes.find((each) => each.method === method)
  if (route === undefined) {
    const allow = routes.map((each) => each.method).join(', ')
    refuse(request, response, { kind: 'method-unsupported', message: `this path takes ${allow}`, allow })
    return true
  }
  const visitor = visitorOf(request, options)
  if (!visitor.ok) {
    refuse(request, response, visitor.error)
    return true
  }
  const query = new URLSearchParams(question < 0 ? '' : url.slice(question + 1))
  const serve = (brought: Brought): void => send(response, answerOf(route, { ...visitor.value, query, ...brought }, options))
  if (route.takes !== 'nothing') collect(request, response, { route, continues }, options, serve)
  else {
    request.resume()
    serve({ body: NOTHING })
  }
  return true
}

/** A fault in our own code is this request's misfortune, not the process's. */
const answerOf = (route: ObjectRoute, visit: Visit, { desk, onFault }: StoredObjectsOptions): ObjectAnswer | CallFailure => {
  try {
    return route.serve(desk(), visit)
  } catch (fault) {
    onFault(fault)
    return BROKEN
  }
}

type Visitor = Pick<Visit, 'owner' | 'dataClass' | 'purpose'>
const visitorOf = (request: IncomingMessage, { gateway, snapshot }: StoredObjectsOptions): Result<Visitor, CallFailure> => {
  const read = readHead(request, 'responses')
  if (!read.ok) return read
  const { head } = read.value
  const key = gateway.identify(head.authorization)
  if (!key.ok) return key
  const { dataClasses } = snapshot()
  const dataClass = effectiveClass({ dataClasses }, key.value, head.dataClass)
  if (!dataClass.ok) return dataClass
  const purpose = purposeOf(key.value, head)
  if (!purpose.ok) return purpose
  const { tenant, application } = key.value
  return ok({ owner: { tenant, application }, dataClass: dataClass.value, purpose: purpose.value })
}

const purposeOf = ({ purposes }: Key, { purpose = purposes[0] }: IncomingHead): Result<string, CallFailure> =>
  purposes.includes(purpose)
    ? ok(purpose)
    : err({ kind: 'header-invalid', header: 'allod-purpose', message: `this key may not use that purpose, only ${purposes.join(', ')}` })

/** What came in the body of a request. */
type Brought = Pick<Visit, 'body' | 'form'>

const collect = (
  request: IncomingMessage,
  response: ServerResponse,
  { route: { takes }, continues }: { readonly route: ObjectRoute; readonly continues: boolean },
  { snapshot, desk, bodies, bodyPatience, full, onFault }: StoredObjectsOptions,
  serve: (brought: Brought) => void,
): void => {
  const { maxBodyBytes } = snapshot().limits
  const failure = Number(request.headers['content-length'] ?? 0) > maxBodyBytes ? tooLarge(maxBodyBytes) : full()
  if (failure !== undefined) {
    refuse(request, response, failure)
    return
  }
  const deadline = epochMillis(desk().clock() + bodyPatience)
  const reader: BodyReader = new BodyReader(request, maxBodyBytes, deadline, (body) => {
    bodies.remove(reader)
    const finish = (read: Result<Brought, CallFailure>): void => (read.ok ? serve(read.value) : send(response, read.error))
    if (!(body instanceof Uint8Array)) finish(err(body))
    else if (takes === 'json') finish(parsed(body, request, maxBodyBytes))
    else
      readForm(body, request)
        .then(finish)
        .catch((fault: unknown) => {
          onFault(fault)
          send(response, BROKEN)
        })
  })
  bodies.add(reader)
  if (continues) response.writeContinue()
  response.on('close', () => {
    if (bodies.remove(reader)) reader.cancel()
  })
}

/** No body at all is an empty one, for whoever has nothing to say. */
const parsed = (body: Uint8Array, request: IncomingMessage, maxLength: number): Result<Brought, CallFailure> => {
  if (body.length === 0) return ok({ body: NOTHING })
  if (!isJsonType(request.headers['content-type']))
    return err({ kind: 'media-unsupported', message: 'the content type must be `application/json`' })
  if (!isUtf8(body)) return invalid('the body is not UTF-8')
  const value = parseExactJson(utf8.decode(body), { maxLength, maxDepth: MAX_DEPTH })
  if (!value.ok) return invalid(`the body is not JSON: ${value.error.message}`)
  return isJsonObject(value.value) ? ok({ body: value.value }) : invalid('the body must be one JSON object')
}

/** A form (RFC 7578) with at most one file, read by the runtime's own parser. */
const readForm = async (body: Uint8Array, request: IncomingMessage): Promise<Result<Brought, CallFailure>> => {
  const type = request.headers['content-type'] ?? ''
  if (!/^multipart\/form-data\s*;/i.test(type))
    return err({ kind: 'media-unsupported', message: 'the content type must be `multipart/form-data`' })
  const entries: FormData | undefined = await new Response(body as Uint8Array<ArrayBuffer>, { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined)
  if (entries === undefined) return invalid('the body is not a form')
  const fields = new Map<string, string>()
  let file: Form['file']
  for (const [name, value] of entries) {
    if (typeof value === 'string') fields.set(name, value)
    else if (name !== 'file' || file !== undefined) return invalid(`a form may have one file, under \`file\``)
    else
      file = {
        name: value.name,
        mediaType: mediaTypeOf(value.type),
        bytes: value.size,
        data: Buffer.from(await value.arrayBuffer()).toString('base64'),
      }
  }
  return ok({ body: NOTHING, form: { fields, ...(file !== undefined && { file }) } })
}

/** Without parameters; what is said to be nothing is taken for any bytes (RFC 2046 section 4.5.1). */
const mediaTypeOf = (type: string): string => type.split(';', 1)[0]?.trim() || 'application/octet-stream'
const invalid = (message: string): Result<never, CallFailure> => err({ kind: 'body-invalid', message, param: null })

/** What still comes of a refused body is read and dropped. */
const refuse = (request: IncomingMessage, response: ServerResponse, failure: CallFailure): void => {
  request.resume()
  send(response, failure)
}

const send = (response: ServerResponse, answer: ObjectAnswer | CallFailure): void => {
  if (response.destroyed || response.headersSent) return
  if ('kind' in answer) {
    const { status, headers, body } = answerFailure(answer)
    if (answer.kind === 'body-too-slow') response.shouldKeepAlive = false
    write(response, status, headers, body)
    return
  }
  write(response, answer.status, answer.headers, 'data' in answer ? Buffer.from(answer.data, 'base64') : JSON.stringify(answer.body))
}

/** INVARIANT: what is one application's is kept by no cache on the way. */
const write = (response: ServerResponse, status: number, headers: readonly string[], body: string | Buffer): void => {
  response.writeHead(status, [...headers, 'cache-control', 'no-store', 'content-length', String(Buffer.byteLength(body))])
  response.end(body)
}
