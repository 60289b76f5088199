import type { CallId } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import { unreachable } from '../core/result.ts'
import { type Millis, millis } from '../core/units.ts'
import type { Considered } from './plan.ts'

/** Why a call has no answer from an endpoint. Each message is one lower-case sentence. */
export type CallFailure =
  | { readonly kind: 'key-invalid'; readonly message: string }
  | { readonly kind: 'key-frozen'; readonly message: string }
  | { readonly kind: 'header-invalid'; readonly message: string; readonly header: string }
  | { readonly kind: 'body-invalid'; readonly message: string; readonly param: string | null }
  | { readonly kind: 'body-too-large'; readonly message: string }
  | { readonly kind: 'body-too-slow'; readonly message: string }
  | { readonly kind: 'head-too-large'; readonly message: string }
  | { readonly kind: 'request-invalid'; readonly message: string }
  | { readonly kind: 'media-unsupported'; readonly message: string }
  | { readonly kind: 'expectation-unsupported'; readonly message: string }
  | { readonly kind: 'path-unknown'; readonly message: string }
  | { readonly kind: 'method-unsupported'; readonly message: string; readonly allow: string }
  | { readonly kind: 'alias-unknown'; readonly message: string }
  /** What the request goes on from is not kept here. */
  | { readonly kind: 'absent'; readonly message: string; readonly param: string | null }
  | { readonly kind: 'keeping-unavailable'; readonly message: string }
  /** No endpoint of the plan can take this request as it was asked (G4). */
  | { readonly kind: 'unsupported'; readonly message: string; readonly param: string | null }
  | { readonly kind: 'purpose-forbidden'; readonly message: string; readonly call: CallId }
  | { readonly kind: 'refused'; readonly message: string; readonly refusal: Refusal }
  | { readonly kind: 'budget-exhausted'; readonly message: string }
  | { readonly kind: 'rate-limited'; readonly message: string; readonly retryAfter: Millis }
  | { readonly kind: 'budget-unavailable'; readonly message: string }
  | { readonly kind: 'ledger-unavailable'; readonly message: string }
  | { readonly kind: 'too-many-calls'; readonly message: string }
  | { readonly kind: 'closing'; readonly message: string }
  /** Others go first, and there is no room to wait, or no more time. */
  | { readonly kind: 'endpoints-busy'; readonly message: string; readonly retryAfter: Millis }
  /** All that might be asked failed of late, and nothing is asked before `retryAfter`. */
  | { readonly kind: 'endpoints-resting'; readonly message: string; readonly retryAfter: Millis }
  | { readonly kind: 'endpoint-failed'; readonly message: string }
  | { readonly kind: 'endpoint-timed-out'; readonly message: string }
  | { readonly kind: 'call-timed-out'; readonly message: string }
  | { readonly kind: 'broken'; readonly message: string }

/** A refusal by law: what was considered, who refused it, and what would make it possible. */
export type Refusal = {
  readonly call: CallId
  readonly alias: string
  readonly dataClass: string
  readonly purpose: string
  readonly considered: readonly Considered[]
}

export type FailureAnswer = { readonly status: number; readonly headers: readonly string[]; readonly body: string }

/** A failure in HTTP, before it is written in anybody's words. `allod` stands beside the message, for those who know us. */
export type FailureParts = {
  readonly status: number
  readonly message: string
  readonly type: string
  readonly code: string
  readonly param: string | null
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly retryAfter?: Millis
  readonly allod?: JsonObject
}

