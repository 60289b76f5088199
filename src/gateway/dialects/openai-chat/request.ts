import type { Json, JsonObject } from '../../../core/json.ts'
import { ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { EncodedRequest, PathParameters, Unreadable } from '../dialect.ts'
import { effortWithoutBudget } from '../effort.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { Effort, NeutralRequest, OutputFormat, ReasoningRequest, Sampling } from '../neutral.ts'
import { decodeMessages, encodeMessages } from './messages.ts'
import { decodeSampling, encodeSampling } from './sampling.ts'
import { decodeToolChoice, decodeTools, encodeToolMembers } from './tools.ts'

/** A request of the Chat Completions API (OpenAI's API reference), with the members that are deprecated and those of kindred endpoints. */
export const decodeRequest = (json: JsonObject, path: PathParameters): Result<NeutralRequest, Unreadable> => {
  const reading = new Reading()
  const body = new Members(json, reading)
  const leftovers = new Leftovers()
  const streamOptions = body.members('stream_options')
  const known = {
    model: body.text('model') ?? path.model ?? body.missing('model') ?? '',
    messages: decodeMessages(body, leftovers),
    tools: decodeTools(body, leftovers),
    toolChoice: decodeToolChoice(body, leftovers),
    parallelToolCalls: body.boolean('parallel_tool_calls'),
    output: decodeOutput(body, leftovers),
    sampling: { ...decodeSampling(body), ...decodeLimit(body), ...decodeLogProbabilities(body) },
    reasoning: decodeReasoningRequest(body, leftovers),
    stream: body.boolean('stream') ?? path.stream ?? false,
    streamUsage: streamOptions?.boolean('include_usage'),
    user: body.text('user'),
    metadata: decodeMetadata(body),
  }
  if (streamOptions !== undefined) leftovers.keep(streamOptions)
  leftovers.keep(body)
  return reading.conclude({ ...defined(known), ...leftovers.extensions('openai-chat') })
}

/** `max_tokens` is the deprecated name, and the only one many compatible endpoints know. */
const decodeLimit = (body: Members): Pick<Sampling, 'maxTokens'> => {
  const limit = body.integer('max_completion_tokens')
  const older = body.integer('max_tokens')
  if (limit !== undefined && older !== undefined && limit !== older) body.fail('max_tokens', 'differs from `max_completion_tokens`')
  return defined({ maxTokens: limit ?? older })
}

const decodeLogProbabilities = (body: Members): Pick<Sampling, 'logProbabilities'> => {
  const wanted = body.boolean('logprobs') ?? false
  const top = body.integer('top_logprobs') ?? 0
  if (!wanted && top > 0) body.fail('top_logprobs', 'needs `logprobs` to be true')
  return wanted ? { logProbabilities: { top } } : {}
}

const EFFORTS: { readonly [word: string]: Effort } = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'maximal',
  max: 'maximal',
}
const EFFORT_WORDS = { none: 'none', minimal: 'minimal', low: 'low', medium: 'medium', high: 'high', maximal: 'xhigh' } as const

/** A word that is not the usual one for its effort, or not known, stands among the extensions, which win where they are sent on. */
const decodeReasoningRequest = (body: Members, leftovers: Leftovers): ReasoningRequest | undefined => {
  const word = body.text('reasoning_effort')
  if (word === undefined) return undefined
  const effort = Object.hasOwn(EFFORTS, word) ? EFFORTS[word] : undefined
  if (effort === undefined || EFFORT_WORDS[effort] !== word) leftovers.put('reasoning_effort', word)
  return effort === undefined ? undefined : { effort }
}

const decodeOutput = (body: Members, leftovers: Leftovers): OutputFormat | undefined => {
  const format = body.members('response_format')
  if (format === undefined) return undefined
  const type = format.text('type')
  if (type === 'text') return { kind: 'text' }
  if (type === 'json_object') return { kind: 'json' }
  if (type !== 'json_schema') {
    leftovers.put('response_format', body.value('response_format') ?? null)
    return undefined
  }
  const named = format.members('json_schema')
  const schema = named?.child('schema')
  if (named === undefined || schema === undefined) return (named ?? format).missing(named === undefined ? 'json_schema' : 'schema')
  const output = defined({ name: named.text('name'), description: named.text('description'), strict: named.boolean('strict') })
  leftovers.keep(named)
  return { kind: 'schema', schema, ...output }
}

