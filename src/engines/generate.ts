import {
  LlamaGrammarEvaluationState as GrammarState,
  type Llama,
  type LlamaContextSequence,
  LlamaGrammar,
  type LlamaGrammarEvaluationState,
  LlamaJsonSchemaGrammar,
  type LlamaModel,
  type SequenceEvaluateOptions,
  type Token,
  TokenBias,
} from 'node-llama-cpp'
import type { JsonObject } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import { type CallFailure, refuse } from './failure.ts'
import type { Settings, Shape } from './request.ts'
import { stopScanner, tokenText } from './text.ts'

/** A token as it was drawn: natural logarithm of its probability in the distribution it was drawn from, and of the likeliest ones. */
export type TokenChance = {
  readonly text: string
  readonly logprob: number
  readonly top: readonly { readonly text: string; readonly logprob: number }[]
}
export type Piece = { readonly text: string; readonly tokens: readonly TokenChance[] }
export type OnPiece = (piece: Piece) => void | Promise<void>
export type Generated = { readonly finish: 'stop' | 'length'; readonly promptTokens: number; readonly completionTokens: number }

/** Tokens to compute from, with the texts and tokens that end an answer of this kind. */
export type PreparedPrompt = { readonly tokens: readonly Token[]; readonly stops: readonly string[]; readonly stopTokens: readonly Token[] }
/** Used where the caller names no value. */
export type RecommendedSampling = { readonly temperature: number; readonly topP: number }

export type Generation = {
  readonly llama: Llama
  readonly model: LlamaModel
  /** An empty sequence that nobody else uses now. */
  readonly sequence: LlamaContextSequence
  readonly prompt: PreparedPrompt
  /** Tokens that may be written; prompt and room together fit the context. */
  readonly room: number
  readonly settings: Settings
  readonly recommended: RecommendedSampling
  readonly seed: number
  readonly signal: AbortSignal
  readonly onPiece: OnPiece
}

/** Prompt tokens between two looks at the abort signal. */
const STRIDE = 256
const ABORTED = refuse('aborted', 'the caller went away', null, 503)

/** Writes one answer. Usage counts every token drawn, also those of a stop sequence, but not the end-of-text token. */
export const generate = async (generation: Generation): Promise<Result<Generated, CallFailure>> => {
  const { model, sequence, prompt, room, settings, signal, onPiece } = generation
  const grammar = await grammarState(generation.llama, model, settings.shape)
  if (!grammar.ok) return grammar
  const rest = await readPrompt(sequence, prompt.tokens, signal)
  if (rest === undefined) return ABORTED
  const drawn: Token[] = []
  const text = tokenText<Token>((tokens, before) => model.detokenize(tokens, false, before), prompt.tokens.slice(-8))
  const scanner = stopScanner([...settings.stop, ...prompt.stops])
  let chances: TokenChance[] = []
  const show = async (shown: string): Promise<void> => {
    if (shown === '') return
    const tokens = chances
    chances = []
    await onPiece({ text: shown, tokens })
  }
  const end = async (finish: Generated['finish'], shown: string): Promise<Result<Generated, CallFailure>> => {
    await show(shown)
    return ok({ finish, promptTokens: prompt.tokens.length, completionTokens: drawn.length })
  }
  const options = samplingOptions(generation, grammar.value, drawn)
  // The map is there exactly when it was asked for; the library's types know literals only.
  const metadata = { probabilities: (settings.topLogprobs !== undefined) as true }
  for await (const output of sequence.evaluateWithMetadata(rest, metadata, options)) {
    if (signal.aborted) return ABORTED
    if (prompt.stopTokens.includes(output.token)) break
    drawn.push(output.token)
    if (settings.topLogprobs !== undefined) chances.push(chanceOf(model, output.token, output.probabilities, settings.topLogprobs))
    const scanned = scanner.push(text.push(output.token))
    if (scanned.stopped) return end('stop', scanned.text)
    if (drawn.length === room) {
      const last = scanner.push(text.end())
      return end(last.stopped ? 'stop' : 'length', scanned.text + last.text + scanner.end())
    }
    await show(scanned.text)
  }
  const last = scanner.push(text.end())
  return end('stop', last.text + scanner.end())
}

/** Computes all of the prompt but its last tokens, which it returns; undefined when the caller went away meanwhile. */
const readPrompt = async (sequence: LlamaContextSequence, tokens: readonly Token[], signal: AbortSignal): Promise<Token[] | undefined> => {
  let at = 0
  for (; tokens.length - at > STRIDE; at += STRIDE) {
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, at + STRIDE))
    if (signal.aborted) return undefined
  }
  return tokens.slice(at)
}

const samplingOptions = (
  { model, settings, recommended, seed }: Generation,
  grammarEvaluationState: LlamaGrammarEvaluationState | undefined,
  drawn: Token[],
): SequenceEvaluateOptions => {
  const { presencePenalty, frequencyPenalty, logitBias } = settings
  const bias = new TokenBias(model.tokenizer)
  for (const [token, logit] of logitBias) bias.set(token as Token, { logit })
  return {
    temperature: settings.temperature ?? recommended.temperature,
    topP: settings.topP ?? recommended.topP,
    // The library would otherwise cut at the 40 likeliest tokens, which nobody asked for.
    topK: 0,
    seed,
    ...(grammarEvaluationState === undefined ? {} : { grammarEvaluationState }),
    ...(logitBias.size === 0 ? {} : { tokenBias: bias }),
    ...(presencePenalty === 0 && frequencyPenalty === 0
      ? {}
      : { repeatPenalty: { punishTokens: () => drawn, maxPunishTokens: 4096, penalty: 1, presencePenalty, frequencyPenalty } }),
  }
}

/** The library's schema grammars demand blank lines at the end, which only its own chat session knows to cut off. */
const TRAILER = ' "\\n\\n\\n\\n" [\\n]*'
/** They also take `1e-3` for an integer, and sixteen digits, more than JavaScript holds exactly. */
const INTEGER = /^integer-number-rule ::= .*$/m

const grammarOf = (llama: Llama, schema: JsonObject): string =>
  new LlamaJsonSchemaGrammar(llama, schema as ConstructorParameters<typeof LlamaJsonSchemaGrammar>[1]).grammar
    .replace(TRAILER, '')
    .replace(INTEGER, 'integer-number-rule ::= "-"? ("0" | [1-9] [0-9]{0,14})')

const grammarState = async (
  llama: Llama,
  model: LlamaModel,
  shape: Shape | undefined,
): Promise<Result<LlamaGrammarEvaluationState | undefined, CallFailure>> => {
  if (shape === undefined) return ok(undefined)
  try {
    const grammar =
      shape.kind === 'json'
        ? await LlamaGrammar.getFor(llama, 'json')
        : await llama.createGrammar({ grammar: grammarOf(llama, shape.schema) })
    return ok(new GrammarState({ model, grammar }))
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure)
    return refuse('unsupported_schema', `no grammar could be made of the schema: ${why}`, 'response_format')
  }
}

const chanceOf = (model: LlamaModel, token: Token, chances: ReadonlyMap<Token, number> | undefined, count: number): TokenChance => {
  const top: { text: string; logprob: number }[] = []
  for (const [other, chance] of chances ?? []) {
    if (top.length === count) break
    top.push({ text: model.detokenize([other], true), logprob: logprobOf(chance) })
  }
  return { text: model.detokenize([token], true), logprob: logprobOf(chances?.get(token) ?? 0), top }
}

/** JSON has no infinity; the dialect writes -9999 for what had no chance. */
const logprobOf = (chance: number): number => (chance > 0 ? Math.log(chance) : -9999)
