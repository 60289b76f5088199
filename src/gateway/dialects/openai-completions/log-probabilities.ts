import { isJsonObject, type Json, type JsonObject, numberOf } from '../../../core/json.ts'
import type { Losses } from '../losses.ts'
import type { TokenProbability } from '../neutral.ts'

/**
 * The older form of log probabilities: four lists side by side. The first token of an echoed prompt has none, as nothing comes before
 * it; it is NaN in the neutral form and null on the wire.
 */
export const decodeLogProbabilities = (logprobs: JsonObject | undefined): readonly TokenProbability[] | undefined => {
  const tokens = logprobs?.tokens
  if (logprobs === undefined || !Array.isArray(tokens)) return undefined
  const [chosen, tops] = [listOf(logprobs.token_logprobs), listOf(logprobs.top_logprobs)]
  return tokens.flatMap((token: Json, index) => {
    if (typeof token !== 'string') return []
    const top = tops[index]
    return [{ token, logProbability: numberOf(chosen[index]) ?? Number.NaN, top: isJsonObject(top) ? alternatives(top) : [] }]
  })
}

/** `offset`: where the first token stands, in characters. What the form cannot hold is warned of at `path`. */
export const encodeLogProbabilities = (
  tokens: readonly TokenProbability[] | undefined,
  offset: number,
  path: string,
  losses: Losses,
): JsonObject | null => {
  if (tokens === undefined) return null
  let at = offset
  const offsets = tokens.map(({ token }) => {
    const here = at
    at += charactersOf(token)
    return here
  })
  const logprobs = {
    tokens: tokens.map((token) => token.token),
    token_logprobs: tokens.map((token) => written(token.logProbability)),
    top_logprobs: tokens.map(({ logProbability, top }) =>
      Number.isNaN(logProbability) ? null : Object.fromEntries(top.map((each) => [each.token, written(each.logProbability)])),
    ),
    text_offset: offsets,
  }
  if (!tokens.every(isKept)) losses.dropped('hint', path, 'the wire does not tell the bytes of tokens, nor tokens that look alike apart')
  return logprobs
}

/** OpenAI counts Unicode characters, not UTF-16 units. */
export const charactersOf = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

/** Whether a token comes back as it is: its bytes are its text's, and its alternatives are in order and not alike. */
const isKept = ({ token, bytes, top }: TokenProbability): boolean =>
  isOwnBytes(token, bytes) &&
  top.every((each) => isOwnBytes(each.token, each.bytes)) &&
  Object.keys(Object.fromEntries(top.map((each) => [each.token, true]))).join('\n') === top.map((each) => each.token).join('\n')

const isOwnBytes = (token: string, bytes: readonly number[] | undefined): boolean => {
  if (bytes === undefined) return true
  const own = new TextEncoder().encode(token)
  return own.length === bytes.length && bytes.every((byte, index) => byte === own[index])
}

const alternatives = (top: JsonObject) =>
  Object.entries(top).map(([token, value]) => ({ token, logProbability: numberOf(value) ?? Number.NaN }))
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])
const written = (value: number): number | null => (Number.isNaN(value) ? null : value)
