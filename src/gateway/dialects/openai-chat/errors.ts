import type { Json, JsonObject } from '../../../core/json.ts'
import { anyError, sayingOf } from '../any-error.ts'
import type { ErrorAnswer } from '../dialect.ts'
import type { EndpointError } from '../neutral.ts'
import { writeRetryAfter } from '../retry-after.ts'
import { errorKindOf, statusOf } from '../status.ts'

/** A conversation that is longer than the model can hold is a bad request here, and no more. */
const FULL = 'context_length_exceeded'
/** Codes and types that say more than the status they come with. */
const KINDS: { readonly [word: string]: EndpointError['kind'] } = {
  [FULL]: 'too-large',
  string_above_max_length: 'too-large',
  invalid_request_error: 'invalid-request',
  authentication_error: 'authentication',
  invalid_api_key: 'authentication',
  permission_error: 'permission',
  insufficient_permissions: 'permission',
  not_found_error: 'not-found',
  model_not_found: 'not-found',
  request_too_large: 'too-large',
  rate_limit_error: 'rate-limited',
  rate_limit_exceeded: 'rate-limited',
  insufficient_quota: 'rate-limited',
  overloaded_error: 'overloaded',
  timeout_error: 'timed-out',
  server_error: 'failed',
}
const TYPES = {
  'invalid-request': 'invalid_request_error',
  authentication: 'authentication_error',
  permission: 'permission_error',
  'not-found': 'not_found_error',
  'too-large': 'request_too_large',
  'rate-limited': 'rate_limit_error',
  overloaded: 'overloaded_error',
  'timed-out': 'timeout_error',
  failed: 'server_error',
} as const satisfies Record<EndpointError['kind'], string>

/** An error of any endpoint of this dialect, which has many shapes. Only a bad request can be something more exact: a full context for instance. */
export const decodeError = (status: number, header: (name: string) => string | undefined, body: string): EndpointError => {
  const error = anyError(status, header, body)
  return error.kind === 'invalid-request' && error.code === FULL ? { ...error, kind: 'too-large' } : error
}

/** An error in the middle of a stream, where there is no status but perhaps a code that is one. */
export const decodeStreamError = (value: Json): EndpointError => {
  const { type, ...said } = sayingOf(value)
  const code = Number(said.code)
  const named = [said.code, type].find((word) => word !== undefined && Object.hasOwn(KINDS, word))
  const kind = named === undefined ? (code >= 400 && code < 600 ? errorKindOf(code) : 'failed') : (KINDS[named] ?? 'failed')
  const status = code >= 400 && code < 600 ? code : statusOf(kind)
  return { ...said, status, kind, message: said.message || 'the endpoint failed in the middle of its answer' }
}

/** The shape that the official SDK raises as an `APIError`, with what it needs to wait the right time. */
export const encodeError = (error: EndpointError): ErrorAnswer => {
  // 529 is another vendor's word for 503.
  const status = error.status === 529 ? 503 : error.status
  const full = status === 400 && error.kind === 'too-large' && error.code === FULL
  const answered = full || (status >= 400 && status < 600 && errorKindOf(status) === error.kind) ? status : statusOf(error.kind)
  return { status: answered, headers: writeRetryAfter(error.retryAfter), body: { error: errorMembers(error) } }
}

export const errorMembers = (error: EndpointError): JsonObject => ({
  message: error.message,
  type: TYPES[error.kind],
  param: error.parameter ?? null,
  code: error.code ?? null,
})
