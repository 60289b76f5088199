// Google's error model, `google.rpc.Status` in JSON. https://cloud.google.com/apis/design/errors, https://ai.google.dev/gemini-api/docs/troubleshooting
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../core/json.ts'
import { type Millis, millis } from '../../../core/units.ts'
import { anyError } from '../any-error.ts'
import { defined } from '../defined.ts'
import type { ErrorAnswer } from '../dialect.ts'
import type { EndpointError } from '../neutral.ts'
import { readRetryAfter, writeRetryAfter } from '../retry-after.ts'
import { errorKindOf, statusOf } from '../status.ts'

type Kind = EndpointError['kind']

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['INVALID_ARGUMENT', 'invalid-request'],
  ['FAILED_PRECONDITION', 'invalid-request'],
  ['OUT_OF_RANGE', 'invalid-request'],
  ['UNAUTHENTICATED', 'authentication'],
  ['PERMISSION_DENIED', 'permission'],
  ['NOT_FOUND', 'not-found'],
  ['RESOURCE_EXHAUSTED', 'rate-limited'],
  ['UNAVAILABLE', 'overloaded'],
  ['DEADLINE_EXCEEDED', 'timed-out'],
  ['INTERNAL', 'failed'],
] as const)
const STATUSES: { readonly [kind in Kind]: string } = {
  'invalid-request': 'INVALID_ARGUMENT',
  authentication: 'UNAUTHENTICATED',
  permission: 'PERMISSION_DENIED',
  'not-found': 'NOT_FOUND',
  'too-large': 'INVALID_ARGUMENT',
  'rate-limited': 'RESOURCE_EXHAUSTED',
  overloaded: 'UNAVAILABLE',
  'timed-out': 'DEADLINE_EXCEEDED',
  failed: 'INTERNAL',
}
const RETRY = 'type.googleapis.com/google.rpc.RetryInfo'
const INFO = 'type.googleapis.com/google.rpc.ErrorInfo'
const FIELDS = 'type.googleapis.com/google.rpc.BadRequest'
const LIMITS = { maxLength: 1 << 20, maxDepth: 32 }
const MAX_MESSAGE = 2000

export const decodeError = (status: number, header: (name: string) => string | undefined, body: string): EndpointError => {
  const parsed = parseJson(body, LIMITS)
  // A stream that was not asked for as events answers with a list.
  const answer = parsed.ok && Array.isArray(parsed.value) ? (parsed.value as readonly Json[])[0] : parsed.ok ? parsed.value : undefined
  const error = isJsonObject(answer) ? answer.error : undefined
  const own = isJsonObject(error) && typeof error.status === 'string'
  return own ? { ...defined({ retryAfter: readRetryAfter(header) }), ...readStatus(error, status) } : anyError(status, header, body)
}

/** Reads the object of an `error` member; `http` stands for a status that it does not say. */
export const readStatus = (error: JsonObject, http?: number): EndpointError => {
  const word = text(error.status)
  const code = typeof error.code === 'number' && error.code >= 400 && error.code < 600 ? error.code : undefined
  const details = Array.isArray(error.details) ? (error.details as readonly Json[]).filter(isJsonObject) : []
  const reason = text(details.find((detail) => detail['@type'] === INFO)?.reason)
  const named = word === undefined ? undefined : KINDS.get(word)
  const status = http ?? code ?? statusOf(named ?? 'failed')
  const message = text(error.message)?.slice(0, MAX_MESSAGE) ?? `the endpoint answered ${status}`
  const retryAfter = details.map(({ retryDelay }) => duration(retryDelay)).find((wait) => wait !== undefined)
  return {
    status,
    kind: refined(named ?? errorKindOf(status), status, reason, message),
    message,
    ...defined({ code: reason ?? word, parameter: parameterOf(details), retryAfter }),
  }
}

/** A wrong key and a prompt too long come as INVALID_ARGUMENT like any other mistake. */
const refined = (kind: Kind, status: number, reason: string | undefined, message: string): Kind => {
  if (kind !== 'invalid-request') return kind
  if (status === 413) return 'too-large'
  if (reason === 'API_KEY_INVALID') return 'authentication'
  return /exceeds the maximum number of tokens|payload size exceeds/i.test(message) ? 'too-large' : kind
}

const parameterOf = (details: readonly JsonObject[]): string | undefined => {
  const [violation] = details.flatMap(({ fieldViolations }) => (Array.isArray(fieldViolations) ? (fieldViolations as readonly Json[]) : []))
  return isJsonObject(violation) ? text(violation.field) : undefined
}

/** A `google.protobuf.Duration`: seconds with up to nine decimals and an `s`. */
const duration = (value: Json | undefined): Millis | undefined => {
  const seconds = typeof value === 'string' ? /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(value)?.[1] : undefined
  return seconds === undefined ? undefined : millis(Math.round(Number(seconds) * 1000))
}

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

export const encodeError = (error: EndpointError): ErrorAnswer => ({
  status: error.status,
  headers: writeRetryAfter(error.retryAfter),
  body: errorBody(error),
})

export const errorBody = ({ status, kind, message, code, parameter, retryAfter }: EndpointError): JsonObject => {
  const word = code !== undefined && KINDS.get(code) === kind ? code : STATUSES[kind]
  const details: JsonObject[] = []
  if (code !== undefined && code !== word) details.push({ '@type': INFO, reason: code, domain: 'allod' })
  if (parameter !== undefined) details.push({ '@type': FIELDS, fieldViolations: [{ field: parameter, description: message }] })
  if (retryAfter !== undefined) details.push({ '@type': RETRY, retryDelay: `${retryAfter / 1000}s` })
  return { error: { code: status, message, status: word, ...(details.length > 0 && { details }) } }
}
