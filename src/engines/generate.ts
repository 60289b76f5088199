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
import { chanceAmong, logarithmOf, namedChance, type TokenChance } from './chances.ts'
import { type CallFailure, refuse } from './failure.ts'
import { type Piece, type Pieces, piecesOf } from './pieces.ts'
import type { Settings, Shape } from './request.ts'
import type { TokenBytes } from './tokens.ts'

export type OnPiece = (piece: Piece) => void | Promise<void>
export type Finish = 'stop' | 'length'
export type Generated = {
  readonly finish: Finish
  readonly completionTokens: number
  /** Mean natural logarithm of the probability of the tokens drawn; 0 where there are none or `ranked` was not set. */
  readonly likelihood: number
}

/** Tokens to compute from, with the texts and tokens that end an answer of this kind. */
export type PreparedPrompt = {
  readonly tokens: readonly Token[]
  /** How many of the first tokens the caller did not write. */
  readonly hidden: number
  /** What the caller wrote, when it was one text. */
  readonly text: string | undefined
  readonly stops: readonly string[]
  readonly stopTokens: readonly Token[]
}
/** Used where the caller names no value. */
export type RecommendedSampling = { readonly temperature: number; readonly topP: number }

export type Generation = {
  readonly llama: Llama
  readonly model: LlamaModel
  readonly tokenBytes: TokenBytes
  /** Nobody else uses it now. It may hold the prompt or another one's beginning, which is then not computed again. */
  readonly sequence: LlamaContextSequence
  readonly prompt: PreparedPrompt
  /** Tokens that may be written; prompt and room together fit the context. */
  readonly room: number
  readonly settings: Settings
  readonly recommended: RecommendedSampling
  readonly seed: number
  /** Characters before the answer, from where `offset` of its tokens is counted. */
  readonly offset: number
  /** Whether the likelihood of the answer is wanted. */
  readonly ranked: boolean
  readonly signal: AbortSignal
  readonly onPiece: OnPiece
}

/** Prompt tokens between two looks at the abort signal. */
const STRIDE = 256
/** Tokens before one that may bear on how it is written. */
const CONTEXT = 8
/** Writes one answer. Usage counts every token drawn, also those of a stop sequence, but not the end-of-text token. */
export const generate = async (generation: Generation): Promise<Result<Generated, CallFailure>> => {
  const { sequence, prompt, room, settings, ranked, signal, onPiece } = generation
  const grammar = await grammarState(generation.llama, generation.model, settings.shape)
  if (!grammar.ok) return grammar
  const rest = await readPrompt(sequence, prompt.tokens, signal)
  if (rest === undefined) return ABORTED
  const drawn: Token[] = []
  let likelihood = 0
  const pieces = piecesOfAnswer(generation)
  const show = async ({ text, tokens }: Piece): Promise<void> => {
    if (text !== '' || tokens.length > 0) await onPiece({ text, tokens })
  }
  const end = async (finish: Finish, piece: Piece): Promise<Result<Generated, CallFailure>> => {
    await show(piece)
    return ok({ finish, completionTokens: drawn.length, likelihood: drawn.length === 0 ? 0 : likelihood / drawn.length })
  }
  const options = samplingOptions(generation, grammar.value, drawn)
  // What was not asked for is undefined; the library's types know literals only.
  const metadata = { probabilities: (settings.topLogprobs !== undefined) as true, confidence: ranked as true }
  for await (const { token, probabilities, confidence } of sequence.evaluateWithMetadata(rest, metadata, options)) {
    if (signal.aborted) return ABORTED
    if (prompt.stopTokens.includes(token)) break
    const piece = pieces.push(token, chanceOf(generation, drawn, token, probabilities))
    drawn.push(token)
    if (ranked) likelihood += logarithmOf(confidence)
    if (piece.stopped) return end('stop', piece)
    await show(piece)
    if (drawn.length < room) continue
    const last = pieces.end()
    return end(last.stopped ? 'stop' : 'length', last)
  }
  return end('stop', pieces.end())
}

export const ABORTED = refuse('aborted', 'the caller went away', null, 503)

/** Computes what the sequence lacks of the prompt but its last tokens, which it returns; undefined when the caller went away meanwhile. */
const readPrompt = async (sequence: LlamaContextSequence, tokens: readonly Token[], signal: AbortSignal): Promise<Token[] | undefined> => {
  await sequence.adaptStateToTokens(tokens.slice(0, -1), false)
  let at = sequence.nextTokenIndex
  for (; tokens.length - at > STRIDE; at += STRIDE) {
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, at + STRIDE))
    if (signal.aborted) return undefined
  }
  return tokens.slice(at)
}

const piecesOfAnswer = ({ model, prompt, settings, offset }: Generation): Pieces<Token> =>
  piecesOf<Token>({
    detokenize: (tokens, before) => model.detokenize(tokens, false, before),
    before: prompt.tokens.slice(-CONTEXT),
    stops: [...settings.stop, ...prompt.stops],
    offset,
  })

const chanceOf = (
  { tokenBytes, prompt, settings }: Generation,
  drawn: readonly Token[],
  token: Token,
  probabilities: ReadonlyMap<Token, number> | undefined,
): ((offset: number) => TokenChance) | undefined => {
  if (settings.topLogprobs === undefined || probabilities === undefined) return undefined
  const before = [...prompt.tokens.slice(-CONTEXT), ...drawn.slice(-CONTEXT)].slice(-CONTEXT)
  const chance = chanceAmong(probabilities, token, settings.topLogprobs)
  return (offset) => namedChance(tokenBytes, token, before, chance, offset)
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
