import { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import { type CallFailure, refuse } from './failure.ts'
import { schemaForGrammar } from './schema.ts'

export type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly text: string }
export type Shape = { readonly kind: 'json' } | { readonly kind: 'schema'; readonly schema: JsonObject }
export type Prompt = string | readonly number[]

/** How a text is to be written. What is absent is left to the model's own recommendation or to the context's end. */
export type Settings = {
  readonly temperature: number | undefined
  readonly topP: number | undefined
  readonly seed: number | undefined
  readonly presencePenalty: number
  readonly frequencyPenalty: number
  readonly logitBias: ReadonlyMap<number, number>
  readonly maxTokens: number | undefined
  readonly stop: readonly string[]
  readonly shape: Shape | undefined
  /** How many alternatives to report for each token; undefined when no probabilities are asked for. */
  readonly topLogprobs: number | undefined
}
export type Streaming = { readonly stream: boolean; readonly includeUsage: boolean }
export type ChatCall = Streaming & { readonly model: string; readonly messages: readonly Message[]; readonly settings: Settings }
export type TextCall = Streaming & {
  readonly model: string
  readonly prompts: readonly Prompt[]
  /** Whether an answer begins with its prompt. */
  readonly echo: boolean
  /** How many answers each prompt gets (`n`), the likeliest of so many that are written (`best_of`). */
  readonly answers: number
  readonly candidates: number
  readonly settings: Settings
}
export type EmbeddingCall = { readonly model: string; readonly inputs: readonly Prompt[]; readonly base64: boolean }

const only = <const T extends string | number | boolean>(value: T, why: string) => z.literal(value, { error: why })
const MOST_STOPS = 4
const MOST_TEXT_STOPS = 16
const MOST_INPUTS = 2048
const MOST_ANSWERS = 128
const token = z.int().min(0)
const tokens = z.array(token).min(1)
const prompts = z.union([z.string(), z.array(z.string()).min(1).max(MOST_INPUTS), tokens, z.array(tokens).min(1).max(MOST_INPUTS)], {
  error: `this engine takes a text, a list of token numbers, or a list of at most ${MOST_INPUTS} of either`,
})

/** Fields that ask nothing of the engine: labels and hints for whoever keeps accounts or caches. */
const labels = {
  user: z.string().optional(),
  safety_identifier: z.string().optional(),
  prompt_cache_key: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  store: only(false, 'this engine stores nothing, so that `store` can only be false').optional(),
  service_tier: z
    .enum(['auto', 'default'], { error: 'this engine has one service tier, so that `service_tier` can only be auto or default' })
    .optional(),
}
const sampling = {
  model: z.string(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().gt(0).max(1).optional(),
  seed: z.int().min(0).max(0xffffffff).optional(),
  presence_penalty: z
    .number()
    .min(0, { error: 'this engine cannot reward repetition, so that `presence_penalty` can only be 0 to 2' })
    .max(2)
    .optional(),
  frequency_penalty: z
    .number()
    .min(0, { error: 'this engine cannot reward repetition, so that `frequency_penalty` can only be 0 to 2' })
    .max(2)
    .optional(),
  logit_bias: z.record(z.string().regex(/^\d{1,9}$/), z.number().min(-100).max(100)).optional(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(MOST_STOPS)]).optional(),
  max_tokens: z.int().min(1).optional(),
  n: only(1, 'this engine answers once per call, so that `n` can only be 1').optional(),
  stream: z.boolean().optional(),
  stream_options: z
    .strictObject({
      include_usage: z.boolean().optional(),
      include_obfuscation: only(
        false,
        'this engine does not pad its stream, so that `stream_options.include_obfuscation` can only be false',
      ).optional(),
    })
    .optional(),
}
const textPart = z.strictObject({
  type: only('text', 'this engine reads text only, so that a content part can only be of type text'),
  text: z.string(),
})
const content = z.union([z.string(), z.array(textPart).min(1)], {
  error: 'this engine reads text only, so that `content` can only be a text or a list of text parts',
})
const message = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant'], { error: 'this engine does not support messages of this role' }),
  content,
})
const chatRequest = z.strictObject({
  ...labels,
  ...sampling,
  messages: z.array(message).min(1),
  max_completion_tokens: z.int().min(1).optional(),
  logprobs: z.boolean().optional(),
  top_logprobs: z.int().min(0).max(20).optional(),
  response_format: z
    .strictObject({ type: z.enum(['text', 'json_object', 'json_schema']), json_schema: z.looseObject({ schema: z.unknown() }).optional() })
    .optional(),
  modalities: z.tuple([z.literal('text')], { error: 'this engine writes text only, so that `modalities` can only be ["text"]' }).optional(),
  tools: z.array(z.unknown()).max(0, { error: 'this engine does not support tools' }).optional(),
  tool_choice: only('none', 'this engine does not support tools').optional(),
})
const textRequest = z.strictObject({
  ...labels,
  ...sampling,
  prompt: prompts,
  suffix: only('', 'this engine only writes what follows a prompt, so that it cannot be given a `suffix`').optional(),
  echo: z.boolean().optional(),
  max_tokens: z.int().min(0).optional(),
  // More than OpenAI takes: evaluation harnesses send one for every mark that may end an answer.
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(MOST_TEXT_STOPS)]).optional(),
  n: z.int().min(1).max(MOST_ANSWERS).optional(),
  best_of: z.int().min(1).max(MOST_ANSWERS).optional(),
  logprobs: z.int().min(0).max(20).optional(),
})
const embeddingRequest = z.strictObject({
  model: z.string(),
  user: z.string().optional(),
  input: prompts,
  encoding_format: z.enum(['float', 'base64']).optional(),
})

