// A caller's request in the neutral form: read once for a call, and only where bytes alone will not do.
import { isJsonObject, type JsonObject, parseExactJson } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Asked } from './asked.ts'
import type { Asking, Decoded } from './carriage.ts'
import type { Unreadable } from './dialects/dialect.ts'
import type { EmbeddingQuestion } from './dialects/embeddings/index.ts'
import type { NeutralRequest } from './dialects/neutral.ts'
import type { CallFailure } from './failure.ts'
import type { GatewayPorts } from './ports.ts'
import { SERVICES } from './services.ts'
import type { Authenticated } from './stages.ts'

/** Levels of nesting in a request or an answer; schemas of tools are the deepest thing that comes. */
export const MAX_DEPTH = 128
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** The request of a call, decoded by its service; decoded before, it is not decoded again. `Question` is the service's. */
export const decodedOf = <Question>(asking: Asking): Result<Question, Unreadable> => {
  asking.decoded ??= decode(asking.ports, asking.classified.authenticated, asking.classified.body)
  // One call is of one service, and whoever asks is made for it: what stands there is its kind of question.
  return asking.decoded as Result<Question, Unreadable>
}

/** Reads a body in the words of its service. Fails with what cannot be read, and where. */
export const decode = (ports: GatewayPorts, authenticated: Authenticated, body: Uint8Array): Decoded => {
  if (!ports.isUtf8(body)) return unfit('the body is not UTF-8')
  const parsed = parseBody(authenticated, utf8.decode(body))
  const { route, path } = authenticated.head
  return parsed.ok ? SERVICES[route].codec.decodeRequest(parsed.value, path ?? {}) : parsed
}

/** The one JSON object that a body must be. */
export const parseBody = ({ snapshot }: Authenticated, text: string): Result<JsonObject, Unreadable> => {
  const parsed = parseExactJson(text, { maxLength: snapshot.limits.maxBodyBytes, maxDepth: MAX_DEPTH })
  if (!parsed.ok) return unfit(`the body is not JSON: ${parsed.error.message}`)
  return isJsonObject(parsed.value) ? ok(parsed.value) : unfit('the body must be one JSON object')
}

/** What the exchange must know of a request whose model stands in its path. */
export const askedOf = ({ head }: Authenticated, decoded: Decoded): Result<Asked, CallFailure> => {
  if (!decoded.ok) return err(invalidBody(decoded.error))
  const { kind } = SERVICES[head.route]
  const question = decoded.value as NeutralRequest | EmbeddingQuestion
  const { sampling } = kind === 'chat' ? (question as NeutralRequest) : NOT_SAMPLED
  return ok({
    model: question.model,
    modelFrom: -1,
    modelTo: -1,
    stream: head.path?.stream === true,
    includeUsage: true,
    user: question.user,
    maxOutput: sampling.maxTokens,
    choices: sampling.choices ?? 1,
    detached: true,
    members: NO_MEMBERS,
  })
}
const unfit = (message: string): Result<never, Unreadable> => err({ kind: 'unreadable', message, parameter: null })
const NO_MEMBERS: ReadonlySet<string> = new Set()
const NOT_SAMPLED: Pick<NeutralRequest, 'sampling'> = { sampling: {} }

export const invalidBody = ({ message, parameter }: Unreadable): CallFailure => ({ kind: 'body-invalid', message, param: parameter })
