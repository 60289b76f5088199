// Log probabilities as they stand beside a text, in an answer and in the events of a stream.
import { type JsonObject, numbersIn } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Members } from '../members.ts'
import type { TokenProbability } from '../neutral.ts'

type Token = TokenProbability['top'][number]

export const decodeTokens = (reader: Members): TokenProbability[] =>
  (reader.each('logprobs') ?? []).map((token) => ({ ...decodeToken(token), top: (token.each('top_logprobs') ?? []).map(decodeToken) }))

const decodeToken = (reader: Members): Token =>
  defined({
    token: reader.text('token') ?? '',
    logProbability: reader.number('logprob') ?? 0,
    bytes: numbersIn(reader.list('bytes')),
  })

export const encodeTokens = (tokens: readonly TokenProbability[]): JsonObject[] =>
  tokens.map((token) => ({ ...encodeToken(token), top_logprobs: token.top.map(encodeToken) }))

const encoder = new TextEncoder()

/** The bytes are part of the vendor's shape, and they are those of the token where the endpoint does not say otherwise. */
const encodeToken = ({ token, logProbability, bytes }: Token): JsonObject => ({
  token,
  logprob: logProbability,
  bytes: [...(bytes ?? encoder.encode(token))],
})
