import {
  getLlama,
  type Llama,
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaEmbeddingContext,
  LlamaLogLevel,
  type LlamaModel,
} from 'node-llama-cpp'
import { err, ok, type Result } from '../core/result.ts'
import type { Random } from '../core/units.ts'
import { type Asked, answerAll, checkSize, type Listener, type Usage } from './answers.ts'
import { type CallFailure, refuse } from './failure.ts'
import type { RecommendedSampling } from './generate.ts'
import { type Prompts, promptsOf } from './prompts.ts'
import type { Prompt } from './request.ts'
import { type SlotFailure, type Slots, slots } from './slots.ts'
import { tokenBytesOf } from './tokens.ts'

export type InferenceOptions = {
  readonly modelPath: string
  /** Tokens one call can hold, question and answer together; absent: what the model was trained on, at most 4096. */
  readonly contextTokens: number | undefined
  /** Calls computed at the same time; each has its own context in memory. */
  readonly parallel: number
  /** Calls that may wait for a place; one more is answered 503. */
  readonly maxWaiting: number
  /** Processor threads for computation. */
  readonly threads: number
  /** `auto` uses a graphics processor whose binary is installed; false never looks for one. */
  readonly gpu: 'auto' | false
}

export type Embedded = { readonly vectors: readonly (readonly number[])[]; readonly tokens: number }
export type InferenceFailure = { readonly kind: 'model-unusable'; readonly message: string }

/** A loaded model. Nothing of a call stays in it when the call is over. */
export type Inference = {
  readonly contextTokens: number
  readonly description: {
    readonly architecture: string
    readonly trainedContextTokens: number
    readonly bytes: number
    readonly gpu: boolean
  }
  readonly prompts: Prompts
  /** Resolves when all answers are complete. They are computed in one place, one after the other. */
  answer(asked: Asked, signal: AbortSignal, listener: Listener): Promise<Result<Usage, CallFailure>>
  /** One vector of length 1 for each input. */
  embed(inputs: readonly Prompt[], signal: AbortSignal): Promise<Result<Embedded, CallFailure>>
  load(): { readonly active: number; readonly waiting: number }
}

const MOST_DEFAULT_CONTEXT = 4096

/** Loads a GGUF file. INVARIANT(G9): nothing is downloaded and nothing is compiled, whatever is missing. */
export const loadInference = async (options: InferenceOptions, random: Random): Promise<Result<Inference, InferenceFailure>> => {
  try {
    const llama = await getLlama({
      gpu: options.gpu,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.error,
      maxThreads: options.threads,
    })
    const model = await llama.loadModel({ modelPath: options.modelPath, ...(options.gpu === false ? { gpuLayers: 0 } : {}) })
    const contextTokens = options.contextTokens ?? Math.min(model.trainContextSize, MOST_DEFAULT_CONTEXT)
    if (contextTokens > model.trainContextSize) {
      return unusable(`the model was trained on ${model.trainContextSize} tokens, so that a context of ${contextTokens} would not work`)
    }
    const context = await model.createContext({ contextSize: contextTokens, sequences: options.parallel, threads: options.threads })
    return ok(inferenceOf(llama, model, context, contextTokens, options, random))
  } catch (failure) {
    return unusable(`the model file could not be loaded: ${failure instanceof Error ? failure.message : String(failure)}`)
  }
}

const inferenceOf = (
  llama: Llama,
  model: LlamaModel,
  context: LlamaContext,
  contextTokens: number,
  options: InferenceOptions,
  random: Random,
): Inference => {
  const prompts = promptsOf(model)
  const tokenBytes = tokenBytesOf(model)
  const recommended = recommendedSampling(model)
  // INVARIANT(G5): a full context is an error or a declared end, never a forgotten beginning.
  const contextShift = { strategy: () => Promise.reject(new Error('the context is full')) }
  const places: Slots<LlamaContextSequence> = slots(
    Array.from({ length: options.parallel }, () => context.getSequence({ contextShift })),
    options.maxWaiting,
  )
  return {
    contextTokens,
    description: {
      architecture: model.architecture,
      trainedContextTokens: model.trainContextSize,
      bytes: model.size,
      gpu: llama.gpu !== false,
    },
    prompts,
    async answer(asked, signal, listener) {
      const strange = [...asked.settings.logitBias.keys()].find((token) => token >= prompts.vocabulary)
      if (strange !== undefined) return refuse('invalid_value', `token ${strange} is not in the model's vocabulary`, 'logit_bias')
      const sized = checkSize(asked, contextTokens)
      if (!sized.ok) return sized
      const place = await places.acquire(signal)
      if (!place.ok) return noPlace(place.error)
      try {
        const seed = asked.settings.seed ?? new DataView(random(4).slice().buffer).getUint32(0)
        const machine = { llama, model, tokenBytes, recommended, contextTokens, sequence: place.value }
        return await answerAll(machine, asked, seed, signal, listener)
      } finally {
        // What a caller said must not stay in the memory that the next caller's call is computed in.
        await place.value.clearHistory()
        places.release(place.value)
      }
    },
    embed: embedder(model, contextTokens, options, prompts),
    load: places.load,
  }
}

/** What the model's maker recommends in the file (`general.sampling.*`), else the dialect's defaults. */
const recommendedSampling = (model: LlamaModel): RecommendedSampling => {
  const general = model.fileInfo.metadata.general as { readonly sampling?: { readonly temp?: unknown; readonly top_p?: unknown } }
  const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 1)
  return { temperature: number(general.sampling?.temp), topP: number(general.sampling?.top_p) }
}

const embedder = (
  model: LlamaModel,
  contextSize: number,
  { threads, maxWaiting }: InferenceOptions,
  prompts: Prompts,
): Inference['embed'] => {
  // Made for the first call that needs it: it holds a context of its own in memory.
  let made: Promise<LlamaEmbeddingContext> | undefined
  const places = slots(['the embedding context'], maxWaiting)
  const embed = async (inputs: readonly Prompt[], signal: AbortSignal): Promise<Result<Embedded, CallFailure>> => {
    made ??= model.createEmbeddingContext({ contextSize, threads })
    const context = await made
    const vectors: (readonly number[])[] = []
    let total = 0
    for (const input of inputs) {
      const tokens = prompts.tokens(input)
      if (!tokens.ok) return tokens
      const length = context.calculateInputLength([...tokens.value])
      if (length === 0) return refuse('invalid_value', 'an input is empty', 'input')
      if (length >= contextSize) {
        return refuse('context_length_exceeded', `an input has ${length} tokens, but this model takes ${contextSize - 1} at most`, 'input')
      }
      if (signal.aborted) return refuse('aborted', 'the caller went away', null, 503)
      total += length
      vectors.push(ofLengthOne((await context.getEmbeddingFor([...tokens.value])).vector))
    }
    return ok({ vectors, tokens: total })
  }
  return async (inputs, signal) => {
    const place = await places.acquire(signal)
    if (!place.ok) return noPlace(place.error)
    try {
      return await embed(inputs, signal)
    } finally {
      places.release(place.value)
    }
  }
}

const noPlace = ({ kind, message }: SlotFailure) => refuse(kind === 'aborted' ? 'aborted' : 'engine_busy', message, null, 503)

const ofLengthOne = (vector: readonly number[]): readonly number[] => {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((value) => value / length)
}

const unusable = (message: string): Result<never, InferenceFailure> => err({ kind: 'model-unusable', message })
