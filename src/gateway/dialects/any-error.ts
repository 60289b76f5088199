// An error in whatever shape it comes: what stands before an endpoint, or plays one, answers in words of its own, most often in OpenAI's.
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../core/json.ts'
import { defined } from './defined.ts'
import type { EndpointError } from './neutral.ts'
import { readRetryAfter } from './retry-after.ts'
import { errorKindOf } from './status.ts'

const LIMITS = { maxLength: 1 << 20, maxDepth: 32 }
const MAX_MESSAGE = 4096
const MAX_DEPTH = 3

/** What an endpoint says is wrong; the message is empty where it says nothing. */
export type Saying = { readonly message: string; readonly code?: string; readonly parameter?: string; readonly type?: string }

/**
 * An error that is not in the shape of the dialect it was asked in: OpenAI's shape, Anthropic's, Google's, FastAPI's `detail`, a flat
 * `message`, a list around any of them, a bare text. The status decides its kind.
 */
export const anyError = (status: number, header: (name: string) => string | undefined, body: string): EndpointError => {
  const parsed = parseJson(body, LIMITS)
  const { type: _, ...said } = parsed.ok ? sayingOf(parsed.value) : { message: '' }
  const message = said.message || body.slice(0, MAX_MESSAGE).trim() || `the endpoint answered with status ${status}`
  return { ...said, status, kind: errorKindOf(status), message, ...defined({ retryAfter: readRetryAfter(header) }) }
}

/** Finds the object that says what is wrong, at most a few levels down; what it says itself counts more than what is said around it. */
export const sayingOf = (value: Json, depth = 0): Saying => {
  if (typeof value === 'string') return { message: value.slice(0, MAX_MESSAGE) }
  if (Array.isArray(value)) return value.length === 0 || depth > MAX_DEPTH ? { message: '' } : sayingOf(value[0] as Json, depth + 1)
  if (!isJsonObject(value)) return { message: '' }
  const { error, message, Message, detail, msg } = value
  const inner = error ?? (isJsonObject(message) ? message : (message ?? Message ?? detail ?? msg))
  if (inner !== undefined && inner !== null && typeof inner !== 'string' && depth < MAX_DEPTH)
    return { ...wordsOf(value), ...sayingOf(inner, depth + 1) }
  return { message: typeof inner === 'string' ? inner.slice(0, MAX_MESSAGE) : '', ...wordsOf(value) }
}

const wordsOf = (value: JsonObject) => {
  const { code, param, type, loc } = value
  const place = Array.isArray(loc) ? loc.filter((step) => step !== 'body').join('.') : param
  return defined({
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : undefined,
    parameter: typeof place === 'string' ? place : undefined,
    type: typeof type === 'string' ? type : undefined,
  })
}
