// https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-chat
import type { JsonObject } from '../../../core/json.ts'
import { ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { EncodedRequest, Unreadable } from '../dialect.ts'
import { effortWithoutBudget } from '../effort.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { Message, NeutralRequest, OutputFormat, ReasoningRequest, Sampling, ToolResultPart } from '../neutral.ts'
import { CallIds } from './calls.ts'
import { decodeMessage, MessageWriter } from './messages.ts'
import { decodeFunctions, encodeFunctions } from './tools.ts'

export const decodeRequest = (object: JsonObject): Result<NeutralRequest, Unreadable> => {
  const reading = new Reading()
  const body = new Members(object, reading)
  const left = new Leftovers()
  const ids = new CallIds()
  const messages: Message[] = []
  for (const message of body.each('messages') ?? body.missing('messages') ?? []) {
    const read = decodeMessage(message, ids, left)
    if (read !== undefined) messages.push(read)
  }
  if (messages.length === 0) body.fail('messages', 'must hold a message')
  const stream = body.boolean('stream') === true
  const effort = body.word('reasoning_effort', ['low', 'medium', 'high'])
  const format = body.members('response_format')
  const request = defined({
    model: body.text('model') ?? body.missing('model') ?? '',
    messages: grouped(messages),
    ...decodeFunctions(body, left),
    output: format && decodeFormat(format, left),
    sampling: defined({
      maxTokens: body.integer('max_tokens'),
      temperature: body.number('temperature'),
      topP: body.number('top_p'),
      choices: body.integer('n'),
    }),
    reasoning: effort && { effort },
    stream,
    // A stream of this wire always ends with its count.
    streamUsage: stream || undefined,
  })
  left.keep(body)
  return reading.conclude({ ...request, ...left.extensions('gigachat') })
}

/** Results that follow one another answer the calls of one message. */
const grouped = (messages: readonly Message[]): Message[] => {
  const groups: Message[] = []
  let results: ToolResultPart[] | undefined
  for (const message of messages) {
    if (message.role !== 'tool') results = undefined
    else if (results === undefined) results = [...message.parts]
    else {
      results.push(...message.parts)
      continue
    }
    groups.push(results === undefined ? message : { role: 'tool', parts: results })
  }
  return groups
}

const decodeFormat = (format: Members, left: Leftovers): OutputFormat | undefined => {
  const { type } = format.rest() ?? {}
  if (type !== 'json_schema') {
    left.put('response_format', format.rest() ?? {})
    return undefined
  }
  format.value('type')
  const schema = format.child('schema') ?? format.missing('schema')
  const strict = format.boolean('strict')
  left.keep(format)
  return schema === undefined ? undefined : defined({ kind: 'schema', schema, strict } as const)
}

export const encodeRequest = (request: NeutralRequest): Result<EncodedRequest, Unreadable> => {
  const losses = new Losses()
  const messages = new MessageWriter(losses).write(request.messages)
  noteUnspoken(request, losses)
  const body = defined({
    model: request.model,
    messages,
    ...encodeFunctions(request, losses),
    temperature: encodeTemperature(request.sampling.temperature, losses),
    top_p: request.sampling.topP,
    max_tokens: request.sampling.maxTokens,
    response_format: encodeFormat(request.output, losses),
    reasoning_effort: encodeEffort(request.reasoning, losses),
    stream: request.stream || undefined,
  })
  return ok({
    path: '/chat/completions',
    body: withExtensions('gigachat', body, request.extensions, losses),
    warnings: losses.warnings,
  })
}

const UNSPOKEN = [
  'topK',
  'minP',
  'frequencyPenalty',
  'presencePenalty',
  'seed',
  'logProbabilities',
  'logitBias',
] as const satisfies readonly (keyof Sampling)[]

const noteUnspoken = ({ sampling, continuation, user, metadata }: NeutralRequest, losses: Losses): void => {
  for (const name of UNSPOKEN)
    if (sampling[name] !== undefined) losses.dropped('constraint', pointer('sampling', name), `gigachat has no \`${name}\``)
  if (sampling.stop !== undefined && sampling.stop.length > 0)
    losses.dropped('constraint', '/sampling/stop', 'gigachat has no stop sequences')
  if (sampling.choices !== undefined && sampling.choices !== 1)
    losses.dropped('constraint', '/sampling/choices', 'gigachat gives one answer')
  if (continuation !== undefined) losses.approximated('constraint', '/continuation', 'gigachat answers a text, and does not continue it')
  if (user !== undefined) losses.dropped('hint', '/user', 'gigachat is not told who asks')
  if (metadata !== undefined && Object.keys(metadata).length > 0) losses.dropped('hint', '/metadata', 'gigachat keeps no metadata')
}

/** The temperature must be above zero and at most two. */
const LEAST_TEMPERATURE = 0.001
const MOST_TEMPERATURE = 2

const encodeTemperature = (temperature: number | undefined, losses: Losses): number | undefined => {
  if (temperature === undefined) return undefined
  const nearest = Math.min(MOST_TEMPERATURE, Math.max(LEAST_TEMPERATURE, temperature))
  if (nearest !== temperature)
    losses.approximated('constraint', '/sampling/temperature', `gigachat takes more than 0 and at most 2; ${nearest} is sent`)
  return nearest
}

/** There is no JSON without a schema. */
const encodeFormat = (output: OutputFormat | undefined, losses: Losses): JsonObject | undefined => {
  if (output?.kind === 'json') losses.dropped('constraint', '/output', 'gigachat demands a schema for JSON, and is told of none')
  if (output?.kind !== 'schema') return undefined
  for (const name of ['name', 'description'] as const)
    if (output[name] !== undefined) losses.dropped('hint', pointer('output', name), `a schema has no ${name} on the wire of gigachat`)
  return defined({ type: 'json_schema', schema: output.schema, strict: output.strict })
}

const encodeEffort = (reasoning: ReasoningRequest | undefined, losses: Losses): string | undefined => {
  if (reasoning === undefined) return undefined
  const { visible } = reasoning
  const effort = effortWithoutBudget(reasoning, losses)
  if (visible !== undefined) losses.dropped('hint', '/reasoning/visible', 'gigachat shows the reasoning that its models give')
  if (effort === 'none') {
    losses.dropped(
      'constraint',
      `/reasoning/${reasoning.effort === undefined ? 'budget' : 'effort'}`,
      'gigachat cannot be told to reason not at all',
    )
    return undefined
  }
  const nearest = effort === 'minimal' ? 'low' : effort === 'maximal' ? 'high' : effort
  if (nearest !== effort) losses.approximated('constraint', '/reasoning/effort', `the nearest effort that gigachat knows is \`${nearest}\``)
  return nearest
}
