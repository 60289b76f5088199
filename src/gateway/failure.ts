import type { CallId } from '../core/ids.ts'
import { unreachable } from '../core/result.ts'
import type { Millis } from '../core/units.ts'
import type { Considered } from './plan.ts'

/** Why a call has no answer from an endpoint. Each message is one lower-case sentence. */
export type CallFailure =
  | { readonly kind: 'key-invalid'; readonly message: string }
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
  | { readonly kind: 'purpose-forbidden'; readonly message: string; readonly call: CallId }
  | { readonly kind: 'refused'; readonly message: string; readonly refusal: Refusal }
  | { readonly kind: 'budget-exhausted'; readonly message: string }
  | { readonly kind: 'rate-limited'; readonly message: string; readonly retryAfter: Millis }
  | { readonly kind: 'budget-unavailable'; readonly message: string }
  | { readonly kind: 'ledger-unavailable'; readonly message: string }
  | { readonly kind: 'too-many-calls'; readonly message: string }
  | { readonly kind: 'closing'; readonly message: string }
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

/** The one place where a failure becomes HTTP, in the shape of OpenAI's errors: `{error: {message, type, code, param}}`. */
export const answerFailure = (failure: CallFailure): FailureAnswer => {
  switch (failure.kind) {
    case 'key-invalid':
      return answer(401, failure, 'invalid_request_error', 'invalid_api_key', null, ['www-authenticate', 'Bearer'])
    case 'header-invalid':
      return answer(400, failure, 'invalid_request_error', 'invalid_header', failure.header)
    case 'body-invalid':
      return answer(400, failure, 'invalid_request_error', 'invalid_body', failure.param)
    case 'request-invalid':
      return answer(400, failure, 'invalid_request_error', 'invalid_request', null)
    case 'body-too-large':
      return answer(413, failure, 'invalid_request_error', 'body_too_large', null)
    case 'body-too-slow':
      return answer(408, failure, 'invalid_request_error', 'request_timeout', null, ['x-should-retry', 'false'])
    case 'head-too-large':
      return answer(431, failure, 'invalid_request_error', 'headers_too_large', null)
    case 'media-unsupported':
      return answer(415, failure, 'invalid_request_error', 'unsupported_media_type', null)
    case 'expectation-unsupported':
      return answer(417, failure, 'invalid_request_error', 'expectation_failed', null)
    case 'path-unknown':
      return answer(404, failure, 'invalid_request_error', 'unknown_path', null)
    case 'method-unsupported':
      return answer(405, failure, 'invalid_request_error', 'method_not_allowed', null, ['allow', failure.allow])
    case 'alias-unknown':
      return answer(404, failure, 'invalid_request_error', 'model_not_found', 'model')
    case 'purpose-forbidden':
      return answer(403, failure, 'permission_error', 'purpose_not_allowed', 'allod-purpose', ['allod-call', failure.call])
    case 'refused':
      return answerRefusal(failure.message, failure.refusal)
    case 'budget-exhausted':
      return answer(429, failure, 'insufficient_quota', 'insufficient_quota', null, ['x-should-retry', 'false'])
    case 'rate-limited':
      return answer(429, failure, 'rate_limit_error', 'rate_limit_exceeded', null, ['retry-after', seconds(failure.retryAfter)])
    case 'budget-unavailable':
      return answer(503, failure, 'api_error', 'budget_unavailable', null, ['retry-after', '5'])
    case 'ledger-unavailable':
      return answer(503, failure, 'api_error', 'ledger_unavailable', null, ['retry-after', '5'])
    case 'too-many-calls':
      return answer(503, failure, 'api_error', 'too_many_calls', null, ['retry-after', '1'])
    case 'closing':
      return answer(503, failure, 'api_error', 'closing', null, ['retry-after', '5'])
    case 'endpoint-failed':
      return answer(502, failure, 'api_error', 'endpoint_failed', null)
    case 'endpoint-timed-out':
      return answer(504, failure, 'api_error', 'endpoint_timed_out', null)
    case 'call-timed-out':
      return answer(504, failure, 'api_error', 'call_timed_out', null)
    case 'broken':
      return answer(500, failure, 'api_error', 'internal_error', null)
    default:
      return unreachable(failure)
  }
}

const seconds = (length: Millis): string => String(Math.max(1, Math.ceil(length / 1000)))

const answer = (
  status: number,
  failure: { readonly message: string },
  type: string,
  code: string,
  param: string | null,
  headers: readonly string[] = [],
): FailureAnswer => ({
  status,
  headers: ['content-type', 'application/json', ...headers],
  body: JSON.stringify({ error: { message: failure.message, type, code, param } }),
})

/** 451 (RFC 7725). `allod` stands inside `error`, because that is the member the official SDKs hand to their callers. */
const answerRefusal = (message: string, refusal: Refusal): FailureAnswer => ({
  status: 451,
  headers: ['content-type', 'application/json', 'allod-call', refusal.call, 'allod-receipt', `/v1/receipts/${refusal.call}`],
  body: JSON.stringify({
    error: {
      message,
      type: 'refused_by_policy',
      code: 'no_permitted_endpoint',
      param: 'model',
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
    },
  }),
})

/** The event that ends a stream which has already begun, so that the caller's SDK raises it (G5). */
export const failureEvent = (failure: CallFailure): string => `data: ${answerFailure(failure).body}\n\n`
