// What all that serves kept objects has in common: who asks, what is answered, and the failures in between.
import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Clock, millis, type Random } from '../core/units.ts'
import { encodeFailure } from './conversations.ts'
import type { ErrorAnswer, Unreadable } from './dialects/dialect.ts'
import type { EndpointError } from './dialects/neutral.ts'
import type { Conversations, Files, KeepingFailure, KeepingRules, Owner } from './kept.ts'

/** Who asks, and for what. `body` is empty where none came. */
export type Visit = {
  readonly owner: Owner
  /** Of what is put in: see `Turn`. */
  readonly dataClass: string
  readonly purpose: string
  readonly query: URLSearchParams
  readonly body: JsonObject
  /** Where a form was sent instead. */
  readonly form?: Form
}
/** A form's fields, and the file that came in it, in base64. */
export type Form = {
  readonly fields: ReadonlyMap<string, string>
  readonly file?: { readonly name: string; readonly mediaType: string; readonly bytes: number; readonly data: string }
}
export type Desk = {
  readonly conversations: Conversations
  readonly files: Files
  readonly rules: KeepingRules
  readonly clock: Clock
  readonly random: Random
}
/** Headers are names and values in turn; `data` is what stands in a file, in base64. */
export type ObjectAnswer = ErrorAnswer | { readonly status: 200; readonly headers: readonly string[]; readonly data: string }
export type ObjectRoute = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly takes: 'nothing' | 'json' | 'form'
  readonly serve: (desk: Desk, visit: Visit) => ObjectAnswer
}

export type Served = Result<JsonObject | FileContent, EndpointError>
/** The bytes of a file, in place of an object. */
export class FileContent {
  readonly data: string

  constructor(data: string) {
    this.data = data
  }
}
export type Handler = (desk: Desk, visit: Visit, id: string, item: string) => Served

/** A failure in the words of this API. */
export const answerOf = (served: Served): ObjectAnswer => {
  if (!served.ok) return told(served.error)
  if (!(served.value instanceof FileContent)) return { status: 200, headers: JSON_TYPE, body: served.value }
  // Whatever was put in, no browser is to take it for a page of ours.
  return {
    status: 200,
    headers: ['content-type', 'application/octet-stream', 'x-content-type-options', 'nosniff'],
    data: served.value.data,
  }
}
const JSON_TYPE = ['content-type', 'application/json']
const told = (error: EndpointError): ObjectAnswer => {
  const { status, headers, body } = encodeFailure(error)
  // Nothing comes of trying again but where a delay is named.
  return { status, headers: [...JSON_TYPE, ...headers, ...(error.retryAfter === undefined ? ['x-should-retry', 'false'] : [])], body }
}

const QUERIED = new Set(['purpose', 'include', 'order', 'limit', 'after', 'stream', 'starting_after', 'include_obfuscation'])
const LOG_PROBABILITIES = 'message.output_text.logprobs'
/** INVARIANT(G4): what is asked for and cannot be given is said, as is what nobody here understands. */
export const unread = ({ query }: Visit): Served | undefined => {
  for (const [name, value] of query) {
    const bare = name.replace(/\[\d*\]$/, '')
    if (!QUERIED.has(bare)) return invalid(bare, `\`${bare}\` is no parameter here`)
    if (bare === 'include' && value === LOG_PROBABILITIES) return invalid('include', 'log probabilities are not kept with an answer')
  }
  return undefined
}

export const found = <T>(result: Result<T | undefined | false, KeepingFailure>, what: string, id: string): Result<T, EndpointError> => {
  if (!result.ok) return err(unkept(result.error))
  return result.value === undefined || result.value === false ? err(missing(what, id)) : ok(result.value)
}
export const missing = (what: string, id: string): EndpointError => failure(404, 'not-found', `${what} \`${id}\` is not kept here`)
export const invalid = (parameter: string | null, message: string): Result<never, EndpointError> =>
  err({ ...failure(400, 'invalid-request', message), ...(parameter !== null && { parameter }) })
export const unreadable = ({ message, parameter }: Unreadable): EndpointError => ({
  ...failure(400, 'invalid-request', message),
  ...(parameter !== null && { parameter }),
})
export const failure = (status: number, kind: EndpointError['kind'], message: string): EndpointError => ({ status, kind, message })

/** What the store cannot do, for a caller. */
export const unkept = ({ kind, message }: KeepingFailure): EndpointError => {
  switch (kind) {
    case 'too-large':
      return failure(413, 'too-large', message)
    case 'full':
      return { ...failure(429, 'rate-limited', message), code: 'insufficient_quota' }
    case 'gone':
      return failure(404, 'not-found', message)
    case 'damaged':
      return failure(500, 'failed', message)
    case 'unavailable':
      return { ...failure(503, 'overloaded', message), retryAfter: millis(5000) }
  }
}