/**
 * Reads the body of `POST /v1/chat/completions`. INVARIANT(G4): every field is either honoured or refused with one sentence;
 * a null is an absent field.
 */
export const readChatCall = (body: Json): Result<ChatCall, CallFailure> => {
  const read = check(chatRequest, body)
  if (!read.ok) return read
  const request = read.value
  if (request.max_tokens !== undefined && request.max_completion_tokens !== undefined) {
    return refuse('conflicting_fields', 'name `max_tokens` or `max_completion_tokens`, not both', 'max_tokens')
  }
  if (request.top_logprobs !== undefined && request.logprobs !== true) {
    return refuse('conflicting_fields', '`top_logprobs` needs `logprobs` to be true', 'top_logprobs')
  }
  const messages = request.messages.map(({ role, content }) => ({
    role: role === 'developer' ? ('system' as const) : role,
    text: typeof content === 'string' ? content : content.map((part) => part.text).join(''),
  }))
  if (messages.at(-1)?.role === 'assistant') {
    return refuse(
      'unsupported_value',
      'this engine does not continue an assistant message, so that the last message must be of another role',
      'messages',
    )
  }
  const shape = readShape(request.response_format)
  if (!shape.ok) return shape
  const topLogprobs = request.logprobs === true ? (request.top_logprobs ?? 0) : undefined
  if (shape.value !== undefined && topLogprobs !== undefined) {
    return refuse('conflicting_fields', 'this engine gives no `logprobs` for a text held to a `response_format`', 'logprobs')
  }
  const settings = settingsOf(request, request.max_completion_tokens ?? request.max_tokens, shape.value, topLogprobs)
  return ok({ model: request.model, messages, settings, ...streamingOf(request) })
}

/** Reads the body of `POST /v1/completions`, under the same rule as a chat. */
export const readTextCall = (body: Json): Result<TextCall, CallFailure> => {
  const read = check(textRequest, body)
  if (!read.ok) return read
  const { model, echo = false, logprobs, n: answers = 1 } = read.value
  const prompts = promptsIn(read.value.prompt)
  const candidates = read.value.best_of ?? answers
  const streaming = streamingOf(read.value)
  if (candidates < answers) return refuse('conflicting_fields', '`best_of` must not be less than `n`', 'best_of')
  if (candidates > answers && streaming.stream) {
    return refuse(
      'conflicting_fields',
      'the best of several answers cannot be streamed, as it is not known before all are written',
      'best_of',
    )
  }
  if (prompts.length * candidates > MOST_INPUTS) {
    const message = `${prompts.length} prompts with ${candidates} answers each are more than the ${MOST_INPUTS} answers one call may ask for`
    return refuse('invalid_value', message, 'prompt')
  }
  const settings = settingsOf(read.value, read.value.max_tokens, undefined, logprobs)
  return ok({ model, prompts, echo, answers, candidates, settings, ...streaming })
}

/** Reads the body of `POST /v1/embeddings`. */
export const readEmbeddingCall = (body: Json): Result<EmbeddingCall, CallFailure> => {
  const read = check(embeddingRequest, body)
  if (!read.ok) return read
  const { model, input, encoding_format } = read.value
  return ok({ model, inputs: promptsIn(input), base64: encoding_format === 'base64' })
}

const promptsIn = (input: z.infer<typeof prompts>): readonly Prompt[] =>
  typeof input === 'string' ? [input] : typeof input[0] === 'number' ? [input as number[]] : (input as string[] | number[][])

type Sampled = Omit<z.infer<z.ZodObject<typeof sampling>>, 'n'>

const settingsOf = (
  request: Sampled,
  maxTokens: number | undefined,
  shape: Shape | undefined,
  topLogprobs: number | undefined,
): Settings => ({
  temperature: request.temperature,
  topP: request.top_p,
  seed: request.seed,
  presencePenalty: request.presence_penalty ?? 0,
  frequencyPenalty: request.frequency_penalty ?? 0,
  logitBias: new Map(Object.entries(request.logit_bias ?? {}).map(([id, bias]) => [Number(id), bias])),
  maxTokens,
  stop: request.stop === undefined ? [] : typeof request.stop === 'string' ? [request.stop] : request.stop,
  shape,
  topLogprobs,
})

const streamingOf = (request: Sampled): Streaming => ({
  stream: request.stream === true,
  includeUsage: request.stream_options?.include_usage === true,
})

const readShape = (format: z.infer<typeof chatRequest>['response_format']): Result<Shape | undefined, CallFailure> => {
  if (format === undefined || format.type === 'text') return ok(undefined)
  if (format.type === 'json_object') return ok({ kind: 'json' })
  const schema = schemaForGrammar((format.json_schema?.schema ?? null) as Json)
  if (!schema.ok) return refuse('unsupported_schema', schema.error.message, 'response_format')
  return ok({ kind: 'schema', schema: schema.value })
}

const check = <T>(schema: z.ZodType<T>, body: Json): Result<T, CallFailure> => {
  if (!isJsonObject(body)) return refuse('invalid_body', 'the body must be a JSON object')
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)))
  if (parsed.success) return ok(parsed.data)
  const issue = parsed.error.issues[0]
  const path = issue?.path.map(String).join('.') ?? ''
  if (issue?.code === 'unrecognized_keys') {
    const field = [path, issue.keys[0]].filter(Boolean).join('.')
    return refuse('unsupported_field', `this engine does not support the field \`${field}\``, field)
  }
  const why = issue?.message ?? 'invalid'
  return refuse('invalid_value', why.startsWith('this engine') ? why : `\`${path}\` is not valid: ${lowerFirst(why)}`, path || null)
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
