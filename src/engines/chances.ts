import type { ControlledEvaluateInputItem, LlamaContextSequence, Token } from 'node-llama-cpp'
import { offsetsOf, type TokenBytes, textOfBytes } from './tokens.ts'

/** A token and the natural logarithm of its probability. */
export type Likely = { readonly token: Token; readonly logprob: number }
/** How likely a token was where it stands, and which ones were likeliest there, best first. */
export type Chance = { readonly logprob: number; readonly top: readonly Likely[] }

type Named = { readonly bytes: Uint8Array; readonly logprob: number }
/** A token of a text with its chance. */
export type TokenChance = {
  readonly bytes: Uint8Array
  /** Where it begins, in characters from the beginning of the prompt. */
  readonly offset: number
  /** Null for the first token of a text, before which there is nothing. */
  readonly logprob: number | null
  readonly top: readonly Named[] | null
}

/** JSON has no infinity; OpenAI's dialects write -9999 for what had no chance. */
const NO_CHANCE = -9999

/**
 * The chance of `token` where the model's output is `logits`, of the whole vocabulary and sorted, best first: log softmax, the sum in 64 bits.
 */
export const chanceIn = (logits: ReadonlyMap<Token, number>, token: Token, count: number): Chance => {
  let most = Number.NEGATIVE_INFINITY
  for (const logit of logits.values()) {
    most = logit
    break
  }
  let sum = 0
  for (const logit of logits.values()) sum += Math.exp(logit - most)
  const logSum = Math.log(sum)
  const logprobOf = (logit: number): number => Math.max(NO_CHANCE, logit - most - logSum)
  return { logprob: logprobOf(logits.get(token) ?? Number.NEGATIVE_INFINITY), top: likeliest(logits, count, logprobOf) }
}

/** The chance of `token` among `probabilities`, sorted, best first. */
export const chanceAmong = (probabilities: ReadonlyMap<Token, number>, token: Token, count: number): Chance => ({
  logprob: logarithmOf(probabilities.get(token) ?? 0),
  top: likeliest(probabilities, count, logarithmOf),
})

export const logarithmOf = (probability: number): number => (probability > 0 ? Math.log(probability) : NO_CHANCE)

const likeliest = (values: ReadonlyMap<Token, number>, count: number, logprobOf: (value: number) => number): readonly Likely[] => {
  const top: Likely[] = []
  for (const [token, value] of values) {
    if (top.length === count) break
    top.push({ token, logprob: logprobOf(value) })
  }
  return top
}

/** Puts bytes in the place of tokens. */
export const namedChance = (
  tokenBytes: TokenBytes,
  token: Token,
  before: readonly Token[],
  { logprob, top }: Chance,
  offset: number,
): TokenChance => ({
  bytes: tokenBytes(token, before),
  offset,
  logprob,
  top: top.map((other) => ({ bytes: tokenBytes(other.token, before), logprob: other.logprob })),
})

/**
 * Positions computed at once. So many vocabularies of 4 bytes each take the library's memory, and other calls and the abort signal wait for
 * so many; fewer are much slower, as the processor then works on each alone.
 */
const STRIDE = 64
/** The model's own distribution. At temperature 0 nothing is cut off today; the rest says that nothing may be. */
const OWN = { temperature: 0, topK: 0, topP: 1, minP: 0 } as const

/**
 * The chance of each token but the first, given those before it, in the model's own distribution. Leaves all but the last token in the
 * sequence, which must be empty. However long the prompt, the library holds the logits of one stride, and this process those of one position.
 */
export const scorePrompt = async (
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  count: number,
  signal: AbortSignal,
): Promise<readonly Chance[] | undefined> => {
  const chances: Chance[] = []
  let scored = 0
  for (let at = 0; at < tokens.length - 1; at += STRIDE) {
    const part = tokens.slice(at, Math.min(at + STRIDE, tokens.length - 1))
    const input = part.map((token): ControlledEvaluateInputItem => [token, { generateNext: { logits: true, options: OWN } }])
    await sequence.controlledEvaluate(input, {
      onTokenResult(index, output) {
        const next = tokens[at + index + 1]
        if (next === undefined || output.next.logits === undefined) return
        chances[at + index] = chanceIn(output.next.logits, next, count)
        scored++
        // The library keeps the outputs of all positions until the last is computed.
        delete output.next.logits
      },
    })
    if (signal.aborted) return undefined
    // The library would only write a failure of the function above to its log.
    if (scored !== at + part.length) throw new Error('the model gave no logits for a token of the prompt')
  }
  return chances
}

/**
 * A prompt as an answer repeats it, beginning after the `hidden` tokens that its caller did not write. `chances` are those of all tokens
 * but the first of all.
 */
export const promptChances = (
  tokenBytes: TokenBytes,
  tokens: readonly Token[],
  hidden: number,
  chances: readonly Chance[],
): readonly TokenChance[] => {
  const parts = promptBytes(tokenBytes, tokens, hidden)
  const offsets = offsetsOf(parts)
  return parts.map((bytes, index) => {
    const at = index + hidden
    const chance = chances[at - 1]
    const token = tokens[at]
    const offset = offsets[index] ?? 0
    if (index === 0 || chance === undefined || token === undefined) return { bytes, offset, logprob: null, top: null }
    return namedChance(tokenBytes, token, contextOf(tokens, at), chance, offset)
  })
}

export const promptText = (tokenBytes: TokenBytes, tokens: readonly Token[], hidden: number): string =>
  textOfBytes(promptBytes(tokenBytes, tokens, hidden))

const promptBytes = (tokenBytes: TokenBytes, tokens: readonly Token[], hidden: number): readonly Uint8Array[] =>
  tokens.slice(hidden).map((token, index) => tokenBytes(token, contextOf(tokens, index + hidden)))

/** Tokens before one that may bear on how it is written. */
const CONTEXT = 8
const contextOf = (tokens: readonly Token[], at: number): readonly Token[] => tokens.slice(Math.max(0, at - CONTEXT), at)
