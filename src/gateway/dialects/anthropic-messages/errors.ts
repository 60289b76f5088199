// Errors, after the vendor's page on them and the classes of its SDK.
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../core/json.ts'
import { anyError } from '../any-error.ts'
import { defined } from '../defined.ts'
import type { ErrorAnswer } from '../dialect.ts'
import type { EndpointError } from '../neutral.ts'
import { readRetryAfter, writeRetryAfter } from '../retry-after.ts'
import { errorKindOf, statusOf } from '../status.ts'

type Kind = EndpointError['kind']
const TYPES = {
  'invalid-request': 'invalid_request_error',
  authentication: 'authentication_error',
  permission: 'permission_error',
  'not-found': 'not_found_error',
  'too-large': 'request_too_large',
  'rate-limited': 'rate_limit_error',
  overloaded: 'overloaded_error',
  'timed-out': 'timeout_error',
  failed: 'api_error',
} as const satisfies Record<Kind, string>
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...Object.entries(TYPES).map(([kind, type]): [string, Kind] => [type, kind as Kind]),
  ['billing_error', 'permission'],
])
/** What the vendor answers when it has too much to do; its SDK has a class for it. */
const OVERLOADED = 529
const LIMITS = { maxLength: 1 << 20, maxDepth: 32 }

export const decodeError = (status: number, header: (name: string) => string | undefined, body: string): EndpointError => {
  const parsed = parseJson(body, LIMITS)
  const own = parsed.ok && isJsonObject(parsed.value) && parsed.value.type === 'error'
  const error = own ? readError(parsed.value, status) : undefined
  return error === undefined ? anyError(status, header, body) : { ...error, ...defined({ retryAfter: readRetryAfter(header) }) }
}

/** The error that a body or an event of a stream tells; undefined where it tells none. Without a status of its own it gets the usual. */
export const readError = (body: Json, status?: number): EndpointError | undefined => {
  const error = isJsonObject(body) ? body.error : undefined
  if (!isJsonObject(error) || typeof error.message !== 'string') return undefined
  const type = typeof error.type === 'string' ? error.type : ''
  const kind = KINDS.get(type) ?? errorKindOf(status ?? statusOf('failed'))
  const details = isJsonObject(error.details) ? error.details : {}
  const code = typeof details.error_code === 'string' ? details.error_code : KINDS.has(type) ? undefined : type || undefined
  const parameter = typeof details.parameter === 'string' ? details.parameter : undefined
  return { status: status ?? usualStatus(kind), kind, message: error.message, ...defined({ code, parameter }) }
}

export const encodeError = (error: EndpointError): ErrorAnswer => ({
  status: error.kind === 'overloaded' ? OVERLOADED : error.status >= 400 && error.status < 600 ? error.status : usualStatus(error.kind),
  headers: writeRetryAfter(error.retryAfter),
  body: errorBody(error),
})

export const errorBody = ({ kind, message, code, parameter }: EndpointError): JsonObject => {
  const details = defined({ error_code: code, parameter })
  return { type: 'error', error: { type: TYPES[kind], message, ...(Object.keys(details).length > 0 && { details }) } }
}

const usualStatus = (kind: Kind): number => (kind === 'overloaded' ? OVERLOADED : statusOf(kind))
