import { isJsonObject, type Json, type JsonObject, numberOf, numbersIn } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { TokenProbability } from '../neutral.ts'

type Alternative = TokenProbability['top'][number]

/** Tokens from a choice's `logprobs`, of its text and then of its refusal. What is no token is left out: no answer fails for it. */
export const decodeLogProbabilities = (logprobs: JsonObject | undefined): readonly TokenProbability[] | undefined => {
  const lists = [logprobs?.content, logprobs?.refusal].filter((list): list is readonly Json[] => Array.isArray(list))
  if (lists.length === 0) return undefined
  return lists.flat().flatMap((value) => {
    const token = alternative(value)
    const top = isJsonObject(value) && Array.isArray(value.top_logprobs) ? value.top_logprobs : []
    return token === undefined ? [] : [{ ...token, top: top.map(alternative).filter((each) => each !== undefined) }]
  })
}

/** `refused`: the answer is a refusal and nothing else. */
export const encodeLogProbabilities = (tokens: readonly TokenProbability[] | undefined, refused: boolean): JsonObject | null => {
  if (tokens === undefined) return null
  const list = tokens.map((token) => ({ ...written(token), top_logprobs: token.top.map(written) }))
  return refused ? { content: null, refusal: list } : { content: list, refusal: null }
}

const alternative = (value: Json): Alternative | undefined => {
  if (!isJsonObject(value) || typeof value.token !== 'string') return undefined
  const { token } = value
  const logProbability = numberOf(value.logprob)
  return logProbability === undefined ? undefined : defined({ token, logProbability, bytes: numbersIn(value.bytes) })
}

const written = ({ token, logProbability, bytes }: Alternative): JsonObject => ({ token, logprob: logProbability, bytes: bytes ?? null })
