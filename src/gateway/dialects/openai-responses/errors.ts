// Errors are OpenAI's in both of its dialects; only how a stream tells of one differs.
import type { JsonObject } from '../../../core/json.ts'
import type { EndpointError } from '../neutral.ts'
import { errorMembers } from '../openai-chat/errors.ts'

export { decodeError, decodeStreamError, encodeError } from '../openai-chat/errors.ts'

/**
 * The members of an `error` event: flat, as the API reference has them, and once more under `error`, as the vendor's servers send them:
 * its SDKs raise an error only for the latter.
 */
export const errorEventMembers = (error: EndpointError): JsonObject => ({
  code: error.code ?? null,
  message: error.message,
  param: error.parameter ?? null,
  error: errorMembers(error),
})

/** The `error` of a response that failed; its codes are few. */
export const responseError = (error: EndpointError): JsonObject => ({
  code: error.code ?? (error.kind === 'rate-limited' ? 'rate_limit_exceeded' : 'server_error'),
  message: error.message,
})
