import type { IncomingMessage, ServerResponse } from 'node:http'
import { isJsonObject, type JsonObject, parseJson } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { epochMillis, type Millis } from '../core/units.ts'
import type { Bag } from '../gateway/bag.ts'
import { effectiveClass } from '../gateway/classify.ts'
import { answerFailure, type CallFailure } from '../gateway/failure.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { IncomingHead, Key } from '../gateway/ports.ts'
import type { Snapshot } from '../gateway/snapshot.ts'
import { type Desk, type ObjectAnswer, type ObjectRoute, objectRoutesOf, type Visit } from '../gateway/stored-objects.ts'
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
  /** Told of a fault in our own code that ended one request. */
  readonly onFault: (fault: unknown) => void
}

const MAX_DEPTH = 128
const NOTHING: JsonObject = {}
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Answers a request for what is kept of conversations. False, and nothing done, where the path is another's affair. Only the bytes of a
 * body are waited for; the store answers at once.
 */
export const serveStoredObject = (request: IncomingMessage, response: ServerResponse, options: StoredObjectsOptions): boolean => {
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
  const serve = (body: JsonObject): void => send(response, answerOf(route, { ...visitor.value, query, body }, options))
  if (route.takesBody) collect(request, response, options, serve)
  else {
    request.resume()
    serve(NOTHING)
  }
  return true
}

/** A fault in our own code is this request's misfortune, not the process's. */
const answerOf = (route: ObjectRoute, visit: Visit, { desk, onFault }: StoredObjectsOptions): ObjectAnswer | CallFailure => {
  try {
    return route.serve(desk(), visit)
  } catch (fault) {
    onFault(fault)
    return { kind: 'broken', message: 'the exchange failed to handle this request' }
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

const collect = (
  request: IncomingMessage,
  response: ServerResponse,
  { snapshot, desk, bodies, bodyPatience }: StoredObjectsOptions,
  serve: (body: JsonObject) => void,
): void => {
  const { maxBodyBytes } = snapshot().limits
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
    refuse(request, response, tooLarge(maxBodyBytes))
    return
  }
  const deadline = epochMillis(desk().clock() + bodyPatience)
  const reader: BodyReader = new BodyReader(request, maxBodyBytes, deadline, (body) => {
    bodies.remove(reader)
    const read = body instanceof Uint8Array ? parsed(body, request, maxBodyBytes) : err(body)
    if (read.ok) serve(read.value)
    else send(response, read.error)
  })
  bodies.add(reader)
  response.on('close', () => {
    if (bodies.remove(reader)) reader.cancel()
  })
}

/** No body at all is an empty one, for whoever has nothing to say. */
const parsed = (body: Uint8Array, request: IncomingMessage, maxLength: number): Result<JsonObject, CallFailure> => {
  if (body.length === 0) return ok(NOTHING)
  if (!isJsonType(request.headers['content-type']))
    return err({ kind: 'media-unsupported', message: 'the content type must be `application/json`' })
  if (!isUtf8(body)) return invalid('the body is not UTF-8')
  const value = parseJson(utf8.decode(body), { maxLength, maxDepth: MAX_DEPTH })
  if (!value.ok) return invalid(`the body is not JSON: ${value.error.message}`)
  return isJsonObject(value.value) ? ok(value.value) : invalid('the body must be one JSON object')
}
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
  write(response, answer.status, ['content-type', 'application/json', ...answer.headers], JSON.stringify(answer.body))
}

/** INVARIANT: what is one application's is kept by no cache on the way. */
const write = (response: ServerResponse, status: number, headers: readonly string[], body: string): void => {
  response.writeHead(status, [...headers, 'cache-control', 'no-store', 'content-length', String(Buffer.byteLength(body))])
  response.end(body)
}
