import {
  type ChatHistoryItem,
  getLlama,
  type Llama,
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaEmbeddingContext,
  LlamaLogLevel,
  type LlamaModel,
  resolveChatWrapper,
  type Token,
} from 'node-llama-cpp'
import { err, ok, type Result } from '../core/result.ts'
import type { Random } from '../core/units.ts'
import { type CallFailure, refuse } from './failure.ts'
import { type Generated, generate, type OnPiece, type PreparedPrompt, type RecommendedSampling } from './generate.ts'
import type { Message, Prompt, Settings } from './request.ts'
import { type SlotFailure, type Slots, slots } from './slots.ts'

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
  chatPrompt(messages: readonly Message[]): PreparedPrompt
  textPrompt(prompt: Prompt): Result<PreparedPrompt, CallFailure>
  /** Resolves when the answer is complete; `onPiece` is awaited, so that a slow reader slows the model down. */
  generate(prompt: PreparedPrompt, settings: Settings, signal: AbortSignal, onPiece: OnPiece): Promise<Result<Generated, CallFailure>>
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
  const wrapper = resolveChatWrapper(model, { warningLogs: false })
  const vocabulary = [...model.iterateAllTokens()].length
  const recommended = recommendedSampling(model)
  // INVARIANT(G5): a full context is an error or a declared end, never a forgotten beginning.
  const contextShift = { strategy: () => Promise.reject(new Error('the context is full')) }
  const places: Slots<LlamaContextSequence> = slots(
    Array.from({ length: options.parallel }, () => context.getSequence({ contextShift })),
    options.maxWaiting,
  )
  const tokensOf = (prompt: Prompt): Result<readonly Token[], CallFailure> => {
    if (typeof prompt === 'string') return ok(model.tokenize(prompt))
    const strange = prompt.find((token) => token >= vocabulary)
    if (strange !== undefined) return refuse('invalid_value', `token ${strange} is not in the model's vocabulary of ${vocabulary}`)
    return ok(prompt as readonly Token[])
  }
  const bos = model.tokens.shouldPrependBosToken && model.tokens.bos !== null ? [model.tokens.bos] : []
  return {
    contextTokens,
    description: {
      architecture: model.architecture,
      trainedContextTokens: model.trainContextSize,
      bytes: model.size,
      gpu: llama.gpu !== false,
    },
    chatPrompt(messages) {
      const history = messages.map(
        ({ role, text }): ChatHistoryItem => (role === 'assistant' ? { type: 'model', response: [text] } : { type: role, text }),
      )
      const state = wrapper.generateContextState({ chatHistory: [...history, { type: 'model', response: [] }] })
      const triggers = state.stopGenerationTriggers
      const stops = triggers.flatMap(({ values }) => (values.every((value) => typeof value === 'string') ? [values.join('')] : []))
      const stopTokens = triggers
        .map((trigger) => trigger.tokenize(model.tokenizer))
        .flatMap((tokens) => (tokens.length === 1 ? tokens : []))
      return { tokens: state.contextText.tokenize(model.tokenizer), stops: stops.filter((stop) => stop !== ''), stopTokens }
    },
    textPrompt(prompt) {
      const tokens = tokensOf(prompt)
      return tokens.ok ? ok({ tokens: [...bos, ...tokens.value], stops: [], stopTokens: [] }) : tokens
    },
    async generate(prompt, settings, signal, onPiece) {
      const strange = [...settings.logitBias.keys()].find((token) => token >= vocabulary)
      if (strange !== undefined) return refuse('invalid_value', `token ${strange} is not in the model's vocabulary`, 'logit_bias')
      const room = roomFor(prompt.tokens.length, settings.maxTokens, contextTokens)
      if (!room.ok) return room
      const place = await places.acquire(signal)
      if (!place.ok) return noPlace(place.error)
      try {
        const seed = settings.seed ?? new DataView(random(4).slice().buffer).getUint32(0)
        return await generate({
          llama,
          model,
          sequence: place.value,
          prompt,
          room: room.value,
          settings,
          recommended,
          seed,
          signal,
          onPiece,
        })
      } finally {
        // What a caller said must not stay in the memory that the next caller's call is computed in.
        await place.value.clearHistory()
        places.release(place.value)
      }
    },
    embed: embedder(model, contextTokens, options, tokensOf),
    load: places.load,
  }
}

/** How many tokens may be written after a prompt. An answer that fills the context without a named maximum ends as `length`. */
const roomFor = (prompt: number, maxTokens: number | undefined, contextTokens: number): Result<number, CallFailure> => {
  const room = contextTokens - prompt
  if (prompt > 0 && room > 0 && (maxTokens ?? 1) <= room) return ok(maxTokens ?? room)
  if (prompt === 0) return refuse('invalid_value', 'the prompt is empty', 'prompt')
  const wanted = maxTokens === undefined ? 'at least 1' : maxTokens
  return refuse(
    'context_length_exceeded',
    `this model's context is ${contextTokens} tokens, but the call has ${prompt} in its prompt and asks for ${wanted} in the answer`,
    'messages',
  )
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
  tokensOf: (prompt: Prompt) => Result<readonly Token[], CallFailure>,
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
      const tokens = tokensOf(input)
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