const decodeMetadata = (body: Members): { readonly [name: string]: string } | undefined => {
  const metadata = body.child('metadata')
  if (metadata === undefined) return undefined
  if (Object.values(metadata).every((value) => typeof value === 'string')) return metadata as { readonly [name: string]: string }
  return body.fail('metadata', 'must be an object of texts')
}

/** A body that OpenAI's own endpoint takes; what other endpoints of this dialect want otherwise is their providers' matter. */
export const encodeRequest = (request: NeutralRequest): Result<EncodedRequest, Unreadable> => {
  const losses = new Losses()
  const { sampling } = request
  warnOfContinuation(request, losses)
  const body = defined({
    model: request.model,
    messages: encodeMessages(request.messages, losses),
    ...encodeToolMembers(request, losses),
    response_format: encodeOutput(request.output, losses),
    max_completion_tokens: sampling.maxTokens,
    ...encodeSampling(sampling, losses),
    logprobs: sampling.logProbabilities === undefined ? undefined : true,
    top_logprobs: sampling.logProbabilities?.top,
    reasoning_effort: encodeEffort(request.reasoning, losses),
    user: request.user,
    metadata: request.metadata === undefined ? undefined : { ...request.metadata },
    stream: request.stream ? true : undefined,
    stream_options: request.stream && request.streamUsage !== undefined ? { include_usage: request.streamUsage } : undefined,
  })
  const extended = withExtensions('openai-chat', withRoom(body, request), request.extensions, losses)
  const { [LEGACY]: _, ...sent } = extended
  return ok({ path: '/chat/completions', body: sent, warnings: losses.warnings })
}

/** The deprecated list of functions; kept among the extensions so that the answer comes in the deprecated shape too. */
const LEGACY = 'functions'

/** Whether the caller spoke in `functions`, before there were tools. */
export const isLegacy = (request: NeutralRequest): boolean =>
  request.extensions?.dialect === 'openai-chat' && Object.hasOwn(request.extensions.members, LEGACY)

/** Where a part of a caller's message had members of its own, its message is written as a list so that they find their place. */
const withRoom = <B extends { readonly messages: readonly JsonObject[] }>(body: B, request: NeutralRequest): B => {
  const wanted = new Set(Object.keys(request.extensions?.members ?? {}).map((name) => /^messages\.(\d+)\.content\./.exec(name)?.[1]))
  const widened = (message: JsonObject, index: number): JsonObject =>
    wanted.has(String(index)) && typeof message.content === 'string'
      ? { ...message, content: [{ type: 'text', text: message.content }] }
      : message
  return { ...body, messages: body.messages.map(widened) }
}

const warnOfContinuation = ({ continuation }: NeutralRequest, losses: Losses): void => {
  if (continuation === undefined) return
  losses.approximated('constraint', '/continuation', 'the endpoint answers a message, and was not made to continue a text')
  if (continuation.suffix !== undefined)
    losses.dropped('content', '/continuation/suffix', 'the endpoint does not take what comes after the gap')
}

const encodeEffort = (reasoning: ReasoningRequest | undefined, losses: Losses): Json | undefined => {
  if (reasoning === undefined) return undefined
  if (reasoning.visible !== undefined) losses.dropped('hint', '/reasoning/visible', 'the endpoint decides whether it shows its reasoning')
  const effort = effortWithoutBudget(reasoning, losses)
  return effort && EFFORT_WORDS[effort]
}

const encodeOutput = (output: OutputFormat | undefined, losses: Losses): JsonObject | undefined => {
  if (output === undefined) return undefined
  if (output.kind === 'text') return { type: 'text' }
  if (output.kind === 'json') return { type: 'json_object' }
  const name = (output.name ?? 'answer').replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'answer'
  if (name !== output.name)
    losses.approximated('hint', '/output/name', `the schema needs a name of letters and digits here, and is called \`${name}\``)
  const named = defined({ name, description: output.description, schema: output.schema, strict: output.strict })
  return { type: 'json_schema', json_schema: named }
}