/** The one place where a failure becomes HTTP. Types and codes are those of OpenAI's errors where it has such. */
export const partsOf = (failure: CallFailure): FailureParts => {
  switch (failure.kind) {
    case 'key-invalid':
      return parts(401, failure, 'invalid_request_error', 'invalid_api_key', null, ['www-authenticate', 'Bearer'])
    case 'key-frozen':
      return parts(403, failure, 'permission_error', 'key_frozen', null, ['x-should-retry', 'false'])
    case 'header-invalid':
      return parts(400, failure, 'invalid_request_error', 'invalid_header', failure.header)
    case 'body-invalid':
      return parts(400, failure, 'invalid_request_error', 'invalid_body', failure.param)
    case 'unsupported':
      return parts(400, failure, 'invalid_request_error', 'unsupported_by_endpoint', failure.param)
    case 'request-invalid':
      return parts(400, failure, 'invalid_request_error', 'invalid_request', null)
    case 'body-too-large':
      return parts(413, failure, 'invalid_request_error', 'body_too_large', null)
    case 'body-too-slow':
      return parts(408, failure, 'invalid_request_error', 'request_timeout', null, ['x-should-retry', 'false'])
    case 'head-too-large':
      return parts(431, failure, 'invalid_request_error', 'headers_too_large', null)
    case 'media-unsupported':
      return parts(415, failure, 'invalid_request_error', 'unsupported_media_type', null)
    case 'expectation-unsupported':
      return parts(417, failure, 'invalid_request_error', 'expectation_failed', null)
    case 'path-unknown':
      return parts(404, failure, 'invalid_request_error', 'unknown_path', null)
    case 'method-unsupported':
      return parts(405, failure, 'invalid_request_error', 'method_not_allowed', null, ['allow', failure.allow])
    case 'alias-unknown':
      return parts(404, failure, 'invalid_request_error', 'model_not_found', 'model')
    case 'absent':
      return parts(404, failure, 'invalid_request_error', 'not_kept_here', failure.param)
    case 'keeping-unavailable':
      return later(503, failure, 'api_error', 'keeping_unavailable', millis(5000))
    case 'purpose-forbidden':
      return parts(403, failure, 'permission_error', 'purpose_not_allowed', 'allod-purpose', ['allod-call', failure.call])
    case 'refused':
      return partsOfRefusal(failure.message, failure.refusal)
    case 'budget-exhausted':
      return parts(429, failure, 'insufficient_quota', 'insufficient_quota', null, ['x-should-retry', 'false'])
    case 'rate-limited':
      return later(429, failure, 'rate_limit_error', 'rate_limit_exceeded', failure.retryAfter)
    case 'budget-unavailable':
      return later(503, failure, 'api_error', 'budget_unavailable', millis(5000))
    case 'ledger-unavailable':
      return later(503, failure, 'api_error', 'ledger_unavailable', millis(5000))
    case 'too-many-calls':
      return later(503, failure, 'api_error', 'too_many_calls', millis(1000))
    case 'closing':
      return later(503, failure, 'api_error', 'closing', millis(5000))
    case 'endpoints-busy':
      return later(429, failure, 'rate_limit_error', 'endpoints_busy', failure.retryAfter)
    case 'endpoints-resting':
      return later(503, failure, 'api_error', 'endpoints_resting', failure.retryAfter)
    case 'endpoint-failed':
      return parts(502, failure, 'api_error', 'endpoint_failed', null)
    case 'endpoint-timed-out':
      return parts(504, failure, 'api_error', 'endpoint_timed_out', null)
    case 'call-timed-out':
      return parts(504, failure, 'api_error', 'call_timed_out', null)
    case 'broken':
      return parts(500, failure, 'api_error', 'internal_error', null)
    default:
      return unreachable(failure)
  }
}

const parts = (
  status: number,
  { message }: { readonly message: string },
  type: string,
  code: string,
  param: string | null,
  headers: readonly string[] = [],
): FailureParts => ({ status, message, type, code, param, headers })

const later = (status: number, failure: { readonly message: string }, type: string, code: string, retryAfter: Millis): FailureParts => ({
  ...parts(status, failure, type, code, null, ['retry-after', String(Math.max(1, Math.ceil(retryAfter / 1000)))]),
  retryAfter,
})

/** 451 (RFC 7725). */
const partsOfRefusal = (message: string, refusal: Refusal): FailureParts => ({
  ...parts(451, { message }, 'refused_by_policy', 'no_permitted_endpoint', 'model', [
    'allod-call',
    refusal.call,
    'allod-receipt',
    `/v1/receipts/${refusal.call}`,
  ]),
  allod: {
    call: refusal.call,
    alias: refusal.alias,
    data_class: refusal.dataClass,
    purpose: refusal.purpose,
    considered: refusal.considered.map((each) => ({
      endpoint: each.endpoint,
      model: each.model,
      ...each.reach,
      refused_by: each.refusedBy,
      possible: each.possible,
    })),
  },
})

/**
 * A failure in the shape of OpenAI's errors: `{error: {message, type, code, param}}`. `allod` stands inside `error`, because that is the
 * member the official SDKs hand to their callers.
 */
export const answerFailure = (failure: CallFailure): FailureAnswer => {
  const { status, message, type, code, param, headers, allod } = partsOf(failure)
  return {
    status,
    headers: ['content-type', 'application/json', ...headers],
    body: JSON.stringify({ error: { message, type, code, param, ...(allod !== undefined && { allod }) } }),
  }
}

/** The event that ends a stream which has already begun, so that the caller's SDK raises it (G5). */
export const failureEvent = (failure: CallFailure): string => `data: ${answerFailure(failure).body}\n\n`
