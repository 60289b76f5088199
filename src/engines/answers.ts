import type { Llama, LlamaContextSequence, LlamaModel } from 'node-llama-cpp'
import { ok, type Result } from '../core/result.ts'
import { promptChances, promptText, scorePrompt } from './chances.ts'
import { type CallFailure, refuse } from './failure.ts'
import { ABORTED, type Finish, type Generated, generate, type PreparedPrompt, type RecommendedSampling } from './generate.ts'
import type { Piece } from './pieces.ts'
import type { Settings } from './request.ts'
import { charactersOf, type TokenBytes } from './tokens.ts'

/** What one call asks for: for each prompt some answers, numbered through from 0, those of the first prompt first. */
export type Asked = {
  readonly prompts: readonly PreparedPrompt[]
  /** The field of the request that they stand in. */
  readonly field: 'messages' | 'prompt'
  readonly settings: Settings
  /** Whether an answer begins with its prompt. */
  readonly echo: boolean
  /** Answers for each prompt: the likeliest of so many candidates. */
  readonly answers: number
  readonly candidates: number
}
/** Is told of one answer after the other. It is awaited, so that a slow reader slows the model down. */
export type Listener = {
  readonly piece: (answer: number, piece: Piece) => void | Promise<void>
  readonly end: (answer: number, finish: Finish) => void | Promise<void>
}
export type Usage = { readonly promptTokens: number; readonly completionTokens: number }

/** What computes: `sequence` is empty and used by nobody else. */
export type Machine = {
  readonly llama: Llama
  readonly model: LlamaModel
  readonly tokenBytes: TokenBytes
  readonly recommended: RecommendedSampling
  readonly contextTokens: number
  readonly sequence: LlamaContextSequence
}

/** Writes all answers of a call. Usage counts each prompt once and the tokens of every candidate. */
export const answerAll = async (
  machine: Machine,
  asked: Asked,
  seed: number,
  signal: AbortSignal,
  listener: Listener,
): Promise<Result<Usage, CallFailure>> => {
  let promptTokens = 0
  let completionTokens = 0
  for (const [index, prompt] of asked.prompts.entries()) {
    const written = await answerOne(machine, asked, prompt, seed, signal, {
      piece: (answer, piece) => listener.piece(index * asked.answers + answer, piece),
      end: (answer, finish) => listener.end(index * asked.answers + answer, finish),
    })
    if (!written.ok) return written
    promptTokens += prompt.tokens.length
    completionTokens += written.value
  }
  return ok({ promptTokens, completionTokens })
}

/** The answers to one prompt; resolves to the number of tokens drawn. */
const answerOne = async (
  machine: Machine,
  asked: Asked,
  prompt: PreparedPrompt,
  seed: number,
  signal: AbortSignal,
  listener: Listener,
): Promise<Result<number, CallFailure>> => {
  const { settings, answers, candidates } = asked
  const opening = await openingOf(machine, asked, prompt, signal)
  if (!opening.ok) return opening
  const { echoed, offset } = opening.value
  const room = settings.maxTokens ?? machine.contextTokens - prompt.tokens.length
  const ranked = candidates > answers
  const write = async (candidate: number, onPiece: (piece: Piece) => void | Promise<void>): Promise<Result<Generated, CallFailure>> => {
    if (room === 0) return ok({ finish: 'length', completionTokens: 0, likelihood: 0 })
    return await generate({ ...machine, prompt, room, settings, seed: (seed + candidate) >>> 0, offset, ranked, signal, onPiece })
  }
  let drawn = 0
  const kept: { readonly pieces: readonly Piece[]; readonly generated: Generated }[] = []
  for (let candidate = 0; candidate < candidates; candidate++) {
    const pieces: Piece[] = echoed === undefined ? [] : [echoed]
    if (!ranked) for (const piece of pieces) await listener.piece(candidate, piece)
    const generated = await write(candidate, (piece) => (ranked ? void pieces.push(piece) : listener.piece(candidate, piece)))
    if (!generated.ok) return generated
    drawn += generated.value.completionTokens
    if (ranked) kept.push({ pieces, generated: generated.value })
    else await listener.end(candidate, generated.value.finish)
  }
  const best = kept.sort((one, other) => other.generated.likelihood - one.generated.likelihood).slice(0, answers)
  for (const [answer, { pieces, generated }] of best.entries()) {
    for (const piece of pieces) await listener.piece(answer, piece)
    await listener.end(answer, generated.finish)
  }
  return ok(drawn)
}

type Opening = {
  /** What an answer begins with, if anything. */
  readonly echoed: Piece | undefined
  /** Characters of the prompt. */
  readonly offset: number
}

const openingOf = async (
  { sequence, tokenBytes }: Machine,
  { echo, settings }: Asked,
  { tokens, hidden, text }: PreparedPrompt,
  signal: AbortSignal,
): Promise<Result<Opening, CallFailure>> => {
  const count = settings.topLogprobs
  if (!echo && count === undefined) return ok({ echoed: undefined, offset: 0 })
  const said = text ?? promptText(tokenBytes, tokens, hidden)
  const offset = charactersOf(said)
  if (!echo) return ok({ echoed: undefined, offset })
  if (count === undefined) return ok({ echoed: { text: said, tokens: [] }, offset })
  await sequence.clearHistory()
  const chances = await scorePrompt(sequence, tokens, count, signal)
  if (chances === undefined) return ABORTED
  return ok({ echoed: { text: said, tokens: promptChances(tokenBytes, tokens, hidden, chances) }, offset })
}

/** Chances that one call may ask for: kept until the answer is sent, some 100 bytes each. */
const MOST_CHANCES = 1 << 20

/** Says why a call cannot be computed in this context, if so. An answer that fills the context without a named maximum ends as `length`. */
export const checkSize = (
  { prompts, field, settings, echo, answers, candidates }: Asked,
  contextTokens: number,
): Result<void, CallFailure> => {
  const { maxTokens, topLogprobs } = settings
  let chances = 0
  for (const { tokens } of prompts) {
    const room = contextTokens - tokens.length
    if (tokens.length === 0) return refuse('invalid_value', 'the prompt is empty', field)
    if (room < (maxTokens ?? 1)) {
      const wanted = maxTokens === undefined ? 'at least 1' : maxTokens
      return refuse(
        'context_length_exceeded',
        `this model's context is ${contextTokens} tokens, but the call has ${tokens.length} in its prompt and asks for ${wanted} in the answer`,
        field,
      )
    }
    if (topLogprobs !== undefined) chances += (topLogprobs + 1) * ((echo ? answers * tokens.length : 0) + candidates * (maxTokens ?? room))
  }
  if (chances <= MOST_CHANCES) return ok(undefined)
  const message = `the call asks for up to ${chances} probabilities, but gets ${MOST_CHANCES} at most: send fewer prompts, or name a smaller \`max_tokens\` or \`logprobs\``
  return refuse('invalid_value', message, 'logprobs')
}
