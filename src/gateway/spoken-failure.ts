// A failure of the exchange in the words of whoever called, so that their SDK raises what it raises for the vendor's own.
import { isJsonObject, type JsonObject } from '../core/json.ts'
import type { EndpointError } from './dialects/neutral.ts'
import { errorKindOf } from './dialects/status.ts'
import { answerFailure, type CallFailure, type FailureAnswer, type FailureParts, partsOf } from './failure.ts'
import { type Route, SERVICES } from './services.ts'

const encoder = new TextEncoder()
/** Callers of these read OpenAI's errors, which `answerFailure` writes. */
const OPENAI: ReadonlySet<string> = new Set(['openai-chat', 'openai-completions', 'openai-responses'])

/**
 * A failure for a caller of this service. Its status is the exchange's own in every dialect, and what the exchange says beside the
 * message stands where the SDK hands it on.
 */
export const answerFailureOf = (route: Route, failure: CallFailure): FailureAnswer => {
  const { dialect } = SERVICES[route]
  if (OPENAI.has(dialect.name)) return answerFailure(failure)
  const parts = partsOf(failure)
  const { headers, body } = dialect.encodeError(errorOf(parts))
  return {
    status: parts.status,
    headers: ['content-type', 'application/json', ...headers, ...without(parts.headers, headers)],
    body: JSON.stringify(withDetail(body, parts)),
  }
}

/** The same as bytes. */
export const encodedFailureOf = (route: Route, failure: CallFailure): Omit<FailureAnswer, 'body'> & { readonly body: Uint8Array } => {
  const answer = answerFailureOf(route, failure)
  return { ...answer, body: encoder.encode(answer.body) }
}

/** The failure as an endpoint would have said it. */
export const errorOf = ({ status, message, code, param, retryAfter }: FailureParts): EndpointError => ({
  status,
  kind: errorKindOf(status),
  message,
  code,
  ...(param !== null && { parameter: param }),
  ...(retryAfter !== undefined && { retryAfter }),
})

const withDetail = (body: JsonObject, { allod }: FailureParts): JsonObject => {
  if (allod === undefined) return body
  return isJsonObject(body.error) ? { ...body, error: { ...body.error, allod } } : { ...body, allod }
}

/** Names and values in turn, without those whose name stands in `said`. */
const without = (headers: readonly string[], said: readonly string[]): readonly string[] =>
  headers.filter((_, index) => !said.includes(headers[index - (index % 2)] as string))
